/** Layers: what is in the image, what an edit of code builds anew, and what is known of each without a guess. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleContext } from '../src/engine/walk.js';
import { layersOf } from '../src/facts/layers.js';
import { buildModel } from '../src/model/build.js';
import type { StageLayers } from '../src/model/layers.js';
import { placeOf } from '../src/source/position.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { dockerfile as generated, surroundings, torn } from './generated.js';
import { TODAY } from './lint.js';
import { amid } from './memory-tree.js';

function stagesOf(text: string, files?: Readonly<Record<string, string>>): readonly StageLayers[] {
  const source = sourceFromText('Dockerfile', text);
  const dockerfile = buildModel(parseSyntax(source));
  return layersOf(dockerfile, ruleContext(dockerfile, TODAY, amid(files, text).around));
}

/** `line rebuild` of every layer, a stage a list, with its role in front. */
function rebuilds(text: string, files?: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const source = sourceFromText('Dockerfile', text);
  return stagesOf(text, files).map(({ role, layers }) => [
    role,
    ...layers.map(({ at, rebuild }) => `${placeOf(source, at.start).line} ${rebuild}`),
  ]);
}

describe('what an edit of code builds anew', () => {
  it('is what stands behind the first copy of code, in stages built on it, too', () => {
    const text =
      'FROM python AS base\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN make\nFROM base\nENV A=1\nRUN x\n';
    expect(rebuilds(text)).toEqual([
      ['image', '2 never', '3 never', '4 never', '5 always', '6 always'],
      ['image', '9 always'],
    ]);
  });

  it('may be what takes files out of a stage that is built anew, by COPY or a mount', () => {
    const text =
      'FROM a AS one\nCOPY src src\nFROM b AS two\nRUN x\nFROM c\nCOPY --from=two /x /x\nRUN --mount=from=one,target=/y cp /y /z\nRUN z\nCOPY --from=0 /x /x\n';
    expect(rebuilds(text)).toEqual([
      ['build', '2 always'],
      ['build', '4 never'],
      ['image', '6 never', '7 perhaps', '8 perhaps', '9 perhaps'],
    ]);
    expect(stagesOf(text)[0]?.takenBy.map(({ start }) => text.slice(start).split(' ', 1)[0])).toEqual(['RUN', 'COPY']);
  });

  it('is not what --link puts beside the layers below it', () => {
    expect(rebuilds('FROM a\nCOPY . /app\nCOPY --link requirements.txt /\nRUN x\nCOPY --link=false requirements.txt /\n')).toEqual([
      ['image', '2 always', '3 never', '4 always', '5 always'],
    ]);
  });

  it('is a RUN that binds code from the context, and not one that mounts a cache or a manifest', () => {
    expect(rebuilds('FROM a\nRUN --mount=type=cache,target=/c x\nRUN --mount=type=bind,source=requirements.txt,target=/r x\n')).toEqual([
      ['image', '2 never', '3 never'],
    ]);
    expect(rebuilds('FROM a\nRUN --mount=type=bind,target=/src x\nRUN y\n')).toEqual([['image', '2 always', '3 always']]);
    expect(rebuilds('FROM a\nRUN --mount=type=bind,source=$X,target=/src x\n')).toEqual([['image', '2 perhaps']]);
  });

  it('goes by what lies in the context, where that is known', () => {
    const text = 'FROM a\nCOPY models /models\nRUN x\nCOPY lib /lib\n';
    expect(rebuilds(text)).toEqual([['image', '2 always', '3 always', '4 always']]);
    expect(rebuilds(text, { 'models/m.pkl': 'x', 'lib/a.py': 'x' })).toEqual([['image', '2 never', '3 never', '4 always']]);
    expect(rebuilds('FROM a\nCOPY . /\n', { 'm.pkl': '' })).toEqual([['image', '2 always']]);
    expect(rebuilds('FROM a\nCOPY m.pkl /\nCOPY app.py /\n')).toEqual([['image', '2 never', '3 always']]);
  });

  it('is not known where a source is not', () => {
    expect(rebuilds('FROM a\nARG X\nCOPY $X /\nADD https://example.org/x.py /\nCOPY --from=context / /\n')).toEqual([
      ['image', '3 perhaps', '4 perhaps', '5 perhaps'],
    ]);
  });

  it('counts triggers of ONBUILD where they run', () => {
    expect(rebuilds('FROM a AS base\nONBUILD COPY . /app\nFROM base\nRUN x\n')).toEqual([['image'], ['image', '2 always', '4 always']]);
  });
});

