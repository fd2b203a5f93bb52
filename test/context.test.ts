/** The files around a Dockerfile: which directory is the context, what is ignored, what a COPY brings, what lies where in the image. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildModel } from '../src/model/build.js';
import { BuildContext } from '../src/model/context.js';
import type { CopyInstruction, Dockerfile, Instruction } from '../src/model/dockerfile.js';
import { DiskTree, Trees } from '../src/source/file-tree.js';
import { MAX_SOURCE_BYTES, sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';
import { MemoryTree } from './memory-tree.js';

interface Project {
  readonly dockerfile: Dockerfile;
  readonly context: BuildContext;
  readonly tree: MemoryTree;
}

/** @param at where the Dockerfile lies @param named what `--context` says */
function project(text: string, files: Record<string, string>, at = 'Dockerfile', named?: string): Project {
  const dockerfile = buildModel(parseSyntax(sourceFromText(at, text)));
  const tree = new MemoryTree({ ...files, [at]: text });
  const around = { tree, dockerfile: at, ...(named === undefined ? {} : { context: named }) };
  return { dockerfile, tree, context: new BuildContext(dockerfile, () => around) };
}

const directory = (text: string, files: Record<string, string>, at?: string, named?: string) =>
  project(text, files, at, named).context.directory;

const lastCopy = ({ dockerfile }: Project): CopyInstruction =>
  dockerfile.finalStage?.instructions.findLast(({ keyword }) => keyword === 'COPY' || keyword === 'ADD') as CopyInstruction;

function brought(text: string, files: Record<string, string>): readonly string[] {
  const made = project(text, files);
  const stage = made.dockerfile.finalStage;
  if (stage === undefined) throw new Error('no stage');
  return [...made.context.brought(lastCopy(made), stage)].map((file) => file.path);
}

/** The file of the context that lies at a path of the final stage, when its last RUN runs or, without one, at its end. */
function fileAt(image: string, text: string, files: Record<string, string>): string | undefined {
  const { context, dockerfile } = project(text, files);
  const stage = dockerfile.finalStage;
  if (stage === undefined) throw new Error('no stage');
  const run = stage.instructions.findLast((instruction: Instruction) => instruction.keyword === 'RUN');
  return context.fileAt(image, stage, run);
}

describe('the directory that is the context', () => {
  it('is the one that is named', () => {
    expect(directory('FROM a\nCOPY x y\n', { x: '', 'b/c': '' }, 'docker/Dockerfile', 'b')).toBe('b');
  });
  it("is the Dockerfile's own where its sources are there, or nothing is taken by name", () => {
    expect(directory('FROM a\nCOPY x y\n', { 'app/x': '', x: '' }, 'app/Dockerfile')).toBe('app');
    expect(directory('FROM a\nCOPY . .\n', { x: '' }, 'app/Dockerfile')).toBe('app');
    expect(directory('FROM a\nCOPY missing*.txt .\n', {}, 'app/Dockerfile')).toBe('app');
  });
  it('is a directory above where more of the sources are', () => {
    expect(
      directory(
        'FROM a\nCOPY requirements.txt docker/start.sh /\n',
        { 'requirements.txt': '', 'docker/start.sh': '' },
        'docker/Dockerfile',
      ),
    ).toBe('');
    expect(directory('FROM a\nCOPY src/app.py /\n', { 'services/api/src/app.py': '' }, 'services/api/docker/Dockerfile')).toBe(
      'services/api',
    );
  });
  it('is not known when the sources are nowhere', () => {
    expect(directory('FROM a\nCOPY built.whl /\n', { x: '' }, 'app/Dockerfile')).toBeUndefined();
  });
});

