/** Which names apt no longer knows, release by release, and what is written in their place. */
import { describe, expect, it } from 'vitest';
import { defaultJava, replacementFor } from '../src/facts/apt-renames.js';
import { type Presence, presence } from '../src/facts/apt-suites.js';
import { lint } from './lint.js';

const SUITES = ['bullseye', 'bookworm', 'trixie', 'noble', 'resolute'];
const LETTERS: Readonly<Record<Presence, string>> = { package: 'p', provided: 'o', choice: 'm', 'non-free': 'c', absent: '-' };

const states = (name: string): string =>
  SUITES.map((suite) => {
    const found = presence(name, suite);
    return found === undefined ? '?' : LETTERS[found];
  }).join('');

describe('names that stopped existing', () => {
  // By suite as above: p a package, o provided by one, m by several, c not free, - gone, ? not known. Then the name for Debian 13.
  it.each([
    ['libgl1-mesa-glx', 'pp---', 'libgl1'],
    ['libegl1-mesa', 'pp---', 'libegl1'],
    ['software-properties-common', 'pp-??', undefined],
    ['libatlas-base-dev', 'pp-??', 'libopenblas-dev'],
    ['openjdk-11-jdk', 'p--??', 'openjdk-21-jdk'],
    ['openjdk-11-jre-headless', 'p--??', 'openjdk-21-jre-headless'],
    ['openjdk-17-jdk', 'pp-??', 'openjdk-21-jdk'],
    ['openjdk-17-jre-headless', 'pp-??', 'openjdk-21-jre-headless'],
    ['libasound2', 'ppom?', 'libasound2t64'],
    ['libldap-2.5-0', '-p---', 'libldap2'],
    ['libaio1', 'pp-??', 'libaio1t64'],
    ['libncurses5', 'pp---', 'libncurses6'],
    ['libtinfo5', 'pp---', 'libtinfo6'],
    ['python3-distutils', 'pp---', 'python3-setuptools'],
    ['python-dev', 'o--??', 'python3-dev'],
    ['python-pip', '---??', 'python3-pip'],
    ['python2', 'p--??', 'python3'],
    ['netcat', 'pmm??', 'netcat-openbsd'],
    ['libmysqlclient-dev', '---??', 'default-libmysqlclient-dev'],
    ['libpcre3-dev', 'pp-??', 'libpcre2-dev'],
    ['libssl1.1', 'p--??', 'libssl3t64'],
    ['libffi7', 'p--??', 'libffi8'],
    ['ttf-dejavu', '---??', 'fonts-dejavu'],
    ['ttf-liberation', '---??', 'fonts-liberation'],
    ['ttf-freefont', '---??', 'fonts-freefont-ttf'],
    ['libgles2-mesa', 'pp-??', 'libgles2'],
    ['libncursesw5', 'pp---', 'libncursesw6'],
    ['nvidia-cuda-toolkit', 'ccc??', undefined],
    ['ttf-mscorefonts-installer', 'ccc??', undefined],
  ])('%s: %s', (name, expected, replacement) => {
    expect(states(name)).toBe(expected);
    expect(replacementFor(name, 'trixie')?.name).toBe(replacement);
  });

  it.each([
    ['libglib2.0-0', 'ppo??'],
    ['libldap2-dev', 'ppp??'],
    ['default-jre-headless', 'ppp??'],
    ['openjdk-21-jre-headless', '--p??'],
  ])('but %s is there under its name or another: %s', (name, expected) => {
    expect(states(name)).toBe(expected);
  });

  it.each([
    ['libgl1-mesa-glx', 'noble', 'libgl1'],
    ['libegl1-mesa', 'resolute', 'libegl1'],
    ['libasound2', 'noble', 'libasound2t64'],
    ['libldap-2.5-0', 'noble', 'libldap2'],
    ['libtinfo5', 'questing', 'libtinfo6'],
    ['libncursesw5', 'plucky', 'libncursesw6'],
    ['python3-distutils', 'noble', 'python3-setuptools'],
    ['openjdk-11-jdk', 'bookworm', 'openjdk-17-jdk'],
    ['libatlas-base-dev', 'noble', undefined],
  ])('%s in %s becomes %s', (name, suite, replacement) => {
    expect(replacementFor(name, suite)?.name).toBe(replacement);
  });

  it('are renames, which change nothing else, only where the old package was empty', () => {
    const isRename = (name: string) => replacementFor(name, 'trixie')?.isRename;
    expect([isRename('libgl1-mesa-glx'), isRename('libegl1-mesa')]).toEqual([true, true]);
    expect([isRename('libatlas-base-dev'), isRename('openjdk-17-jdk'), isRename('netcat')]).toEqual([false, false, false]);
  });

  it('have a Java that every release has', () => {
    expect(defaultJava('openjdk-17-jre-headless')).toBe('default-jre-headless');
    expect(defaultJava('openjdk-8-jdk')).toBe('default-jdk');
    expect(defaultJava('openjdk-17-source')).toBeUndefined();
  });
});

describe('apt-package-removed-from-suite', () => {
  const said = (image: string, run: string): readonly string[] =>
    lint(`FROM ${image}\nRUN ${run}\n`, { select: ['apt-package-removed-from-suite'] }).findings.map(
      ({ messageId, message }) => `${messageId} ${/`([^`]+)`/.exec(message)?.[1]}`,
    );

  it.each([
    ['debian:trixie', 'apt-get update && apt-get install -y libaio1', ['absent libaio1']],
    ['debian:trixie', 'apt-get update && apt-get install -y libasound2', []],
    ['ubuntu:24.04', 'apt-get update && apt-get install -y libasound2', ['choice libasound2']],
    ['ubuntu:24.04', 'apt-get update && apt-get install -y python3-distutils libtinfo5', ['absent python3-distutils', 'absent libtinfo5']],
    ['ubuntu:22.04', 'apt-get update && apt-get install -y python3-distutils libtinfo5 libgl1-mesa-glx', []],
    ['ubuntu:26.04', 'apt-get update && apt-get install -y libldap-2.5-0 libasound2', ['absent libldap-2.5-0']],
    ['ubuntu:25.04', 'curl -fsSL https://repo.example.org/key | apt-key add -', ['apt-key apt-key']],
    ['ubuntu:24.04', 'curl -fsSL https://repo.example.org/key | apt-key add -', []],
    ['debian:trixie', 'apt-get update && apt-get install -y nvidia-cuda-toolkit', ['non-free nvidia-cuda-toolkit']],
  ])('on %s: %s', (image, run, expected) => {
    expect(said(image, run)).toEqual(expected);
  });
});
