/**
 * How Julia packages are installed in a build: functions of Pkg and its command language. Knows words, no findings.
 *
 * Sources: pkgdocs.julialang.org v1.12, "Pkg API", "REPL mode" and "Project.toml and Manifest.toml" (Manifest-v1.N.toml). 2026-11.
 */
import type { ScriptOf, Stage } from '../model/dockerfile.js';
import { type CodeArgument, type CodeCall, type CodeValue, codeInStage, type InlineCode } from './inline-code.js';

/** One call of Pkg that decides on versions. */
export interface JuliaCall {
  readonly code: InlineCode;
  readonly call: CodeCall;
  readonly action: 'add' | 'update' | 'instantiate';
  /** The packages of an `add`; `instantiate` takes them from the project. */
  readonly packages: readonly JuliaPackage[];
  /** Whether there are others that only Julia knows. */
  readonly isOpen: boolean;
}

/** A package of an `add`. */
export interface JuliaPackage {
  /** Its name, or the address it comes from. */
  readonly name: string;
  /** *pinned*: a version, a tag or a commit; *branch*: a name that moves. */
  readonly pinning: 'pinned' | 'branch' | 'none';
}

/** The calls in a stage and in those it is built from, in the order they run. */
export function juliaCalls(stage: Stage, script: ScriptOf): readonly JuliaCall[] {
  return codeInStage(stage, 'julia', script).flatMap((code) => code.calls.flatMap((call) => readCall(call, code) ?? []));
}

const ACTIONS: Readonly<Record<string, JuliaCall['action']>> = {
  add: 'add',
  update: 'update',
  up: 'update',
  upgrade_manifest: 'update',
  instantiate: 'instantiate',
};

function readCall(call: CodeCall, code: InlineCode): readonly JuliaCall[] | JuliaCall | undefined {
  if (call.name === 'pkg"') return readCommand(call, code);
  const name = /^(?:Pkg\.)(\w+)$/.exec(call.name)?.[1] ?? '';
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) return undefined;
  if (action !== 'add') return { code, call, action, packages: [], isOpen: false };
  const [first] = call.args;
  const isSpecification = first?.name !== undefined && /^(?:name|url|path|version|rev|uuid)$/.test(first.name);
  const items = isSpecification
    ? [{ value: { kind: 'list', items: call.args } as const }]
    : call.args.filter(({ name }) => name === undefined);
  const found = items.map(({ value }) => packagesOf(value, code, isSpecification));
  return { code, call, action, packages: found.flatMap(({ packages }) => packages), isOpen: found.some(({ isOpen }) => isOpen) };
}

interface Found {
  readonly packages: readonly JuliaPackage[];
  readonly isOpen: boolean;
}

const OPEN: Found = { packages: [], isOpen: true };

/** `"X"`, `["X", "Y"]`, `PackageSpec(name = "X", version = "1")`, `(; name = "X")` and what was given a name. */
function packagesOf(value: CodeValue, code: InlineCode, isSpecification = false, depth = 0): Found {
  if (depth > 4) return OPEN;
  if (value.kind === 'string') return { packages: [ofText(value.value)], isOpen: false };
  if (value.kind === 'symbol') {
    const named = code.variables.get(value.name);
    return named === undefined ? OPEN : packagesOf(named, code, false, depth + 1);
  }
  const isCall = value.kind === 'call' && /^(?:Pkg\.)?PackageSpec$/.test(value.call.name);
  const items = isCall ? value.call.args : value.kind === 'list' ? value.items : undefined;
  if (items === undefined) return OPEN;
  if (isCall || isSpecification || items.some(({ name }) => name !== undefined)) return ofSpecification(items);
  const found = items.map((each) => packagesOf(each.value, code, false, depth + 1));
  return { packages: found.flatMap(({ packages }) => packages), isOpen: found.some(({ isOpen }) => isOpen) };
}

function ofSpecification(items: readonly CodeArgument[]): Found {
  const valueOf = (wanted: string): CodeValue | undefined => items.find(({ name }) => name === wanted)?.value;
  const first = items.find(({ name }) => name === undefined)?.value;
  const named = valueOf('name') ?? valueOf('url') ?? first;
  if (valueOf('path') !== undefined) return { packages: [], isOpen: false };
  if (named?.kind !== 'string') return OPEN;
  const revision = valueOf('rev');
  const isBranch = revision?.kind === 'string' && isBranchName(revision.value);
  const pinning = isBranch ? 'branch' : valueOf('version') !== undefined || revision !== undefined ? 'pinned' : 'none';
  return { packages: [{ name: shortName(named.value), pinning }], isOpen: false };
}

/** NOTE: `Pkg.add("X@1.2")` is refused; there the address of a repository and its `#rev` are what text can hold. */
function ofText(text: string): JuliaPackage {
  const [, name = text, sign, reference = ''] = /^(.+?)([@#])([^/@]*)$/.exec(text) ?? [];
  const pinning = sign === undefined ? 'none' : sign === '#' && isBranchName(reference) ? 'branch' : 'pinned';
  return { name: shortName(name), pinning };
}

const isBranchName = (text: string): boolean => /^(?:main|master|dev|devel|develop|HEAD)$/.test(text);

const shortName = (text: string): string =>
  text.includes('/')
    ? text
        .replace(/\/+$/, '')
        .replace(/^.*\//, '')
        .replace(/(?:\.jl)?(?:\.git)?$/, '')
    : text;

/** `pkg"add X Y@1.2"`, `pkg"up"`; several commands are separated by `;`. */
function readCommand(call: CodeCall, code: InlineCode): readonly JuliaCall[] {
  const value = call.args[0]?.value;
  if (value?.kind !== 'string') return [];
  return value.value.split(';').flatMap((text) => {
    const [verb = '', ...rest] = text.trim().split(/[\s,]+/);
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined;
    if (action === undefined) return [];
    const names = rest.filter((each) => each !== '' && !each.startsWith('-') && !/^[./~]/.test(each));
    return [{ code, call, action, packages: action === 'add' ? names.map(ofText) : [], isOpen: false }];
  });
}
