/**
 * What BuildKit refuses (instructions/parse.go, dockerfile2llb, dockerfile/1.26), as far as the text alone decides it.
 * Where a variable is involved the value may be anything, and nothing is said.
 */
import type { Span } from '../source/source-file.js';
import { nearest } from '../spelling.js';
import { skipSpace } from './characters.js';
import { parseImageReference } from './image-reference.js';
import { isJsonWithoutStrings, KEYWORDS } from './instruction.js';
import { readHeredocWord } from './scan.js';
import type { Flag, FromInstruction, Instruction, Mount, SyntaxProblem, SyntaxProblemCode, SyntaxTree, Word } from './tree.js';
import { expandWord, UNKNOWN } from './variable.js';

/** The flags of each instruction: `value` once, `list` any number of times, `boolean` with or without `=true`. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, 'value' | 'list' | 'boolean'>>>> = {
  FROM: { platform: 'value' },
  ADD: {
    chown: 'value',
    chmod: 'value',
    checksum: 'value',
    link: 'boolean',
    'keep-git-dir': 'boolean',
    unpack: 'boolean',
    exclude: 'list',
  },
  COPY: { from: 'value', chown: 'value', chmod: 'value', link: 'boolean', parents: 'boolean', exclude: 'list' },
  RUN: { mount: 'list', network: 'value', security: 'value', device: 'list' },
  HEALTHCHECK: { interval: 'value', timeout: 'value', 'start-period': 'value', 'start-interval': 'value', retries: 'value' },
};

/** SPEC: BuildKit never looks at the flags of these. */
const FLAGS_UNCHECKED = new Set(['ARG', 'STOPSIGNAL', 'UNKNOWN']);

type Report = (code: SyntaxProblemCode, span: Span, data?: Record<string, string>) => void;

/** Every problem of a tree that the scanner has not found already, in no particular order. */
export function validate(tree: Omit<SyntaxTree, 'problems'>): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const report: Report = (code, span, data = {}) => problems.push({ code, span, data });
  const { text } = tree.source;
  if (tree.instructions.length === 0) {
    report(text.trim() === '' ? 'empty-file' : 'no-instructions', { start: 0, end: Math.min(1, text.length) });
    return problems;
  }
  if (isSomethingElse(tree.instructions)) {
    report('no-dockerfile', tree.instructions[0]?.keywordSpan ?? { start: 0, end: 1 });
    return problems;
  }
  const stages = new StageNames(tree);
  let hasStage = false;
  for (const instruction of tree.instructions) {
    if (!hasStage && instruction.keyword !== 'FROM' && instruction.keyword !== 'ARG' && instruction.keyword !== 'UNKNOWN') {
      report('before-from', instruction.keywordSpan, { keyword: instruction.keyword });
      hasStage = true;
    }
    checkInstruction(instruction, tree.escape, report);
    if (instruction.keyword === 'FROM') {
      hasStage = true;
      stages.enter();
      checkBase(instruction, stages, report);
    } else {
      checkStageSources(instruction, stages, report);
    }
  }
  const only = tree.instructions[0];
  if (!hasStage && only !== undefined) report('no-stage', only.keywordSpan);
  return problems;
}

/** Several lines, and not one that begins with an instruction or with something like one: a script, a YAML file, prose. */
function isSomethingElse(instructions: readonly Instruction[]): boolean {
  if (instructions.length < 2 || instructions.some(({ keyword }) => keyword !== 'UNKNOWN')) return false;
  return instructions.every((instruction) => nearest(nameOf(instruction).toUpperCase(), KEYWORDS) === undefined);
}

/** The first word, which should be the name of an instruction. */
function nameOf({ logical }: Instruction): string {
  return logical.text.trim().split(/[\t\v\f\r ]/, 1)[0] ?? '';
}

/** What stands behind the keyword and the flags. */
function rest({ logical, argumentsOffset }: Instruction): string {
  return logical.text.slice(argumentsOffset);
}

/** SPEC: of these a JSON array must hold strings only. */
const TAKE_JSON: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'SHELL', 'COPY', 'ADD', 'VOLUME']);

