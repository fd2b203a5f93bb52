/**
 * BuildKit's build checks worked out from OUR tree and model: a finding that comes out here as BuildKit reports it proves that
 * scope, stage graph and expansion are read as BuildKit reads them. What each check is: moby/buildkit's documentation and
 * behaviour, dockerfile/1.26 to 1.28. Left out are checks that need a registry or a build context.
 */
import { buildModel } from '../src/model/build.js';
import type { Dockerfile, Stage } from '../src/model/dockerfile.js';
import { copySource, inheritance, resolveFileSource } from '../src/model/stages.js';
import { isGoBoolean } from '../src/syntax/characters.js';
import { parseImageReference } from '../src/syntax/image-reference.js';
import type { FromInstruction, Instruction, SyntaxTree } from '../src/syntax/tree.js';
import { expandedHeredocs } from '../src/syntax/validate.js';
import { isPlatform } from '../src/syntax/value-formats.js';
import { expandedWords, expandHeredocBody, expandWord, type Lookup, type VariableReference } from '../src/syntax/variable.js';
import { buildkitComments, lastLine } from './buildkit-answer.js';

/** A finding of a check; lines are 1-based. */
export interface CheckFinding {
  readonly rule: string;
  readonly line: number;
  readonly end: number;
}

/** Checks that the file's own configuration switches off and on. */
interface Configuration {
  readonly skipped: ReadonlySet<string>;
  readonly experimental: ReadonlySet<string>;
}

const EXPERIMENTAL = new Set(['InvalidDefinitionDescription']);

/** What a build for linux/amd64 on linux/amd64 sets; the stage that is built has no name. */
const PLATFORM: Readonly<Record<string, string>> = {
  BUILDPLATFORM: 'linux/amd64',
  BUILDOS: 'linux',
  BUILDOSVERSION: '',
  BUILDARCH: 'amd64',
  BUILDVARIANT: '',
  TARGETPLATFORM: 'linux/amd64',
  TARGETOS: 'linux',
  TARGETOSVERSION: '',
  TARGETARCH: 'amd64',
  TARGETVARIANT: '',
  TARGETSTAGE: 'default',
};

/** What BuildKit's checks find, as far as nothing stops it. */
export function checkFindings(tree: SyntaxTree): readonly CheckFinding[] {
  return new Checks(tree).run();
}

class Checks {
  private readonly findings: CheckFinding[] = [];
  private readonly model: Dockerfile;
  private readonly configuration: Configuration;
  /** ARGs before the first FROM: their value, or undefined for one without. */
  private readonly globals = new Map<string, string | undefined>(Object.entries(PLATFORM));

  constructor(private readonly tree: SyntaxTree) {
    this.model = buildModel(tree);
    // SPEC: the checks' own reader takes no indented directive, and none behind one.
    const indented = tree.directives.findIndex(({ span }) => (tree.source.text[span.start - 1] ?? '\n') !== '\n');
    const directives = tree.directives.slice(0, indented < 0 ? undefined : indented);
    const directive = directives.find(({ name }) => name === 'check')?.value.split(' ', 1)[0] ?? '';
    this.configuration = merged({ skipped: new Set(), experimental: new Set() }, directive);
  }

  run(): readonly CheckFinding[] {
    for (const instruction of this.tree.instructions) this.checkWriting(instruction);
    this.checkNames();
    this.checkCasing();
    for (const { pairs } of this.model.globalArguments) {
      for (const { key, value } of pairs) {
        const text = value === undefined ? this.globals.get(key.text) : this.expandGlobal(value.text).value;
        this.globals.set(key.text, text);
      }
    }
    for (const { from } of this.model.stages) this.checkBase(from);
    for (const stage of this.model.stages) this.checkStage(stage);
    return this.findings;
  }

  private report(rule: string, { startLine, endLine }: Instruction, configuration: Configuration = this.configuration): void {
    const isOn = EXPERIMENTAL.has(rule)
      ? configuration.experimental.has(rule) || configuration.experimental.has('all')
      : !configuration.skipped.has(rule) && !configuration.skipped.has('all');
    if (isOn) this.findings.push({ rule, line: startLine, end: endLine });
  }

