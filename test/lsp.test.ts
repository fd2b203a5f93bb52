/** The language server as editors meet it: the built program, driven over standard input and output. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';
import { readSettings } from '../src/lsp/settings.js';
import { fileOf, uriOf as uriOfFile } from '../src/lsp/uris.js';
import { Workspace } from '../src/lsp/workspace.js';
import { defineRule } from '../src/rule.js';
import {
  CLI,
  type CodeAction,
  type Diagnostic,
  Editor,
  type EditorOptions,
  edited,
  editsFor,
  PULL,
  PUSH,
  type Range,
  uriOf,
} from './lsp-client.js';

const editors: Editor[] = [];
const folders: string[] = [];
afterAll(() => {
  for (const { server } of editors) server.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A directory with files, outside of any repository. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'plimsoll lsp-')));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

async function start(options: EditorOptions = {}): Promise<Editor> {
  const editor = await Editor.start(options);
  editors.push(editor);
  return editor;
}

/** One server for many tests, each of which has its own directory; it has no folder open. */
const shared = new Map<string, Promise<Editor>>();
function sharing(name: 'pull' | 'push'): Promise<Editor> {
  const editor = shared.get(name) ?? start({ capabilities: name === 'pull' ? PULL : PUSH });
  shared.set(name, editor);
  return editor;
}

/** A server whose parent, as far as it was told, is dead; it takes three seconds to see that, which others use. */
function orphan(): Promise<number | null> {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const server = spawn(process.execPath, [CLI, 'lsp'], { stdio: 'pipe' });
  const hello = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { processId: dead, rootUri: null, capabilities: {} },
  });
  server.stdin.write(`Content-Length: ${hello.length}\r\n\r\n${hello}`);
  return new Promise((resolve) => server.once('exit', resolve));
}
const orphaned = orphan();

const EVERYTHING: Range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
const FIXED_FROM = 'FROM python:3.13.9-slim-trixie\n';
const codes = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);
const withTitle = (actions: readonly CodeAction[], title: string | RegExp): CodeAction => {
  const found = actions.find((action) => (typeof title === 'string' ? action.title === title : title.test(action.title)));
  if (found === undefined) throw new Error(`no action ${title} among ${actions.map((action) => action.title).join('; ')}`);
  return found;
};
/** What a place is in a text: line, then where in it, counted in UTF-16. */
const placeIn = (text: string, word: string): { line: number; character: number } => {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
};

describe('a client that asks', () => {
  it('gets the findings of a file, and `unchanged` until something changes', async () => {
    const folder = project();
    const editor = await start({ folders: [folder], capabilities: PULL });
    expect(editor.initialized.capabilities).toMatchObject({
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: 1 },
      diagnosticProvider: { identifier: 'plimsoll', workspaceDiagnostics: false },
      codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.plimsoll'] },
      hoverProvider: true,
    });
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, `${FIXED_FROM}ENV A 1\nUSER app\n`);
    const first = await editor.pull(uri);
    expect(first).toMatchObject({
      kind: 'full',
      items: [
        {
          range: { start: { line: 1, character: 4 }, end: { line: 1, character: 7 } },
          severity: 2,
          code: 'env-legacy-syntax',
          source: 'plimsoll',
          message: '`ENV A …` without `=` is deprecated\nWrite `ENV A=1`',
        },
      ],
    });
    expect(await editor.pull(uri, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    await editor.change(uri, `${FIXED_FROM}\nENV A 1\nUSER app\n`);
    const second = await editor.pull(uri, first.resultId);
    expect(second).toMatchObject({ kind: 'full', items: [{ range: { start: { line: 2 } } }] });
    await editor.change(uri, `${FIXED_FROM}USER app\n`, 3);
    expect(await editor.pulled(uri)).toEqual([]);
    expect(editor.published).toEqual([]);
    expect(await editor.stop()).toBe(0);
  });

  it('gets what a Dockerfile leads to in other files, and that it is gone', async () => {
    const folder = project({ 'requirements.txt': 'é pandas\nnumpy\n'.replace('é ', '') });
    const editor = await start({ folders: [folder], capabilities: PULL });
    const [uri, listed] = [uriOf(folder, 'Dockerfile'), uriOf(folder, 'requirements.txt')];
    const install = 'RUN pip install --no-cache-dir -r requirements.txt\n';
    await editor.open(uri, `${FIXED_FROM}COPY requirements.txt .\n${install}USER app\n`);
    const report = await editor.pull(uri);
    expect(report.relatedDocuments?.[listed]).toMatchObject({
      kind: 'full',
      items: [{ code: 'requirements-file-unpinned', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 6 } } }],
    });
    const listing = report.relatedDocuments?.[listed];
    const [unpinned] = listing?.kind === 'full' ? listing.items : [];
    expect(unpinned?.relatedInformation?.at(-1)?.location).toMatchObject({ uri, range: { start: { line: 2 } } });
    // Asked for itself, it has the same.
    await editor.open(listed, 'pandas\nnumpy\n', 'pip-requirements');
    expect(codes(await editor.pulled(listed))).toEqual(['requirements-file-unpinned']);
    // What is typed there counts before it is saved.
    await editor.change(listed, 'pandas==2.3.3\nnumpy==2.3.4\n');
    expect(await editor.pulled(listed)).toEqual([]);
    await editor.until(() => editor.refreshes > 0);
    expect((await editor.pull(uri)).relatedDocuments?.[listed]).toEqual({ kind: 'full', items: [] });
    await editor.close(listed);
    expect((await editor.pull(uri)).relatedDocuments?.[listed]).toMatchObject({ items: [{ code: 'requirements-file-unpinned' }] });
    await editor.change(uri, `${FIXED_FROM}USER app\n`);
    expect((await editor.pull(uri)).relatedDocuments).toEqual({ [listed]: { kind: 'full', items: [] } });
    expect((await editor.pull(uri)).relatedDocuments).toBeUndefined();
    // What a file has left that is closed goes with the next answer for another one.
    const other = uriOf(folder, 'other.Dockerfile');
    await editor.change(uri, `${FIXED_FROM}COPY requirements.txt .\n${install}USER app\n`, 3);
    expect((await editor.pull(uri)).relatedDocuments?.[listed]).toMatchObject({ items: [{}] });
    await editor.open(other, `${FIXED_FROM}USER app\n`);
    await editor.close(uri);
    expect((await editor.pull(other)).relatedDocuments).toEqual({ [listed]: { kind: 'full', items: [] } });
    expect((await editor.pull(other)).relatedDocuments).toBeUndefined();
  });

  it('gets them at the words that lead there when it takes no others', async () => {
    const folder = project({ 'requirements.txt': 'pandas\nnumpy\n' });
    const capabilities = { ...PULL, textDocument: { ...PULL.textDocument, diagnostic: {} } };
    const editor = await start({ folders: [folder], capabilities });
    const text = `${FIXED_FROM}COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nUSER app\n`;
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    const report = await editor.pull(uri);
    expect(report).toMatchObject({
      items: [
        {
          code: 'requirements-file-unpinned',
          message: expect.stringMatching(/^requirements\.txt:1: None of the 2 packages/),
          range: { start: { line: 2 } },
          relatedInformation: [{ location: { uri: uriOf(folder, 'requirements.txt'), range: { start: { line: 0, character: 0 } } } }],
        },
      ],
    });
    expect(report.relatedDocuments).toBeUndefined();
  });

  it('asks again when files on disk, which it watches, have changed', async () => {
    const folder = project({ 'requirements.txt': 'pandas\nnumpy\n' });
    const capabilities = { ...PULL, workspace: { ...PULL.workspace, didChangeWatchedFiles: { dynamicRegistration: true } } };
    const editor = await start({ folders: [folder], capabilities });
    const watched = await editor.until(() => editor.registered.get('workspace/didChangeWatchedFiles'));
    const globs = (watched as { watchers: { globPattern: string }[] }).watchers.map(({ globPattern }) => globPattern).join(' ');
    for (const name of ['plimsoll.json', 'pyproject.toml', '.dockerignore', 'requirements', 'lock', 'compose'])
      expect(globs).toContain(name);
    const [uri, listed] = [uriOf(folder, 'Dockerfile'), uriOf(folder, 'requirements.txt')];
    await editor.open(uri, `${FIXED_FROM}COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nUSER app\n`);
    expect((await editor.pull(uri)).relatedDocuments?.[listed]).toMatchObject({ items: [{}] });
    writeFileSync(path.join(folder, 'requirements.txt'), 'pandas==2.3.3\nnumpy==2.3.4\n');
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: listed, type: 2 }] });
    await editor.until(() => editor.refreshes > 0);
    expect((await editor.pull(uri)).relatedDocuments?.[listed]).toEqual({ kind: 'full', items: [] });
  });
});

