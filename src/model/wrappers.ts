/**
 * Programs that run another program: how to find, behind their own options, the program they run. Knows words only,
 * no syntax.
 */
import type { ShellWord } from './dockerfile.js';

/** What the program at the head of some words does with the rest of them. */
export type Unwrapped =
  /** It is no wrapper, or runs nothing as it is called here. */
  | { readonly kind: 'program' }
  /** The wrapped program begins at `program`. */
  | {
      readonly kind: 'wrapper';
      readonly program: number;
      /** Indexes of the words `NAME=value`. */
      readonly assignments: readonly number[];
      /** Whether the wrapped program starts without the environment of this one. */
      readonly hidesEnvironment: boolean;
    }
  /** The word at `script` is a script for a new shell; what stands in front of it are the shell's own options. */
  | { readonly kind: 'script'; readonly script: number; readonly hidesEnvironment: boolean }
  /** A shell without a script: it reads its standard input. */
  | { readonly kind: 'standard-input' }
  /** The words from `first` on are joined and run by this shell. */
  | { readonly kind: 'eval'; readonly first: number };

/** How a wrapper's own words look. */
interface WrapperGrammar {
  /** Options whose value is the next word. An option that is not listed takes none, or takes it after `=`. */
  readonly values?: string;
  /** With one of these the program runs nothing. */
  readonly stops?: string;
  /** The words one of which must follow before anything is run. */
  readonly subcommand?: string;
  /** How many operands stand in front of the wrapped program. */
  readonly operands?: number;
  /** Whether `NAME=value` may stand in front of the wrapped program. */
  readonly assignments?: true;
  /** `always`, or the options that make it so. */
  readonly hidesEnvironment?: string;
  /** The options that undo `always`. */
  readonly keepsEnvironment?: string;
}

const CONDA_RUN: WrapperGrammar = {
  subcommand: 'run',
  values: '-n --name -p --prefix -r --root-prefix --rc-file --cwd -a --attach -e --env --label',
  stops: '-h --help',
};

// Options from the manuals and `--help` of sudo 1.9, coreutils 9, util-linux 2.41, tini 0.19, conda 25, micromamba 2,
// uv 0.8, poetry 2, pdm 2, pixi 0.50; 2026-11.
const WRAPPERS: Readonly<Record<string, WrapperGrammar>> = {
  sudo: {
    values:
      '-u --user -g --group -h --host -p --prompt -C --close-from -D --chdir -r --role -t --type -T --command-timeout -U --other-user -R --chroot',
    stops: '-l --list -v --validate -e --edit -K --remove-timestamp -V --version --help',
    assignments: true,
    hidesEnvironment: 'always',
    keepsEnvironment: '-E --preserve-env',
  },
  doas: { values: '-u -C', hidesEnvironment: 'always' },
  env: {
    values: '-u --unset -C --chdir -P',
    stops: '-S --split-string --help --version',
    assignments: true,
    hidesEnvironment: '-i --ignore-environment -',
  },
  time: { values: '-f --format -o --output' },
  nice: { values: '-n --adjustment' },
  ionice: { values: '-c --class -n --classdata', stops: '-p --pid -P --pgid -u --uid' },
  nohup: {},
  setsid: {},
  exec: { values: '-a', hidesEnvironment: '-c' },
  command: { stops: '-v -V' },
  builtin: {},
  timeout: { values: '-k --kill-after -s --signal', operands: 1 },
  stdbuf: { values: '-i --input -o --output -e --error' },
  'xvfb-run': {
    values: '-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait',
  },
  tini: { values: '-p -e', stops: '-h --version -l' },
  'tini-static': { values: '-p -e', stops: '-h --version -l' },
  'dumb-init': { values: '-r --rewrite', stops: '-h --help -V --version' },
  catatonit: { stops: '-V --version' },
  gosu: { operands: 1, stops: '--version --help' },
  'su-exec': { operands: 1 },
  's6-setuidgid': { operands: 1 },
  setpriv: {
    values:
      '--reuid --regid --groups --inh-caps --ambient-caps --bounding-set --securebits --pdeathsig --ptracer --selinux-label --apparmor-profile --rlimit --landlock-access --landlock-rule --seccomp-filter',
    stops: '-d --dump --list-caps -h --help -V --version',
    hidesEnvironment: '--reset-env',
  },
  catchsegv: {},
  unbuffer: {},
  eatmydata: {},
  numactl: {
    values: '-i --interleave -w --weighted-interleave -P --preferred-many -p --preferred -m --membind -N --cpunodebind -C --physcpubind',
    stops: '-s --show -H --hardware',
  },
  'ddtrace-run': {},
  busybox: { stops: '--install --list --list-full --help' },
  xargs: {
    values: '-a --arg-file -d --delimiter -E -I -L -n --max-args -P --max-procs -s --max-chars --process-slot-var',
  },
  conda: CONDA_RUN,
  mamba: CONDA_RUN,
  micromamba: CONDA_RUN,
  uv: {
    subcommand: 'run',
    values:
      '--extra --no-extra --group --no-group --only-group --env-file -w --with --with-editable --with-requirements --package ' +
      '-p --python --python-platform --index --default-index -i --index-url --extra-index-url -f --find-links -P --upgrade-package ' +
      '--reinstall-package --refresh-package --index-strategy --keyring-provider --resolution --prerelease --fork-strategy ' +
      '--exclude-newer --exclude-newer-package --link-mode -C --config-setting --config-settings --config-settings-package ' +
      '--no-build-isolation-package --no-build-package --no-binary-package --no-sources-package --python-fetch ' +
      '--cache-dir --allow-insecure-host --directory --project --config-file --color',
    // `uv run -m module` names no program.
    stops: '-m --module -h --help',
  },
  poetry: { subcommand: 'run', values: '-C --directory -P --project', stops: '-h --help' },
  pipenv: { subcommand: 'run', values: '--python --pypi-mirror', stops: '-h --help' },
  pdm: { subcommand: 'run', values: '-c --config -p --project --venv', stops: '-h --help -l --list -j --json' },
  rye: { subcommand: 'run', stops: '-h --help -l --list' },
  pixi: {
    subcommand: 'run r',
    values:
      '-e --environment -m --manifest-path --color --auth-file --pypi-keyring-provider --concurrent-solves --concurrent-downloads --tls-root-certs --run-post-link-scripts',
    stops: '-h --help',
  },
};

