/**
 * Which release of Debian has which apt package. The data are in debian-packages.ts (`npm run facts`); this file reads them.
 *
 * Ubuntu's archive was not to be reached: of jammy and noble only the few names are known that build logs show, see UBUNTU.
 * NOTE: `absent` is said of the distribution's own archive. Where the stage adds another one (a PPA, deadsnakes, NVIDIA,
 * PostgreSQL, a suite of another release), a rule has to keep silent: it may come from there.
 */
import { PACKAGES, PROVIDERS, READ_ON, SUITES } from './debian-packages.js';

/** The day the data were read, `YYYY-MM-DD`. */
export const APT_AS_OF: string = READ_ON;

/** What `apt-get install NAME` finds on amd64. */
export type Presence =
  /** A package of main. */
  | 'package'
  /** No package, but exactly one provides the name: apt installs that one. */
  | 'provided'
  /** Several packages provide it: apt ends with “has no installation candidate” and asks to choose one. */
  | 'choice'
  /** In contrib or non-free, which Debian's own images leave off. */
  | 'non-free'
  | 'absent';

/** Presence of a name (without version, architecture or sign) in `bookworm` and the like; undefined: name or suite not in the table. */
export function presence(name: string, suite: string): Presence | undefined {
  const ubuntu = UBUNTU.get(suite);
  if (ubuntu !== undefined) return ubuntu.get(name);
  const at = suites().indexOf(suite);
  return at < 0 ? undefined : STATES[states().get(name)?.[at] ?? ''];
}

/** Whether a suite knows the name at all, be it only provided or in non-free; undefined: not in the table. */
export function inSuite(name: string, suite: string): boolean | undefined {
  const found = presence(name, suite);
  return found === undefined ? undefined : found !== 'absent';
}

/** The packages, at most three, that provide a name which is none itself: for `libglib2.0-0` in trixie `['libglib2.0-0t64']`. */
export function providersOf(name: string, suite: string): readonly string[] {
  const list = providers().get(name)?.[suites().indexOf(suite)] ?? '-';
  return list === '-' ? [] : list.split(',');
}

/** The suites of the table in which apt installs the name from main, oldest first. */
export function suitesWith(name: string): readonly string[] {
  return suites().filter((suite) => ['package', 'provided'].includes(presence(name, suite) ?? ''));
}

const STATES: Readonly<Record<string, Presence>> = { p: 'package', o: 'provided', m: 'choice', c: 'non-free', '-': 'absent' };

/**
 * Names that Ubuntu 24.04 has no more, by build logs: webrecorder/browsertrix-browser-base#19 and crops/yocto-dockerfiles#103 (rules.md
 * S93, S25), tianocore/edk2-libc#22, rust-lang/rust-bindgen#2952, rusefi/rusefi#7826 (2024 and 2025). What left does not come back.
 * LIMIT: of libaio1 nobody's log was found.
 */
const GONE_FROM_UBUNTU = 'libgl1-mesa-glx libegl1-mesa libldap-2.5-0 python3-distutils libncurses5 libncursesw5 libtinfo5';
const GONE: readonly (readonly [string, Presence])[] = GONE_FROM_UBUNTU.split(' ').map((name) => [name, 'absent']);

const UBUNTU: ReadonlyMap<string, ReadonlyMap<string, Presence>> = new Map([
  ['jammy', new Map()],
  ['noble', new Map<string, Presence>([...GONE, ['libasound2', 'choice']])],
  ['plucky', new Map(GONE)],
  ['questing', new Map(GONE)],
  ['resolute', new Map(GONE)],
]);

const suites = (): readonly string[] => SUITES.split(' ');

let statesOf: ReadonlyMap<string, string> | undefined;
let providersByName: ReadonlyMap<string, readonly string[]> | undefined;

/** Read when first asked, like all big tables. */
function states(): ReadonlyMap<string, string> {
  statesOf ??= new Map(
    PACKAGES.trim()
      .split('\n')
      .flatMap((line) => {
        const [state = '', ...names] = line.split(' ');
        return names.map((name) => [name, state] as const);
      }),
  );
  return statesOf;
}

function providers(): ReadonlyMap<string, readonly string[]> {
  providersByName ??= new Map(
    PROVIDERS.trim()
      .split('\n')
      .map((line) => {
        const [name = '', ...lists] = line.split(' ');
        return [name, lists] as const;
      }),
  );
  return providersByName;
}
