/**
 * Secrets in ENV and ARG: what a setting of a secret's name really holds, and what becomes of a secret that comes in as a
 * build argument.
 */
import type { ArgInstruction, EnvInstruction, Instruction, KeyValue, RunInstruction, Span, Stage } from '../model/dockerfile.js';
import { isDefaultPassword } from './default-passwords.js';
import { isNamedBy } from './patterns.js';
import { type SecretName, type SecretValue, secretName, secretValue } from './secrets.js';

/** One `NAME=value` whose name is that of a secret. */
export interface SecretSetting {
  readonly name: SecretName;
  /** Variables of known value filled in; `placeholder` also for passwords that everybody knows. */
  readonly value: SecretValue;
}

/** What a user says of names: patterns of those that hold secrets, and of those that hold none; the latter have the last word. */
export interface OwnNames {
  readonly secret: readonly string[];
  readonly harmless: readonly string[];
}

/** How a user says it, as options of a rule. */
export const OWN_NAME_OPTIONS = {
  'secret-names': {
    default: [],
    description: 'Names of further variables that hold secrets, with `*` for any characters; case means nothing: `ACME_LICENSE`, `*_PIN`.',
  },
  'harmless-names': {
    default: [],
    description: 'Names of variables that hold no secret although they sound like it; they go before all others: `DEMO_PASSWORD`.',
  },
} as const;

/** The names that the options give. */
export function ownNames(options: Readonly<Record<keyof typeof OWN_NAME_OPTIONS, readonly string[]>>): OwnNames {
  return { secret: options['secret-names'], harmless: options['harmless-names'] };
}

/** Frontend bundlers write variables of these names into what every visitor downloads: they are public by design. */
const PUBLISHED = /^(?:VITE|REACT_APP|VUE_APP|GATSBY|NG_APP|EXPO_PUBLIC)_/;

/** What a pair holds whose name is that of a secret. @param stage undefined for an ARG in front of the first FROM */
export function secretSetting(
  pair: KeyValue,
  instruction: Instruction,
  stage: Stage | undefined,
  own: OwnNames,
): SecretSetting | undefined {
  const name = secretNameOf(pair.key.text, own);
  return name === undefined ? undefined : { name, value: valueOf(pair, name, instruction, stage, own) };
}

/** Why a variable's name is taken for that of a secret; undefined when it is not, or when the user says so. */
export function secretNameOf(name: string, own: OwnNames): SecretName | undefined {
  if (isNamedBy(own.harmless, name)) return undefined;
  if (isNamedBy(own.secret, name)) return { certainty: 'exact', word: name.toLowerCase() };
  return PUBLISHED.test(name) ? undefined : secretName(name);
}

