/**
 * What BuildKit refuses of `RUN --mount` (instructions/commands_runmount.go, dockerfile2llb/convert_runmount.go, 1.28, 2026-11).
 */
import { nearest } from '../spelling.js';
import { isGoBoolean } from './characters.js';
import { csvFields } from './csv.js';
import type { Mount, SyntaxProblemCode } from './tree.js';
import { isMemorySize, isUnsigned } from './value-formats.js';
import { expandWord, UNKNOWN } from './variable.js';

/** Why a mount is refused: the problem, and what its message names. */
export interface MountFault {
  readonly code: SyntaxProblemCode;
  readonly data: Readonly<Record<string, string>>;
}

const OPTIONS = [
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
];
const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const SHARING = ['shared', 'private', 'locked'];

/** Options that need no value. */
const BARE: ReadonlySet<string> = new Set(['readonly', 'readwrite', 'required']);

/**
 * The first reason BuildKit refuses a mount for, if there is one. Values are expanded first, so one with a variable is not judged.
 */
export function mountFault(mount: Mount, escape: string): MountFault | undefined {
  const { value: written } = mount.flag;
  if (written === undefined) return undefined;
  if (csvFields(written) === undefined) return fault('it is no list of `name=value` with commas between them');
  // SPEC: `from` is looked at before all else.
  if (mount.fields.some(({ name, value }) => name === 'from' && /\$./s.test(value ?? ''))) {
    return { code: 'variable-in-from-flag', data: { flag: '--mount=from' } };
  }
  const values = new Map<string, string | undefined>();
  // SPEC: read from left to right: an option of one type must stand behind `type`.
  let type: string | undefined = 'bind';
  for (const { name, value: text } of mount.fields) {
    if (!OPTIONS.includes(name)) {
      const suggestion = nearest(name, OPTIONS);
      return fault(`there is no mount option \`${name}\`${suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`}`);
    }
    if (text === undefined && !BARE.has(name)) return fault(`\`${name}\` needs a value`);
    const { value, error } = text === undefined ? { value: undefined } : expandWord(text, escape, () => UNKNOWN);
    if (error !== undefined) return { code: 'bad-substitution', data: { text: text ?? '' } };
    values.set(name, value);
    if (name === 'type') type = value?.toLowerCase();
    const reason = optionFault(
      name,
      value,
      type,
      TYPES.find((each) => each === mount.type),
    );
    if (reason !== undefined) return fault(reason);
  }
  const reason = type === undefined ? undefined : typeFault(type, values);
  return reason === undefined ? undefined : fault(reason);
}

function fault(reason: string): MountFault {
  return { code: 'mount', data: { reason } };
}

/** What is wrong with one option; `value` undefined when it is not known, `type` when the type is not. */
function optionFault(name: string, value: string | undefined, type: string | undefined, finalType: string | undefined): string | undefined {
  const only = (types: readonly string[]): string | undefined => {
    if (type === undefined || types.includes(type)) return undefined;
    if (finalType !== undefined && types.includes(finalType)) return `\`type=${finalType}\` must stand in front of \`${name}\``;
    return `\`${name}\` is for ${types.join(' and ')} mounts, not for type=${type}`;
  };
  switch (name) {
    case 'type':
      return type === undefined || TYPES.includes(type) ? undefined : `type=${type} does not exist; use ${TYPES.join(', ')}`;
    case 'required':
      return only(['secret', 'ssh']) ?? booleanFault(name, value);
    case 'size': {
      const reason = only(['tmpfs']);
      return reason ?? (value === undefined || isMemorySize(value) ? undefined : `size=${value} is no size; write 64m or 1g`);
    }
    case 'readonly':
    case 'readwrite':
      return booleanFault(name, value);
    case 'sharing':
      return value === undefined || SHARING.includes(value.toLowerCase())
        ? undefined
        : `sharing=${value} does not exist; use shared, private or locked`;
    case 'mode':
      return value === undefined || isUnsigned(value, 8) ? undefined : `mode=${value} is no octal mode; write 0600`;
    case 'uid':
    case 'gid':
      return value === undefined || isUnsigned(value, 10) ? undefined : `${name}=${value} is no number`;
    default:
      return undefined;
  }
}

function booleanFault(name: string, value: string | undefined): string | undefined {
  return value === undefined || isGoBoolean(value) ? undefined : `${name}=${value} is neither true nor false`;
}

/** What is wrong with a mount of this type as a whole. An option whose value is not known counts as given. */
function typeFault(type: string, values: ReadonlyMap<string, string | undefined>): string | undefined {
  const isGiven = (name: string): boolean => values.has(name) && values.get(name) !== '';
  for (const name of ['mode', 'uid', 'gid']) {
    if (values.has(name) && !['secret', 'ssh', 'cache'].includes(type)) {
      return `\`${name}\` is for secret, ssh and cache mounts, not for type=${type}`;
    }
  }
  if (type === 'secret') {
    if (isGiven('from')) return 'a secret mount cannot have `from`';
    if (isGiven('id') && isGiven('source') && values.get('id') !== undefined && values.get('source') !== undefined) {
      return 'a secret mount takes `id` or `source`, not both';
    }
    if (!isGiven('id') && !isGiven('source') && !isGiven('target')) return 'a secret mount needs an `id`';
  }
  if (isGiven('sharing') && type !== 'cache') return `\`sharing\` is for cache mounts, not for type=${type}`;
  if (type === 'ssh' && isGiven('source') && values.get('source') !== undefined) return 'an ssh mount cannot have `source`';
  // SPEC: a relative target starts from the working directory, which the base image may set.
  if (type !== 'secret' && type !== 'ssh' && values.get('target') === '/') return 'it would hide the whole file system: `target` is `/`';
  return undefined;
}