describe('.dockerignore', () => {
  it('of the Dockerfile comes before that of the context', () => {
    const files = { '.dockerignore': 'a\n', 'docker/Dockerfile.dockerignore': 'b\n', a: '', b: '' };
    const { context } = project('FROM x\nCOPY a /\n', files, 'docker/Dockerfile');
    expect(context.ignoreFile?.path).toBe('docker/Dockerfile.dockerignore');
    expect([context.isIgnored('a'), context.isIgnored('b')]).toEqual([false, true]);
    expect(project('FROM x\nCOPY a /\n', files, 'Dockerfile').context.ignoreFile?.path).toBe('.dockerignore');
  });
  it('hides what it names from the build', () => {
    const { context } = project('FROM x\nCOPY . /\n', {
      '.dockerignore': 'data\n!data/keep.csv\n.env\n',
      'data/keep.csv': '',
      'data/big.csv': '',
      '.env': '',
    });
    expect(context.entry('.env')).toEqual({ kind: 'file', size: 0, path: '.env' });
    expect(context.find('.env')).toBeUndefined();
    expect(context.find('data')?.kind).toBe('directory');
    expect([...context.filesBelow('')]).toEqual(['.dockerignore', 'Dockerfile', 'data/keep.csv']);
  });
});

describe('what a COPY brings', () => {
  const files = { 'a.py': '', 'b.py': '', 'notes.md': '', 'src/m.py': '', 'src/deep/n.py': '', 'src/deep/o.csv': '', 'data/big.csv': '' };
  it('is the file, the files of a directory, what fits a pattern', () => {
    expect(brought('FROM x\nCOPY a.py src /\n', files)).toEqual(['a.py', 'src/m.py', 'src/deep/n.py', 'src/deep/o.csv']);
    expect(brought('FROM x\nCOPY *.py /\n', files)).toEqual(['a.py', 'b.py']);
    expect(brought('FROM x\nCOPY s*/dee? /\n', files)).toEqual(['src/deep/n.py', 'src/deep/o.csv']);
    expect(brought('FROM x\nARG D=src\nCOPY ../../$D/m.py /\n', files)).toEqual(['src/m.py']);
  });
  it('is nothing from elsewhere', () => {
    expect(brought('FROM x AS b\nFROM x\nCOPY --from=b a.py /\n', files)).toEqual([]);
    expect(brought('FROM x\nADD https://example.org/a.py /\n', files)).toEqual([]);
    expect(brought('FROM x\nCOPY <<a.py /\nprint(1)\na.py\n', files)).toEqual([]);
    expect(brought('FROM x\nARG D\nCOPY a$D.py /\n', files)).toEqual([]);
  });
  it('leaves out what --exclude names', () => {
    expect(brought('FROM x\nCOPY --exclude=deep --exclude=*.md . /\n', { 'a.py': '', 'n.md': '', 'deep/x': '' })).toEqual([
      'Dockerfile',
      'a.py',
    ]);
    expect(brought('FROM x\nCOPY --exclude=**/*.csv src /\n', files)).toEqual(['src/m.py', 'src/deep/n.py']);
    // Of sources that are files themselves it says nothing: BuildKit brings both.
    expect(brought('FROM x\nCOPY --exclude=a.py *.py /\n', files)).toEqual(['a.py', 'b.py']);
  });
  it('is with --parents what fits the pattern behind the pivot', () => {
    expect(brought('FROM x\nCOPY --parents src/*.py data /\n', files)).toEqual(['src/m.py', 'data/big.csv']);
    expect(brought('FROM x\nCOPY --parents ./src/./**/*.py /\n', files)).toEqual(['src/m.py', 'src/deep/n.py']);
    expect(brought('FROM x\nCOPY --parents --exclude=**/o.csv src/./deep /\n', files)).toEqual(['src/deep/n.py']);
    expect(brought('FROM x\nCOPY --parents . /\n', files)).toEqual([]);
  });
});