function valueOf(
  { key, value }: KeyValue,
  name: SecretName,
  instruction: Instruction,
  stage: Stage | undefined,
  own: OwnNames,
): SecretValue {
  if (value === undefined) return 'empty';
  const variable = WHOLE_REFERENCE.exec(value.text)?.[1];
  // What comes from another setting of a secret's name is reported there.
  if (variable !== undefined && secretNameOf(variable, own) !== undefined) return 'reference';
  const text = stage?.environment.expand(value.text, instruction) ?? value.text.replace(/^(["'])(.*)\1$/s, '$2');
  return kindOfValue(text, name, key.text);
}

/** What a text is as the value of a variable with a secret's name, variables filled in. @param key the variable */
export function kindOfValue(text: string, name: SecretName, key: string): SecretValue {
  const kind = secretValue(text);
  const takesNumbers = name.certainty === 'exact' || /pass|pwd|pw/.test(name.word);
  if (kind === 'boolean-or-number' && takesNumbers && /^\d{4,}$/.test(text)) return isDefaultPassword(text) ? 'placeholder' : 'literal';
  return kind === 'literal' && isDefaultPassword(text, key) ? 'placeholder' : kind;
}

const WHOLE_REFERENCE = /^["']?\$\{?([A-Za-z_]\w*)\}?["']?$/;

/** Where the value of a setting stands, without quotes around it or an equals sign in front; undefined without one and for a variable. */
export function valueSpan({ value }: KeyValue): Span | undefined {
  if (value === undefined || WHOLE_REFERENCE.test(value.text)) return undefined;
  const isQuoted = value.text.length > 1 && /^(["']).*\1$/s.test(value.text);
  if (isQuoted) return { start: value.span.start + 1, end: value.span.end - 1 };
  // `ENV PASSWORD = …`: the old form takes the equals sign for a part of the value, a message leaves it out.
  return { ...value.span, start: value.span.start + (/^=\s*(?=\S)/.exec(value.text)?.[0].length ?? 0) };
}

/**
 * Values in a text that are given under the name of a secret, whoever reads them: in a RUN (`export DB_PASSWORD=…`), as an option
 * (`--api-key …`), in the value of another variable, in a heredoc. No harm is proven by them; they are not to be shown.
 * LIMIT: only values of six characters and more, which a message would not hide otherwise, and no `"password": "…"`.
 */
export function* assignedSecrets(text: string): Generator<Span> {
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    const name = nameBefore(text, at);
    const found = name === undefined ? undefined : givenTo(name, text, at + 1);
    if (found !== undefined) yield found;
  }
  for (let at = text.indexOf('--'); at >= 0; at = text.indexOf('--', at + 2)) {
    const option = /^--([A-Za-z][\w.-]{0,80})[ \t]/.exec(text.slice(at, at + LONGEST_NAME))?.[1];
    const found = option === undefined || option.endsWith('stdin') ? undefined : givenTo(option, text, at + 2 + option.length);
    if (found !== undefined) yield found;
  }
}

const LONGEST_NAME = 90;

/** The name in front of an equals sign, and of up to four blanks. Read backwards: an editor asks at every letter for the whole file. */
function nameBefore(text: string, offset: number): string | undefined {
  let end = offset;
  while (end > offset - 4 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  let start = end;
  while (start > end - LONGEST_NAME && /[\w.-]/.test(text[start - 1] ?? '')) start--;
  while (start < end && !/[A-Za-z_]/.test(text[start] ?? '')) start++;
  return start === end ? undefined : text.slice(start, end);
}

/** The value that begins behind an offset and blanks, if the name is that of a secret and the value one. */
function givenTo(name: string, text: string, offset: number): Span | undefined {
  const secret = secretName(name);
  if (secret === undefined) return undefined;
  VALUE.lastIndex = offset;
  const match = VALUE.exec(text);
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  // A comparison, an option without a value, a call or an index in a program, the `id=` of a secret of BuildKit.
  if (match === null || value === undefined || value.length < 6 || /^(?:[=-]|(?:id|src|type)=|[A-Za-z_][\w.]*[([])/.test(value))
    return undefined;
  if (kindOfValue(value, secret, name) !== 'literal') return undefined;
  const start = VALUE.lastIndex - value.length - (match[3] === undefined ? 1 : 0);
  return { start, end: start + value.length };
}

const VALUE = /[ \t]{0,4}(?:"([^"\r\n]{0,4000})"|'([^'\r\n]{0,4000})'|([^\s"'`;&|<>)]{1,4000}))/y;

/** A build argument that nothing in the file gives a value. */
export interface OpenArgument {
  readonly name: string;
  /** Where ARG declares it. */
  readonly span: Span;
}

/** The argument behind a variable in front of an instruction, or at the end of the stage, if only `--build-arg` gives it a value. */
export function openArgument(name: string, stage: Stage | undefined, before?: Instruction): OpenArgument | undefined {
  const variable = stage?.environment.variable(name, before);
  if (variable === undefined || variable.kind === 'absent' || variable.by.keyword !== 'ARG') return undefined;
  if (variable.kind === 'unknown' || (variable.kind === 'known' && variable.value !== '')) return undefined;
  return { name, span: variable.by.pairs.find(({ key }) => key.text === name)?.span ?? variable.by.span };
}

/** The secret argument that an ENV makes part of the image: its own name says so, or that of the variable it becomes. */
export function keptArgument(
  { key, value }: KeyValue,
  instruction: EnvInstruction,
  stage: Stage | undefined,
  own: OwnNames,
): OpenArgument | undefined {
  if (value?.text.includes('$') !== true) return undefined;
  for (const [, name = ''] of value.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
    const isWhole = WHOLE_REFERENCE.test(value.text);
    if (secretNameOf(name, own) === undefined && !(isWhole && secretNameOf(key.text, own) !== undefined)) continue;
    const argument = openArgument(name, stage, instruction);
    if (argument !== undefined) return argument;
  }
  return undefined;
}

/**
 * Whether a RUN of the stage uses a secret argument. One that an ENV keeps does not count here.
 * LIMIT: a tool that reads a variable without being told is known for the names that `secretName` knows exactly.
 */
export function isUsedInRun(name: string, instruction: ArgInstruction, stage: Stage, own: OwnNames): boolean {
  const secret = secretNameOf(name, own);
  const at = stage.instructions.indexOf(instruction);
  if (secret === undefined || secret.identifier === true || at < 0) return false;
  const after = stage.instructions.slice(at + 1);
  const isKept = after.some(
    (each) => each.keyword === 'ENV' && each.pairs.some((pair) => keptArgument(pair, each, stage, own)?.name === name),
  );
  const runs = after.filter((each) => each.keyword === 'RUN');
  const isReadByTools = secret.certainty === 'exact' && !runs.some((run) => mountedVariables(run).has(name));
  return !isKept && runs.some((run) => usesArgument(run, name, isReadByTools));
}

/** A secret mount or an assignment of the same name hides the argument. */
function usesArgument(run: RunInstruction, name: string, isReadByTools: boolean): boolean {
  if (mountedVariables(run).has(name)) return false;
  return isReadByTools || new RegExp(`(?<!\\w)${name.replace(/\W/g, '\\$&')}(?![\\w=])`).test(textOf(run));
}

/** Variables that a RUN takes from secret mounts, by `env=` or by reading the mounted file: `TOKEN=$(cat /run/secrets/token)`. */
export function mountedVariables(run: RunInstruction): ReadonlySet<string> {
  const secrets = run.mounts.filter(({ type }) => type === 'secret');
  const names = new Set(secrets.map(({ options }) => options.get('env') ?? ''));
  if (secrets.length > 0) for (const [, name = ''] of textOf(run).matchAll(/(?<![\w$])([A-Za-z_]\w*)=["']?(?:\$\(|`)/g)) names.add(name);
  return names;
}

function textOf(run: RunInstruction): string {
  return [run.logical.text.slice(run.argumentsOffset), ...run.heredocs.map(({ content }) => content)].join('\n');
}
