/**
 * What BuildKit refuses (instructions/parse.go, dockerfile2llb, dockerfile/1.28, 2026-11), as far as the text alone decides
 * it. Where a variable is involved the value may be anything, and nothing is said.
 */
import type { Span } from '../source/source-file.js';
import { nearest } from '../spelling.js';
import { trimSpace } from './characters.js';
import { parseImageReference } from './image-reference.js';
import { isJsonWithoutStrings, KEYWORDS } from './instruction.js';
import { readHeredocWord } from './scan.js';
import type {
  CopyInstruction,
  Flag,
  FromInstruction,
  HealthcheckInstruction,
  Heredoc,
  Instruction,
  OnbuildInstruction,
  SyntaxProblem,
  SyntaxProblemCode,
  SyntaxTree,
  Word,
} from './tree.js';
import { mountFault } from './validate-mount.js';
import {
  isDevice,
  isDigest,
  isDuration,
  isFileMode,
  isNumericOwner,
  isPlatform,
  isPort,
  isRetryCount,
  isSignal,
  remoteKind,
} from './value-formats.js';
import { type Expansion, expandedWords, expandHeredocBody, expandWord, type Lookup, PLATFORM_ARGUMENTS, UNKNOWN } from './variable.js';

/**
 * The flags of each instruction: `value` once, `list` any number of times, `boolean` with or without `=true`. SPEC: names are known in
 * this case only, and an instruction that is not here takes none.
 */
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
  // NOTE: `--device` is in the stable frontend since 1.27; the ones before refuse it.
  RUN: { mount: 'list', network: 'value', security: 'value', device: 'list' },
  HEALTHCHECK: { interval: 'value', timeout: 'value', 'start-period': 'value', 'start-interval': 'value', retries: 'value' },
};

/** SPEC: BuildKit never looks at the flags of these. */
const FLAGS_UNCHECKED = new Set(['ARG', 'STOPSIGNAL', 'UNKNOWN']);

/** The flags of RUN that take one of a few words. SPEC: no variable is expanded in them. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  network: ['default', 'none', 'host'],
  security: ['sandbox', 'insecure'],
};

type Report = (code: SyntaxProblemCode, span: Span, data?: Record<string, string>) => void;

/** What an instruction is checked with. */
interface Check {
  readonly escape: string;
  readonly report: Report;
  /** What its words are expanded with: in a stage every variable may be set to anything. */
  readonly lookup: Lookup;
}

/** Every problem of a tree that the scanner has not found already, in no particular order. SPEC: a file without instructions is one. */
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
  checkStages(tree, report);
  return problems;
}

/** Several lines, and not one that begins with an instruction or with something like one: a script, a YAML file, prose. */
function isSomethingElse(instructions: readonly Instruction[]): boolean {
  if (instructions.length < 2 || instructions.some(({ keyword }) => keyword !== 'UNKNOWN')) return false;
  return instructions.every(({ keywordText }) => nearest(keywordText.toUpperCase(), KEYWORDS) === undefined);
}

/** SPEC: there is a FROM, and nothing but ARG in front of the first. FROM sees those ARGs and the platform's alone. */
function checkStages(tree: Omit<SyntaxTree, 'problems'>, report: Report): void {
  const { escape } = tree;
  const stages = new StageNames(tree);
  const globals = new Set<string>();
  const inFrom: Check = { escape, report, lookup: (name) => (globals.has(name) || PLATFORM_ARGUMENTS.has(name) ? UNKNOWN : undefined) };
  const inStage: Check = { escape, report, lookup: isUnknown };
  let hasStage = false;
  let stray: Instruction | undefined;
  for (const instruction of tree.instructions) {
    const { keyword } = instruction;
    if (!hasStage && keyword !== 'FROM' && keyword !== 'ARG' && keyword !== 'UNKNOWN') stray ??= instruction;
    checkInstruction(instruction, keyword === 'FROM' || !hasStage ? inFrom : inStage);
    if (instruction.keyword === 'FROM') {
      hasStage = true;
      checkBase(instruction, stages, inFrom, globals);
      const triggers = stages.takeTriggers(instruction, inFrom);
      stages.enter(instruction);
      for (const trigger of triggers) checkTriggered(trigger, stages, inStage);
    } else {
      if (instruction.keyword === 'ARG' && !hasStage) for (const { key } of instruction.pairs) globals.add(key.text);
      if (instruction.keyword === 'ONBUILD') stages.addTrigger(instruction);
      checkStageSources(instruction, stages, inStage);
    }
  }
  const [first] = tree.instructions;
  if (stray !== undefined) report('before-from', stray.keywordSpan, { keyword: stray.keyword });
  else if (!hasStage && first !== undefined) report('no-stage', first.keywordSpan);
}

