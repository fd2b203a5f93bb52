/**
 * As whom a stage runs: the user in force, the accounts that commands create and how one is made.
 *
 * Sources (read 2026-11-20): docs.docker.com/reference/dockerfile/#user; useradd(8) of shadow 4.17, adduser(8) of Debian
 * and of BusyBox 1.37; docs.docker.com/build/building/best-practices/#user for --no-log-init.
 */
import type { Command, Instruction, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritance, runScripts } from '../model/stages.js';
import { distributionInTag, expandWithBase, factsOfBase, type ImageFacts, imageFacts } from './images.js';
import { once } from './once.js';
import { addedPackages } from './package-sources.js';
import { words } from './words.js';

/** The user in force at a place. */
export type EffectiveUser =
  | {
      readonly kind: 'known';
      /** Name or number without its group, variables filled in. */
      readonly name: string;
      readonly root: boolean;
      /** The USER that says so; absent when it is the base image's own user. */
      readonly by?: Instruction;
    }
  | {
      readonly kind: 'unknown';
      /** `base`: only the base image knows. `variable`: the USER depends on something unknown. `windows`: no root there. */
      readonly because: 'base' | 'variable' | 'windows';
    };

/**
 * The user that RUN gets in front of `before`, or without it the user a container of the stage gets. Follows FROM to
 * earlier stages, ARG defaults and the variables a known base image sets. `FROM scratch` starts as root.
 * LIMIT: an account made with uid 0 under another name counts as not root.
 */
export function effectiveUser(stage: Stage, before?: Pick<Instruction, 'span'>): EffectiveUser {
  if (isWindows(stage)) return { kind: 'unknown', because: 'windows' };
  const user = stage.environment.user(before);
  if (user.kind === 'known') return named(user.value, user.by);
  if (user.kind === 'unknown') {
    const value =
      user.by.keyword === 'USER' && user.by.value !== undefined ? expandWithBase(stage, user.by.value.text, user.by) : undefined;
    return value === undefined ? { kind: 'unknown', because: 'variable' } : named(value, user.by);
  }
  if (stage.base.kind === 'scratch') return { kind: 'known', name: 'root', root: true };
  const facts = factsOfBase(stage.base);
  if (facts?.user === undefined) return { kind: 'unknown', because: 'base' };
  return { kind: 'known', name: facts.user.name, root: facts.user.root };
}

/** SPEC: what follows the colon is the group; digits are a uid, and `USER` with nothing in front of the colon is root. */
function named(value: string, by: Instruction): EffectiveUser {
  const name = (value.split(':', 1)[0] ?? '').trim();
  const isRoot = name === 'root' || /^0+$/.test(name) || (name === '' && value !== '');
  return name === '' && !isRoot ? { kind: 'unknown', because: 'variable' } : { kind: 'known', name: name || 'root', root: isRoot, by };
}

/** Whether a stage is a Windows image: its administrators are no root, and its users are named otherwise. */
export function isWindows(stage: Stage): boolean {
  const [program] = stage.environment.shell() ?? [];
  if (program !== undefined && /^(?:powershell|cmd)(?:\.exe)?$/i.test(program)) return true;
  if (stage.base.kind !== 'image') return false;
  const { repository, tag = '' } = stage.base.reference;
  const distribution = imageFacts(stage.base.reference)?.distribution ?? distributionInTag(tag);
  if (distribution !== undefined) return distribution.id === 'windows';
  return /(?:^|[/-])windows(?:[/-]|$)|nanoserver|servercore|dotnet\/framework/.test(repository);
}

/** An account that a command creates. */
export interface CreatedUser {
  readonly name: string;
  /** As written; absent when none is given or it is not known. */
  readonly uid?: string;
}

/** Options of useradd and of both adduser whose value is the next word. */
const VALUE_OPTIONS = words(
  '-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key -p ' +
    '--password -R --root -P --prefix -s --shell -u --uid -Z --selinux-user --conf --firstuid --lastuid --firstgid --lastgid ' +
    '--gecos --ingroup --add_extra_groups -h',
);