describe('a client that watches no files', () => {
  it.each([
    ['asks', PULL],
    ['is sent', PUSH],
  ] as const)('and %s sees what has changed on disk while one goes on typing', async (way, capabilities) => {
    const folder = project({ 'plimsoll.json': '{ "ignore": ["root-user"] }' });
    const editor = await start({ folders: [folder], capabilities });
    const uri = uriOf(folder, 'Dockerfile');
    const found = async (): Promise<string> => JSON.stringify(way === 'asks' ? await editor.pull(uri) : await editor.next(uri));
    await editor.open(uri, FIXED_FROM);
    expect(await found()).not.toContain('root-user');
    writeFileSync(path.join(folder, 'plimsoll.json'), '{}');
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await editor.change(uri, `${FIXED_FROM}CMD ["python"]\n`);
    expect(await found()).toContain('root-user');
  });
});

describe('a client that is sent diagnostics', () => {
  it('gets them with versions, and an empty list at the end', async () => {
    const folder = project({ 'requirements.txt': 'pandas\nnumpy\n' });
    const editor = await start({ folders: [folder] });
    expect(editor.initialized.capabilities.diagnosticProvider).toBeUndefined();
    const [uri, listed] = [uriOf(folder, 'Dockerfile'), uriOf(folder, 'requirements.txt')];
    const install = 'COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n';
    await editor.open(uri, `${FIXED_FROM}${install}ENV A 1\nUSER app\n`, 'dockerfile', 7);
    expect(await editor.next(uri)).toMatchObject({ version: 7, diagnostics: [{ code: 'env-legacy-syntax' }] });
    expect(await editor.next(listed)).toMatchObject({ diagnostics: [{ code: 'requirements-file-unpinned' }] });
    await editor.change(uri, `${FIXED_FROM}${install}USER app\n`, 8);
    expect(await editor.next(uri)).toMatchObject({ version: 8, diagnostics: [] });
    await editor.change(uri, `${FIXED_FROM}USER app\nENV A 1\n`, 9);
    expect(await editor.next(uri)).toMatchObject({ version: 9, diagnostics: [{ range: { start: { line: 2 } } }] });
    expect(await editor.next(listed)).toMatchObject({ diagnostics: [] });
    await editor.close(uri);
    expect(await editor.next(uri)).toMatchObject({ diagnostics: [] });
  });

  it('gets what was found in a compose file itself, and by the Dockerfile that it builds, in one list', async () => {
    const compose = 'version: "3"\nservices:\n  api:\n    build: .\n    command: uvicorn app:app\n    ports: ["8000:8000"]\n';
    const folder = project({ 'compose.yaml': compose });
    const editor = await start({ folders: [folder] });
    const [uri, composeUri] = [uriOf(folder, 'Dockerfile'), uriOf(folder, 'compose.yaml')];
    await editor.open(composeUri, compose, 'yaml');
    expect(codes((await editor.next(composeUri)).diagnostics)).toEqual(['compose-version-obsolete']);
    const text = `${FIXED_FROM}RUN pip install --no-cache-dir uvicorn==0.38.0\nEXPOSE 8000\nUSER app\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n`;
    await editor.open(uri, text);
    const both = await editor.next(composeUri);
    expect(codes(both.diagnostics)).toEqual(['compose-version-obsolete', 'server-binds-localhost']);
    await editor.close(uri);
    expect(codes((await editor.next(composeUri)).diagnostics)).toEqual(['compose-version-obsolete']);
  });

  it('sees text that can go as such, and the places that belong to a finding', async () => {
    const folder = project();
    const editor = await start({ folders: [folder] });
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, `${FIXED_FROM}# plimsoll: ignore[shell-form-cmd] once\nRUN pip install a==1 && pip install b==1\nUSER app\n`);
    const { diagnostics } = await editor.next(uri);
    expect(diagnostics).toMatchObject([
      { code: 'unused-suppression', tags: [1] },
      { code: 'pip-no-cache', relatedInformation: [{ location: { uri, range: { start: { line: 2, character: 24 } } } }] },
    ]);
    expect(diagnostics[1]?.tags).toBeUndefined();
    const plain = await start({ folders: [folder], capabilities: {} });
    await plain.open(uri, `${FIXED_FROM}# plimsoll: ignore[shell-form-cmd] once\nRUN pip install a==1 && pip install b==1\nUSER app\n`);
    for (const diagnostic of (await plain.next(uri)).diagnostics) {
      expect(diagnostic.tags).toBeUndefined();
      expect(diagnostic.relatedInformation).toBeUndefined();
    }
  });
});