/** What stands behind the keyword and the flags. */
function rest({ logical, argumentsOffset }: Instruction): string {
  return trimSpace(logical.text.slice(argumentsOffset));
}

/** SPEC: of these a JSON array must hold strings only. */
const TAKE_JSON: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'SHELL', 'COPY', 'ADD', 'VOLUME', 'HEALTHCHECK']);

function checkInstruction(instruction: Instruction, check: Check): void {
  const { report } = check;
  const { keyword } = instruction;
  if (instruction.flags.length > 0) checkFlags(instruction, check);
  const missing = (what: string): void => report('missing-argument', instruction.keywordSpan, { keyword, what });
  if (TAKE_JSON.has(keyword) && hasJsonWithoutStrings(instruction)) {
    report('json-not-strings', instruction.logical.span(instruction.argumentsOffset, instruction.logical.text.length), { keyword });
    return;
  }
  switch (instruction.keyword) {
    case 'UNKNOWN': {
      const { keywordText: name } = instruction;
      report('unknown-instruction', instruction.keywordSpan, {
        name: printable(name),
        suggestion: nearest(name.toUpperCase(), KEYWORDS) ?? '',
      });
      break;
    }
    case 'FROM':
      checkFrom(instruction, check, missing);
      break;
    case 'COPY':
    case 'ADD':
      checkCopy(instruction, check, missing);
      break;
    case 'RUN':
      // SPEC: RUN, CMD and ENTRYPOINT may be empty.
      for (const mount of instruction.mounts) {
        const fault = mountFault(mount, check.escape);
        if (fault !== undefined) report(fault.code, mount.flag.span, fault.data);
      }
      break;
    case 'SHELL':
      // SPEC: a JSON array only, of one word at least.
      if (instruction.command.form === 'shell') {
        if (rest(instruction) === '') missing('a JSON array');
        else report('shell-not-json', instruction.command.span);
      } else if (instruction.command.words.length === 0) missing('at least one word');
      break;
    case 'HEALTHCHECK':
      checkHealthcheck(instruction, report, missing);
      break;
    case 'ENV':
    case 'LABEL':
      checkPairs(instruction, check, missing);
      break;
    case 'ARG':
      if (instruction.pairs.length === 0) missing('a name');
      for (const pair of instruction.pairs) {
        if (pair.key.text === '') report('empty-key', pair.span, { keyword });
        if (pair.value !== undefined) checkWord(pair.value, check);
      }
      break;
    case 'EXPOSE':
      if (instruction.words.length === 0) missing('a port');
      for (const word of instruction.words) {
        checkPorts(word, check);
        // What follows is the comment's: one mistake.
        if (word.text.startsWith('#')) break;
      }
      break;
    case 'VOLUME':
      // SPEC: no path may be blank, nor be empty once it is expanded.
      if (instruction.words.length === 0) missing('a path');
      for (const word of instruction.words) {
        const { value } = checkWord(word, check);
        if (value === '' || trimSpace(word.text) === '') report('missing-argument', word.span, { keyword, what: 'a path' });
      }
      break;
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      if (instruction.value === undefined) missing('a value');
      else if (keyword !== 'MAINTAINER') {
        const { value } = checkWord(instruction.value, check);
        if (keyword === 'STOPSIGNAL' && value !== undefined && !isSignal(value)) {
          report('signal', instruction.value.span, { signal: printable(value) });
        }
      }
      break;
    case 'ONBUILD':
      checkTrigger(instruction, check, missing);
      break;
    default:
      break;
  }
}

function hasJsonWithoutStrings(instruction: Instruction): boolean {
  const { logical, argumentsOffset } = instruction;
  if (instruction.keyword !== 'HEALTHCHECK') return logical.text[argumentsOffset] === '[' && isJsonWithoutStrings(rest(instruction));
  return isJsonWithoutStrings(rest(instruction).slice(instruction.type?.text.length ?? 0));
}

