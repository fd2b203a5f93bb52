import { describe, expect, it } from 'vitest';
import { ruleContext } from '../src/engine/walk.js';
import { startLeavesRoot, startup } from '../src/facts/entrypoints.js';
import { createdUsers, effectiveUser } from '../src/facts/users.js';
import { buildModel } from '../src/model/build.js';
import type { Dockerfile, Instruction, Script, Stage } from '../src/model/dockerfile.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { TODAY } from './lint.js';

interface Read {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  readonly script: (instruction: Instruction) => Script | undefined;
}

function read(...lines: readonly string[]): Read {
  const dockerfile = buildModel(parseSyntax(sourceFromText('Dockerfile', `${lines.join('\n')}\n`)));
  const stage = dockerfile.finalStage;
  if (stage === undefined) throw new Error('no stage');
  return { dockerfile, stage, script: ruleContext(dockerfile, TODAY).script };
}

/** `name`, with `!` for root; `?` and the reason where it is not known. */
function user(...lines: readonly string[]): string {
  const found = effectiveUser(read(...lines).stage);
  return found.kind === 'unknown' ? `?${found.because}` : `${found.name}${found.root ? '!' : ''}`;
}

const braced = (text: string): string => `\${${text}}`;

describe('effectiveUser', () => {
  const python = 'FROM python:3.13-slim-trixie';

  it('begins with the user of the base image', () => {
    expect(user(python)).toBe('root!');
    expect(user('FROM quay.io/jupyter/base-notebook:2026-07-28')).toBe('jovyan');
    expect(user('FROM mambaorg/micromamba:2.6.1')).toBe('mambauser');
    expect(user('FROM gcr.io/distroless/python3-debian12:nonroot')).toBe('nonroot');
    expect(user('FROM scratch')).toBe('root!');
    expect(user('FROM registry.example.org/team/base:1')).toBe('?base');
    expect(user('ARG BASE', 'FROM $BASE')).toBe('?base');
  });

  it('takes the last USER, its group aside', () => {
    expect(user(python, 'USER root', 'USER app')).toBe('app');
    expect(user(python, 'USER app', 'USER root')).toBe('root!');
    expect(user(python, 'USER app:root')).toBe('app');
    expect(user(python, 'USER "app"')).toBe('app');
  });

  it.each(['root', '0', '0:0', 'root:app', '0:1000', '00', '"root"', ':app'])('USER %s is root', (value) => {
    expect(user(python, `USER ${value}`)).toMatch(/!$/);
  });

  it.each(['1000', '1001:0', 'app', '10001:10001', 'rooter'])('USER %s is not', (value) => {
    expect(user(python, `USER ${value}`)).not.toMatch(/!$/);
  });

  it('fills in arguments with a default', () => {
    expect(user(python, 'ARG UID=1001', `USER ${braced('UID')}`)).toBe('1001');
    expect(user('ARG UID=1001', python, 'ARG UID', `USER ${braced('UID')}:0`)).toBe('1001');
    expect(user(python, 'ARG UID=0', 'USER $UID')).toBe('0!');
    expect(user(python, 'ARG UID', 'USER $UID')).toBe('?variable');
    expect(user(python, `USER ${braced('APP_USER:-app')}`)).toBe('app');
  });

  it('fills in what the base image sets', () => {
    expect(user('FROM quay.io/jupyter/base-notebook:2026-07-28', 'USER root', `USER ${braced('NB_UID')}`)).toBe('1000');
    expect(user('FROM quay.io/jupyter/base-notebook:2026-07-28', 'USER root', 'USER $NB_USER')).toBe('jovyan');
    expect(user('FROM registry.example.org/team/base:1', 'USER $NB_UID')).toBe('?variable');
  });

  it('follows FROM to earlier stages, and no other way', () => {
    expect(user(`${python} AS base`, 'USER app', 'FROM base')).toBe('app');
    expect(user(`${python} AS base`, 'USER app', 'FROM base AS more', 'FROM more', 'USER 0')).toBe('0!');
    expect(user(`${python} AS build`, 'USER app', python, 'COPY --from=build /a /a')).toBe('root!');
  });

  it('knows the user in front of an instruction', () => {
    const { stage } = read(python, 'RUN a', 'USER app', 'RUN b', 'USER root', 'RUN c');
    const names = stage.instructions.filter(({ keyword }) => keyword === 'RUN').map((run) => effectiveUser(stage, run));
    expect(names.map((found) => found.kind === 'known' && found.name)).toEqual(['root', 'app', 'root']);
  });

  it('says nothing about Windows', () => {
    expect(user('FROM mcr.microsoft.com/windows/servercore:ltsc2022', 'USER ContainerAdministrator')).toBe('?windows');
    expect(user('FROM python:3.13-windowsservercore-ltsc2022')).toBe('?windows');
    expect(user('FROM registry.example.org/base:1', 'SHELL ["powershell", "-Command"]')).toBe('?windows');
  });
});