function checkInstruction(instruction: Instruction, escape: string, report: Report): void {
  const { keyword } = instruction;
  if (instruction.flags.length > 0) checkFlags(instruction, report);
  const missing = (what: string): void => report('missing-argument', instruction.keywordSpan, { keyword, what });
  if (TAKE_JSON.has(keyword) && instruction.logical.text[instruction.argumentsOffset] === '[' && isJsonWithoutStrings(rest(instruction))) {
    report('json-not-strings', instruction.logical.span(instruction.argumentsOffset, instruction.logical.text.length), { keyword });
    return;
  }
  switch (instruction.keyword) {
    case 'UNKNOWN': {
      const name = nameOf(instruction);
      const suggestion = nearest(name.toUpperCase(), KEYWORDS);
      report('unknown-instruction', instruction.keywordSpan, { name: printable(name), suggestion: suggestion ?? '' });
      break;
    }
    case 'FROM': {
      const written = rest(instruction);
      const count = written.trim() === '' ? 0 : written.trim().split(/[\t\v\f\r ]+/).length;
      const second = /^\S+[\t\v\f\r ]+(\S+)/.exec(written)?.[1] ?? '';
      if (count === 0) missing('an image');
      else if (count !== 1 && (count !== 3 || second.toLowerCase() !== 'as')) {
        report('from-arguments', instruction.span, { comment: second.startsWith('#') ? 'yes' : '' });
      } else if (instruction.alias !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(instruction.alias.text.toLowerCase())) {
        report('stage-name', instruction.alias.span, { name: instruction.alias.text });
      }
      if (instruction.image !== undefined) checkWord(instruction.image, escape, report);
      break;
    }
    case 'COPY':
    case 'ADD': {
      if (instruction.sources.length === 0 && instruction.destination === undefined) missing('a source and a destination');
      else if (instruction.destination === undefined) missing('a destination');
      else if (instruction.heredocs.length > 0 && readHeredocWord(instruction.destination.text) !== undefined) {
        report('heredoc-destination', instruction.destination.span, { keyword });
      }
      for (const source of instruction.sources) {
        checkWord(source, escape, report);
        if (keyword === 'COPY' && /^(https?:\/\/|git:\/\/|git@[\w.-]+:)/.test(source.text)) {
          report('copy-source', source.span, { source: source.text });
        }
      }
      if (instruction.destination !== undefined) checkWord(instruction.destination, escape, report);
      break;
    }
    case 'RUN':
      for (const mount of instruction.mounts) checkMount(mount, report);
      break;
    case 'SHELL':
      if (instruction.command.form === 'shell') {
        if (rest(instruction).trim() === '') missing('a JSON array');
        else report('shell-not-json', instruction.command.span);
      } else if (instruction.command.words.length === 0) missing('at least one word');
      break;
    case 'HEALTHCHECK':
      checkHealthcheck(instruction, report, missing);
      break;
    case 'ENV':
    case 'LABEL':
      checkPairs(instruction, escape, report, missing);
      break;
    case 'ARG':
      if (instruction.pairs.length === 0) missing('a name');
      for (const pair of instruction.pairs) {
        if (pair.key.text === '') report('empty-key', pair.span, { keyword });
        if (pair.value !== undefined) checkWord(pair.value, escape, report);
      }
      break;
    case 'EXPOSE':
      if (instruction.words.length === 0) missing('a port');
      for (const word of instruction.words) checkPort(word, escape, report);
      break;
    case 'VOLUME':
      if (instruction.words.length === 0) missing('a path');
      for (const word of instruction.words) {
        if (word.text.trim() === '') report('missing-argument', word.span, { keyword, what: 'a path' });
        else checkWord(word, escape, report);
      }
      break;
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      if (instruction.value === undefined) missing('a value');
      else {
        if (keyword !== 'MAINTAINER') checkWord(instruction.value, escape, report);
        if (keyword === 'STOPSIGNAL') checkSignal(instruction.value, report);
      }
      break;
    case 'ONBUILD':
      checkTrigger(instruction, escape, report, missing);
      break;
    default:
      break;
  }
}