function checkFlags(instruction: Instruction, check: Check): void {
  const { report } = check;
  const { keyword } = instruction;
  if (FLAGS_UNCHECKED.has(keyword)) return;
  // SPEC: HEALTHCHECK NONE is accepted before its flags are looked at.
  if (keyword === 'HEALTHCHECK' && instruction.type?.text.toUpperCase() === 'NONE') return;
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
    if (kind === 'boolean' && flag.value !== undefined && !['true', 'false'].includes(flag.value.toLowerCase())) {
      report('flag-value', flag.span, { ...data, wanted: 'true or false' });
    }
    checkFlagValue(flag, keyword, check);
  }
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') checkOwner(instruction, check);
}

function checkFlagValue({ name, value, span, valueSpan = span }: Flag, keyword: string, check: Check): void {
  const { report } = check;
  if (value === undefined) return;
  const choices = CHOICES[name];
  if (choices !== undefined && !choices.includes(value)) {
    report('flag-choice', valueSpan, { flag: name, value: printable(value), choices: choices.join(' or ') });
  }
  if (name === 'device' && !isDevice(value)) report('device', valueSpan, { value: printable(value) });
  // SPEC: whatever expansion would change in it is refused, quotes and escapes too.
  if (name === 'from' && keyword === 'COPY' && expandWord(value, check.escape, () => '').value !== value) {
    report('variable-in-from-flag', valueSpan, { flag: '--from' });
  }
  if (value === '' || !['chmod', 'chown', 'checksum', 'platform'].includes(name)) return;
  const { value: expanded } = checkText(value, valueSpan, check);
  if (expanded === undefined) return;
  if (name === 'chmod' && expanded !== '' && !isFileMode(expanded)) report('chmod', valueSpan, { value: printable(expanded) });
  if (name === 'platform' && !isPlatform(expanded)) report('platform', valueSpan, { value: printable(expanded) });
}

/** SPEC: with `--link` the files stand in a layer of their own, whose /etc/passwd is not the image's. */
function checkOwner({ flags }: CopyInstruction, { escape, report }: Check): void {
  const owner = flags.find(({ name }) => name === 'chown');
  const link = flags.find(({ name }) => name === 'link');
  if (owner?.value === undefined || owner.value === '' || link === undefined || link.value?.toLowerCase() === 'false') return;
  const { value } = expandWord(owner.value, escape, isUnknown);
  if (value !== undefined && value !== '' && !isNumericOwner(value)) {
    report('chown-link', owner.valueSpan ?? owner.span, { value: printable(value) });
  }
}

/** SPEC: an image, or an image, AS in any case and a name: a letter, then letters, digits, `-`, `_` and `.`, in any case. */
function checkFrom(from: FromInstruction, check: Check, missing: (what: string) => void): void {
  const { words, image, alias } = from;
  const [, second] = words;
  if (words.length === 0) missing('an image');
  else if (words.length !== 1 && (words.length !== 3 || second?.text.toLowerCase() !== 'as')) {
    check.report('from-arguments', from.span, { comment: second?.text.startsWith('#') ? 'yes' : '' });
  } else if (alias !== undefined && !/^[a-z][a-z0-9-_.]*$/.test(alias.text.toLowerCase())) {
    check.report('stage-name', alias.span, { name: printable(alias.text) });
  }
  if (image !== undefined) checkWord(image, check);
}

/** SPEC: sources and a destination; COPY fetches nothing, so an address is refused. */
function checkCopy(instruction: CopyInstruction, check: Check, missing: (what: string) => void): void {
  const { report } = check;
  const { keyword, words, sources, destination } = instruction;
  if (words.length === 0) return missing('a source and a destination');
  if (destination === undefined) return missing('a destination');
  // SPEC: the word alone decides, although a JSON array opens no heredoc.
  if (readHeredocWord(destination.text) !== undefined) report('heredoc-destination', destination.span, { keyword });
  const values = sources.map((source) => checkWord(source, check).value ?? source.text);
  checkWord(destination, check);
  for (const heredoc of expandedHeredocs(instruction)) {
    const { error } = expandHeredocBody(heredoc.content, check.lookup);
    if (error?.code !== 'bad-substitution') continue;
    const [text = ''] = heredoc.content.slice(error.offset).split(/\r*\n/, 1);
    const start = heredoc.contentSpan.start + error.offset;
    report('bad-substitution', { start, end: start + text.length }, { text: printable(text) });
  }
  if (keyword === 'COPY') {
    sources.forEach((source, i) => {
      if (remoteKind(values[i] ?? '') !== undefined) report('copy-source', source.span, { source: printable(source.text) });
    });
  } else checkChecksum(instruction, values, check);
}

