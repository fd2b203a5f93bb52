/** Vim with ALE, from Debian's packages: findings as a person sees them, and :ALEFix. */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { installDebian, run, same } from './client.mjs';
import { driver, editorProject, FINDINGS, inOrder, MENDED, OWN, snippet, versionOf } from './editor.mjs';

/** The letters by which Vim's lists tell severities. */
const TYPES = { error: 'E', warning: 'W', info: 'I' };

export const checks = {
  'findings as ALE lists and highlights them, and what :ALEFix makes of the file': () => {
    installDebian('vim', 'vim-ale');
    const { home, env, file, fixed, said, trouble, seen } = editorProject();
    const linters = path.join(home, '.vim/ale_linters/dockerfile');
    mkdirSync(linters, { recursive: true });
    cpSync(snippet('ale.vim'), path.join(linters, 'plimsoll.vim'));
    run('vim', ['-es', '-n', '-i', 'NONE', '-u', driver('editor-ale.vim')], { env, timeout: 120_000 });
    const { exception = '', ...saw } = JSON.parse(readFileSync(seen, 'utf8'));
    same(exception, '', 'what Vim complains of');
    // SPEC: in ALE columns are bytes, and `end_col` is that of the last byte (its manual, ale-linter-loclist-format).
    const findings = [...OWN, ...FINDINGS.filter(({ ledBy }) => ledBy !== undefined)].map(({ ruleId, level, lines, utf8, ledBy }) => {
      const { message, help } = said.get(ruleId);
      return {
        file: ledBy === undefined ? 'train.Dockerfile' : 'requirements.txt',
        lnum: lines[0],
        col: utf8[0],
        end_lnum: lines[1],
        end_col: utf8[1] - 1,
        type: TYPES[level],
        text: `${ruleId}: ${message}`,
        code: ruleId,
        detail: `${ruleId}: ${message}\n\n${help}`,
      };
    });
    const places = (items) => items.map(({ file, code }) => [file, code]);
    same(saw.filetype, 'dockerfile', 'the file type');
    same(saw.findings.map(inOrder), findings.map(inOrder), 'the list of locations');
    same(
      saw.highlighted,
      OWN.flatMap(({ words }) => words),
      'what is highlighted',
    );
    same(readFileSync(file, 'utf8'), fixed, 'the file after :ALEFix and :write');
    same(places(saw.left), places(findings.filter(({ code }) => !MENDED.includes(code))), 'what is left then');
    same(
      saw.trouble,
      trouble.map((line) => [1, 'E', line]),
      'what is said of a broken configuration',
    );
    return `Vim ${versionOf('vim')}, ALE ${versionOf('vim-ale')}: ${findings.length} findings at their bytes, ${MENDED.length} mended`;
  },
  'what :make lists, without ALE': () => {
    installDebian('vim');
    const { home, env, file, said, seen } = editorProject();
    mkdirSync(path.join(home, '.vim/compiler'), { recursive: true });
    cpSync(snippet('compiler.vim'), path.join(home, '.vim/compiler/plimsoll.vim'));
    const keep = '{_, item -> [bufname(item.bufnr), item.lnum, item.col, item.type, item.text]}';
    const commands = ['compiler plimsoll', 'silent make!', `call writefile([json_encode(map(getqflist(), ${keep}))], $SEEN)`, 'qall!'];
    run('vim', ['-es', '-N', '-n', '-i', 'NONE', '-u', 'NONE', ...commands.flatMap((each) => ['-c', each])], {
      env,
      cwd: path.dirname(file),
    });
    // LIMIT: Vim takes the columns for bytes, and plimsoll counts what VS Code counts.
    const findings = FINDINGS.map(({ ruleId, level, lines, utf16, ledBy }) => {
      const name = ledBy === undefined ? 'train.Dockerfile' : 'requirements.txt';
      return [name, lines[0], utf16[0], level[0], `${said.get(ruleId).message} [${ruleId}]`];
    });
    const byName = (a, b) => (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : 0);
    same(JSON.parse(readFileSync(seen, 'utf8')).sort(byName), findings.sort(byName), 'the quickfix list');
    return `Vim ${versionOf('vim')}: ${findings.length} entries`;
  },
};
