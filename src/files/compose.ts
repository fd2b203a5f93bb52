/**
 * Compose files: their services with what they are built from, and the settings that have a short and a long form. All else of a
 * service is asked of its node: `at(service.node, 'healthcheck', 'test')`. Values are as written, with their `${VARIABLES}`.
 *
 * Source: docs.docker.com/reference/compose-file (the Compose Specification, 2026-11) and compose-go's reading of short forms (2.16.2).
 */
import type { Span } from '../source/source-file.js';
import type { Placed, Problem } from './placed.js';
import { at, entriesAt, itemsAt, type MapNode, placedAt, type ScalarNode, type TreeEntry, type TreeNode, textAt, textsAt } from './tree.js';
import { readYaml } from './yaml.js';

/** A Compose file. */
export interface ComposeFile {
  /** In the file's order. */
  readonly services: ReadonlyMap<string, ComposeService>;
  /** The obsolete `version:`, with its key. */
  readonly version?: TreeEntry;
  readonly name?: Placed;
  /** The whole file, for what is read nowhere else: `volumes`, `networks`, `secrets`, `configs`, `include`, `x-…`. */
  readonly root: MapNode;
  readonly problems: readonly Problem[];
}

/** One service. */
export interface ComposeService {
  readonly name: string;
  readonly nameSpan: Span;
  /** The service's own map. */
  readonly node: TreeNode;
  readonly image?: Placed;
  readonly build?: ComposeBuild;
  readonly environment: readonly ComposeSetting[];
  /** The paths of `env_file`. */
  readonly envFiles: readonly Placed[];
  readonly ports: readonly ComposePort[];
  readonly volumes: readonly ComposeVolume[];
  readonly dependsOn: readonly ComposeDependency[];
  readonly profiles: readonly Placed[];
  /** Whether another service of the file is on its network: `network_mode: service:NAME`. */
  readonly sharesNetwork: boolean;
  /** The service whose settings this one starts from; `file` when it stands in another file. */
  readonly extends?: { readonly service?: Placed; readonly file?: Placed };
}

/** How an image is built. */
export interface ComposeBuild {
  /** The key `build`. */
  readonly keySpan: Span;
  /** A directory, or the address of a repository. SPEC: `.` when it is not given. */
  readonly context?: Placed;
  /** Relative to the context. SPEC: `Dockerfile` when neither this nor the next is given. */
  readonly dockerfile?: Placed;
  /** A Dockerfile written into the Compose file. */
  readonly dockerfileInline?: ScalarNode;
  readonly target?: Placed;
  readonly args: readonly ComposeSetting[];
  readonly additionalContexts: readonly ComposeSetting[];
  /** The names of secrets, as the file's top level defines them. */
  readonly secrets: readonly Placed[];
  readonly ssh: readonly Placed[];
  readonly platforms: readonly Placed[];
  readonly node: TreeNode;
}

/** A name with a value, from a map or from a list of `NAME=value`. */
export interface ComposeSetting {
  readonly name: Placed;
  /** Absent where only the name is given: the value comes from where Compose runs. */
  readonly value?: Placed;
  /** Its key and value, or the item of the list. */
  readonly span: Span;
}

/** A published port. Each part as written, a range such as `8000-8010` included; without parts where they cannot be told. */
export interface ComposePort {
  readonly hostIp?: string;
  readonly published?: string;
  readonly target?: string;
  readonly protocol?: string;
  readonly span: Span;
}

/** A mount. */
export interface ComposeVolume {
  /** `bind`, `volume`, `tmpfs` or another type of the long form; absent where a variable decides it. */
  readonly type?: string;
  /** A path of the host, or the name of a volume; absent for an anonymous one. */
  readonly source?: string;
  /** Where it stands in the container. */
  readonly target?: string;
  readonly isReadOnly: boolean;
  readonly span: Span;
}

/** A service that is started before. */
export interface ComposeDependency {
  readonly service: Placed;
  /** `service_started` (also in the short form), `service_healthy`, `service_completed_successfully`. */
  readonly condition: string;
  readonly isShort: boolean;
  /** False with `required: false`: the service may be missing. */
  readonly isRequired: boolean;
}

/** Reads a Compose file; undefined when it is no map. Several documents in one file are merged, as Compose does it. */
export function readCompose(text: string): ComposeFile | undefined {
  const { documents, problems } = readYaml(text);
  const maps = documents.filter((document) => document.kind === 'map');
  const [first, ...more] = maps;
  return first === undefined ? undefined : composeOf(more.reduce(mergedRoot, first), problems);
}