describe('positions', () => {
  const text = `${FIXED_FROM}LABEL a="🐳é" b="c"\nRUN echo 🐳é && pip install six==1.17.0\nUSER app\n`;
  for (const [encoding, character] of [
    ['utf-16', 'RUN echo 🐳é && '.length],
    ['utf-8', Buffer.byteLength('RUN echo 🐳é && ')],
    ['utf-32', [...'RUN echo 🐳é && '].length],
  ] as const) {
    it(`are counted in ${encoding} where the client asks for it`, async () => {
      const folder = project();
      const editor = await start({ folders: [folder], capabilities: { ...PULL, general: { positionEncodings: [encoding, 'utf-16'] } } });
      expect(editor.initialized.capabilities.positionEncoding).toBe(encoding);
      const uri = uriOf(folder, 'Dockerfile');
      await editor.open(uri, text);
      const [diagnostic] = await editor.pulled(uri);
      const range = { start: { line: 2, character }, end: { line: 2, character: character + 'pip install'.length } };
      expect(diagnostic).toMatchObject({ code: 'pip-no-cache', range });
      const [fix] = await editor.actions(uri, range);
      expect(editsFor(fix?.edit, uri)).toEqual([{ range: { start: range.end, end: range.end }, newText: ' --no-cache-dir' }]);
      expect(await editor.hover(uri, 2, character + 1)).toMatchObject({ range });
      expect(await editor.hover(uri, 2, character - 4)).toBeNull();
    });
  }

  it('are UTF-16 where the client says nothing, or nothing that is known', async () => {
    expect((await start({ capabilities: {} })).initialized.capabilities.positionEncoding).toBe('utf-16');
    const odd = await start({ capabilities: { general: { positionEncodings: ['utf-7'] } } });
    expect(odd.initialized.capabilities.positionEncoding).toBe('utf-16');
  });

  it('hold with a byte order mark, and behind the ends of lines and of the text', async () => {
    const folder = project();
    const editor = await start({ folders: [folder], capabilities: PULL });
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, '\uFEFFFROM python\r\n');
    const found = (await editor.pulled(uri)).find(({ code }) => code === 'base-image-unpinned');
    expect(found?.range).toEqual({ start: { line: 0, character: 6 }, end: { line: 0, character: 12 } });
    const far = { start: { line: 0, character: 8 }, end: { line: 1, character: 0 } };
    expect(codes((await editor.actions(uri, far)).flatMap(({ diagnostics = [] }) => diagnostics))).toContain('base-image-unpinned');
    expect(await editor.hover(uri, 0, 5000)).toMatchObject({ contents: { value: expect.stringContaining('base-image-unpinned') } });
    expect(await editor.hover(uri, 5000, 5000)).toBeNull();
  });
});

