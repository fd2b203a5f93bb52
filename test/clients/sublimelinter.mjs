/**
 * The README's snippet for SublimeLinter, as far as it goes without Sublime Text, which cannot be had from a registry: Python loads it, its
 * command is run, and its expression reads every line that is printed.
 */
import { readFileSync } from 'node:fs';
import { run, same } from './client.mjs';
import { editorProject, FINDINGS, OWN, snippet } from './editor.mjs';

/** SPEC: SublimeLinter's `cmd` is split as a shell would, `${file}` becomes the name of the file, and the expression is asked line by line. */
const SCRIPT = `
import json, os, re, runpy, shlex, subprocess, sys, types
for name in ('SublimeLinter', 'SublimeLinter.lint'):
    sys.modules[name] = types.ModuleType(name)
sys.modules['SublimeLinter.lint'].Linter = object
linter = runpy.run_path(os.environ['SNIPPET'])['Plimsoll']
command = [os.environ['FILE'] if word == '\${file}' else word for word in shlex.split(linter.cmd)]
with open(os.environ['FILE'], 'rb') as text:
    printed = subprocess.run(command, stdin=text, stdout=subprocess.PIPE).stdout.decode()
json.dump([re.match(linter.regex, line).groupdict() for line in printed.splitlines()], sys.stdout)
`;

export const checks = {
  'findings as its expression reads them': () => {
    const { env, said, file } = editorProject();
    const { stdout } = run('python3', ['-c', SCRIPT], { env: { ...env, SNIPPET: snippet('sublimelinter.py') }, cwd: env.HOME });
    const around = FINDINGS.filter((each) => !OWN.includes(each));
    const findings = [...OWN, ...around].map(({ ruleId, level, lines, utf16 }) => ({
      line: String(lines[0]),
      col: String(utf16[0]),
      error_type: level,
      message: said.get(ruleId).message,
      code: ruleId,
    }));
    const saw = JSON.parse(stdout);
    same(
      saw.map(({ filename, ...rest }) => rest),
      findings,
      'what the groups of the expression hold',
    );
    same(
      saw.map(({ filename }) => filename === file),
      findings.map(({ code }) => OWN.some(({ ruleId }) => ruleId === code)),
      'which are in the file itself',
    );
    return `${run('python3', ['--version']).stdout.trim()}: ${saw.length} lines of ${readFileSync(snippet('sublimelinter.py'), 'utf8').match(/--format \w+/)[0]}`;
  },
};