function checkFlags(instruction: Instruction, report: Report): void {
  const { keyword } = instruction;
  if (FLAGS_UNCHECKED.has(keyword) || keyword === 'ONBUILD') return;
  // SPEC: HEALTHCHECK NONE is accepted before its flags are looked at.
  if (keyword === 'HEALTHCHECK' && instruction.command === undefined) return;
  const known = FLAGS[keyword] ?? {};
  const seen = new Set<string>();
  for (const flag of instruction.flags) {
    const kind = known[flag.name];
    const data = { keyword, flag: flag.name };
    if (kind === undefined) {
      report('unknown-flag', flag.span, { ...data, suggestion: nearest(flag.name, Object.keys(known)) ?? '' });
      continue;
    }
    if (seen.has(flag.name) && kind !== 'list') report('duplicate-flag', flag.span, data);
    seen.add(flag.name);
    if (kind !== 'boolean' && flag.value === undefined) report('flag-value', flag.span, { ...data, wanted: 'a value' });
    if (kind === 'boolean' && flag.value !== undefined && !['true', 'false'].includes(flag.value)) {
      report('flag-value', flag.span, { ...data, wanted: 'true or false' });
    }
    checkFlagValue(flag, keyword, report);
  }
}

function checkFlagValue(flag: Flag, keyword: string, report: Report): void {
  const { value = '' } = flag;
  const span = flag.valueSpan ?? flag.span;
  if (flag.name === 'from' && keyword === 'COPY' && value.includes('$')) {
    report('variable-in-from-flag', span, { flag: '--from' });
  }
  if (flag.name === 'chmod' && !value.includes('$') && value !== '' && !isFileMode(value)) {
    report('chmod', span, { value });
  }
  if (
    flag.name === 'checksum' &&
    !value.includes('$') &&
    value !== '' &&
    !/^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}|[0-9a-f]{7,40})$/.test(value)
  ) {
    report('checksum', span, { value });
  }
}

/** Octal up to 07777, or symbolic: `u=rwX,go-w`. */
function isFileMode(value: string): boolean {
  return /^[0-7]{1,5}$/.test(value)
    ? Number.parseInt(value, 8) <= 0o7777
    : /^[ugoa]*[-+=][rwxXstugo]*(,[ugoa]*[-+=][rwxXstugo]*)*$/.test(value);
}