describe('the file of the context at a place of the image', () => {
  const files = { 'requirements.txt': '', 'app/requirements.txt': '', 'app/main.py': '' };
  const at = (text: string, image = '/srv/requirements.txt') => fileAt(image, text, files);
  it('came by a COPY of it, of its directory, or under another name', () => {
    expect(at('FROM x\nCOPY requirements.txt /srv/\n')).toBe('requirements.txt');
    expect(at('FROM x\nWORKDIR /srv\nCOPY . .\n')).toBe('requirements.txt');
    expect(at('FROM x\nCOPY app /srv\n')).toBe('app/requirements.txt');
    expect(at('FROM x\nCOPY app/requirements.txt /srv/base.txt\n', '/srv/base.txt')).toBe('app/requirements.txt');
    expect(at('FROM x\nCOPY requirements.txt /srv\n')).toBe('requirements.txt');
    expect(at('FROM x\nCOPY r*.txt /srv/\n')).toBe('requirements.txt');
  });
  it('came by --parents, and by what a stage has behind ONBUILD', () => {
    expect(at('FROM x\nCOPY --parents app/requirements.txt /srv/\n', '/srv/app/requirements.txt')).toBe('app/requirements.txt');
    expect(at('FROM x\nCOPY --parents ./app/./*.txt /srv/\n')).toBe('app/requirements.txt');
    expect(at('FROM x\nCOPY --parents app/*.py /srv/\n', '/srv/app/requirements.txt')).toBeUndefined();
    expect(at('FROM x AS a\nONBUILD COPY app /srv\nFROM a\n')).toBe('app/requirements.txt');
    expect(at('FROM x AS a\nWORKDIR /srv\nONBUILD COPY app .\nFROM a\nCOPY requirements.txt .\n')).toBe('requirements.txt');
  });
  it('came into a directory that exists', () => {
    expect(at('FROM x\nWORKDIR /srv\nCOPY requirements.txt /srv\n', '/srv')).toBeUndefined();
    expect(at('FROM x\nWORKDIR /srv/app\nCOPY requirements.txt ../../srv\n')).toBe('requirements.txt');
    expect(at('FROM x\nWORKDIR /srv\nCOPY --link requirements.txt /srv\n', '/srv')).toBe('requirements.txt');
  });
  it('is not kept out by --exclude when a source names it', () => {
    expect(at('FROM x\nCOPY --exclude=*.txt requirements.txt /srv/\n')).toBe('requirements.txt');
    expect(at('FROM x\nCOPY --exclude=*.txt app /srv/\n')).toBeUndefined();
    expect(at('FROM x AS b\nCOPY app /src\nFROM x\nCOPY --from=b --exclude=*.txt /src /srv\n')).toBeUndefined();
  });
  it('is the one that came last', () => {
    expect(at('FROM x\nCOPY r* */r* /srv/\n')).toBe('app/requirements.txt');
    expect(at('FROM x\nCOPY app/r* r* /srv/\n')).toBe('requirements.txt');
    expect(at('FROM x\nCOPY [ar]* /srv/\n')).toBe('requirements.txt');
    expect(at('FROM x\nRUN --mount=target=/srv --mount=target=/srv/sub,source=app true\n', '/srv/sub/requirements.txt')).toBe(
      'app/requirements.txt',
    );
    expect(at('FROM x\nCOPY requirements.txt /srv/\nCOPY app /srv\n')).toBe('app/requirements.txt');
    expect(at('FROM x\nCOPY requirements.txt /srv/\nRUN true\nCOPY app /srv\n')).toBe('requirements.txt');
  });
  it('comes through stages and mounts', () => {
    expect(at('FROM x AS base\nCOPY requirements.txt /srv/\nFROM base\n')).toBe('requirements.txt');
    expect(at('FROM x AS b\nCOPY app /src\nFROM x\nCOPY --from=b /src/requirements.txt /srv/\n')).toBe('app/requirements.txt');
    expect(at('FROM x AS b\nCOPY app /src\nFROM x\nCOPY --from=0 /src /srv\n')).toBe('app/requirements.txt');
    expect(at('FROM x\nRUN --mount=type=bind,source=app,target=/srv true\n')).toBe('app/requirements.txt');
    expect(at('FROM x\nWORKDIR /srv\nRUN --mount=type=bind,target=. true\n')).toBe('requirements.txt');
    expect(at('FROM x AS b\nCOPY app /src\nFROM x\nRUN --mount=from=b,source=/src,target=/srv true\n')).toBe('app/requirements.txt');
  });
  it('is not known where something may stand in its place', () => {
    expect(at('FROM x\n')).toBeUndefined();
    expect(at('FROM x\nCOPY requirements.txt /srv/\nCOPY --from=nginx /x /srv/\n')).toBeUndefined();
    expect(at('FROM x\nARG F\nCOPY requirements.txt /srv/\nCOPY $F /srv/\n')).toBeUndefined();
    expect(at('FROM x\nCOPY requirements.txt /srv/\nCOPY <<requirements.txt /srv/\na\nrequirements.txt\n')).toBeUndefined();
    const behind = (last: string) => at(`FROM x AS b\nFROM x\nCOPY requirements.txt /srv/\n${last}\n`);
    expect(behind('ADD https://example.org/requirements.txt /srv/')).toBeUndefined();
    expect(behind('ADD app requirements.* data.tar.gz /srv/')).toBeUndefined();
    // Not there now: made before the build. A name with an extension is a file's.
    expect(behind('COPY dist /srv/')).toBeUndefined();
    expect(behind('COPY dist/* /srv/')).toBeUndefined();
    expect(behind('COPY dist/requirements.txt /srv/')).toBeUndefined();
    expect(behind('COPY model.bin dist/*.whl /srv/')).toBe('requirements.txt');
    expect(behind('COPY --from=b /app/requirements.txt /other /srv/')).toBeUndefined();
    expect(behind('COPY app requirements.txt /srv/requirements.txt')).toBeUndefined();
    expect(behind('RUN --mount=type=cache,target=/srv true')).toBeUndefined();
    expect(behind('RUN --mount=target=/srv --mount=target=/srv,source=app true')).toBeUndefined();
    expect(behind('RUN --mount=type=secret,id=x --mount=type=ssh true')).toBe('requirements.txt');
  });
  it('is looked for in stages that copy from each other in a circle, and in many', () => {
    expect(at('FROM x AS a\nCOPY --from=a /srv /srv\nFROM a\n')).toBeUndefined();
    const chain = Array.from(
      { length: 60 },
      (_, i) => `FROM x AS s${i}\nCOPY --from=s${i - 1} /srv/requirements.txt /srv/\nCOPY --from=s${i - 1} /srv /srv`,
    );
    expect(at(`FROM x AS s-1\n${chain.join('\n')}\n`)).toBeUndefined();
  });
});

