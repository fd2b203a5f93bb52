/**
 * What becomes of a command's failure: the options of the shell where it stands, whether `set -e` passes over it, and
 * whether the instruction fails. The table of scripts is put to the shells of this machine too.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inShellOfBase } from '../src/facts/shells.js';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { Command, RunInstruction } from '../src/model/dockerfile.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

/** The commands of the last RUN of a file. */
function commandsOf(text: string): readonly Command[] {
  const { stages } = buildModel(parseSyntax(sourceFromText('Dockerfile', text)));
  const stage = stages.at(-1);
  const run = stage?.instructions.findLast(({ keyword }) => keyword === 'RUN') as RunInstruction;
  if (stage === undefined) throw new Error('no stage');
  return scriptOf(run, stage).commands;
}

function run(script: string, shell: readonly string[] = ['/bin/sh', '-c']): readonly Command[] {
  return commandsOf(`FROM x\nSHELL ${JSON.stringify(shell)}\nRUN ${script}\n`);
}

const sign = (truth: boolean | undefined): string => (truth === undefined ? '?' : truth ? '+' : '-');
const options = ({ shell }: Command): string => `${shell.name ?? ''}${sign(shell.errexit)}${sign(shell.pipefail)}`;
const last = (commands: readonly Command[]): string => options(commands.findLast(({ name }) => name === 'x') as Command);