/** SPEC: FROM sees earlier stages, in any case; everything else must be an image reference. */
function checkBase(from: FromInstruction, stages: StageNames, report: Report): void {
  const written = from.image?.text ?? '';
  if (written === '' || /[$'"\\`]/.test(written)) return;
  if (stages.place(written) === 'earlier' || written === 'scratch') return;
  if (parseImageReference(written) === undefined && from.image !== undefined) {
    report('image-reference', from.image.span, { image: written });
  }
}

/** Where the stages of a file stand, seen from the one that is being read. */
class StageNames {
  private readonly indexes = new Map<string, number[]>();
  private current = -1;

  constructor(tree: Pick<SyntaxTree, 'instructions'>) {
    let index = 0;
    for (const instruction of tree.instructions) {
      if (instruction.keyword !== 'FROM') continue;
      const name = instruction.alias?.text.toLowerCase();
      if (name !== undefined) this.indexes.set(name, [...(this.indexes.get(name) ?? []), index]);
      index++;
    }
  }

  /** The next stage begins. */
  enter(): void {
    this.current++;
  }

  /** Where the stage of a name, in any case, or of an index stands; `missing` when there is none. */
  place(name: string | number): 'earlier' | 'own' | 'later' | 'missing' {
    const indexes = typeof name === 'number' ? [name] : (this.indexes.get(name.toLowerCase()) ?? []);
    if (indexes.some((index) => index < this.current)) return 'earlier';
    if (indexes.includes(this.current)) return 'own';
    return typeof name === 'string' && indexes.length > 0 ? 'later' : 'missing';
  }
}

/** SPEC: `COPY --from` and `--mount=from=` find stages of the whole file, but only an earlier one can be used. */
function checkStageSources(instruction: Instruction, stages: StageNames, report: Report): void {
  if (instruction.flags.length === 0) return;
  const uses: { name: string; span: Span; isMount: boolean }[] = [];
  if (instruction.keyword === 'COPY') {
    const flag = instruction.flags.find((candidate) => candidate.name === 'from');
    if (flag?.value !== undefined) uses.push({ name: flag.value, span: flag.valueSpan ?? flag.span, isMount: false });
  }
  if (instruction.keyword === 'RUN') {
    for (const mount of instruction.mounts) {
      const name = mount.options.get('from');
      if (name !== undefined) uses.push({ name, span: mount.flag.span, isMount: true });
    }
  }
  for (const { name, span, isMount } of uses) {
    if (name.includes('$') || name === '') continue;
    const isIndex = !isMount && /^[0-9]+$/.test(name);
    const place = stages.place(isIndex ? Number(name) : name);
    // Neither a stage nor a number: an image.
    if (place === 'earlier' || (place === 'missing' && !isIndex)) continue;
    report('stage-order', span, { name, case: place });
  }
}

const isUnknown = (): typeof UNKNOWN => UNKNOWN;

function checkWord(word: Word, escape: string, report: Report): void {
  const { error } = expandWord(word.text, escape, isUnknown);
  if (error === undefined) return;
  if (error.code === 'unclosed-quote') report('unclosed-quote', word.span, { quote: error.detail });
  if (error.code === 'bad-substitution') report('bad-substitution', word.span, { text: word.text });
}

function checkPairs(
  instruction: Extract<Instruction, { keyword: 'ENV' | 'LABEL' }>,
  escape: string,
  report: Report,
  missing: (what: string) => void,
): void {
  const { keyword } = instruction;
  const [first] = instruction.pairs;
  if (first === undefined) return missing('a name and a value');
  if (instruction.legacy && first.value === undefined) return report('key-without-value', first.span, { keyword, key: first.key.text });
  for (const pair of instruction.pairs) {
    if (pair.key.text === '') report('empty-key', pair.span, { keyword });
    if (pair.value === undefined) {
      const isComment = pair.key.text.startsWith('#');
      const isCommand = instruction.pairs.some(({ value, span }) => span.start < pair.span.start && /\$\(|`/.test(value?.text ?? ''));
      report('key-value', pair.span, { keyword, word: pair.key.text, comment: isComment ? 'yes' : '', command: isCommand ? 'yes' : '' });
      // SPEC: one faulty word makes the whole instruction fail; the words behind it are likely its consequence.
      return;
    }
    checkWord(pair.key, escape, report);
    checkWord(pair.value, escape, report);
  }
}

function checkHealthcheck(
  instruction: Extract<Instruction, { keyword: 'HEALTHCHECK' }>,
  report: Report,
  missing: (what: string) => void,
): void {
  const [type = '', ...others] = rest(instruction).trim().split(/\s+/);
  if (type === '') return missing('CMD or NONE');
  if (type.toUpperCase() === 'NONE') {
    if (others.length > 0) report('healthcheck-none', instruction.span);
    return;
  }
  if (type.toUpperCase() !== 'CMD') {
    const start = skipSpace(instruction.logical.text, instruction.argumentsOffset);
    return report('healthcheck-type', instruction.logical.span(start, start + type.length), { type });
  }
  if (others.length === 0) missing('a command after CMD');
  for (const flag of instruction.flags) {
    const { value = '' } = flag;
    const span = flag.valueSpan ?? flag.span;
    if (flag.name === 'retries' && value !== '' && !/^\+?[0-9]+$/.test(value)) report('retries', span, { value });
    const isDuration = ['interval', 'timeout', 'start-period', 'start-interval'].includes(flag.name);
    if (isDuration && value !== '' && !isGoDuration(value)) report('duration', span, { flag: flag.name, value });
  }
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** SPEC: Go's duration syntax: a unit is needed, 0 needs none; less than a millisecond is refused. */
function isGoDuration(value: string): boolean {
  if (/^[+-]?0$/.test(value)) return true;
  if (!/^\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$/.test(value)) return false;
  let milliseconds = 0;
  for (const [, number = '', unit = ''] of value.matchAll(/([0-9.]+)(ns|us|µs|μs|ms|s|m|h)/g))
    milliseconds += Number(number) * (MILLISECONDS[unit] ?? 0);
  return milliseconds === 0 || milliseconds >= 1;
}

/** SPEC: `[[ip:]host:]port[-port][/protocol]`. */
function checkPort(word: Word, escape: string, report: Report): void {
  if (/^[0-9]{1,4}$/.test(word.text)) return;
  checkWord(word, escape, report);
  if (/[$'"\\`]/.test(word.text)) return;
  const match = /^(?:(?:\[[0-9a-fA-F:]*\]|[0-9.]+):)?(?:[0-9-]*:)?([0-9]+)(?:-([0-9]+))?(?:\/([A-Za-z]+))?$/.exec(word.text);
  const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  const protocol = match?.[3]?.toLowerCase() ?? 'tcp';
  const good = match !== null && low <= high && high <= 65535 && ['tcp', 'udp', 'sctp'].includes(protocol);
  if (!good) report('port', word.span, { port: word.text, comment: word.text.startsWith('#') ? 'yes' : '' });
}

/** Linux signal names without SIG (moby/sys/signal, 2026). */
const SIGNALS = new Set(
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(
    ' ',
  ),
);

function checkSignal(word: Word, report: Report): void {
  if (/[$'"\\`]/.test(word.text)) return;
  const name = word.text.toUpperCase().replace(/^SIG/, '');
  const good = /^[0-9]+$/.test(name) ? Number(name) !== 0 : SIGNALS.has(name) || /^RTM(IN\+|AX-)[0-9]{1,2}$/.test(name);
  if (!good) report('signal', word.span, { signal: word.text });
}

function checkTrigger(
  instruction: Extract<Instruction, { keyword: 'ONBUILD' }>,
  escape: string,
  report: Report,
  missing: (what: string) => void,
): void {
  const { trigger } = instruction;
  if (trigger === undefined) return missing('an instruction');
  if (trigger.keyword === 'ONBUILD' || trigger.keyword === 'FROM' || trigger.keyword === 'MAINTAINER') {
    return report('onbuild-trigger', trigger.keywordSpan, { keyword: trigger.keyword });
  }
  // SPEC: only the parser has looked at the trigger by now; what it refuses fails here, the rest when it is triggered.
  const parserFaults = new Set<SyntaxProblemCode>(['json-not-strings', 'key-value', 'key-without-value']);
  checkInstruction(trigger, escape, (code, span, data) => {
    if (parserFaults.has(code)) report(code, span, data);
  });
}

const MOUNT_OPTIONS = new Set([
  'type',
  'from',
  'source',
  'target',
  'readonly',
  'readwrite',
  'id',
  'sharing',
  'required',
  'size',
  'mode',
  'uid',
  'gid',
  'env',
]);
const MOUNT_TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];

/** SPEC: buildkit.md §4.4. Values are expanded first, so one with a variable is not judged. */
function checkMount(mount: Mount, report: Report): void {
  const { type, options, flag } = mount;
  const fault = (reason: string): void => report('mount', flag.span, { reason });
  if (flag.value === undefined || type.includes('$')) return;
  if (!MOUNT_TYPES.includes(type)) return fault(`type=${type} does not exist; use ${MOUNT_TYPES.join(', ')}`);
  for (const [name, value] of options) {
    if (!MOUNT_OPTIONS.has(name)) {
      const suggestion = nearest(name, [...MOUNT_OPTIONS]);
      return fault(`there is no mount option \`${name}\`${suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`}`);
    }
    if (value === '' && !['readonly', 'readwrite', 'required'].includes(name)) return fault(`\`${name}\` needs a value`);
  }
  if (options.get('from')?.includes('$')) report('variable-in-from-flag', flag.span, { flag: '--mount=from' });
  const hasFrom = options.has('from');
  const only = (name: string, types: readonly string[]): boolean => options.has(name) && !types.includes(type);
  if (only('sharing', ['cache'])) return fault(`\`sharing\` is for cache mounts, not for type=${type}`);
  if (only('required', ['secret', 'ssh'])) return fault(`\`required\` is for secret and ssh mounts, not for type=${type}`);
  if (only('size', ['tmpfs'])) return fault(`\`size\` is for tmpfs mounts, not for type=${type}`);
  for (const name of ['mode', 'uid', 'gid']) {
    if (only(name, ['secret', 'ssh', 'cache'])) return fault(`\`${name}\` is for secret, ssh and cache mounts, not for type=${type}`);
  }
  const sharing = options.get('sharing');
  if (sharing !== undefined && !sharing.includes('$') && !['shared', 'private', 'locked'].includes(sharing)) {
    return fault(`sharing=${sharing} does not exist; use shared, private or locked`);
  }
  if (type === 'secret') {
    if (hasFrom) return fault('a secret mount cannot have `from`');
    if (options.has('id') && options.has('source')) return fault('a secret mount takes `id` or `source`, not both');
    if (!options.has('id') && !options.has('source') && !options.has('target')) return fault('a secret mount needs an `id`');
  }
  if (type === 'ssh' && options.has('source')) return fault('an ssh mount cannot have `source`');
}

/** A name that may hold anything, for a message: control characters shown, cut at forty. */
function printable(name: string): string {
  const shown = [...name.slice(0, 40)].map((char) =>
    /[\p{Cc}\p{Cf}\p{Zs}]/u.test(char) ? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}` : char,
  );
  return name.length > 40 ? `${shown.join('')}…` : shown.join('');
}