/** Shells whose scripts are read as bash. */
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'mksh', 'rbash']);

const SHELL_VALUES = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);
const SU_VALUES = new Set(['-s', '--shell', '-g', '--group', '-G', '--supp-group', '-w', '--whitelist-environment']);
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;

/** Base name of a program's path; the path itself where it ends in a slash. */
export function baseName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === '' ? path : name;
}

/** Name of a shell whose scripts can be read (`bash` for `/bin/bash` and `bash.exe`); undefined for any other program. */
export function shellName(path: string): string | undefined {
  const name = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
  return SHELLS.has(name) ? name : undefined;
}

/** @param name base name of the program at `words[start]` */
export function unwrap(name: string, words: readonly ShellWord[], start: number): Unwrapped {
  if (SHELLS.has(name)) return unwrapShell(words, start);
  if (name === 'su' || name === 'runuser') return unwrapSu(name, words, start);
  if (name === 'eval') {
    const first = words[start + 1]?.value === '--' ? start + 2 : start + 1;
    return first < words.length ? { kind: 'eval', first } : PROGRAM;
  }
  const grammar = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  return grammar === undefined ? PROGRAM : unwrapByGrammar(name, grammar, words, start);
}

const PROGRAM: Unwrapped = { kind: 'program' };

function unwrapByGrammar(name: string, grammar: WrapperGrammar, words: readonly ShellWord[], start: number): Unwrapped {
  const { values, stops, subcommands, hides, keeps } = optionSets(name, grammar);
  const seen = new Set<string>();
  let at = behindOptions(words, start + 1, values, seen);
  if (subcommands !== undefined) {
    if (!subcommands.has(words[at]?.value ?? '')) return PROGRAM;
    at = behindOptions(words, at + 1, values, seen);
  }
  const assignments: number[] = [];
  if (grammar.assignments === true) {
    for (; ASSIGNMENT.test(words[at]?.prefix ?? ''); at++) assignments.push(at);
  }
  at += grammar.operands ?? 0;
  if (words[at]?.value === '--') at++;
  for (const option of seen) if (stops.has(option)) return PROGRAM;
  if (at >= words.length || words[at]?.value?.startsWith('-') === true) return PROGRAM;

  let hidesEnvironment = hides.has('always');
  for (const option of seen) {
    if (hides.has(option)) hidesEnvironment = true;
    if (keeps.has(option)) hidesEnvironment = false;
  }
  return { kind: 'wrapper', program: at, assignments, hidesEnvironment };
}