describe('createdUsers', () => {
  const names = (run: string): readonly string[] => {
    const { stage, script } = read('FROM debian:trixie-slim', `RUN ${run}`);
    return createdUsers(stage, script).map(({ name, uid }) => (uid === undefined ? name : `${name}=${uid}`));
  };

  it.each([
    ['useradd --no-log-init -m -u 10001 app', ['app=10001']],
    ['useradd -lmu 1000 -s /bin/bash app', ['app=1000']],
    ['groupadd -r app && useradd --no-log-init -r -g app app', ['app']],
    ['useradd --uid=1000 --create-home app', ['app=1000']],
    ['adduser -D -u 1000 -G users app', ['app=1000']],
    ["adduser --disabled-password --gecos '' app", ['app']],
    ['adduser app docker', []],
    ['useradd -o -u 0 boss', []],
    ['useradd $NAME', []],
    ['sudo useradd -m app', ['app']],
  ])('%s', (run, expected) => expect(names(run)).toEqual(expected));
});

describe('startLeavesRoot', () => {
  const leaves = (...lines: readonly string[]): boolean => {
    const { stage, script } = read(...lines);
    return startLeavesRoot(stage, startup(stage, script));
  };
  const python = 'FROM python:3.13-slim-trixie';

  it.each([
    ['ENTRYPOINT ["gosu", "app", "python", "serve.py"]'],
    ['CMD su-exec app python serve.py'],
    ['CMD ["setpriv", "--reuid=app", "python", "serve.py"]'],
    ['CMD ["cron", "-f"]'],
    ['CMD service cron start && python serve.py'],
    ['ENTRYPOINT ["/init"]'],
    ['CMD ["/usr/sbin/sshd", "-D"]'],
    ['CMD ["supervisord", "-n"]'],
    ['CMD ["gunicorn", "--user", "app", "app:app"]'],
  ])('%s does', (line) => expect(leaves(python, line)).toBe(true));

  it.each([
    ['CMD ["python", "serve.py"]'],
    ['ENTRYPOINT ["tini", "--", "python"]'],
    ['CMD ["./start.sh"]'],
    ['CMD ["uv", "run", "serve.py"]'],
  ])('%s does not', (line) => expect(leaves(python, line)).toBe(false));

  it('is the base image’s work until it is replaced', () => {
    expect(leaves('FROM postgres:18')).toBe(true);
    expect(leaves('FROM postgres:18', 'CMD ["postgres", "-c", "fsync=off"]')).toBe(true);
    expect(leaves('FROM rocker/rstudio:4.5.3')).toBe(true);
    expect(leaves('FROM rocker/rstudio:4.5.3', 'CMD ["Rscript", "train.R"]')).toBe(false);
    expect(leaves('FROM quay.io/jupyter/base-notebook:2026-07-28', 'USER root')).toBe(true);
    expect(leaves('FROM quay.io/jupyter/base-notebook:2026-07-28', 'ENTRYPOINT ["python"]')).toBe(false);
    expect(leaves('FROM nginx:1.29')).toBe(true);
  });
});

describe('startup', () => {
  const interactive = (...lines: readonly string[]): boolean => {
    const { stage, script } = read('FROM python:3.13-slim-trixie', ...lines);
    return startup(stage, script).isInteractive;
  };

  it.each([
    ['CMD ["bash"]'],
    ['CMD /bin/bash -l'],
    ['CMD ["R"]'],
    ['CMD []'],
    ['ENTRYPOINT ["tini", "--"]\nCMD ["python3"]'],
    ['ENTRYPOINT ["/entry.sh"]\nCMD ["bash"]'],
  ])('%j waits for input', (line) => expect(interactive(...line.split('\n'))).toBe(true));

  it.each([
    ['CMD ["bash", "run.sh"]'],
    ['CMD ["python", "serve.py"]'],
    ['ENTRYPOINT ["python"]\nCMD ["serve.py"]'],
    ['ENTRYPOINT ["/entry.sh"]'],
    ['CMD ["bash", "-c", "serve"]'],
  ])('%j does not', (line) => expect(interactive(...line.split('\n'))).toBe(false));

  it('has no CMD of an earlier stage behind an ENTRYPOINT of its own', () => {
    const { stage, script } = read('FROM python:3.13-slim-trixie AS base', 'CMD ["cron"]', 'FROM base', 'ENTRYPOINT ["python"]');
    expect(startup(stage, script).command).toBeUndefined();
  });
});