/**
 * Bodies that are expanded. SPEC: a source must name them (`<< EOF` opens a heredoc, but as two words it names none); of equal
 * names the last body counts.
 */
export function expandedHeredocs({ words, heredocs }: CopyInstruction): readonly Heredoc[] {
  if (heredocs.length === 0) return heredocs;
  const byName = new Map(heredocs.map((heredoc) => [heredoc.name, heredoc]));
  const named = words.map(({ text }) => readHeredocWord(text)).filter((word) => word?.expand === true);
  return [...new Set(named.flatMap((word) => (word === undefined ? [] : (byName.get(word.name) ?? []))))];
}

/** SPEC: `ADD --checksum` is for one source, fetched over HTTP or from a repository; only the first has its form checked here. */
function checkChecksum({ flags, sources }: CopyInstruction, values: readonly string[], { escape, report }: Check): void {
  const flag = flags.find(({ name }) => name === 'checksum');
  if (flag?.value === undefined) return;
  const checksum = expandWord(flag.value, escape, isUnknown).value;
  if (checksum === undefined || checksum === '') return;
  const [source = ''] = values;
  // SPEC: only here, `github.com/…` without a scheme counts as a repository; ADD itself takes it for a local path.
  const kind = source.startsWith('github.com/') ? 'git' : remoteKind(source);
  const isOpen = kind === undefined && source.includes('$');
  if (sources.length !== 1 || (kind === undefined && !isOpen)) report('checksum-use', flag.span);
  else if (kind === 'http' && !isDigest(checksum)) report('checksum', flag.valueSpan ?? flag.span, { value: printable(checksum) });
}

/** SPEC: the image is expanded, its quotes go, and what is left is an earlier stage, `scratch` or a reference; nothing is none of them. */
function checkBase({ image }: FromInstruction, stages: StageNames, { escape, report, lookup }: Check, declared: ReadonlySet<string>): void {
  if (image === undefined) return;
  const { value, references } = expandWord(image.text, escape, lookup);
  if (value === undefined || stages.isEarlier(value) || value === 'scratch') return;
  if (value !== '' && parseImageReference(value) !== undefined) return;
  const undeclared = references.find(({ name }) => lookup(name) === undefined)?.name ?? '';
  report('image-reference', image.span, {
    image: printable(undeclared !== '' || value === '' ? image.text : value),
    undeclared: printable(undeclared),
    suggestion: nearestName(undeclared, [...declared, ...PLATFORM_ARGUMENTS]),
    stage: stages.isEarlier(value.toLowerCase()) ? value.toLowerCase() : '',
  });
}

/** The name that was meant, in any case. */
function nearestName(name: string, names: readonly string[]): string {
  return names.find((each) => each.toLowerCase() === name.toLowerCase()) ?? nearest(name, names) ?? '';
}

/** Where the stages of a file stand, seen from the one that is being read. */
class StageNames {
  /** SPEC: all but FROM see the last stage of a name in the whole file. */
  private readonly last = new Map<string, number>();
  /** The triggers of each name FROM can see by now: of equal names, those of the latest. */
  private readonly earlier = new Map<string, OnbuildInstruction[]>();
  private current = -1;
  private triggers: OnbuildInstruction[] = [];
  private images = 0;
  private readonly count: number;

  constructor(tree: Pick<SyntaxTree, 'instructions'>) {
    const stages = tree.instructions.filter((instruction): instruction is FromInstruction => instruction.keyword === 'FROM');
    stages.forEach(({ alias }, index) => {
      if (alias !== undefined) this.last.set(alias.text.toLowerCase(), index);
    });
    this.count = stages.length;
  }

  /** The next stage begins. */
  enter({ alias }: FromInstruction): void {
    this.current++;
    this.triggers = [];
    if (alias !== undefined) this.earlier.set(alias.text.toLowerCase(), this.triggers);
  }