describe('files around a Dockerfile', () => {
  it('are looked at only when somebody asks', () => {
    const { tree, context, dockerfile } = project('FROM x\nCOPY . .\n', { a: '' });
    expect(tree.asked).toEqual([]);
    expect(dockerfile.stages).toHaveLength(1);
    expect(context.find('a')?.kind).toBe('file');
    expect(tree.asked).not.toEqual([]);
  });
});

describe('on disk', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'plimsoll-tree-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write('outside.txt', 'secret');
  write('repo/.git/HEAD', '');
  write('repo/app/Dockerfile', 'FROM x\n');
  write('repo/app/a.txt', 'a');
  symlinkSync('../../outside.txt', path.join(root, 'repo/app/out.txt'));
  symlinkSync('a.txt', path.join(root, 'repo/app/in.txt'));
  symlinkSync('.', path.join(root, 'repo/app/loop'));
  const tree = new DiskTree(path.join(root, 'repo'), root);

  it('nothing outside the tree can be reached', () => {
    expect(tree.read('app/a.txt')?.text).toBe('a');
    expect(tree.read('app/in.txt')?.text).toBe('a');
    for (const file of ['app/out.txt', '../outside.txt', 'app/../../outside.txt', path.join(root, 'outside.txt'), 'app/missing', 'app']) {
      expect(tree.read(file), file).toBeUndefined();
    }
    expect(tree.entry('app/out.txt')).toBeUndefined();
    expect(tree.list('..')).toEqual([]);
  });
  it('links are named as links, so that a walk ends', () => {
    expect(tree.list('app').map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'Dockerfile file',
      'a.txt file',
      'in.txt link',
      'loop link',
      'out.txt link',
    ]);
  });
  it('a link says where it leads, though that may be nowhere', () => {
    expect(tree.link('app/in.txt')).toBe('a.txt');
    expect(tree.link('app/out.txt')).toBe('../../outside.txt');
    for (const file of ['app/a.txt', 'app', '', 'missing', '../x', 'app/out.txt/x']) expect(tree.link(file), file).toBeUndefined();
    expect(tree.entry('app/loop/loop/in.txt')?.path).toBe('app/a.txt');
  });
  describe('links in a build', () => {
    const at = (text: string, image: string, ignored = '') => {
      write('repo/linked/.dockerignore', ignored);
      const source = sourceFromText('linked/Dockerfile', text);
      const dockerfile = buildModel(parseSyntax(source));
      const fresh = new DiskTree(path.join(root, 'repo'), root);
      const context = new BuildContext(dockerfile, () => ({ tree: fresh, dockerfile: 'linked/Dockerfile', context: 'linked' }));
      const stage = dockerfile.stages.at(-1);
      if (stage === undefined) throw new Error('no stage');
      const run = stage.instructions.findLast(({ keyword }) => keyword === 'RUN');
      return { file: context.fileAt(image, stage, run), context };
    };
    for (const file of ['base/requirements.txt', 'base/x/requirements.txt', 'app/main.py', 'app/requirements.txt', 'main.txt']) {
      write(`repo/linked/${file}`, file);
    }
    symlinkSync('../base', path.join(root, 'repo/linked/app/base'));
    symlinkSync('x/requirements.txt', path.join(root, 'repo/linked/base/deep.txt'));
    symlinkSync('base/requirements.txt', path.join(root, 'repo/linked/top.txt'));
    symlinkSync('../app/a.txt', path.join(root, 'repo/linked/above.txt'));
    symlinkSync('/etc/hosts', path.join(root, 'repo/linked/hosts'));
    symlinkSync('two', path.join(root, 'repo/linked/one'));
    symlinkSync('one', path.join(root, 'repo/linked/two'));

    it('are followed when a source names them', () => {
      expect(at('FROM x\nCOPY top.txt /srv/\n', '/srv/top.txt').file).toBe('base/requirements.txt');
      expect(at('FROM x\nCOPY app/base /srv/\n', '/srv/requirements.txt').file).toBe('base/requirements.txt');
      expect(at('FROM x\nCOPY app/base/*.txt /srv/\n', '/srv/requirements.txt').file).toBe('base/requirements.txt');
      expect(at('FROM x\nCOPY app/*/r*.txt /srv/\n', '/srv/requirements.txt').file).toBeUndefined();
    });
    it('are links in the image when their directory is copied', () => {
      expect(at('FROM x\nCOPY . /srv\n', '/srv/app/base/deep.txt').file).toBe('base/x/requirements.txt');
      expect(at('FROM x\nCOPY . /srv\nCOPY main.txt /srv/base/requirements.txt\n', '/srv/top.txt').file).toBe('main.txt');
      expect(at('FROM x\nCOPY app /srv/a\n', '/srv/a/base/requirements.txt').file).toBeUndefined();
      expect(at('FROM x\nCOPY app /srv/a\nCOPY base/x /srv/base\n', '/srv/a/base/requirements.txt').file).toBe('base/x/requirements.txt');
      expect(at('FROM x AS a\nCOPY . /srv\nFROM x\nCOPY --from=a /srv /srv\n', '/srv/top.txt').file).toBeUndefined();
      expect(at('FROM x AS a\nCOPY . /srv\nFROM x\nCOPY --from=a /srv/top.txt /srv/\n', '/srv/top.txt').file).toBe('base/requirements.txt');
    });
    it('lead nowhere out of the context, in a circle, and to what is ignored', () => {
      const { context } = at('FROM x\nCOPY app /srv\n', '/', 'base/requirements.txt\nhosts\n');
      for (const link of ['above.txt', 'hosts', 'one', 'one/x']) expect(context.entry(link), link).toBeUndefined();
      expect(context.entry('top.txt')?.path).toBe('base/requirements.txt');
      expect(context.find('top.txt')).toBeUndefined();
      expect(at('FROM x\nCOPY . /srv\n', '/srv/hosts').file).toBeUndefined();
      expect(at('FROM x\nCOPY . /srv\n', '/srv/one/x').file).toBeUndefined();
      expect(at('FROM x\nRUN --mount=target=/srv true\n', '/srv/one/x').file).toBeUndefined();
      expect(at('FROM x\nCOPY base/requirements.txt above.txt /srv/\n', '/srv/requirements.txt').file).toBeUndefined();
    });
  });
  it('what is too large or no text is not read', () => {
    write('repo/app/big.txt', 'x'.repeat(MAX_SOURCE_BYTES + 1));
    write('repo/app/binary.txt', '\0'.repeat(100));
    const fresh = new DiskTree(path.join(root, 'repo'), root);
    expect(fresh.entry('app/big.txt')?.size).toBe(MAX_SOURCE_BYTES + 1);
    expect(fresh.read('app/big.txt')).toBeUndefined();
    expect(fresh.read('app/binary.txt')).toBeUndefined();
  });
  it('the tree is the repository, else the working directory, else where the file lies', () => {
    const inRepository = new Trees(root).around('repo/app/Dockerfile');
    expect(inRepository.dockerfile).toBe('app/Dockerfile');
    expect(inRepository.tree.read('app/a.txt')?.path).toBe('repo/app/a.txt');
    write('plain/app/Dockerfile', 'FROM x\n');
    expect(new Trees(root).around('plain/app/Dockerfile').dockerfile).toBe('plain/app/Dockerfile');
    expect(new Trees(path.join(root, 'repo')).around('../plain/app/Dockerfile').dockerfile).toBe('Dockerfile');
  });
  it('a context that is named may lie elsewhere', () => {
    const around = new Trees(root, 'plain').around('repo/app/Dockerfile');
    expect([around.dockerfile, around.context]).toEqual(['repo/app/Dockerfile', 'plain']);
    expect(new Trees(root, 'repo').around('repo/app/Dockerfile')).toMatchObject({ dockerfile: 'app/Dockerfile', context: '' });
  });
});