/** The account a `useradd` or `adduser` creates; undefined for other commands, unknown names and `adduser USER GROUP`. */
export function createdUser({ name, args }: Command): CreatedUser | undefined {
  if (name !== 'useradd' && name !== 'adduser') return undefined;
  const operands: string[] = [];
  let uid: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const text = args[at]?.value ?? args[at]?.prefix ?? '';
    if (!text.startsWith('-')) {
      operands.push(args[at]?.value ?? '');
      continue;
    }
    const equals = text.indexOf('=');
    // Short options run together; only the last of them can take the next word: `-lmu 1000`.
    const option = text.startsWith('--') ? text.slice(0, equals < 0 ? undefined : equals) : `-${text.slice(-1)}`;
    const attached = text.startsWith('--') && equals > 0 ? text.slice(equals + 1) : undefined;
    const value = attached ?? (VALUE_OPTIONS.has(option) ? args[++at]?.value : undefined);
    if (option === '-u' || option === '--uid') uid = value;
  }
  const [user = ''] = name === 'useradd' ? operands.slice(-1) : operands;
  if (user === '' || (name === 'adduser' && operands.length > 1)) return undefined;
  return { name: user, ...(uid === undefined ? {} : { uid }) };
}

/** The accounts that RUNs of a stage and of those it is built from create, in their order; those with uid 0 are root's own. */
export const createdUsers = once((stage: Stage, script: ScriptOf): readonly CreatedUser[] =>
  [...inheritance(stage)].reverse().flatMap((each) => usersCreatedIn(each, script)),
);

const usersCreatedIn = once((stage: Stage, script: ScriptOf): readonly CreatedUser[] => {
  const users = runScripts(stage.instructions, script).flatMap(({ commands }) => commands.flatMap((command) => createdUser(command) ?? []));
  return users.filter(({ uid }) => uid !== '0');
});

/**
 * The command that makes a user `app` with a number that no image has taken; undefined where there is no shell, or no
 * `useradd`, to run it.
 *
 * @param commands those that ran before: they show what an unknown image is made of, and what is there by then
 */
export function addUserCommand(facts: ImageFacts | undefined, commands: readonly Command[]): string | undefined {
  if (facts?.hasShell === false || facts?.distribution?.id === 'distroless' || facts?.packageManager === 'none') return undefined;
  const id = facts?.distribution?.id ?? (commands.some(({ name }) => name === 'apk') ? 'alpine' : undefined);
  const isBusyBox = id === 'alpine' || id === 'busybox' || id === 'wolfi';
  if (isBusyBox) return 'adduser -D -u 10001 app';
  // Amazon Linux and the minimal images of Red Hat come without useradd.
  const { packageManager } = facts ?? {};
  const isAdded = commands.some((command) => addedPackages(command).includes('shadow-utils'));
  const lacksUseradd = (id === 'amazonlinux' || packageManager === 'microdnf') && !isAdded;
  const fetch = lacksUseradd ? `${packageManager ?? 'dnf'} install -y shadow-utils && ${packageManager ?? 'dnf'} clean all && ` : '';
  return `${fetch}useradd --no-log-init -m -u 10001 app`;
}

/** A number that a command gives to a new account or group. */
export interface NumberedAccount {
  readonly kind: 'uid' | 'gid';
  readonly number: string;
  /** The word that is the number, or has it attached. */
  readonly word: ShellWord;
  /** `-o`: the number may be another's as well; `groupadd -f` takes another number then. */
  readonly sharesNumber: boolean;
}

/** The number that `useradd`, `adduser`, `groupadd` or `addgroup` gives; undefined for other commands and where none is given or known. */
export function numberedAccount({ name, args }: Command): NumberedAccount | undefined {
  const isUser = name === 'useradd' || name === 'adduser';
  const isGroup = name === 'groupadd' || name === 'addgroup';
  if (!isUser && !isGroup) return undefined;
  const [letter, long] = isUser ? ['u', '--uid'] : ['g', '--gid'];
  let found: Omit<NumberedAccount, 'sharesNumber'> | undefined;
  let sharesNumber = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as ShellWord;
    const text = word.value ?? word.prefix;
    const attached = text.startsWith(`${long}=`) ? text.slice(long.length + 1) : new RegExp(`^-${letter}(\\d+)$`).exec(text)?.[1];
    const takesNext = text === long || (/^-[A-Za-z]+$/.test(text) && text.endsWith(letter));
    const number = attached ?? (takesNext ? args[at + 1]?.value : undefined);
    if (number !== undefined) found = { kind: isUser ? 'uid' : 'gid', number, word: takesNext ? (args[at + 1] ?? word) : word };
    if (text === '--non-unique' || /^-[A-Za-z]*o/.test(text) || (isGroup && /^(?:-[A-Za-z]*f|--force$)/.test(text))) sharesNumber = true;
    if (VALUE_OPTIONS.has(text) || takesNext) at++;
  }
  return found === undefined ? undefined : { ...found, sharesNumber };
}