  addTrigger(instruction: OnbuildInstruction): void {
    this.triggers.push(instruction);
  }

  /** The ONBUILDs of the stage that a FROM names, if it names one; the next FROM of that name gets none. */
  takeTriggers({ image }: FromInstruction, { escape, lookup }: Check): readonly OnbuildInstruction[] {
    const value = image === undefined ? undefined : expandWord(image.text, escape, lookup).value;
    return (value === undefined ? undefined : this.earlier.get(value))?.splice(0) ?? [];
  }

  /** SPEC: FROM compares with the names in lower case, in its own case. */
  isEarlier(image: string): boolean {
    return this.earlier.has(image);
  }

  /** Where the stage of a name, in any case, stands; `missing` when there is none, so that the name is an image's. */
  placeOfName(name: string): Place {
    const index = this.last.get(name.toLowerCase());
    return index === undefined ? 'missing' : this.placeOf(index);
  }

  /**
   * Where the stage of a number stands. SPEC: BuildKit appends every image that `--from` and mounts name (also the empty one
   * of a mount without `from`) to its stages, so a number beyond the last stage may be one of those: nothing is said of it.
   */
  placeOfNumber(index: number): Place {
    if (index >= this.count && index < this.count + this.images) return 'earlier';
    return index < 0 || index >= this.count ? 'missing' : this.placeOf(index);
  }

  addImage(): void {
    this.images++;
  }

  private placeOf(index: number): Place {
    if (index === this.current) return 'own';
    return index < this.current ? 'earlier' : 'later';
  }
}

type Place = 'earlier' | 'own' | 'later' | 'missing';

/** SPEC: `COPY --from` and `--mount=from=` find stages of the whole file, but only an earlier one can be used. */
function checkStageSources(instruction: Instruction, stages: StageNames, { report }: Check): void {
  if (instruction.flags.length === 0) return;
  if (instruction.keyword === 'COPY') {
    const flag = instruction.flags.find(({ name }) => name === 'from');
    if (flag?.value !== undefined) checkSource(flag.value, flag.valueSpan ?? flag.span, true);
  }
  if (instruction.keyword === 'RUN') {
    for (const { flag, type, options } of instruction.mounts) {
      const written = options.get('from') ?? '';
      // SPEC: a mount without `from` depends on the empty image, or on a stage that took its name; only a cache starts from it.
      const name = written === '' ? 'scratch' : written;
      if (written !== '' || type === 'cache' || stages.placeOfName(name) !== 'later') checkSource(name, flag.span, false);
    }
  }

  function checkSource(name: string, span: Span, allowsNumber: boolean): void {
    if (name === '' || /\$./s.test(name)) return;
    const isNumber = allowsNumber && /^[+-]?[0-9]+$/.test(name) && Math.abs(Number(name)) < 2 ** 63;
    const place = isNumber ? stages.placeOfNumber(Number(name)) : stages.placeOfName(name);
    if (place === 'own' || place === 'later' || (place === 'missing' && isNumber)) report('stage-order', span, { name, case: place });
    if (place !== 'missing' || isNumber) return;
    stages.addImage();
    if (name !== 'scratch' && parseImageReference(name) === undefined) {
      report('image-reference', span, { image: printable(name), undeclared: '', suggestion: '', stage: '' });
    }
  }
}

const isUnknown = (): typeof UNKNOWN => UNKNOWN;

function checkWord(word: Word, check: Check): Expansion {
  return checkText(word.text, word.span, check);
}

function checkText(text: string, span: Span, { escape, report, lookup }: Check): Expansion {
  const expansion = expandWord(text, escape, lookup);
  const { error } = expansion;
  if (error?.code === 'unclosed-quote') report('unclosed-quote', span, { quote: error.detail });
  if (error?.code === 'bad-substitution') report('bad-substitution', span, { text: printable(text) });
  return expansion;
}

