/** Secrets in compose files: what settings, build arguments and addresses hold, and who can reach the service that takes them. */
import type { ComposeFile, ComposePort, ComposeService, ComposeSetting } from '../model/compose.js';
import type { Span } from '../model/dockerfile.js';
import { isDefaultPassword } from './default-passwords.js';
import { kindOfValue, type OwnNames, secretNameOf } from './secret-settings.js';
import { credentialsInUrl, findSecrets } from './secrets.js';

/** One place of a secret. */
export interface ComposeSecret {
  /** `token`: known by its look. `default`: a password that everybody tries first. `literal`: any other. */
  readonly kind: 'token' | 'literal' | 'default';
  /** Through what it comes in: a `variable` of the service, an `argument` of its build, an `address` in any value. */
  readonly way: 'variable' | 'argument' | 'address' | 'text';
  /** The variable; for an address the host; for a token what it is: `GitHub token`. */
  readonly name: string;
  /** What a person would change. */
  readonly at: Span;
  /** The secret itself, in the text. */
  readonly secret: Span;
  /** The service it is for; undefined for what stands outside of all. */
  readonly service?: ComposeService | undefined;
}

/** Every secret of a file, in the order of the text; nothing from comments but tokens. */
export function composeSecrets(file: ComposeFile, text: string, own: OwnNames): readonly ComposeSecret[] {
  const services = [...file.services.values()];
  const found: ComposeSecret[] = findSecrets(text).map(({ kind, start, end }) => ({
    kind: 'token',
    way: 'text',
    name: kind,
    at: { start, end },
    secret: { start, end },
  }));
  for (const service of services) {
    for (const setting of service.environment) found.push(...inSetting(setting, 'variable', service, own));
    for (const setting of service.build?.args ?? []) found.push(...inSetting(setting, 'argument', service, own));
  }
  found.push(...inAddresses(text, services));
  return withoutOverlaps(found.sort((a, b) => a.secret.start - b.secret.start || RANK[a.way] - RANK[b.way]));
}

function inSetting(
  { name, value, span }: ComposeSetting,
  way: ComposeSecret['way'],
  service: ComposeService,
  own: OwnNames,
): ComposeSecret[] {
  const secretName = secretNameOf(name.text, own);
  // An access key id opens nothing alone.
  if (value === undefined || secretName === undefined || secretName.identifier === true) return [];
  const written = value.text.replaceAll('$$', '$');
  const kind = kindOfValue(written, secretName, name.text);
  const common = { way, name: name.text, at: span, secret: value.span, service };
  // A default that gives way to a variable is meant for whoever tries the file out.
  const fallback = /^\$\{\w+:?-([^{}]*)\}$/.exec(written)?.[1];
  if (fallback !== undefined) return kind === 'literal' && isKey(fallback) ? [{ kind, ...common }] : [];
  const isDefault = (kind === 'literal' || kind === 'placeholder') && isDefaultPassword(written, `${name.text} ${namesIn(service)}`);
  return isDefault ? [{ kind: 'default', ...common }] : kind === 'literal' ? [{ kind, ...common }] : [];
}

/** Whether a text is long and mixed enough that nobody made it up to try something out. */
function isKey(text: string): boolean {
  return text.length >= 20 && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}

/** What a service, its image, its users and databases are called: a password that is one of these is guessed first. */
function namesIn({ name, image, environment }: ComposeService): string {
  const settings = environment.filter(({ name: key }) => /USER|_DB$|DATABASE|_NAME$/i.test(key.text)).map(({ value }) => value?.text ?? '');
  return [name, image?.text ?? '', ...settings].join(' ');
}

function inAddresses(text: string, services: readonly ComposeService[]): ComposeSecret[] {
  let next = 0;
  return credentialsInUrl(text).flatMap((credentials): ComposeSecret[] => {
    const { kind, start, end, secretStart, secretEnd, user = '', host, dynamic, placeholder } = credentials;
    if (kind === 'user-only' || dynamic || placeholder || text.startsWith('${', secretStart) || isInComment(text, start)) return [];
    const secret = { start: secretStart, end: secretEnd };
    while ((services[next]?.node.span.end ?? Infinity) < end) next++;
    const service = (services[next]?.node.span.start ?? Infinity) <= start ? services[next] : undefined;
    const isDefault =
      kind === 'user-password' &&
      isDefaultPassword(text.slice(secretStart, secretEnd), `${user} ${service === undefined ? '' : namesIn(service)}`);
    return [{ kind: isDefault ? 'default' : 'literal', way: 'address', name: host, at: { start, end }, secret, service }];
  });
}

function isInComment(text: string, offset: number): boolean {
  return /(?:^|\s)#/.test(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset));
}

/** Of places that begin together the first of these counts. */
const RANK: Readonly<Record<ComposeSecret['way'], number>> = { text: 0, argument: 1, variable: 2, address: 3 };

/** Of places that overlap the first counts. @param found in order */
function withoutOverlaps(found: readonly ComposeSecret[]): readonly ComposeSecret[] {
  let end = -1;
  return found.filter(({ secret }) => {
    if (secret.start < end) return false;
    end = secret.end;
    return true;
  });
}

/** Whether a port is open to more than the machine itself. SPEC: without an address of the host it is bound to all. */
function isOpen({ hostIp, published }: ComposePort): boolean {
  return published !== undefined && !/^(?:127\.|localhost$|\[?::1\]?$)/.test(hostIp ?? '');
}

/** Whether others on the network reach a service of somebody else's image: what its password protects is behind those ports. */
export function isReachable({ image, build, ports, node }: ComposeService): boolean {
  const host = node.kind === 'map' ? node.entries.get('network_mode')?.value : undefined;
  const isOnHost = host?.kind === 'scalar' && host.text === 'host';
  return image !== undefined && build === undefined && (isOnHost || ports.some(isOpen));
}

/** Servers by what the variables of their passwords are called, and what their images are. */
const SERVERS: readonly (readonly [variable: RegExp, image: RegExp])[] = [
  [/^(?:POSTGRES|PG)/, /postg|pg|timescale|citus|supabase/i],
  [/^(?:MYSQL|MARIADB)_/, /mysql|maria|percona/i],
  [/^MONGO/, /mongo/i],
  [/^REDIS/, /redis|valkey|keydb/i],
  [/^RABBITMQ/, /rabbit/i],
  [/^(?:MINIO|AWS|S3)_/, /minio|localstack/i],
  [/^(?:ELASTIC|OPENSEARCH)/, /elastic|opensearch/i],
  [/^NEO4J_/, /neo4j/i],
  [/(?:^|_)(?:DB|DATABASE|SQL|SQLALCHEMY|BROKER|POSTGRES|MYSQL|MONGO|REDIS)_/, /sql|postg|maria|mongo|redis|oracle|db\b/i],
];

/** Whether a variable sets the password of the service it stands in, not the one by which that service asks another. */
export function isOfService(variable: string, { image }: ComposeService): boolean {
  const server = SERVERS.find(([name]) => name.test(variable));
  return server === undefined || server[1].test(image?.text ?? '');
}
