/** Neovim without a language server: its own jobs, and the parser of the README's snippet for nvim-lint. */
import { readFileSync } from 'node:fs';
import { run, same } from './client.mjs';
import { driver, editorProject, inOrder, neovim, OWN, snippet } from './editor.mjs';

const SEVERITIES = { error: 'ERROR', warning: 'WARN', info: 'INFO' };

export const checks = {
  'diagnostics, by the snippet for nvim-lint': () => {
    const { program, version } = neovim();
    const { env, said, trouble, seen } = editorProject();
    const args = ['--headless', '--clean', '-n', '-S', driver('editor-neovim.lua')];
    run(program, args, { env: { ...env, SNIPPET: snippet('nvim-lint.lua') }, timeout: 120_000 });
    const { exception, ...saw } = JSON.parse(readFileSync(seen, 'utf8'));
    same(exception, '', 'what Neovim complains of');
    same(saw.filetype, 'dockerfile', 'the file type');
    // SPEC: lines and columns of vim.diagnostic are 0-based, columns are bytes, the end is exclusive (its manual, diagnostic-structure).
    const diagnostics = (linesBefore) =>
      OWN.map(({ ruleId, level, lines, utf8, words }) => ({
        lnum: lines[0] - 1 + linesBefore,
        col: utf8[0] - 1,
        end_lnum: lines[1] - 1 + linesBefore,
        end_col: utf8[1] - 1,
        severity: SEVERITIES[level],
        code: ruleId,
        message: `${said.get(ruleId).message}\n${said.get(ruleId).help}`,
        words,
      }));
    same(saw.opened.map(inOrder), diagnostics(0).map(inOrder), 'the diagnostics of the file');
    same(saw.changed.map(inOrder), diagnostics(1).map(inOrder), 'the diagnostics after an unsaved change');
    same(
      saw.trouble,
      trouble.map((line) => [0, 'ERROR', line]),
      'what is said of a broken configuration',
    );
    return `${version}: ${saw.opened.length} diagnostics at their bytes`;
  },
};