describe('code actions', () => {
  const text = `${FIXED_FROM}RUN pip install torch==2.8.0\nENV A 1\nUSER app\n`;

  it('offer each fix: the safe one preferred, the unsafe one with its risk', async () => {
    const folder = project();
    const editor = await sharing('pull');
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text, 'dockerfile', 5);
    const diagnostics = await editor.pulled(uri);
    const actions = await editor.actions(uri, EVERYTHING, diagnostics, ['quickfix']);
    const safe = withTitle(actions, 'Write KEY=value');
    expect(safe).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: 'env-legacy-syntax' }] });
    expect(safe.edit?.documentChanges).toMatchObject([{ textDocument: { uri, version: 5 } }]);
    expect(safe.diagnostics).toEqual([diagnostics.find(({ code }) => code === 'env-legacy-syntax')]);
    expect(edited(text, editsFor(safe.edit, uri))).toBe(text.replace('ENV A 1', 'ENV A=1'));
    const unsafe = withTitle(actions, /^Take PyTorch's build for the CPU \(unsafe: on a machine with a GPU .*\)$/);
    expect(unsafe.isPreferred).toBeUndefined();
    // A cursor alone is enough to ask with.
    const at = { line: 2, character: 5 };
    expect((await editor.actions(uri, { start: at, end: at })).map(({ title }) => title)).toEqual([
      'Write KEY=value',
      'Ignore env-legacy-syntax for this instruction',
      'Ignore env-legacy-syntax in this file',
      'Fix all that plimsoll can fix safely',
    ]);
  });

  it('are those of the text as it is, whatever the client remembers of it', async () => {
    const folder = project();
    const editor = await sharing('pull');
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    const stale = await editor.pulled(uri);
    const changed = `# a comment\n\n${text}`;
    await editor.change(uri, changed, 2);
    const at = { line: 0, character: 0 };
    const moved = withTitle(await editor.actions(uri, { start: at, end: at }, stale), 'Write KEY=value');
    expect(moved.edit?.documentChanges).toMatchObject([{ textDocument: { version: 2 } }]);
    expect(moved.diagnostics).toEqual(stale.filter(({ code }) => code === 'env-legacy-syntax'));
    expect(edited(changed, editsFor(moved.edit, uri))).toBe(changed.replace('ENV A 1', 'ENV A=1'));
    await editor.change(uri, `${FIXED_FROM}USER app\n`, 3);
    expect(await editor.actions(uri, { start: at, end: at }, stale)).toEqual([]);
    expect(await editor.actions(uriOf(folder, 'never-opened'), EVERYTHING, stale)).toEqual([]);
  });

  it('come by the kinds that are asked for', async () => {
    const folder = project();
    const editor = await sharing('push');
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    const kinds = async (only?: readonly string[]) => [
      ...new Set((await editor.actions(uri, EVERYTHING, [], only)).map(({ kind }) => kind)),
    ];
    expect(await kinds()).toEqual(['quickfix', 'source.fixAll.plimsoll']);
    expect(await kinds(['quickfix'])).toEqual(['quickfix']);
    for (const only of ['source', 'source.fixAll', 'source.fixAll.plimsoll'])
      expect(await kinds([only])).toEqual(['source.fixAll.plimsoll']);
    for (const only of ['source.fixAll.other', 'source.fix', 'refactor', 'quickfix.other']) expect(await kinds([only])).toEqual([]);
  });

  it('change a text as --fix does', async () => {
    const samples = {
      LF: `${FIXED_FROM}ENV A 1\nRUN apt-get update && apt-get install -y curl\nRUN pip install six==1.17.0\n\nENV B 2\nUSER app\nCMD python app.py\n`,
      'a byte order mark': `\uFEFF${FIXED_FROM}ENV A 1\nENV B "🐳" \\\n  x\nUSER app\n`,
      'no line end': `${FIXED_FROM}USER app\nENV A 1`,
      CRLF: `${FIXED_FROM}ENV A 1\nRUN apt-get update && \\\n    apt-get install -y curl\nRUN pip install six==1.17.0\nUSER app\n`.replaceAll(
        '\n',
        '\r\n',
      ),
    };
    const folder = project();
    const editor = await start({ folders: [folder], capabilities: { ...PULL, workspace: {} } });
    for (const [name, sample] of Object.entries(samples)) {
      const file = path.join(folder, `${name}.Dockerfile`);
      writeFileSync(file, sample);
      const uri = uriOf(file);
      await editor.open(uri, sample);
      const all = withTitle(await editor.actions(uri, EVERYTHING, [], ['source.fixAll']), /^Fix all/);
      expect(all.edit?.documentChanges).toBeUndefined();
      spawnSync(process.execPath, [CLI, '--fix', '--quiet', file], { cwd: folder });
      const mended = readFileSync(file, 'utf8');
      expect(mended, name).not.toBe(sample);
      expect(edited(sample, editsFor(all.edit, uri)), name).toBe(mended);
      await editor.change(uri, mended);
      expect(await editor.actions(uri, EVERYTHING, [], ['source.fixAll']), name).toEqual([]);
    }
  });

  it('silence a finding where it is, and in the file, below directives and never twice', async () => {
    const folder = project();
    const editor = await sharing('pull');
    const sample = `# syntax=docker/dockerfile:1\n${FIXED_FROM}RUN true && \\\n    pip install six==1.17.0\nENV A 1\nENV B 2\nUSER app\n`;
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, sample);
    let version = 1;
    const silencing = async (title: string) => {
      await editor.change(uri, sample, ++version);
      const action = withTitle(await editor.actions(uri, EVERYTHING), title);
      expect(action.isPreferred).toBeUndefined();
      const silenced = edited(sample, editsFor(action.edit, uri));
      await editor.change(uri, silenced, ++version);
      return { silenced, left: codes(await editor.pulled(uri)) };
    };
    const inRun = await silencing('Ignore pip-no-cache for this instruction');
    expect(inRun.silenced).toContain('    # plimsoll: ignore[pip-no-cache]\n    pip install');
    expect(inRun.left).toEqual(['env-legacy-syntax', 'env-legacy-syntax']);
    const here = await silencing('Ignore env-legacy-syntax for this instruction');
    expect(here.silenced).toContain('\n# plimsoll: ignore[env-legacy-syntax]\nENV A 1\nENV B 2\n');
    expect(here.left).toEqual(['pip-no-cache', 'env-legacy-syntax']);
    const everywhere = await silencing('Ignore env-legacy-syntax in this file');
    expect(everywhere.silenced.startsWith('# syntax=docker/dockerfile:1\n# plimsoll: ignore-file[env-legacy-syntax]\nFROM')).toBe(true);
    expect(everywhere.left).toEqual(['pip-no-cache']);
    // A second rule joins the comment that is there.
    const again = withTitle(await editor.actions(uri, EVERYTHING), 'Ignore pip-no-cache in this file');
    expect(edited(everywhere.silenced, editsFor(again.edit, uri))).toContain('# plimsoll: ignore-file[env-legacy-syntax, pip-no-cache]\n');
    // Faulty comments and syntax errors are to be mended, not silenced.
    await editor.change(uri, `# plimsoll: ignore[nothing-there]\n${FIXED_FROM}USER app\nFOO bar\n`, ++version);
    expect(codes(await editor.pulled(uri))).toEqual(['faulty-suppression', 'syntax-error']);
    expect((await editor.actions(uri, EVERYTHING)).filter(({ title }) => title.startsWith('Ignore'))).toEqual([]);
    const compose = uriOf(folder, 'compose.yml');
    await editor.open(compose, 'version: "3"\nservices: {}\n', 'yaml');
    const top = (await editor.actions(compose, EVERYTHING)).filter(({ title }) => title.startsWith('Ignore'));
    expect(top.map(({ title }) => title)).toEqual(['Ignore compose-version-obsolete in this file']);
    expect(editsFor(top[0]?.edit, compose)[0]).toMatchObject({ newText: '# plimsoll: ignore-file[compose-version-obsolete]\n' });
  });

  it('add lines to other files, which are made where the client can make files', async () => {
    const sample = `${FIXED_FROM}WORKDIR /app\nCOPY . .\nUSER app\n`;
    const files = { '.git/config': '', '.git/objects/pack': 'x'.repeat(5_000_000), 'app.py': 'print()\n', '.env': 'A=1\n' };
    const folder = project(files);
    const ignored = uriOf(folder, '.dockerignore');
    const uri = uriOf(folder, 'Dockerfile');
    const able = await sharing('pull');
    await able.open(uri, sample);
    const made = (await able.actions(uri, EVERYTHING)).find(({ edit }) => edit?.documentChanges?.some((change) => 'kind' in change));
    expect(made?.edit?.documentChanges).toMatchObject([
      { kind: 'create', uri: ignored, options: { ignoreIfExists: true } },
      {
        textDocument: { uri: ignored, version: null },
        edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }],
      },
    ]);
    expect(editsFor(made?.edit, ignored)[0]?.newText).toMatch(/^\.git\n/m);
    const unable = await start({ folders: [folder], capabilities: { ...PULL, workspace: { workspaceEdit: { documentChanges: true } } } });
    await unable.open(uri, sample);
    expect((await unable.actions(uri, EVERYTHING)).map(({ title }) => title)).not.toContain(made?.title);
    // One that is there gets its lines at the end, in its own line ends, also what is not saved yet.
    writeFileSync(path.join(folder, '.dockerignore'), '*.md');
    await unable.save(uri);
    await unable.open(ignored, '*.md\r\n*.log', 'ignore', 3);
    const added = (await unable.actions(uri, EVERYTHING)).find(({ edit }) => editsFor(edit, ignored).length > 0);
    expect(added?.edit?.documentChanges).toMatchObject([{ textDocument: { uri: ignored, version: 3 } }]);
    expect(edited('*.md\r\n*.log', editsFor(added?.edit, ignored))).toMatch(/^\*\.md\r\n\*\.log\r\n(?:[^\r\n]+\r\n)+$/);
  });
});