/** SPEC: `KEY value` is one pair and needs its value; else each word needs a `=`, with something in front of it. */
function checkPairs(instruction: Extract<Instruction, { keyword: 'ENV' | 'LABEL' }>, check: Check, missing: (what: string) => void): void {
  const { report } = check;
  const { keyword } = instruction;
  const [first] = instruction.pairs;
  if (first === undefined) return missing('a name and a value');
  if (instruction.legacy && first.value === undefined) return report('key-without-value', first.span, { keyword, key: first.key.text });
  // SPEC: one faulty word makes the whole instruction fail; the words behind it are likely its consequence.
  const faulty = instruction.pairs.find(({ value }) => value === undefined);
  if (faulty !== undefined) {
    const isComment = faulty.key.text.startsWith('#');
    const isCommand = instruction.pairs.some(({ value, span }) => span.start < faulty.span.start && /\$\(|`/.test(value?.text ?? ''));
    report('key-value', faulty.span, { keyword, word: faulty.key.text, comment: isComment ? 'yes' : '', command: isCommand ? 'yes' : '' });
    return;
  }
  for (const pair of instruction.pairs) {
    if (pair.key.text === '') report('empty-key', pair.span, { keyword });
    checkWord(pair.key, check);
    if (pair.value !== undefined) checkWord(pair.value, check);
  }
}

/** SPEC: NONE and nothing behind it, or CMD and a command; both in any case. */
function checkHealthcheck(instruction: HealthcheckInstruction, report: Report, missing: (what: string) => void): void {
  const { type, command } = instruction;
  if (type === undefined) return missing('CMD or NONE');
  if (type.text.toUpperCase() === 'NONE') {
    if (rest(instruction).length > type.text.length) report('healthcheck-none', instruction.span);
    return;
  }
  if (command === undefined) return report('healthcheck-type', type.span, { type: printable(type.text) });
  if (command.form === 'exec' ? command.words.length === 0 : command.text.text === '') missing('a command after CMD');
  for (const { name: flag, value = '', span, valueSpan = span } of instruction.flags) {
    if (value === '') continue;
    if (flag === 'retries' && !isRetryCount(value)) report('retries', valueSpan, { value: printable(value) });
    const isTime = ['interval', 'timeout', 'start-period', 'start-interval'].includes(flag);
    if (isTime && !isDuration(value)) report('duration', valueSpan, { flag, value: printable(value) });
  }
}

/** SPEC: a word of EXPOSE may be several ports once it is expanded. */
function checkPorts(word: Word, check: Check): void {
  if (/^[0-9]{1,4}$/.test(word.text)) return;
  checkWord(word, check);
  for (const port of expandedWords(word.text, check.escape, check.lookup) ?? []) {
    if (!isPort(port)) check.report('port', word.span, { port: printable(port), comment: word.text.startsWith('#') ? 'yes' : '' });
  }
}

function checkTrigger(instruction: OnbuildInstruction, check: Check, missing: (what: string) => void): void {
  const { trigger } = instruction;
  if (trigger === undefined) return missing('an instruction');
  if (trigger.keyword === 'ONBUILD' || trigger.keyword === 'FROM' || trigger.keyword === 'MAINTAINER') {
    return check.report('onbuild-trigger', trigger.keywordSpan, { keyword: trigger.keyword });
  }
  // SPEC: only the parser has looked at the trigger by now; what it refuses fails here, the rest when it is triggered.
  const report: Report = (code, span, data) => {
    if (PARSER_FAULTS.has(code)) check.report(code, span, data);
  };
  checkInstruction(trigger, { ...check, report });
}

/** SPEC: what a stage has behind ONBUILD runs in every stage of this file that is built FROM it, and is read in full there. */
function checkTriggered({ trigger }: OnbuildInstruction, stages: StageNames, check: Check): void {
  // SPEC: a trigger is read again without the escape directive. LIMIT: it is not looked at in a file that has one.
  if (trigger === undefined || check.escape !== '\\') return;
  const report: Report = (code, span, data) => {
    if (!PARSER_FAULTS.has(code)) check.report(code, span, data);
  };
  checkInstruction(trigger, { ...check, report });
  checkStageSources(trigger, stages, { ...check, report });
}

/** What is refused of a trigger where it stands, before anything is built. */
const PARSER_FAULTS: ReadonlySet<SyntaxProblemCode> = new Set(['json-not-strings', 'key-value', 'key-without-value']);

/** A name that may hold anything, for a message: control characters shown, cut at forty. */
function printable(name: string): string {
  const shown = [...name.slice(0, 40)].map((char) =>
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(char) ? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}` : char,
  );
  return name.length > 40 ? `${shown.join('')}…` : shown.join('');
}
