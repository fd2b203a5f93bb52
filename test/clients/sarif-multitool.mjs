#!/usr/bin/env node
/**
 * Has Microsoft's own validator judge a SARIF file by the rules of the format and of GitHub's code scanning:
 *
 *     node test/clients/sarif-multitool.mjs report.sarif
 *
 * Installs @microsoft/sarif-multitool-linux from npm into a temporary folder (104 MB; Linux x64 only). Exit code 0:
 * nothing worse than a note; 1: an error or a warning, listed; 2: wrong call, or the validator cannot be had or run.
 *
 * NOTE: the validator exits with 0 whatever it finds, so its result file is what counts. It says nothing of a wrong
 * `level` or `startLine: 0`, which the JSON schema does catch (test/reporters.test.ts): both are needed.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PACKAGE = '@microsoft/sarif-multitool-linux';
const VERSION = '5.7.0';

/** Warnings that are known and stay, by rule and words. */
const ACCEPTED = [{ ruleId: 'SARIF2005', words: "does not provide 'informationUri'", reason: 'plimsoll has no home in the web yet' }];

const [argument] = process.argv.slice(2);
if (argument === undefined || !existsSync(argument)) {
  console.error('usage: sarif-multitool.mjs FILE.sarif');
  process.exit(2);
}
const subject = resolve(argument);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sarif-'));
try {
  process.exitCode = judge(validate(installed()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The path of the validator's program. */
function installed() {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  // Its postinstall script only does the chmod below, and npm 12 does not run such scripts.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  execFileSync('npm', ['install', ...options, `${PACKAGE}@${VERSION}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const program = join(folder, 'node_modules', PACKAGE, 'Sarif.Multitool');
  if (!existsSync(program)) throw new Error(`${PACKAGE}@${VERSION} has no Sarif.Multitool`);
  chmodSync(program, 0o755);
  return program;
}

/** The log in which the validator says what it thinks of the subject. */
function validate(program) {
  const output = join(folder, 'result.sarif');
  // NOTE: it passes over a file of another extension without a word.
  const input = join(folder, 'subject.sarif');
  copyFileSync(subject, input);
  const options = ['--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning;Note', '--output', output, '--log', 'ForceOverwrite'];
  // It is a .NET program; without the variable it does not start where the system has no ICU.
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
  execFileSync(program, ['validate', input, ...options], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(output)) throw new Error('the validator wrote no result');
  return JSON.parse(readFileSync(output, 'utf8').replace(/^\uFEFF/, ''));
}

/** Prints every result and returns the exit code. */
function judge(log) {
  let isBad = false;
  let count = 0;
  const notes = new Map();
  for (const run of log.runs ?? []) {
    const invocations = run.invocations ?? [];
    const troubles = invocations.flatMap((each) => [
      ...(each.toolExecutionNotifications ?? []),
      ...(each.toolConfigurationNotifications ?? []),
    ]);
    for (const trouble of troubles) {
      if (trouble.level === 'error') isBad = true;
      console.log(`${trouble.level ?? 'warning'}: ${textOf(trouble.message)}`);
    }
    for (const result of run.results ?? []) {
      const rule = run.tool?.driver?.rules?.[result.ruleIndex ?? result.rule?.index ?? -1];
      const text = textOf(result.message, rule);
      const accepted = ACCEPTED.find(({ ruleId, words }) => ruleId === result.ruleId && text.includes(words));
      const level = accepted === undefined ? (result.level ?? rule?.defaultConfiguration?.level ?? 'warning') : 'accepted';
      if (level === 'error' || level === 'warning') isBad = true;
      count++;
      const place = result.locations?.[0]?.physicalLocation?.region;
      const at = place === undefined ? '' : `${place.startLine ?? '?'}:${place.startColumn ?? '?'}: `;
      const key = `${level}: ${result.ruleId} ${rule?.name ?? ''}`;
      const line = at + text + (accepted === undefined ? '' : ` (${accepted.reason})`);
      if (level === 'note') notes.set(key, [...(notes.get(key) ?? []), line]);
      else console.log(`${key} ${line}`);
    }
  }
  // A note is said of every result alike: the first place and the number tell all.
  for (const [key, lines] of notes) console.log(`${key} (${lines.length} times) ${lines[0]}`);
  // Every log gets some note (SARIF2003 at least): silence means that nothing was read.
  if (count === 0) throw new Error('the validator said nothing at all, which it never does');
  console.log(`${count} ${count === 1 ? 'result' : 'results'} from ${PACKAGE} ${VERSION}; ${isBad ? 'not accepted' : 'accepted'}`);
  return isBad ? 1 : 0;
}

/** A message as it reads, with its arguments filled in. */
function textOf(message, rule) {
  const template = message?.text ?? rule?.messageStrings?.[message?.id]?.text ?? message?.id ?? '';
  return template.replace(/\{(\d+)\}/g, (whole, index) => message.arguments?.[Number(index)] ?? whole);
}
