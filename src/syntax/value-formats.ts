/** What BuildKit takes for a duration, a port, a signal and the like: predicates on values whose variables are expanded. */
import { isGoBoolean } from './characters.js';
import { csvFields } from './csv.js';

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

/**
 * SPEC: Go's duration syntax: a unit is needed, 0 needs none; less than a millisecond and 292 years and more are refused, and so
 * is `µs`, since BuildKit garbles what is not ASCII in a flag.
 */
export function isDuration(value: string): boolean {
  if (/^[+-]?0$/.test(value)) return true;
  if (!/^[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|ms|s|m|h))+$/.test(value)) return false;
  let nanoseconds = 0;
  for (const [, number = '', unit = ''] of value.matchAll(/([0-9.]+)(ns|us|ms|s|m|h)/g)) {
    nanoseconds += Math.floor(Number(number) * (NANOSECONDS[unit] ?? 0));
  }
  return nanoseconds === 0 || (!value.startsWith('-') && nanoseconds >= 1e6 && nanoseconds < 2 ** 63);
}

/** SPEC: Go's `ParseInt` of 32 bits, none below zero. */
export function isRetryCount(value: string): boolean {
  return /^(\+?[0-9]+|-0+)$/.test(value) && Number(value) < 2 ** 31;
}

/** SPEC: `[[ip:]host:]port[-port][/protocol]`; two ranges are of equal length. */
export function isPort(value: string): boolean {
  const parts = value.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const address = parts.join(':');
  const slash = container.indexOf('/');
  const protocol = slash < 0 ? '' : container.slice(slash + 1).toLowerCase();
  if (!['', 'tcp', 'udp', 'sctp'].includes(protocol)) return false;
  if (address !== '' && !isAddress(address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address)) return false;
  const ports = portRange(slash < 0 ? container : container.slice(0, slash));
  const hostPorts = host === '' ? ports : portRange(host);
  return ports !== undefined && hostPorts !== undefined && (ports.size === 1 || ports.size === hostPorts.size);
}

/** An IPv4 or IPv6 address, without a zone. */
function isAddress(text: string): boolean {
  const isVersion4 = (part: string): boolean => /^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(?!$)|$)){4}$/.test(part);
  if (!text.includes(':')) return isVersion4(text);
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const tail = halves.at(-1)?.at(-1);
  const isMixed = tail?.includes('.') === true;
  const groups = halves.flat().slice(0, isMixed ? -1 : undefined);
  if (halves.length > 2 || (isMixed && !isVersion4(tail)) || !groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const size = groups.length + (isMixed ? 2 : 0);
  return halves.length === 2 ? size < 8 : size === 8;
}

function portRange(text: string): { readonly size: number } | undefined {
  const [start = '', end] = splitOnce(text, '-');
  const [low, high] = [portNumber(start), portNumber(end === undefined || end === start ? start : end)];
  return low === undefined || high === undefined || high < low ? undefined : { size: high - low + 1 };
}

function portNumber(text: string): number | undefined {
  return /^\+?[0-9]+$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Linux signal names without SIG (moby/sys/signal, 2026-08). */
const SIGNALS = new Set(
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(
    ' ',
  ),
);

/** SPEC: a name with or without SIG in any case, RTMIN+1 to +15, RTMAX-1 to -14, or any number but 0. */
export function isSignal(value: string): boolean {
  if (/^[+-]?[0-9]+$/.test(value)) return Number(value) !== 0 && Math.abs(Number(value)) < 2 ** 63;
  const name = value.toUpperCase().replace(/^SIG/, '');
  return SIGNALS.has(name) || /^RTM(IN\+([1-9]|1[0-5])|AX-([1-9]|1[0-4]))$/.test(name);
}

/** SPEC: octal up to 07777, or symbolic: `u=rwX,go-w`. */
export function isFileMode(value: string): boolean {
  if (/^[0-7]+$/.test(value)) return Number.parseInt(value, 8) <= 0o7777;
  return /^[ugoa]*([-+=][rwxXstugo]*)+(,[ugoa]*([-+=][rwxXstugo]*)+)*$/.test(value);
}

/** SPEC: opencontainers/go-digest: of these three algorithms, in lower case. */
export function isDigest(value: string): boolean {
  return /^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/.test(value);
}

/** Operating systems and architectures that can stand alone (containerd/platforms, 2026-08). */
const LONE_PLATFORMS = new Set(
  'aix android darwin macos dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos 386 i386 amd64 x86_64 x86-64 amd64p32 arm armhf armel armbe arm64 aarch64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/** SPEC: `os[(version)][/architecture[/variant]]` of any names, or one known name (containerd/platforms). */
export function isPlatform(value: string): boolean {
  const [system = '', ...others] = value.split('/');
  const match = /^([A-Za-z0-9_-]+)(?:\([A-Za-z0-9_.%-]*(?:\+[A-Za-z0-9_.%-]+)*\))?$/.exec(system);
  if (match === null || others.length > 2 || !others.every((part) => /^[A-Za-z0-9_.-]+$/.test(part))) return false;
  return others.length > 0 || LONE_PLATFORMS.has((match[1] ?? '').toLowerCase());
}

/** SPEC: docker/go-units: a number, a unit with or without `b` or `ib`, a blank between them or none. */
export function isMemorySize(value: string): boolean {
  return /^\+?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)? ?(b|[kmgtp](i?b)?)?$/i.test(value);
}

/** SPEC: Go's `ParseUint` of 32 bits. */
export function isUnsigned(value: string, base: 8 | 10): boolean {
  return (base === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(value) && Number.parseInt(value, base) < 2 ** 32;
}

/** SPEC: `[name=]vendor/class=device[,required[=bool]]`. */
export function isDevice(value: string): boolean {
  const fields = csvFields(value);
  if (fields === undefined) return false;
  let name = '';
  for (const field of fields) {
    const [written = '', setting] = splitOnce(field, '=');
    const key = written.toLowerCase();
    if (key === 'required') {
      if (setting !== undefined && !isGoBoolean(setting)) return false;
    } else if (name !== '') return false;
    else name = key === 'name' ? (setting ?? field) : field;
  }
  return true;
}

/** SPEC: `--chown` of root and of numbers needs no look into the image's /etc/passwd. */
export function isNumericOwner(value: string): boolean {
  const [user = '', group = ''] = splitOnce(value, ':');
  const isNumeric = (name: string): boolean => name === 'root' || (/^[+-]?[0-9]+$/.test(name) && Math.abs(Number(name)) < 2 ** 31);
  return (user === '' || isNumeric(user)) && (group === '' || isNumeric(group));
}

/** What a source of ADD or COPY is fetched as. SPEC: an address is a repository if its path ends in `.git`. */
export function remoteKind(source: string): 'http' | 'git' | undefined {
  if (/^(git|ssh):\/\//i.test(source) || /^[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:/.test(source)) return 'git';
  if (/^https?:\/\//i.test(source) && /\.git$/.test(source.replace(/[?#].*$/s, ''))) return 'git';
  return /^https?:\/\//.test(source) ? 'http' : undefined;
}
