/** Neovim's own client of language servers, with the snippet of the README. */
import { readFileSync } from 'node:fs';
import { holds, run, same } from './client.mjs';
import { driver, editorProject, FINDINGS, inOrder, MENDED, neovim, snippet } from './editor.mjs';

const SEVERITIES = { error: 'ERROR', warning: 'WARN', info: 'INFO' };

/** Runs Neovim through the driver; returns the project, and what was seen. */
function session(env = {}) {
  const { program } = neovim();
  const project = editorProject();
  run(program, ['--headless', '--clean', '-n', '-S', driver('editor-neovim-lsp.lua')], {
    env: { ...project.env, SNIPPET: snippet('neovim-lsp.lua'), COUNT: String(FINDINGS.length), ...env },
    expect: env.DIES === undefined ? [0] : [null],
    timeout: 240_000,
  });
  const { exception, ...saw } = JSON.parse(readFileSync(project.seen, 'utf8'));
  same(exception, '', 'what Neovim complains of');
  return { ...project, saw };
}

/** SPEC: in vim.diagnostic lines and columns are 0-based, columns are bytes, and the end is exclusive (its manual, diagnostic-structure). */
function expected(said, linesBefore = 0) {
  return FINDINGS.map(({ ruleId, level, lines, utf8, words, ledBy }) => {
    const { message, help } = said.get(ruleId);
    // Neovim takes no answers about other files than the one it asks for.
    const at = ledBy ?? { lines, utf8, words, prefix: '' };
    return {
      code: ruleId,
      severity: SEVERITIES[level],
      source: 'plimsoll',
      message: `${at.prefix}${message}\n${help}`,
      lnum: at.lines[0] - 1 + linesBefore,
      col: at.utf8[0] - 1,
      end_lnum: at.lines[1] - 1 + linesBefore,
      end_col: at.utf8[1] - 1,
      words: at.words,
    };
  });
}

/** What a fix, or a comment that silences, makes of the Dockerfile: the lines with some of them replaced, 1-based. */
function withLines(text, replaced) {
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line, i) => replaced[i + 1] ?? [line]);
}

const titles = ({ offered }) => offered.map(({ title }) => title);
const except = (...gone) => FINDINGS.map(({ ruleId }) => ruleId).filter((id) => !gone.includes(id));

export const checks = {
  'diagnostics, hover, quick fixes, ignoring and source.fixAll': () => {
    const { saw, said, text, fixed, file } = session();
    same(saw.encoding, 'utf-8', 'the unit of columns');
    same(saw.pulls, true, 'Neovim asks for diagnostics');
    same(saw.diagnostics.map(inOrder), expected(said).map(inOrder), 'the diagnostics of the file');
    same(saw.moved.map(inOrder), expected(said, 1).map(inOrder), 'the diagnostics below a line that is not saved');

    holds(saw.rule.join('\n'), '### pip-no-cache\n', 'the hover of a finding');
    holds(saw.comment.join('\n'), '### venv-activate-in-run\n', 'the hover of a rule in a comment');
    holds(saw.completed.join(' '), 'venv-activate-in-run', 'the rules offered in a comment');
    holds(saw.image.join('\n'), 'Debian 12 (bookworm)', 'the hover of an image');
    holds(saw.package.join('\n'), 'Pinned: `==2.4.0`', 'the hover of a package');

    same(
      saw.fix.lines,
      withLines(text, { 4: ['RUN echo "Grüße 🐳" && pip install --no-cache-dir torch==2.4.0'] }),
      'the text after the quick fix',
    );
    same(saw.fix.left, except('pip-no-cache'), 'what is left after it');
    same(saw.fix.offered.find(({ isPreferred }) => isPreferred)?.title, 'Add --no-cache-dir', 'the preferred action');
    holds(titles(saw.fix).join('\n'), '(unsafe: ', 'the title of an unsafe fix');
    const ignored = (before) => [before, 'RUN python -m venv /opt/größe && . /opt/größe/bin/activate'];
    same(saw.ignore.lines, withLines(text, { 5: ignored('# plimsoll: ignore[venv-activate-in-run]') }), 'the text with a comment');
    same(saw.ignore.left, except('venv-activate-in-run'), 'what is left with it');
    const [first] = text.split('\n');
    same(
      saw.ignoreInFile.lines,
      withLines(text, { 1: ['# plimsoll: ignore-file[venv-activate-in-run]', first] }),
      'the text with a comment for the file',
    );
    same(saw.ignoreInFile.left, except('venv-activate-in-run'), 'what is left with that');
    same(`${saw.fixAll.lines.join('\n')}\n`, fixed, 'the text after source.fixAll');
    same(readFileSync(file, 'utf8'), fixed, 'the file after :write');
    same(saw.fixAll.left, except(...MENDED), 'what is left then');
    return `${neovim().version}: ${saw.diagnostics.length} diagnostics at their bytes, ${MENDED.length} mended`;
  },
  'the same in the other units of columns': () => {
    for (const ENCODING of ['utf-16', 'utf-32']) {
      const { saw, said, fixed } = session({ ENCODING });
      same(saw.encoding, ENCODING, 'the unit of columns');
      same(saw.diagnostics.map(inOrder), expected(said).map(inOrder), `the diagnostics in ${ENCODING}`);
      same(`${saw.fixAll.lines.join('\n')}\n`, fixed, `the text after source.fixAll in ${ENCODING}`);
    }
    return `${neovim().version}: UTF-16 and UTF-32`;
  },
  'the server ends with Neovim, however that ends': async () => {
    for (const env of [{}, { DIES: 'yes' }]) {
      const { pid } = session(env);
      const server = Number(readFileSync(pid, 'utf8'));
      for (let tenths = 0; isRunning(server); tenths++) {
        if (tenths === 100) throw new Error(`process ${server} is still there after 10 s`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    return `${neovim().version}: quits, and is killed`;
  },
};

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