interface OptionSets {
  readonly values: ReadonlySet<string>;
  readonly stops: ReadonlySet<string>;
  readonly subcommands: ReadonlySet<string> | undefined;
  readonly hides: ReadonlySet<string>;
  readonly keeps: ReadonlySet<string>;
}

const optionSetsByName = new Map<string, OptionSets>();

/** The table's option lists as sets, made when a wrapper is first met. */
function optionSets(name: string, grammar: WrapperGrammar): OptionSets {
  let sets = optionSetsByName.get(name);
  if (sets === undefined) {
    const set = (list: string | undefined): ReadonlySet<string> => new Set(list?.split(' '));
    sets = {
      values: set(grammar.values),
      stops: set(grammar.stops),
      subcommands: grammar.subcommand === undefined ? undefined : set(grammar.subcommand),
      hides: set(grammar.hidesEnvironment),
      keeps: set(grammar.keepsEnvironment),
    };
    optionSetsByName.set(name, sets);
  }
  return sets;
}

/** Index of the first word that is neither an option nor an option's value. @param seen receives the options */
function behindOptions(words: readonly ShellWord[], start: number, values: ReadonlySet<string>, seen: Set<string>): number {
  let at = start;
  for (; at < words.length; at++) {
    const word = words[at];
    // An option with an unknown value attached (`--user=$X`, `-u$X`) is known well enough.
    const text = word?.value ?? word?.prefix ?? '';
    if (text === '--') return at + 1;
    if (!text.startsWith('-')) return at;
    if (text.startsWith('--') || text === '-') {
      const equals = text.indexOf('=');
      seen.add(equals < 0 ? text : text.slice(0, equals));
      if (equals < 0 && values.has(text)) at++;
      continue;
    }
    for (let i = 1; i < text.length; i++) {
      const option = `-${text.charAt(i)}`;
      seen.add(option);
      if (!values.has(option)) continue;
      if (i === text.length - 1 && word?.value !== undefined) at++;
      break;
    }
  }
  return at;
}

function unwrapShell(words: readonly ShellWord[], start: number): Unwrapped {
  let isCommand = false;
  let readsInput = false;
  let at = start + 1;
  for (; at < words.length; at++) {
    const word = words[at];
    const text = word?.value ?? word?.prefix ?? '';
    if (text === '--' || text === '-') {
      at++;
      break;
    }
    if (!/^[-+]./.test(text)) break;
    if (text.startsWith('--')) {
      if (SHELL_VALUES.has(text)) at++;
      continue;
    }
    // `-euxo pipefail`, `-lc`: letters run together, o and O take the next word.
    if (text.startsWith('-') && text.includes('c')) isCommand = true;
    if (text.startsWith('-') && text.includes('s')) readsInput = true;
    for (const letter of text.slice(1)) if (SHELL_VALUES.has(text.charAt(0) + letter)) at++;
  }
  if (isCommand) return at < words.length ? { kind: 'script', script: at, hidesEnvironment: false } : PROGRAM;
  return at < words.length && !readsInput ? PROGRAM : { kind: 'standard-input' };
}

/** `su - user -c "…"`; `runuser -u user -- program` is an ordinary wrapper. */
function unwrapSu(name: string, words: readonly ShellWord[], start: number): Unwrapped {
  let script = -1;
  for (let at = start + 1; at < words.length; at++) {
    const text = words[at]?.value ?? '';
    if (name === 'runuser' && (text === '-u' || text === '--user')) {
      return unwrapByGrammar(name, { values: '-u --user -g --group -G --supp-group' }, words, start);
    }
    if (text === '--command' || text === '--session-command' || /^-[a-z]*c$/.test(text)) script = ++at;
    else if (SU_VALUES.has(text)) at++;
  }
  // NOTE: `su` without `-` keeps most of the environment, but what the user's shell sets up is not known.
  return script >= 0 && script < words.length ? { kind: 'script', script, hidesEnvironment: true } : PROGRAM;
}
