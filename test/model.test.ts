/** Stages, inheritance, what is in force where, and the effective base image. */
import { describe, expect, it } from 'vitest';
import { buildModel } from '../src/model/build.js';
import { containerStart } from '../src/model/container.js';
import type { Dockerfile, Value } from '../src/model/dockerfile.js';
import { inheritedInstructions, isInFinalImage, resolveFileSource } from '../src/model/stages.js';
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
  it('takes stage names as BuildKit does', () => {
    const parents = (text: string) => model(text).stages.map(({ parent }) => parent?.index);
    expect(parents('FROM a AS Base\nFROM base\nFROM BASE\n')).toEqual([undefined, 0, undefined]);
    expect(parents('FROM a AS x\nFROM x AS x\nFROM x\n')).toEqual([undefined, 0, 1]);
    expect(parents('FROM b AS a\nFROM a AS b\n')).toEqual([undefined, 0]);
    const dockerfile = model('FROM a AS x\nFROM b AS X\nFROM x\n', 'X');
    expect(resolveFileSource(dockerfile, 'x', true)).toMatchObject({ stage: { index: 1 } });
    expect(dockerfile.finalStage?.index).toBe(1);
    expect(model('FROM a\nFROM b\n', '0').finalStage?.index).toBe(1);
  });
  it('begins a stage with the ENV of its parents, not with their ARG of that name', () => {
    const [, child, grandchild] = model('FROM x AS p\nENV A=1\nARG A=2 B=3\nFROM p AS q\nENV C=$A$B\nARG A=4\nFROM q\nENV D=$A$B\n').stages;
    expect(child && [shown(child.environment.variable('C')), shown(child.environment.variable('A'))]).toEqual(['13', '4']);
    expect(grandchild && shown(grandchild.environment.variable('D'))).toBe('13');
  });
  it('keeps the default of an ARG that is declared again', () => {
    const [stage] = model('ARG V=3\nARG V\nFROM python:$V\nARG V\n').stages;
    expect(stage?.base).toMatchObject({ reference: { tag: '3' } });
    expect(stage && shown(stage.environment.variable('V'))).toBe('3');
  });
  it('leaves open what an ARG without default is asked for', () => {
    const bases = model('ARG V\nFROM a:$V\nFROM a:${V:-1}\nFROM ${V#x}a\nFROM a${V:+:x}\n').stages.map(({ base }) =>
      base.kind === 'image' ? base.reference.text : base.kind,
    );
    expect(bases).toEqual(['unknown', 'a:1', 'unknown', 'a']);
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
  it('runs in a stage what its parent has behind ONBUILD, and no further', () => {
    const text = 'FROM x AS a\nONBUILD ENV A=1\nONBUILD USER app\nONBUILD CMD ["a"]\nFROM a AS b\nFROM b\nENTRYPOINT ["b"]\n';
    const [a, b, c] = model(text).stages;
    expect([a, b, c].map((stage) => stage?.triggers.map(({ keyword }) => keyword))).toEqual([[], ['ENV', 'USER', 'CMD'], []]);
    expect([a, b, c].map((stage) => stage && shown(stage.environment.variable('A')))).toEqual(['(absent)', '1', '1']);
    expect(b && shown(b.environment.user(b.instructions[0]))).toBe('app');
    expect(b && containerStart(b).command?.keyword).toBe('CMD');
    expect(c && containerStart(c).command).toBeUndefined();
    expect(c && inheritedInstructions(c).map(({ keyword }) => keyword)).toEqual([
      'ONBUILD',
      'ONBUILD',
      'ONBUILD',
      'ENV',
      'USER',
      'CMD',
      'ENTRYPOINT',
    ]);
  });
  it('reads paths of Windows where the escape character says so', () => {
    expect(shown(last('# escape=`\nFROM x\nWORKDIR C:\\app\nWORKDIR sub\\dir\n').environment.workdir())).toBe('/app/sub/dir');
    expect(shown(last('FROM x\nWORKDIR /app\nWORKDIR C:x\n').environment.workdir())).toBe('/app/C:x');
  });
  it('looks up a chain again and again, and each stage has its own', () => {
    const text = 'FROM x AS a\nENV A=1\nUSER u\nFROM a AS b\nFROM b AS c\nWORKDIR /w\nENV A=2 B=3\nFROM c AS d\nFROM d\nARG A=4\n';
    const { stages } = model(text);
    for (const order of [stages, [...stages].reverse()]) {
      for (const [stage, expected] of [
        [1, '1 (absent) u (absent)'],
        [2, '2 3 u /w'],
        [3, '2 3 u /w'],
        [4, '4 3 u /w'],
      ] as const) {
        const environment = order.find(({ index }) => index === stage)?.environment;
        const values = environment && [environment.variable('A'), environment.variable('B'), environment.user(), environment.workdir()];
        expect(values?.map(shown).join(' ')).toBe(expected);
      }
    }
    const [, , c] = stages;
    expect(c && shown(c.environment.variable('A', c.instructions[1]))).toBe('1');
    expect(shown(last(text).environment.environmentVariable('A'))).toBe('2');
  });
  it('looks up long chains without recursion', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `FROM ${i === 0 ? 'x' : `s${i - 1}`} AS s${i}`).join('\n');
    expect(shown(last(`${chain}\nENV A=1\n`).environment.variable('B'))).toBe('(absent)');
  });
});