describe('the options of the shell', () => {
  it.each<[readonly string[], string]>([
    [['/bin/sh', '-c'], 'sh--'],
    [['/bin/bash', '-c'], 'bash--'],
    [['/bin/bash', '-lc'], 'bash--'],
    [['/bin/bash', '-o', 'pipefail', '-c'], 'bash-+'],
    [['/bin/bash', '-eo', 'pipefail', '-c'], 'bash++'],
    [['/bin/bash', '-o', 'pipefail', '-e', '-u', '-x', '-c'], 'bash++'],
    [['/bin/bash', '-euxc'], 'bash+-'],
    [['/bin/bash', '--login', '--rcfile', '-e', '-c'], 'bash--'],
    [['/bin/bash', '-O', 'extglob', '-ec'], 'bash+-'],
    [['/bin/bash', '-e', '+e', '-c'], 'bash--'],
    [['/bin/ash', '-eo', 'pipefail', '-c'], 'ash++'],
    [['/bin/zsh', '-o', 'ERR_EXIT', '-c'], 'zsh+-'],
    [['/bin/zsh', '-o', 'no_err_exit', '-c'], 'zsh--'],
    [['bash.exe', '-ec'], 'bash+-'],
    [['/usr/bin/env', 'bash', '-ec'], 'bash+-'],
    [['conda', 'run', '-n', 'e', '/bin/bash', '-o', 'pipefail', '-c'], 'bash-+'],
    [['conda', 'run', '--no-capture-output', '-n', 'e', '/bin/bash', '-ec'], 'bash+-'],
    [['micromamba', 'run', '-e', 'A=1', '-n', 'e', 'bash', '-c'], 'bash--'],
    [['/usr/local/bin/_dockerfile_shell.sh'], 'bash-+'],
  ])('%j: %s', (shell, expected) => expect(last(run('x', shell))).toBe(expected));

  it.each([
    ['set -e; x', '+-'],
    ['set -eux && x', '+-'],
    ['set -o errexit -o pipefail; x', '++'],
    ['set -euxo pipefail; x', '++'],
    ['set -e -o pipefail; set +o pipefail; x', '+-'],
    ['set -eo pipefail; set +e; x', '-+'],
    ['set -x; set -u; x', '--'],
    ['set -- -e; x', '--'],
    ['set a -e; x', '--'],
    ['set - -e; x', '--'],
    ['set $OPTIONS; x', '??'],
    ['set "$@"; x', '??'],
    ['set -- "$@"; x', '--'],
    ['set -e$X; x', '??'],
    ['setopt errexit pipefail; x', '++'],
    ['setopt errexit; setopt noerrexit; x', '--'],
    ['unsetopt errexit; x', '--'],
    ['shopt -so pipefail; x', '-+'],
    ['shopt -s extglob; x', '--'],
    ['(set -e); x', '--'],
    ['(set -e; x)', '+-'],
    ['set -e; (x)', '+-'],
    ['set -e | y; x', '--'],
    ['set -e & x', '--'],
    ['y $(set -e); x', '--'],
    ['{ set -e; }; x', '+-'],
    ['y || set -e; x', '?-'],
    ['[ y ] && set -e; x', '?-'],
    ['if y; then set -e; fi; x', '?-'],
    ['if y; then set -e; x; fi', '+-'],
    ['set -e; if y; then set -e; fi; x', '+-'],
    ['for i in 1; do set -e; done; x', '??'],
    ['for i in 1; do x; set -e; done', '??'],
    ['f() { set -e; }; f; x', '?-'],
    ['f() { x; }; set -e; f', '??'],
    ['set -e; f() { x; }; f', '+-'],
    ['case $y in a) set -o pipefail;; esac; x', '-?'],
    ['eval "set -e"; x', '+-'],
    ['set -e; eval x', '+-'],
  ])('%s: %s', (script, expected) => expect(last(run(script)).replace('sh', '')).toBe(expected));

  it.each([
    ['set -e; bash -c "x"', 'bash--'],
    ['bash -euo pipefail -c "x"', 'bash++'],
    ['bash -e -o pipefail -c "set +e; x"', 'bash-+'],
    ['bash -ec "x"; y', 'bash+-'],
    ['sudo -u me bash -ec x', 'bash+-'],
    ['sh -c "bash -ec x"', 'bash+-'],
    ['su me -c "x"', '--'],
    ['bash -c "x" -e', 'bash--'],
    ['bash -e$U -c "x"', 'bash??'],
    ['bash -e <<< "x"', 'bash+-'],
    ['zsh -c "x"', 'zsh--'],
  ])('a new shell starts anew: %s: %s', (script, expected) => expect(last(run(script))).toBe(expected));

  it.each([
    ['A=$(x)', 'bash--'],
    ['A=`x`', 'bash--'],
    ['y <(x)', 'bash+-'],
    ['shopt -s inherit_errexit; A=$(x)', 'bash?-'],
    ['shopt -s inherit_errexit; A=`x`', 'bash?-'],
    ['shopt -s inherit_errexit; eval "A=\\$(x)"', 'bash?-'],
    ['set -o posix; A=$(x)', 'bash?-'],
    ['shopt -s inherit_errexit; bash -ec "A=\\$(x)"', 'bash--'],
  ])('bash takes errexit off in a substitution: %s: %s', (script, expected) => {
    expect(last(run(script, ['bash', '-ec']))).toBe(expected);
  });

  it.each([
    ['<<EOF\nset -e\nx\nEOF', 'sh+-'],
    ['<<EOF\n#!/bin/bash\nx\nEOF', 'bash--'],
    ['<<EOF\n#!/bin/bash -ex\nx\nEOF', 'bash+-'],
    ['<<EOF\n#!/usr/bin/env bash\nset -o pipefail\nx\nEOF', 'bash-+'],
    ['<<EOF\n#!/usr/bin/env -S bash -eu\nx\nEOF', 'bash+-'],
    ['bash -e <<EOF\nx\nEOF', 'bash+-'],
    ['cat <<EOF | sh -e\nx\nEOF', 'sh+-'],
  ])('heredocs: %j: %s', (script, expected) => expect(last(run(script))).toBe(expected));

  it('is unknown where the base image may have a SHELL of its own, until facts say which', () => {
    const known = (from: string) => commandsOf(`FROM ${from}\nRUN x | y; z\n`).map(inShellOfBase);
    const shown = (from: string) => known(from).map((command) => `${options(command)} ${sign(command.failureIsFatal)}`);
    expect(shown('example.org/unheard-of:1')).toEqual(['?? ?', '?? ?', '?? +']);
    expect(shown('debian:bookworm')).toEqual(['sh-- -', 'sh-- -', 'sh-- +']);
    expect(shown('quay.io/jupyter/base-notebook:2026-07-28')).toEqual(['bash-+ -', 'bash-+ -', 'bash-+ +']);
    expect(shown('mcr.microsoft.com/windows/servercore:ltsc2022')).toEqual(['?? ?', '?? ?', '?? +']);
    const [own] = commandsOf('FROM debian:bookworm\nSHELL ["bash", "-ec"]\nRUN x; y\n').map(inShellOfBase);
    expect(own && options(own)).toBe('bash+-');
  });

  it('has none in exec form', () => {
    expect(run('["pip", "install", "x"]').map((command) => [options(command), command.failureIsFatal])).toEqual([['--', true]]);
    expect(run('["bash", "-euo", "pipefail", "-c", "a | x; b"]').map(options)).toEqual(['bash++', 'bash++', 'bash++']);
  });

  it('is the same object for the same state', () => {
    const [a, b] = run('set -e; x; y').slice(1);
    expect(a?.shell).toBe(b?.shell);
  });
});