describe('a build that a compose file describes', () => {
  const built = (compose: string, at = 'docker/Dockerfile', files: Record<string, string> = {}, file = 'compose.yaml') =>
    project('FROM x\nCOPY . .\n', { ...files, [file]: `services:\n  app:\n    build:${compose}\n` }, at).context;
  it('says which directory is the context', () => {
    expect(built(' .', 'Dockerfile').directory).toBe('');
    expect(built('\n      context: .\n      dockerfile: docker/Dockerfile').directory).toBe('');
    expect(built('\n      context: ./src\n      dockerfile: ../docker/Dockerfile').directory).toBe('src');
    expect(built('\n      context: ${CONTEXT:-src}\n      dockerfile: ../docker/Dockerfile\n      target: dev').builds).toEqual([
      { file: 'compose.yaml', name: 'app', directory: 'src', target: 'dev' },
    ]);
    expect(built('\n      dockerfile: docker/Dockerfile').directory).toBe('');
  });
  it('is another one where the names differ or are not known', () => {
    for (const compose of [
      ' .',
      '\n      context: $CONTEXT\n      dockerfile: docker/Dockerfile',
      '\n      context: https://github.com/a/b.git',
      '\n      dockerfile_inline: FROM x',
    ]) {
      expect(built(compose).builds, compose).toEqual([]);
    }
    expect(built('\n      dockerfile: docker/Dockerfile', 'docker/Dockerfile', {}, 'compose.override.yaml').builds).toEqual([]);
  });
  it('does not decide when another one disagrees, unless the sources do', () => {
    const compose = (name: string) => `services:\n  ${name}:\n    build:\n      context: ${name}\n      dockerfile: ../docker/Dockerfile\n`;
    const files = { 'compose.yaml': compose('a'), 'compose.b.yaml': compose('b'), 'a/x': '' };
    expect(directory('FROM x\nCOPY . .\n', files, 'docker/Dockerfile')).toBeUndefined();
    expect(directory('FROM x\nCOPY x .\n', files, 'docker/Dockerfile')).toBe('a');
    const third = { ...files, 'b/x': '', 'compose.c.yaml': compose('c'), 'c/x': '', 'c/y': '' };
    expect(directory('FROM x\nCOPY x y .\n', third, 'docker/Dockerfile')).toBe('c');
  });
  it('may stand in a bake file', () => {
    const bake =
      'variable "DIR" { default = "src" }\ntarget "_base" { context = DIR }\ntarget "app" {\n  inherits = ["_base"]\n  dockerfile = "../docker/Dockerfile"\n  target = "run"\n}\n';
    const made = project('FROM x\nCOPY . .\n', { 'docker-bake.hcl': bake }, 'docker/Dockerfile').context;
    expect(made.builds).toEqual([{ file: 'docker-bake.hcl', name: 'app', directory: 'src', target: 'run' }]);
    const json = JSON.stringify({ target: { app: { dockerfile: 'docker/Dockerfile' } } });
    expect(directory('FROM x\nCOPY . .\n', { 'docker-bake.json': json }, 'docker/Dockerfile')).toBe('');
  });
});