/**
 * The file that Compose makes of a file and its override. LIMIT: its spans may be of either file; ask it what there is, and the
 * files themselves where it stands.
 */
export function mergedCompose(base: ComposeFile, override: ComposeFile): ComposeFile {
  return composeOf(mergedRoot(base.root, override.root), [...base.problems, ...override.problems]);
}

function composeOf(root: MapNode, problems: readonly Problem[]): ComposeFile {
  const version = root.entries.get('version');
  const name = placedAt(root, 'name');
  const entries = entriesAt(root, 'services');
  const guests = new Set(entries.map(({ value }) => /^service:(.*)$/.exec(textAt(value, 'network_mode') ?? '')?.[1]));
  const services = entries.map((entry): [string, ComposeService] => [entry.key, serviceOf(entry, guests.has(entry.key))]);
  return { services: new Map(services), ...(version && { version }), ...(name && { name }), root, problems };
}

function serviceOf({ key, keySpan, value: node }: TreeEntry, sharesNetwork: boolean): ComposeService {
  const image = placedAt(node, 'image');
  const build = buildOf(node);
  const extended = at(node, 'extends');
  const [service, file] = [placedAt(extended?.kind === 'scalar' ? extended : at(extended, 'service')), placedAt(extended, 'file')];
  return {
    name: key,
    nameSpan: keySpan,
    node,
    ...(image && { image }),
    ...(build && { build }),
    environment: settingsOf(at(node, 'environment')),
    envFiles: listOf(at(node, 'env_file')).flatMap((item) => placedAt(item) ?? placedAt(item, 'path') ?? []),
    ports: itemsAt(node, 'ports').map(portOf),
    volumes: itemsAt(node, 'volumes').map(volumeOf),
    dependsOn: dependenciesOf(at(node, 'depends_on')),
    profiles: textsAt(node, 'profiles'),
    sharesNetwork,
    ...(extended && { extends: { ...(service && { service }), ...(file && { file }) } }),
  };
}

function buildOf(service: TreeNode): ComposeBuild | undefined {
  const entry = service.kind === 'map' ? service.entries.get('build') : undefined;
  if (entry === undefined) return undefined;
  const { keySpan, value: node } = entry;
  const context = placedAt(node.kind === 'scalar' ? node : at(node, 'context'));
  const dockerfile = placedAt(node, 'dockerfile');
  const inline = at(node, 'dockerfile_inline');
  const target = placedAt(node, 'target');
  return {
    keySpan,
    ...(context && { context }),
    ...(dockerfile && { dockerfile }),
    ...(inline?.kind === 'scalar' && inline.value !== null && { dockerfileInline: inline }),
    ...(target && { target }),
    args: settingsOf(at(node, 'args')),
    additionalContexts: settingsOf(at(node, 'additional_contexts')),
    secrets: itemsAt(node, 'secrets').flatMap((item) => placedAt(item) ?? placedAt(item, 'source') ?? []),
    ssh: textsAt(node, 'ssh'),
    platforms: textsAt(node, 'platforms'),
    node,
  };
}

function listOf(node: TreeNode | undefined): readonly TreeNode[] {
  return node === undefined ? [] : node.kind === 'list' ? node.items : [node];
}

function settingsOf(node: TreeNode | undefined): readonly ComposeSetting[] {
  if (node?.kind === 'map') {
    return entriesAt(node).map(({ key, keySpan, value }) => {
      const placed = placedAt(value);
      // An alias's value stands elsewhere, before its key.
      const span = value.span.start < keySpan.end ? keySpan : { start: keySpan.start, end: value.span.end };
      return { name: { text: key, span: keySpan }, ...(placed && { value: placed }), span };
    });
  }
  return itemsAt(node).flatMap((item) => {
    const placed = placedAt(item);
    if (placed === undefined) return [];
    const { text, span } = placed;
    const equals = text.indexOf('=');
    if (equals < 0) return [{ name: placed, span: item.span }];
    const isVerbatim = item.kind === 'scalar' && item.verbatim !== undefined;
    const part = (start: number, end: number): Placed => ({
      text: text.slice(start, end),
      span: isVerbatim ? { start: span.start + start, end: span.start + end } : span,
    });
    return [{ name: part(0, equals), value: part(equals + 1, text.length), span: item.span }];
  });
}