it.each([
  ['x', '-'],
  ['x && y', '+'],
  ['y && x', '-'],
  ['x || y', '+'],
  ['y || x', '-'],
  ['! x', '+'],
  ['if x; then y; fi', '+'],
  ['if y; then x; fi', '-'],
  ['if y; then z; elif x; then z; fi', '+'],
  ['while x; do y; done', '+'],
  ['until y; do x; done', '-'],
  ['{ a; x; } && y', '+'],
  ['(a; x) || y', '+'],
  ['x | y', '-'],
  ['x | y || z', '+'],
  ['for i in 1; do x; done || y', '+'],
  ['if bash -c "x"; then y; fi', '-'],
  ['if $(x); then y; fi', '?'],
  ['f() { x; }; f', '?'],
])('set -e passes over x in `%s`: %s', (script, expected) => {
  expect(sign(run(script).find(({ name }) => name === 'x')?.exemptFromErrexit)).toBe(expected);
});

/** Scripts of commands `a`, `b`, …, and for each whether its failure fails the instruction. */
const FATES: readonly (readonly [shell: readonly string[], script: string, fates: string])[] = [
  [['sh', '-c'], 'a', 'a+'],
  [['sh', '-c'], 'a; b', 'a- b+'],
  [['sh', '-c'], 'a && b && c', 'a+ b+ c+'],
  [['sh', '-c'], 'a && b; c', 'a- b- c+'],
  [['sh', '-c'], 'a || b', 'a- b+'],
  [['sh', '-c'], 'a || true', 'a-'],
  [['sh', '-c'], 'a || exit 1; b', 'a+ b+'],
  [['sh', '-c'], 'a || exit 0; b', 'a- b+'],
  [['sh', '-c'], 'a || { b; exit 1; }; c', 'a? c+'],
  [['sh', '-c'], 'a || false', 'a+'],
  [['sh', '-c'], 'a || false; b', 'a- b+'],
  [['sh', '-c'], 'a && b || c', 'a- b- c+'],
  [['sh', '-c'], 'a | b', 'a- b+'],
  [['sh', '-c'], 'a | b; c', 'a- b- c+'],
  [['sh', '-c'], '(a; b); c', 'a- b- c+'],
  [['sh', '-c'], '(a; b) && c', 'a- b+ c+'],
  [['sh', '-c'], '! a; b', 'b+'],
  [['sh', '-c'], 'a & b', 'a- b+'],
  [['sh', '-c'], 'a & b; wait', 'a? b?'],
  [['sh', '-c'], 'a; test $? -eq 0', 'a?'],
  [['sh', '-c'], 'if a; then b; c; else d; fi', 'a- b- c+ d+'],
  [['sh', '-c'], 'if a && [ -z "$N" ]; then exit 1; fi; b', 'a? b+'],
  [['sh', '-c'], 'if [ -n "$N" ]; then a; fi; b', 'a- b+'],
  [['sh', '-c'], 'for i in 1; do a; b; done', 'a- b+'],
  [['sh', '-c'], 'for i in $N; do a; done', 'a?'],
  [['sh', '-c'], 'while a; do break; done', 'a-'],
  [['sh', '-c'], 'case $N in *) a; b;; esac', 'a- b+'],
  [['sh', '-c'], 'X=$(a)', 'a+'],
  [['sh', '-c'], 'X=$(a; b); c', 'a- b- c+'],
  [['sh', '-c'], 'X=$(a) Y=$(b)', 'a- b+'],
  [['sh', '-c'], 'export X=$(a)', 'a-'],
  [['sh', '-c'], 'echo "$(a)"; b', 'a- b+'],
  [['sh', '-c'], 'sh -c "a; b"', 'a- b+'],
  [['sh', '-c'], 'sh -ec "a; b"', 'a+ b+'],
  [['sh', '-c'], 'sh -ec "a; b"; c', 'a- b- c+'],
  [['sh', '-c'], 'eval "a; b"', 'a- b+'],
  [['sh', '-c'], 'f() { a; }; f', 'a?'],
  [['sh', '-c'], 'trap "exit 0" EXIT; a; b', 'a? b?'],
  [['sh', '-ec'], 'trap "rm -f x" EXIT; a; b', 'a+ b+'],
  [['sh', '-c'], 'a; exec b', 'a- b+'],
  [['sh', '-ec'], 'a; b', 'a+ b+'],
  [['sh', '-ec'], 'a && b; c', 'a- b+ c+'],
  [['sh', '-ec'], 'a && b', 'a+ b+'],
  [['sh', '-ec'], '(a && b); c', 'a+ b+ c+'],
  [['sh', '-ec'], '{ a && b; }; c', 'a- b+ c+'],
  [['sh', '-ec'], 'eval "a && b"; c', 'a+ b+ c+'],
  [['sh', '-ec'], 'a | b; c', 'a- b+ c+'],
  [['sh', '-ec'], '{ a; b; } && c; d', 'a- b- c+ d+'],
  [['sh', '-ec'], '{ a; b; } | c; d', 'a- b- c+ d+'],
  [['sh', '-ec'], 'if a; b; then c; d; fi; e', 'a- b- c+ d+ e+'],
  [['sh', '-ec'], 'for i in $N; do a; b; done', 'a+ b+'],
  [['sh', '-ec'], 'X=$(a); b', 'a+ b+'],
  [['sh', '-ec'], 'X=$(a; b); c', 'a? b+ c+'],
  [['sh', '-ec'], 'set +e; a; set -e; b; c', 'a- b+ c+'],
  [['sh', '-ec'], 'sh -c "a; b"; c', 'a- b+ c+'],
  [['bash', '-ec'], 'X=$(a; b); c', 'a- b+ c+'],
  [['bash', '-ec'], 'b < <(a); c', 'b+ a- c+'],
  [['bash', '-o', 'pipefail', '-c'], 'a | b', 'a+ b+'],
  [['bash', '-o', 'pipefail', '-c'], 'a | b; c', 'a- b- c+'],
  [['bash', '-eo', 'pipefail', '-c'], 'a | b; c', 'a+ b+ c+'],
  [['bash', '-eo', 'pipefail', '-c'], '{ a; b; } | c; d', 'a+ b+ c+ d+'],
  [['bash', '-eo', 'pipefail', '-c'], 'a | b || true; d', 'a- b- d+'],
  [['bash', '-ec'], 'set -o pipefail; a | b; set +o pipefail; c | d; e', 'a+ b+ c- d+ e+'],
];