  /** The file's configuration with that of the first `# check=` above an instruction. */
  private configurationAt(instruction: Instruction): Configuration {
    const comments = buildkitComments(instruction, this.tree.source.text);
    for (const comment of comments) {
      const match = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*([^\n]+?)[\t\n\f\r ]*$/.exec(comment);
      if (match?.[1]?.toLowerCase() === 'check') return merged(this.configuration, match[2]?.split(' ', 1)[0] ?? '');
    }
    return this.configuration;
  }

  /** Checks of one instruction as it is written. */
  private checkWriting(instruction: Instruction): void {
    const at = this.configurationAt(instruction);
    if (instruction.blankLines.length > 0) {
      const line = lastLine(instruction);
      this.report('NoEmptyContinuation', { ...instruction, startLine: line, endLine: line });
    }
    if (instruction.keyword === 'MAINTAINER') this.report('MaintainerDeprecated', instruction, at);
    const names: string[] = [];
    if (instruction.keyword === 'ARG') names.push(...instruction.pairs.map(({ key }) => key.text));
    if (instruction.keyword === 'FROM') {
      const [, as, name] = instruction.words;
      if (instruction.words.length === 3 && name?.text !== name?.text.toLowerCase()) this.report('StageNameCasing', instruction, at);
      if (instruction.words.length >= 3 && as !== undefined && !sameCasing(instruction.keywordText, as.text)) {
        this.report('FromAsCasing', instruction, at);
      }
      if (instruction.alias !== undefined) names.push(instruction.alias.text.toLowerCase());
    }
    const comment = buildkitComments(instruction, this.tree.source.text).at(-1);
    if (comment !== undefined && names.length > 0 && !names.includes(comment.split(' ', 1)[0] ?? '')) {
      this.report('InvalidDefinitionDescription', instruction, at);
    }
  }

  private checkNames(): void {
    const seen = new Set<string>();
    for (const { name, from } of this.model.stages) {
      if (name === undefined) continue;
      if (name === 'scratch' || name === 'context') this.report('ReservedStageName', from);
      if (seen.has(name)) this.report('DuplicateStageName', from);
      seen.add(name);
    }
  }

  private checkCasing(): void {
    const all = this.model.stages.flatMap(({ from, instructions }) => [from, ...instructions]);
    const lower = all.filter(({ keywordText }) => keywordText === keywordText.toLowerCase()).length;
    const upper = all.filter(({ keywordText }) => keywordText === keywordText.toUpperCase()).length;
    for (const instruction of all) {
      const { keywordText } = instruction;
      const wanted = lower > upper ? keywordText.toLowerCase() : keywordText.toUpperCase();
      if (keywordText !== wanted) this.report('ConsistentInstructionCasing', instruction);
    }
  }

  private expandGlobal(text: string) {
    return expandWord(text, this.tree.escape, (name) => this.globals.get(name));
  }

  private checkBase(from: FromInstruction): void {
    const at = this.configurationAt(from);
    const image = this.expandGlobal(from.image?.text ?? '');
    if (image.value === undefined || (parseImageReference(image.value) === undefined && image.value !== 'scratch')) {
      this.report('InvalidDefaultArgInFrom', from);
    }
    const reportUndefined = (references: readonly VariableReference[]): void => {
      for (const name of namesOf(references)) if (!this.globals.has(name)) this.report('UndefinedArgInFrom', from, at);
    };
    reportUndefined(image.references);
    const written = from.flags.find(({ name }) => name === 'platform')?.value ?? '';
    if (written === '') return;
    const { value = '', references } = this.expandGlobal(written);
    reportUndefined(references);
    const names = namesOf(references);
    if (names.join() === 'TARGETPLATFORM' && value === this.globals.get('TARGETPLATFORM')) this.report('RedundantTargetPlatform', from, at);
    const [system = '', architecture = 'amd64'] = value.toLowerCase().split('/');
    const stage = from.alias?.text.toLowerCase() ?? '';
    if (names.length === 0 && isPlatform(value) && !stage.includes(system) && !stage.includes(architecture)) {
      this.report('FromPlatformFlagConstDisallowed', from, at);
    }
  }