function portOf(node: TreeNode): ComposePort {
  const { span } = node;
  if (node.kind === 'map') {
    return withoutAbsent({
      hostIp: textAt(node, 'host_ip'),
      published: textAt(node, 'published'),
      target: textAt(node, 'target'),
      protocol: textAt(node, 'protocol'),
      span,
    });
  }
  const parts = textAt(node) === undefined ? [] : colonParts(textAt(node) ?? '');
  const last = parts.at(-1);
  // `${PORTS}` may be all of it.
  if (last === undefined || (parts.length === 1 && last.includes('$'))) return { span };
  const slash = last.indexOf('/');
  const address = parts.slice(0, -2).join(':');
  return withoutAbsent({
    hostIp: address === '' ? undefined : address.replace(/^\[(.*)\]$/, '$1'),
    published: parts.at(-2) === '' ? undefined : parts.at(-2),
    target: slash < 0 ? last : last.slice(0, slash),
    protocol: slash < 0 ? undefined : last.slice(slash + 1),
    span,
  });
}

function volumeOf(node: TreeNode): ComposeVolume {
  const { span } = node;
  if (node.kind === 'map') {
    const isReadOnly = textAt(node, 'read_only') === 'true';
    return withoutAbsent({
      type: textAt(node, 'type'),
      source: textAt(node, 'source'),
      target: textAt(node, 'target'),
      isReadOnly,
      span,
    });
  }
  const text = textAt(node) ?? '';
  const [source = '', target, mode = '', ...more] = text.length > 2 ? mountParts(text) : [text];
  if (target === undefined) return source === '' || source.includes('$') ? { isReadOnly: false, span } : anonymousVolume(source, span);
  if (source === '' || target === '' || more.length > 0) return { isReadOnly: false, span };
  const type = mountType(source);
  return withoutAbsent({ type, source, target, isReadOnly: mode.split(',').includes('ro'), span });
}

/** The name of a volume has no slash, so that `${DATA}/raw` is a path whatever the variable holds. */
function mountType(source: string): string | undefined {
  if (/^(?:[./~]|\\\\|\p{L}:)/u.test(source)) return 'bind';
  if (!source.startsWith('$')) return 'volume';
  return source.replace(/\$\{[^}]*\}/g, '').includes('/') ? 'bind' : undefined;
}

function anonymousVolume(target: string, span: Span): ComposeVolume {
  return { type: 'volume', target, isReadOnly: false, span };
}

/** The parts between colons; those of `${NAME:-default}` and of `[::1]` part nothing. */
function colonParts(text: string): readonly string[] {
  const parts: string[] = [];
  let open = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '{' || character === '[') open++;
    else if (character === '}' || character === ']') open--;
    else if (character === ':' && open === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** SPEC: a letter before a colon is a drive of Windows, and a part goes on behind it: a volume's name has at least two letters. */
function mountParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (const part of colonParts(text)) {
    const before = parts.at(-1);
    if (before !== undefined && /^\p{L}$/u.test(before)) parts[parts.length - 1] = `${before}:${part}`;
    else parts.push(part);
  }
  return parts;
}

function dependenciesOf(node: TreeNode | undefined): readonly ComposeDependency[] {
  if (node?.kind === 'map') {
    return entriesAt(node).map(({ key, keySpan, value }) => ({
      service: { text: key, span: keySpan },
      condition: textAt(value, 'condition') ?? 'service_started',
      isShort: false,
      isRequired: textAt(value, 'required') !== 'false',
    }));
  }
  return textsAt(node).map((service) => ({ service, condition: 'service_started', isShort: true, isRequired: true }));
}

/** An object without those of its keys that have no value. */
function withoutAbsent<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/**
 * Settings of a service that are not merged as their form alone would have it. `whole`: the override takes the place of the other;
 * `by name`: entries and items of `NAME=value`, by their names; `by target`: items that name where they stand in the container;
 * `list`: a single value counts as a list of one; `map`: a list counts as a map without values.
 * Sources: docs.docker.com/reference/compose-file/merge (2026-11), compose-go 2.16.2, override/merge.go and uncity.go.
 */
const MERGING: Readonly<Record<string, 'whole' | 'by name' | 'by target' | 'list' | 'map'>> = {
  annotations: 'by name',
  'build.additional_contexts': 'by name',
  'build.args': 'by name',
  'build.extra_hosts': 'list',
  'build.labels': 'by name',
  command: 'whole',
  configs: 'by target',
  depends_on: 'map',
  'deploy.labels': 'by name',
  devices: 'by target',
  dns: 'list',
  dns_opt: 'list',
  dns_search: 'list',
  entrypoint: 'whole',
  env_file: 'list',
  environment: 'by name',
  extra_hosts: 'list',
  'healthcheck.test': 'whole',
  label_file: 'list',
  labels: 'by name',
  models: 'map',
  networks: 'map',
  secrets: 'by target',
  sysctls: 'by name',
  tmpfs: 'list',
  volumes: 'by target',
};