describe('what is known of a layer', () => {
  const contents = (text: string, files?: Readonly<Record<string, string>>) =>
    stagesOf(`FROM python:3.12\n${text}`, files)[0]?.layers.map((layer) => layer.contents);

  it('is what it installs, by name or as files list it', () => {
    expect(
      contents('RUN apt-get update && apt-get install -y gcc g++ && apt-get install gcc $X && pip install numpy==1 "pandas>2" numpy'),
    ).toMatchObject([
      {
        installs: [
          { from: 'apt', packages: 2, lists: [], complete: false },
          { from: 'PyPI', packages: 2, lists: [], complete: true },
        ],
      },
    ]);
    const text = 'COPY requirements.txt /\nRUN pip install -r /requirements.txt six';
    expect(contents(text, { 'requirements.txt': 'a\nb==1\n-r more.txt\n' })?.[1]?.installs).toEqual([
      { from: 'PyPI', packages: 3, lists: ['/requirements.txt'], complete: true },
    ]);
    expect(contents(text, { 'requirements.txt': 'a\nb==1\n' })?.[1]?.installs).toEqual([
      { from: 'PyPI', packages: 3, lists: [], complete: true },
    ]);
    expect(contents('RUN poetry install && apk add x y && Rscript -e "renv::restore()"')?.[0]?.installs).toEqual([
      { from: 'apk', packages: 2, lists: [], complete: true },
      { from: 'PyPI', packages: 0, lists: ['pyproject.toml', 'poetry.lock'], complete: true },
      { from: 'CRAN', packages: 0, lists: ['renv.lock'], complete: true },
    ]);
    expect(contents('RUN constructor && pip install -r https://user:password@example.org/r.txt')?.[0]?.installs).toEqual([]);
  });

  it('is what it brings from the context, in files and bytes', () => {
    const files = { 'a/x.py': '12345', 'a/y.py': '1', '.dockerignore': 'a/y.py\n' };
    expect(contents('COPY a /a', files)?.[0]?.files).toEqual({ count: 1, bytes: 5, complete: true });
    expect(contents('COPY a gone /a/', files)?.[0]?.files).toEqual({ count: 1, bytes: 5, complete: false });
    expect(contents('COPY a /a')?.[0]?.files).toBeUndefined();
    expect(contents('COPY --from=x a /a', files)?.[0]?.files).toBeUndefined();
  });

  it('is which caches it keeps outside the image', () => {
    expect(contents('RUN --mount=type=cache,target=/c --mount=type=secret,id=x y')?.[0]?.cacheMounts).toHaveLength(1);
  });
});

describe('any file', () => {
  it('has layers inside it, and a value that a thread can send', () => {
    const odd = fc.constantFrom('', 'RUN x', 'FROM', 'COPY . .\nFROM a', 'FROM a AS a\nFROM a\nCOPY --from=a . .\nCOPY --from=1 . .');
    fc.assert(
      fc.property(fc.oneof(odd, generated, torn), surroundings, (text, files) => {
        const stages = stagesOf(text, files);
        expect(structuredClone(stages)).toEqual(stages);
        for (const { at } of stages.flatMap(({ layers }) => layers)) {
          expect(at.start).toBeLessThan(at.end);
          expect(at.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes a time that is linear in its length', () => {
    const text = `FROM a AS s0\n${Array.from({ length: 2000 }, (_, i) => `COPY . /x${i}\nRUN pip install a${i}\n`).join('')}${Array.from({ length: 500 }, (_, i) => `FROM s${i} AS s${i + 1}\nCOPY --from=s${i} /x /x\n`).join('')}`;
    expect(stagesOf(text)).toHaveLength(501);
  }, 20_000);
});
