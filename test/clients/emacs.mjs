/** Emacs with flycheck, and with eglot as a client of the language server, all from Debian's packages. */
import { readFileSync } from 'node:fs';
import { installDebian, run, same } from './client.mjs';
import { driver, editorProject, FINDINGS, inOrder, MENDED, OWN, snippet, versionOf } from './editor.mjs';

/** Runs Emacs through a driver with a snippet; returns the project, and what was seen. */
function session(driverName, snippetName) {
  const project = editorProject();
  const env = { ...project.env, SNIPPET: snippet(snippetName), COUNT: String(OWN.length) };
  run('emacs', ['-batch', '-l', driver(driverName)], { env, timeout: 120_000 });
  return { ...project, saw: JSON.parse(readFileSync(project.seen, 'utf8')) };
}

export const checks = {
  'findings as flycheck lists and underlines them': () => {
    installDebian('emacs-nox', 'elpa-dockerfile-mode', 'elpa-flycheck');
    const { said, saw } = session('editor-flycheck.el', 'flycheck.el');
    // SPEC: columns of flycheck are characters, 1-based, the end exclusive (its manual, 2020).
    const findings = OWN.map(({ ruleId, level, lines, characters }) => ({
      line: lines[0],
      column: characters[0],
      'end-line': lines[1],
      'end-column': characters[1],
      level,
      id: ruleId,
      message: `${said.get(ruleId).message}\n${said.get(ruleId).help}`,
    }));
    same(saw.findings.map(inOrder), findings.map(inOrder), 'the list of errors');
    same(
      saw.highlighted,
      OWN.map(({ words }) => words.join('\n')),
      'what is underlined',
    );
    return `Emacs ${saw.emacs}, flycheck ${versionOf('elpa-flycheck')}: ${findings.length} findings at their characters`;
  },
  'findings as eglot underlines them, and what source.fixAll makes of the file': () => {
    installDebian('emacs-nox', 'elpa-dockerfile-mode', 'elpa-eglot');
    const { said, saw, file, fixed } = session('editor-eglot.el', 'eglot.el');
    const types = { error: 'eglot-error', warning: 'eglot-warning', info: 'eglot-note' };
    const findings = OWN.map(({ ruleId, level, words }) => ({
      type: types[level],
      words: words.join('\n'),
      text: `plimsoll [${ruleId}]: ${said.get(ruleId).message}\n${said.get(ruleId).help}`,
    }));
    same(saw.findings.map(inOrder), findings.map(inOrder), 'what is underlined');
    // This client is sent its diagnostics, also those of files that it has not opened.
    same(saw.elsewhere, { 'requirements.txt': FINDINGS.length - OWN.length }, 'the findings in other files');
    same(readFileSync(file, 'utf8'), fixed, 'the file after source.fixAll and saving');
    same(
      saw.left.map(({ words }) => words),
      OWN.filter(({ ruleId }) => !MENDED.includes(ruleId)).map(({ words }) => words.join('\n')),
      'what is left then',
    );
    return `Emacs ${saw.emacs}, eglot ${versionOf('elpa-eglot')}: ${findings.length} findings, ${MENDED.length} mended`;
  },
};