function mergedRoot(base: MapNode, override: MapNode): MapNode {
  const merged = mergedNode(base, override, [], 0);
  return merged?.kind === 'map' ? merged : base;
}

/** Undefined when the override takes the value away (`!reset`). */
function mergedNode(base: TreeNode | undefined, override: TreeNode, path: readonly string[], depth: number): TreeNode | undefined {
  if (isReset(override)) return undefined;
  const setting = path[0] === 'services' ? path.slice(2).join('.') : '';
  const how = Object.hasOwn(MERGING, setting) ? MERGING[setting] : undefined;
  if (base === undefined || depth > MOST_LEVELS || how === 'whole') return override;
  if (override.kind !== 'unknown' && override.tag === '!override') return override;
  if (override.kind === 'scalar' && override.value === null) return base;
  if (how === 'by name') {
    const entries = new Map([...entriesOfSettings(base), ...entriesOfSettings(override)]);
    return { kind: 'map', span: override.span, entries: new Map([...entries].filter(([, { value }]) => !isReset(value))) };
  }
  const [left, right] = [base, override].map((node) =>
    setting === 'build' ? longBuild(node) : how === 'map' ? mapOf(node, setting) : node,
  );
  if (left?.kind === 'map' && right?.kind === 'map') {
    const isOtherDriver = setting === 'logging' && textAt(left, 'driver') !== textAt(right, 'driver');
    if (isOtherDriver && at(left, 'driver') !== undefined && at(right, 'driver') !== undefined) return right;
    return mergedEntries(left.entries, right.entries, override, path, depth);
  }
  if (how !== 'list' && (base.kind !== 'list' || override.kind !== 'list')) return override;
  const identityOf = how === 'by target' ? targetOf : (item: TreeNode) => textAt(item) ?? item;
  const items = new Map([...listOf(base), ...listOf(override)].map((item) => [identityOf(item), item]));
  return { kind: 'list', span: override.span, items: [...items.values()] };
}

const MOST_LEVELS = 100;

function isReset(node: TreeNode): boolean {
  return node.kind !== 'unknown' && node.tag === '!reset';
}

function mergedEntries(
  base: ReadonlyMap<string, TreeEntry>,
  override: ReadonlyMap<string, TreeEntry>,
  { span }: TreeNode,
  path: readonly string[],
  depth: number,
): MapNode {
  const entries = new Map(base);
  for (const [key, entry] of override) {
    const value = mergedNode(base.get(key)?.value, entry.value, [...path, key], depth + 1);
    if (value === undefined) entries.delete(key);
    else entries.set(key, { ...entry, value });
  }
  return { kind: 'map', span, entries };
}

function longBuild(node: TreeNode): TreeNode {
  return node.kind === 'scalar' ? { kind: 'map', span: node.span, entries: new Map([bareEntry('context', node)]) } : node;
}

/** SPEC: the short form of `depends_on` sets the condition anew; the others set nothing. */
function mapOf(node: TreeNode, setting: string): TreeNode {
  const names = textsAt(node).map(({ text, span }) => {
    const value: TreeNode = { kind: 'scalar', span, value: null, text: '' };
    if (setting !== 'depends_on') return bareEntry(text, value);
    const started: TreeNode = { kind: 'scalar', span, value: 'service_started', text: 'service_started' };
    return bareEntry(text, { kind: 'map', span, entries: new Map([bareEntry('condition', started)]) });
  });
  return node.kind === 'map' ? node : { kind: 'map', span: node.span, entries: new Map(names) };
}

function bareEntry(key: string, value: TreeNode): [string, TreeEntry] {
  return [key, { key, keySpan: value.span, value, isMerged: false }];
}

function entriesOfSettings(node: TreeNode): ReadonlyMap<string, TreeEntry> {
  if (node.kind === 'map') return node.entries;
  return new Map(
    settingsOf(node).map(({ name, value, span }) =>
      bareEntry(name.text, { kind: 'scalar', span: value?.span ?? span, value: value?.text ?? null, text: value?.text ?? '' }),
    ),
  );
}

/** The item itself where none can be told: then it is like no other. */
function targetOf(item: TreeNode): string | TreeNode {
  return volumeOf(item).target ?? textAt(item) ?? textAt(item, 'source') ?? item;
}