  private checkStage(stage: Stage): void {
    const last = new Map<string, Instruction>();
    // SPEC: what ONBUILD triggers runs in stages that are part of the build, and is found at their FROM.
    const triggers = this.isBuilt(stage) ? stage.triggers : [];
    for (const instruction of [...triggers, ...stage.instructions]) {
      const isTrigger = instruction.onbuild !== undefined;
      const at = isTrigger ? this.configuration : this.configurationAt(instruction);
      const place = isTrigger ? stage.from : instruction;
      this.checkVariables(instruction, place, stage, at);
      switch (instruction.keyword) {
        case 'WORKDIR':
          if (
            !hasWorkdirBefore(stage, instruction) &&
            !expanded(instruction.value?.text ?? '', this.tree, stage, instruction).startsWith('/')
          ) {
            this.report('WorkdirRelativePath', place, at);
          }
          break;
        case 'ENV':
        case 'LABEL':
          if (instruction.legacy) this.report('LegacyKeyValueFormat', place, at);
          if (instruction.keyword === 'LABEL') break;
          for (const { key } of instruction.pairs) {
            if (isSecret(expanded(key.text, this.tree, stage, instruction))) this.report('SecretsUsedInArgOrEnv', place, at);
          }
          break;
        case 'ARG':
          for (const { key } of instruction.pairs) if (isSecret(key.text)) this.report('SecretsUsedInArgOrEnv', place, at);
          break;
        case 'EXPOSE':
          for (const port of instruction.words.flatMap(({ text }) => this.ports(text, stage, instruction))) {
            if (port.protocol !== port.protocol.toLowerCase()) this.report('ExposeProtoCasing', place, at);
            if (port.isMapped) this.report('ExposeInvalidFormat', place, at);
          }
          break;
        case 'CMD':
        case 'ENTRYPOINT':
        case 'HEALTHCHECK': {
          const before = last.get(instruction.keyword);
          if (before !== undefined) this.report('MultipleInstructionsDisallowed', before, at);
          last.set(instruction.keyword, place);
          const isShellForm = instruction.keyword !== 'HEALTHCHECK' && instruction.command.form === 'shell';
          if (isShellForm && stage.environment.shell(instruction) === undefined) this.report('JSONArgsRecommended', place, at);
          break;
        }
        default:
          break;
      }
    }
  }

  /** Whether the last stage is built from this one or takes files from it, in one step or several. */
  private isBuilt(stage: Stage): boolean {
    const { finalStage } = this.model;
    const built = finalStage === undefined ? [] : [finalStage];
    for (const each of built) {
      const sources = [...each.triggers, ...each.instructions].flatMap((instruction) => sourceNames(instruction));
      const stages = sources.flatMap(({ name, isCopy }) => {
        const source = resolveFileSource(this.model, name, isCopy);
        return source.kind === 'stage' ? source.stage : [];
      });
      for (const next of [...(each.parent === undefined ? [] : [each.parent]), ...stages]) if (!built.includes(next)) built.push(next);
    }
    return built.includes(stage);
  }

  private ports(text: string, stage: Stage, instruction: Instruction): readonly { protocol: string; isMapped: boolean }[] {
    const ports = expandedWords(text, this.tree.escape, lookupAt(stage, instruction)) ?? [];
    return ports.map((port) => ({ protocol: /\/(.*)$/.exec(port)?.[1] ?? '', isMapped: /[^:]:/.test(port) }));
  }

