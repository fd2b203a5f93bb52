/** Stages, inheritance, what is in force where, and the effective base image. */
import { describe, expect, it } from 'vitest';
import { buildModel } from '../src/model/build.js';
import type { Dockerfile, Value } from '../src/model/dockerfile.js';
import { isInFinalImage, resolveFileSource } from '../src/model/stages.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

const model = (text: string, target?: string): Dockerfile => buildModel(parseSyntax(sourceFromText('Dockerfile', text)), target);
const shown = (value: Value): string => (value.kind === 'known' ? value.value : `(${value.kind})`);
function last(text: string) {
  const { finalStage } = model(text);
  if (finalStage === undefined) throw new Error('no stage');
  return finalStage;
}

describe('stages', () => {
  it('resolves bases through ARG defaults and earlier stages only', () => {
    const bases = model(
      'ARG V=3.12\nARG TAG=${V}-slim\nARG OPEN\nFROM python:$TAG AS Build\nFROM build AS run\nFROM run\nFROM later AS x\nFROM $OPEN\nFROM ${OPEN:-debian}\nFROM scratch AS later\n',
    ).stages.map(({ base, parent }) => [base.kind === 'image' ? base.reference.text : base.kind, parent?.index]);
    expect(bases).toEqual([
      ['python:3.12-slim', undefined],
      ['python:3.12-slim', 0],
      ['python:3.12-slim', 1],
      ['later', undefined],
      ['unknown', undefined],
      ['debian', undefined],
      ['scratch', undefined],
    ]);
  });
  it('knows what reaches the final image', () => {
    const dockerfile = model('FROM a AS base\nFROM base AS build\nFROM base\nCOPY --from=build /x /y\n');
    expect(dockerfile.stages.map((stage) => isInFinalImage(dockerfile, stage))).toEqual([true, false, true]);
    expect(model('FROM a AS one\nFROM b AS two\n', 'ONE').finalStage?.index).toBe(0);
  });
  it('finds where files are copied from', () => {
    const dockerfile = model('FROM a AS one\nFROM b\n');
    const kind = (from: string, index = true) => {
      const source = resolveFileSource(dockerfile, from, index);
      return source.kind === 'stage' ? source.stage.index : source.kind;
    };
    expect([kind('0'), kind('ONE'), kind('9'), kind('nginx:1'), kind('$X'), kind('0', false)]).toEqual([
      0,
      0,
      'unknown',
      'image',
      'unknown',
      'image',
    ]);
  });
});

describe('what is in force', () => {
  it('follows BuildKit where ARG and ENV meet', () => {
    expect(shown(last('FROM x\nENV A=1\nARG A=2\n').environment.variable('A'))).toBe('2');
    expect(shown(last('ARG A=1\nFROM x\n').environment.variable('A'))).toBe('(absent)');
    expect(shown(last('ARG A=1\nFROM x\nARG A\n').environment.variable('A'))).toBe('1');
    expect(shown(last('FROM x\nARG A\n').environment.variable('A'))).toBe('(declared)');
    expect(shown(last('FROM x\nARG TARGETARCH\n').environment.variable('TARGETARCH'))).toBe('(unknown)');
    expect(shown(last('FROM x\nENV A=1\nENV A=2 B=$A\n').environment.variable('B'))).toBe('1');
    expect(shown(last('FROM x\nENV A=$FROM_BASE\n').environment.variable('A'))).toBe('(unknown)');
    expect(shown(last('FROM x\nARG A=1\n').environment.environmentVariable('A'))).toBe('(absent)');
  });
  it('is inherited through FROM, and depends on the place', () => {
    const stage = last(
      'FROM x AS a\nENV A=1\nUSER app:grp\nWORKDIR /srv\nFROM a\nENV A=2\nWORKDIR app\nUSER ${UID}\nSHELL ["/bin/bash", "-c"]\n',
    );
    const [env] = stage.instructions;
    expect(shown(stage.environment.variable('A', env))).toBe('1');
    expect(shown(stage.environment.variable('A'))).toBe('2');
    expect(shown(stage.environment.workdir())).toBe('/srv/app');
    expect(shown(stage.environment.user(env))).toBe('app:grp');
    expect(shown(stage.environment.user())).toBe('(unknown)');
    expect(stage.environment.shell(env)).toBeUndefined();
    expect(stage.environment.shell()).toEqual(['/bin/bash', '-c']);
  });
  it('looks up long chains without recursion', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `FROM ${i === 0 ? 'x' : `s${i - 1}`} AS s${i}`).join('\n');
    expect(shown(last(`${chain}\nENV A=1\n`).environment.variable('B'))).toBe('(absent)');
  });
});