describe('whether a failure fails the instruction', () => {
  it.each(FATES)('%j %s: %s', (shell, script, fates) => {
    const commands = run(script, shell).filter(({ name }) => /^[a-e]$/.test(name));
    const found = new Map(commands.map(({ name, failureIsFatal }) => [name, sign(failureIsFatal)]));
    for (const fate of fates.split(' ')) expect(`${fate.charAt(0)}${found.get(fate.charAt(0))}`).toBe(fate);
  });

  const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-shells-'));
  const shells = ['bash', 'dash', 'busybox'].filter((name) => spawnSync(name, ['-c', ':']).error === undefined);

  /** Each command of a script becomes a test that fails for one value of FAIL and leaves a file to say that it ran. */
  const made = (script: string) =>
    script.replace(/(?<![\w$+-])[a-e](?![\w:])/g, (name) => `test $FAIL != ${name} 3>${name}`).replace('exec test', 'exec /usr/bin/test');

  it.each(FATES)('as the shells have it: %j %s', ([shell = '', ...args], script, fates) => {
    let compared = 0;
    for (const program of shell === 'bash' ? shells.filter((name) => name === 'bash') : shells) {
      const own = program === 'busybox' ? ['sh', ...args] : program === 'bash' && shell === 'sh' ? ['--posix', ...args] : args;
      const text = made(script).replace(/\bsh (?=-e?c)/g, program === 'busybox' ? 'busybox sh ' : `${program} `);
      for (const [name = '', fate] of fates.split(' ')) {
        rmSync(path.join(folder, name), { force: true });
        const env = { PATH: process.env.PATH, N: '1', FAIL: name };
        const { status } = spawnSync(program, [...own, text], { cwd: folder, env, stdio: 'ignore' });
        if (fate === '?' || !existsSync(path.join(folder, name))) continue;
        compared++;
        expect(`${program}: ${name}${status === 0 ? '-' : '+'}`).toBe(`${program}: ${name}${fate}`);
      }
    }
    if (shells.length > 0 && /[+-]/.test(fates)) expect(compared).toBeGreaterThan(0);
  });

  afterAll(() => rmSync(folder, { recursive: true }));
});