describe('hover', () => {
  const text = [
    'FROM python:3.9 AS base',
    'RUN pip install opencv-python==4.9.0.80 torch && apt-get install -y libgl1-mesa-glx',
    'ENV PIP_NO_CACHE_DIR=1 NOBODY_KNOWS=1',
    '# plimsoll: ignore[pip-unpinned, root-user] tested',
    'FROM base',
    'RUN conda install -y "conda-forge::numpy=1.26"',
    'FROM example.com/nobody/knows:1.2.3',
    'WORKDIR /app',
  ].join('\n');

  it('shows what is known of images, packages, variables and rules, in Markdown', async () => {
    const folder = project();
    const editor = await sharing('push');
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    const shown = async (word: string): Promise<string> => {
      const { line, character } = placeIn(text, word);
      const hover = await editor.hover(uri, line, character + 1);
      return hover === null ? '' : (hover.contents as { kind: string; value: string }).value;
    };
    expect(await shown('python:3.9')).toMatch(
      /Debian 13 \(trixie\), security fixes until .*\n- Python: 3\.9, .*\*\*no security fixes since 2025-10-31\*\*\n- User: `root`/,
    );
    expect(await shown('base\nRUN conda')).toContain('`base` is a stage above, built on `python:3.9`');
    expect(await shown('opencv-python')).toMatch(
      /Pinned: `==4\.9\.0\.80`\n- Needs `libgl1` and `libglib2\.0-0t64` .*`opencv-python-headless` needs nothing/,
    );
    expect(await shown('torch')).toMatch(
      /Not pinned.*\n- Brings the libraries of CUDA 12\.8: 3\.9 GB to download[\s\S]*---[\s\S]*### pip-unpinned/,
    );
    expect(await shown('libgl1-mesa-glx')).toContain('**Not in Debian 13 (trixie)**; in bullseye, bookworm. Now `libgl1`');
    expect(await shown('"conda-forge::numpy')).toMatch(/`numpy`\n\n- Pinned: `=1\.26`\n- From the channel `conda-forge`/);
    expect(await shown('PIP_NO_CACHE_DIR')).toBe(
      '`PIP_NO_CACHE_DIR`\n\npip `--no-cache-dir`: keeps no download cache. Any value switches it on, `0` too.',
    );
    expect(await shown('pip-unpinned')).toMatch(/^### pip-unpinned\n\n[\s\S]*\n\*\*Why\*\*: [\s\S]*`plimsoll explain pip-unpinned`$/);
    for (const word of ['NOBODY_KNOWS', 'tested', 'WORKDIR', 'example.com']) expect(await shown(word), word).toBe('');
  });

  it('is plain text for those who show nothing else', async () => {
    const folder = project();
    const editor = await start({ folders: [folder], capabilities: { textDocument: { hover: { contentFormat: ['plaintext'] } } } });
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    const { contents } = (await editor.hover(uri, 3, 22)) as { contents: { kind: string; value: string } };
    expect(contents.kind).toBe('plaintext');
    expect(contents.value).toMatch(/^pip-unpinned\n/);
    expect(contents.value).toContain('plimsoll explain pip-unpinned');
    expect(contents.value).not.toMatch(/```|\*\*|^### /m);
  });

  it('shows no secret', async () => {
    const folder = project();
    const editor = await sharing('pull');
    const uri = uriOf(folder, 'Dockerfile');
    const secret = `hf_${'abcdefghijklmnopqrstuvwxyzABCDEFGH'}`;
    await editor.open(uri, `${FIXED_FROM}ENV HF_TOKEN ${secret}\nUSER app\n`);
    const seen = [await editor.pull(uri), await editor.hover(uri, 1, 5), await editor.hover(uri, 1, 16)];
    expect(JSON.stringify(seen)).toContain('secret');
    expect(JSON.stringify(seen)).not.toContain(secret.slice(0, 12));
    expect((await editor.actions(uri, EVERYTHING)).map(({ title }) => title).join()).not.toContain(secret.slice(0, 12));
  });
});

describe('completion', () => {
  it('knows what comments for plimsoll say, and nothing elsewhere', async () => {
    const folder = project();
    const editor = await sharing('push');
    const uri = uriOf(folder, 'Dockerfile');
    const lines = [
      '# plimsoll:',
      `${FIXED_FROM.trim()}`,
      '# plimsoll: ignore[root-user, env-x]',
      'ENV A 1',
      '# plimsoll: ig',
      'USER app',
      'RUN <<EOF',
      '# plimsoll: ignore[',
      'EOF',
    ];
    await editor.open(uri, lines.join('\n'));
    const labels = async (line: number, character: number) => (await editor.completions(uri, line, character)).map(({ label }) => label);
    expect(await labels(0, 11)).toEqual(['ignore[', 'ignore-file[']);
    expect((await editor.completions(uri, 4, 14))[0]).toMatchObject({
      textEdit: { range: { start: { line: 4, character: 12 }, end: { line: 4, character: 14 } }, newText: 'ignore[' },
    });
    const ids = await editor.completions(uri, 2, 32);
    expect(ids.length).toBeGreaterThan(60);
    const sorted = [...ids].sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
    expect(sorted[0]).toMatchObject({
      label: 'env-legacy-syntax',
      detail: 'runtime, warning',
      documentation: { kind: 'markdown' },
      textEdit: { range: { start: { line: 2, character: 30 }, end: { line: 2, character: 35 } }, newText: 'env-legacy-syntax' },
    });
    for (const id of ['root-user', 'syntax-error', 'unused-suppression']) expect(ids.map(({ label }) => label)).not.toContain(id);
    for (const [line, character] of [
      [1, 5],
      [2, 5],
      [3, 7],
      [7, 19],
      [99, 0],
    ] as const)
      expect(await labels(line, character)).toEqual([]);
    const compose = uriOf(folder, 'compose.yaml');
    await editor.open(compose, 'version: "3" # plimsoll: ignore[\n', 'yaml');
    expect((await editor.completions(compose, 0, 32))[0]?.label).toBeDefined();
  });
});

describe('settings and configuration', () => {
  const text = `${FIXED_FROM}RUN pip install torch==2.8.0\nENV A 1\n`;
  const all = ['root-user', 'pip-no-cache', 'torch-default-cuda-wheel', 'env-legacy-syntax'];

  it('come from the client, again when they have changed', async () => {
    const folder = project();
    let settings: unknown = null;
    const capabilities = {
      ...PUSH,
      workspace: { ...PUSH.workspace, configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
    };
    const editor = await start({ folders: [folder], capabilities, settings: () => settings });
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    expect(codes((await editor.next(uri)).diagnostics)).toEqual(all);
    expect(editor.registered.get('workspace/didChangeConfiguration')).toEqual({ section: 'plimsoll' });
    const foundWith = async (next: unknown) => {
      settings = next;
      await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
      return codes((await editor.next(uri)).diagnostics);
    };
    expect(await foundWith({ ignore: ['root-user', 'gpu'] })).toEqual(['pip-no-cache', 'env-legacy-syntax']);
    expect(await foundWith({ select: ['gpu'] })).toEqual(['torch-default-cuda-wheel']);
    expect(await foundWith({ enable: false })).toEqual([]);
    expect(await foundWith({ preset: 'all', select: [], ignore: null, configPath: '' })).toEqual(expect.arrayContaining(all));
    expect(await foundWith({ select: ['pipp'], preset: 'most' })).toEqual([]);
    expect(await editor.until(() => editor.messages.length > 1 && editor.messages)).toEqual([
      'plimsoll: plimsoll.preset: write "recommended", "strict" or "all".',
      expect.stringMatching(/^plimsoll: plimsoll\.select: pipp: there is no rule or family of that name\. Did you mean `?pip`?\?/),
    ]);
  });

  it('come with the start, or by themselves, from clients that cannot be asked', async () => {
    const folder = project();
    const editor = await start({ folders: [folder], initializationOptions: { ignore: ['root-user'] } });
    const uri = uriOf(folder, 'Dockerfile');
    await editor.open(uri, text);
    expect(codes((await editor.next(uri)).diagnostics)).toEqual(all.slice(1));
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: { plimsoll: { select: ['runtime'] } } });
    expect(codes((await editor.next(uri)).diagnostics)).toEqual(['env-legacy-syntax']);
  });

  it('are the nearest above each file, as on the command line', async () => {
    const folder = project({
      'pyproject.toml': '[tool.plimsoll]\nignore = ["root-user"]\nexclude = ["old/**"]\n',
      'sub/plimsoll.json': '{ "select": ["gpu"] }',
      'strict.json': '{ "select": ["root-user"] }',
    });
    const editor = await start({ folders: [folder], capabilities: PULL });
    const found = async (name: string) => {
      await editor.open(uriOf(folder, name), text);
      return codes(await editor.pulled(uriOf(folder, name)));
    };
    expect(await found('Dockerfile')).toEqual(all.slice(1));
    expect(await found('sub/Dockerfile')).toEqual(['torch-default-cuda-wheel']);
    expect(await found('old/Dockerfile')).toEqual([]);
    expect(await editor.hover(uriOf(folder, 'old/Dockerfile'), 0, 8)).toBeNull();
    const one = await start({ folders: [folder], capabilities: PULL, initializationOptions: { configPath: 'strict.json' } });
    await one.open(uriOf(folder, 'sub/Dockerfile'), text);
    expect(codes(await one.pulled(uriOf(folder, 'sub/Dockerfile')))).toEqual(['root-user']);
  });

  it('say what is wrong with them once, and at its place', async () => {
    const broken = '{\n  "preset": "strict",\n  "ignroe": ["root-user"]\n}\n';
    const folder = project({ 'plimsoll.json': broken });
    const editor = await start({ folders: [folder] });
    const [uri, config] = [uriOf(folder, 'Dockerfile'), uriOf(folder, 'plimsoll.json')];
    await editor.open(uri, text);
    expect(await editor.next(config)).toMatchObject({
      diagnostics: [
        { severity: 1, source: 'plimsoll', message: expect.stringContaining('ignroe'), range: { start: { line: 2, character: 2 } } },
      ],
    });
    await editor.change(uri, `${text}\n`);
    await editor.until(() => editor.messages.length > 0);
    // Time enough to say it again.
    await new Promise((resolve) => setTimeout(resolve, 100));
    writeFileSync(path.join(folder, 'plimsoll.json'), broken.replace('ignroe', 'ignore'));
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: config, type: 2 }] });
    expect(await editor.next(config)).toMatchObject({ diagnostics: [] });
    expect(codes((await editor.next(uri, ({ diagnostics }) => diagnostics.length > 0)).diagnostics)).toContain('env-legacy-syntax');
    expect(editor.messages).toEqual([expect.stringMatching(/^plimsoll: plimsoll\.json:3:3: .*ignroe/)]);
  });

  it('are read from anything without harm', () => {
    for (const value of [null, undefined, 1, 'x', [], { select: 1, ignore: [1], enable: 'yes', preset: {}, configPath: [] }]) {
      expect(readSettings(value, rules).choice).toEqual({});
    }
    expect(readSettings({ select: 1, enable: 'yes' }, rules).problems).toHaveLength(2);
  });
});

describe('documents', () => {
  it('are known by language or name, wherever they are', async () => {
    const folder = project({ 'requirements.txt': 'pandas\n' });
    const editor = await start({ folders: [folder], capabilities: PULL });
    const text = `${FIXED_FROM}ENV A 1\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nUSER app\n`;
    const found = async (uri: string, languageId = 'dockerfile') => {
      await editor.open(uri, text, languageId);
      return codes(await editor.pulled(uri));
    };
    const env = ['env-legacy-syntax'];
    for (const name of ['Dockerfile', 'a b/100%/Dockerfile', 'größe/🐳.dockerfile', 'x.containerfile'])
      expect(await found(uriOf(folder, name), 'plaintext'), name).toEqual(env);
    expect(await found(uriOf(folder, 'image.txt'), 'containerfile')).toEqual(env);
    expect(await found(uriOf(folder, 'other.txt'), 'plaintext')).toEqual([]);
    // Vim takes these two for Dockerfiles.
    for (const name of ['Dockerfile.dockerignore', 'Dockerfile.j2']) expect(await found(uriOf(folder, name)), name).toEqual([]);
    expect(await found('file:///c%3A/work/Dockerfile')).toEqual(env);
    expect(await found('untitled:Untitled-1')).toEqual(env);
    expect(await found('untitled:Untitled-2', 'plaintext')).toEqual([]);
    for (const uri of ['git:/work/Dockerfile?HEAD', 'vscode-notebook-cell:/a#1', 'file://host/Dockerfile', 'file:///%E0%A4%A', 'x'])
      expect(await found(uri), uri).toEqual([]);
  });

  it('have the paths of their system', () => {
    expect(fileOf('file:///c%3A/My%20work/Dockerfile', true)).toBe('c:\\My work\\Dockerfile');
    expect(fileOf('file:///C:/x', true)).toBe('C:\\x');
    expect(fileOf('file://server/share/Dockerfile', true)).toBe('\\\\server\\share\\Dockerfile');
    expect(fileOf('file:///work/100%25/gr%C3%B6%C3%9Fe', false)).toBe('/work/100%/größe');
    for (const uri of ['untitled:x', 'file://server/share', 'file:///a%2Fb', 'file:///%E0%A4%A'])
      expect(fileOf(uri, false), uri).toBeUndefined();
    expect(uriOfFile('c:\\My work\\100%', true)).toBe('file:///c:/My%20work/100%25');
  });

  it('of other folders have their own configuration', async () => {
    const [one, two] = [project({ 'plimsoll.json': '{ "ignore": ["env-legacy-syntax"] }' }), project()];
    const editor = await start({ folders: [one, two], capabilities: PULL });
    const counts: number[] = [];
    for (const folder of [one, two]) {
      await editor.open(uriOf(folder, 'Dockerfile'), `${FIXED_FROM}ENV A 1\nUSER app\n`);
      counts.push((await editor.pulled(uriOf(folder, 'Dockerfile'))).length);
    }
    expect(counts).toEqual([0, 1]);
  });
});

describe('folders', () => {
  it('may come and go while files are open', async () => {
    const folder = project({ 'plimsoll.json': '{ "preset": "strict" }', 'sub/Dockerfile': '' });
    const open = [path.join(folder, 'sub')];
    const editor = await start({ folders: open, capabilities: PULL, initializationOptions: { configPath: 'plimsoll.json' } });
    const uri = uriOf(folder, 'sub/Dockerfile');
    await editor.open(uri, `\uFEFF${FIXED_FROM}ENV A 1\nUSER app\n`);
    // The configuration is looked for in the folder, where it is not.
    expect(await editor.pulled(uri)).toEqual([]);
    await editor.until(() => editor.messages.some((message) => message.includes('does not exist')));
    open[0] = folder;
    await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event: { added: [], removed: [] } });
    await editor.until(() => editor.refreshes > 0);
    expect(codes(await editor.pulled(uri))).toContain('env-legacy-syntax');
  });
});

describe('a server', () => {
  it('ends with 0 after shutdown, with 1 without', async () => {
    const proper = await start({ args: ['--stdio', `--clientProcessId=${process.pid}`] });
    expect(await proper.stop()).toBe(0);
    expect(proper.stderr).toBe('');
    const hasty = await start({ args: [] });
    await hasty.connection.sendNotification('exit');
    expect(await hasty.exit).toBe(1);
  });

  it('ends when nobody is there any more', async () => {
    const left = await start();
    left.server.stdin?.end();
    expect(await left.exit).toBe(1);
    // Standard input may be held open by somebody else.
    expect(await orphaned).toBe(1);
  }, 15_000);

  it('answers after garbage', async () => {
    const folder = project();
    const editor = await start({ folders: [folder], capabilities: PULL });
    const uri = uriOf(folder, 'Dockerfile');
    // NOTE: behind a header without a length, vscode-jsonrpc goes on only when more arrives.
    const nudge = setInterval(() => void editor.connection.sendNotification('$/nudge'), 20);
    editor.server.stdin?.write('Content-Length: 5\r\n\r\n{nope');
    editor.server.stdin?.write('Content-Length: 2\r\n\r\n[]');
    editor.server.stdin?.write('Content-Type: none\r\n\r\n');
    const odd = { textDocument: { uri }, position: null, range: null, context: null, contentChanges: null };
    for (const method of [
      'textDocument/didOpen',
      'textDocument/didChange',
      'textDocument/didClose',
      'workspace/didChangeConfiguration',
      '$/what',
    ]) {
      await editor.connection.sendNotification(method, odd);
      await editor.connection.sendNotification(method, {});
    }
    await editor.open(uri, `${FIXED_FROM}ENV A 1\nUSER app\n`);
    for (const method of ['textDocument/hover', 'textDocument/completion', 'textDocument/codeAction', 'textDocument/definition']) {
      await editor.connection.sendRequest(method, odd).catch(() => undefined);
      await editor.connection.sendRequest(method, {}).catch(() => undefined);
    }
    await editor.change(uri, `${FIXED_FROM}\u0000\uD800 ENV A 1\n`);
    await editor.pull(uri);
    await editor.change(uri, '', 3);
    expect(codes(await editor.pulled(uri))).toEqual(['syntax-error']);
    await editor.change(uri, `${FIXED_FROM}ENV A 1\nUSER app\n`, 4);
    expect(codes(await editor.pulled(uri))).toEqual(['env-legacy-syntax']);
    clearInterval(nudge);
    expect(await editor.stop()).toBe(0);
  });

  it('keeps nothing of the texts before', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const outside = { registry: rules, settingsOf: async () => readSettings(null, rules), today: () => '2026-11-22' };
    const workspace = new Workspace(outside, { failed: () => {} });
    const found = async (version: number): Promise<WeakRef<object>> => {
      workspace.open({ uri: 'untitled:x', languageId: 'dockerfile', version, text: `${FIXED_FROM}RUN pip install a==${version}\n` });
      const check = await workspace.check('untitled:x');
      if (check === undefined || !('linted' in check)) throw new Error('was not linted');
      return new WeakRef(check.linted.report.findings);
    };
    const first = await found(1);
    const last = await found(2);
    // A reference is weak only from the next turn on.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    expect(first.deref()).toBeUndefined();
    expect(last.deref()).toHaveLength(2);
    workspace.close('untitled:x');
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    expect(last.deref()).toBeUndefined();
  });

  it('tells of a rule that fails, and goes on with the others', async () => {
    const failing = defineRule({
      id: 'env-legacy-syntax',
      family: 'runtime',
      summary: 'Fails',
      severity: 'warning',
      confidence: 'high',
      preset: 'recommended',
      since: '0.1.0',
      messages: {},
      on: {
        file() {
          throw new Error('out of order');
        },
      },
    });
    const registry = rules.map((rule) => (rule.id === failing.id ? failing : rule));
    const failures: string[] = [];
    const settingsOf = async () => readSettings(null, registry);
    const workspace = new Workspace({ registry, settingsOf, today: () => '2026-11-22' }, { failed: (reason) => failures.push(reason) });
    workspace.open({ uri: 'untitled:x', languageId: 'dockerfile', version: 1, text: `${FIXED_FROM}RUN pip install a==1\nUSER app\n` });
    const check = await workspace.check('untitled:x');
    expect(check !== undefined && 'linted' in check && check.linted.report.findings.map(({ ruleId }) => ruleId)).toEqual(['pip-no-cache']);
    expect(failures).toEqual([expect.stringContaining('the rule env-legacy-syntax failed (out of order)')]);
  });
});