  /** One finding for each word and each name in it that is set nowhere: not even an ARG without value declares it. */
  private checkVariables(instruction: Instruction, place: Instruction, stage: Stage, at: Configuration): void {
    const declaredHere = new Set(['PATH', 'BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);
    const look = (references: readonly VariableReference[]): void => {
      for (const name of namesOf(references)) {
        const isSet = declaredHere.has(name) || stage.environment.variable(name, instruction).kind !== 'absent';
        if (!isSet) this.report('UndefinedVar', place, at);
      }
    };
    const lookup = lookupAt(stage, instruction);
    if (instruction.keyword === 'ARG') {
      for (const { key, value } of instruction.pairs) {
        if (value !== undefined) look(expandWord(value.text, this.tree.escape, lookup).references);
        declaredHere.add(key.text);
      }
      return;
    }
    for (const text of expandedTexts(instruction)) look(expandWord(text, this.tree.escape, lookup).references);
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return;
    for (const { content } of expandedHeredocs(instruction)) look(expandHeredocBody(content, lookup).references);
  }
}

/** The stages or images an instruction takes files from. */
function sourceNames(instruction: Instruction): readonly { readonly name: string; readonly isCopy: boolean }[] {
  if (instruction.keyword === 'RUN') {
    return instruction.mounts.map(({ options }) => ({ name: options.get('from') || 'scratch', isCopy: false }));
  }
  const from = instruction.keyword === 'COPY' ? (copySource(instruction) ?? '') : '';
  return from === '' ? [] : [{ name: from, isCopy: true }];
}

/** The texts of an instruction that are expanded one by one, and whose variables are reported. */
function expandedTexts(instruction: Instruction): readonly string[] {
  switch (instruction.keyword) {
    case 'COPY':
    case 'ADD': {
      const flags = instruction.flags.filter(({ name }) => name === 'chown' || name === 'chmod' || name === 'checksum');
      const words = [...instruction.sources, ...(instruction.destination === undefined ? [] : [instruction.destination])];
      return [...flags.map(({ value = '' }) => value), ...words.map(({ text }) => text)];
    }
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.flatMap(({ key, value }) => [key.text, value?.text ?? '']);
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      return [instruction.value?.text ?? ''];
    case 'VOLUME':
      return instruction.words.map(({ text }) => text);
    case 'RUN':
      return instruction.mounts.flatMap(({ fields }) => fields.map(({ value = '' }) => value));
    default:
      return [];
  }
}

/**
 * What a variable is for an instruction, the base image having none but PATH. The model calls a value unknown that depends on
 * the base image or the platform: such a one is worked out again with what is known here.
 */
function lookupAt(stage: Stage, instruction: Instruction): Lookup {
  return (name) => {
    const value = stage.environment.variable(name, instruction);
    if (value.kind === 'known') return value.value;
    if (value.kind === 'unknown') return assigned(name, value.by, stage) ?? PLATFORM[name] ?? '';
    return name === 'PATH' ? '/usr/bin:/bin' : undefined;
  };
}

function assigned(name: string, by: Instruction, stage: Stage): string | undefined {
  const text = 'pairs' in by ? by.pairs.findLast(({ key }) => key.text === name)?.value?.text : undefined;
  const owner = [...inheritance(stage)].find(({ triggers, instructions }) => [...triggers, ...instructions].includes(by));
  return text === undefined || owner === undefined ? undefined : (expandWord(text, '\\', lookupAt(owner, by)).value ?? '');
}

function expanded(text: string, { escape }: SyntaxTree, stage: Stage, instruction: Instruction): string {
  return expandWord(text, escape, lookupAt(stage, instruction)).value ?? '';
}

function hasWorkdirBefore(stage: Stage, instruction: Instruction): boolean {
  for (const ancestor of inheritance(stage)) {
    const isBefore = (each: Instruction): boolean => ancestor !== stage || each.span.start < instruction.span.start;
    if ([...ancestor.triggers, ...ancestor.instructions].some((each) => each.keyword === 'WORKDIR' && isBefore(each))) return true;
  }
  return false;
}

function namesOf(references: readonly VariableReference[]): readonly string[] {
  return [...new Set(references.map(({ name }) => name))];
}

function isSecret(key: string): boolean {
  const words = key.toLowerCase().split('_');
  const secrets = ['apikey', 'auth', 'credential', 'credentials', 'key', 'password', 'pword', 'passwd', 'secret', 'token'];
  return words.some((word) => secrets.includes(word)) && !words.some((word) => ['public', 'file', 'version'].includes(word));
}

/** Whether the word behind the image is in the case of FROM; a FROM of mixed case is another check's business. */
function sameCasing(keyword: string, as: string): boolean {
  if (keyword === keyword.toLowerCase()) return as === as.toLowerCase();
  return keyword !== keyword.toUpperCase() || as === as.toUpperCase();
}

/** A configuration with the options of a directive; with none of them when one is faulty. */
function merged(configuration: Configuration, directive: string): Configuration {
  const skipped = new Set(configuration.skipped);
  const experimental = new Set(configuration.experimental);
  for (const option of directive === '' ? [] : directive.split(';')) {
    const [key = '', value] = option.split('=', 2).map((part) => part.trim());
    const isGood = value !== undefined && (key === 'skip' || key === 'experimental' || (key === 'error' && isGoBoolean(value)));
    if (!isGood) return configuration;
    if (key === 'error') continue;
    for (const rule of value.split(',')) (key === 'skip' ? skipped : experimental).add(rule.trim());
  }
  return { skipped, experimental };
}
