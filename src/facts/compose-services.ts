/**
 * Services of compose files: which images need time before they answer, how one asks them, and what stands in the images.
 *
 * Sources (read 2026-11-22, dates are those of the copies): docker-library/faq#healthcheck (official images have no HEALTHCHECK, and none
 * of the Dockerfiles below has); docker-library/postgres (2026-02-26), mysql (2026-06-16), redis (2024-06-28), rabbitmq (2026-06-15),
 * mongo (2026-06-11: mongosh; the images before 5 had `mongo` alone), MariaDB/mariadb-docker (2026-05-29: healthcheck.sh, since 2022-02);
 * valkey-io/valkey-container (2025-01-08); rabbitmq.com/docs/monitoring#health-checks (2026-08-21). Which others take long to answer is
 * known from their use, not from a source.
 */
import { at, type ComposeService, textAt, textsAt } from '../model/compose.js';
import { words } from './words.js';

/** A server that is started long before it answers. */
export interface SlowServer {
  readonly kind: 'database' | 'broker' | 'store' | 'server';
  /** The test of a health check that the image can run; absent where none is known for sure. */
  readonly test?: string;
  /** Whether it answers within a moment, even when it starts for the first time. */
  readonly isQuick: boolean;
  /** Whether the image is known to have no HEALTHCHECK of its own. */
  readonly hasNoHealthcheck: boolean;
}

/** By the last part of an image's name. */
const SLOW_SERVERS: readonly { names: string; kind: SlowServer['kind']; test?: string }[] = [
  { names: 'postgres postgresql postgis pgvector timescaledb', kind: 'database', test: 'pg_isready -U postgres' },
  { names: 'mysql', kind: 'database', test: 'mysqladmin ping -h 127.0.0.1' },
  { names: 'mariadb', kind: 'database', test: 'healthcheck.sh --connect --innodb_initialized' },
  { names: 'mongo mongodb', kind: 'database', test: `mongosh --quiet --eval "db.adminCommand('ping').ok"` },
  { names: 'redis valkey', kind: 'store', test: 'redis-cli ping' },
  { names: 'rabbitmq', kind: 'broker', test: 'rabbitmq-diagnostics -q ping' },
  { names: 'kafka redpanda', kind: 'broker' },
  { names: 'minio', kind: 'store' },
  { names: 'mlflow', kind: 'server' },
  { names: 'elasticsearch opensearch clickhouse-server clickhouse neo4j cassandra cockroach influxdb', kind: 'database' },
  { names: 'qdrant milvus weaviate chroma chromadb', kind: 'database' },
];

/** Official images, which have no HEALTHCHECK of their own. */
const OFFICIAL = words('postgres mysql mariadb mongo redis rabbitmq');

/** Where the test is a script or a program that other makers' images of the name need not have. */
const OTHERWISE_INSIDE = /^(?:mariadb|mongo|mongodb)$/i;

const byName = new Map(SLOW_SERVERS.flatMap((server) => server.names.split(' ').map((name) => [name, server] as const)));

/** What a service is that others have to wait for, by its image; undefined for all else and where the image is not known. */
export function slowServer({ image }: ComposeService): SlowServer | undefined {
  const name = imageName(image?.text);
  const last = name?.split('/').at(-1) ?? '';
  const server = byName.get(last.toLowerCase());
  if (name === undefined || server === undefined) return undefined;
  const isOfficial = OFFICIAL.has(name.replace(/^(?:docker\.io\/)?library\//, ''));
  const isElse = OTHERWISE_INSIDE.test(last) && !isOfficial;
  const isOld = /^mongo:[2-4](?:$|[.-])/.test(image?.text.replace(/^.*\//, '') ?? '');
  const test = last === 'valkey' ? 'valkey-cli ping' : isElse || isOld ? undefined : server.test;
  return {
    kind: server.kind,
    ...(test === undefined ? {} : { test }),
    isQuick: /^(?:redis|valkey)$/i.test(last),
    hasNoHealthcheck: isOfficial,
  };
}

/** An image's name without tag and digest; undefined where a variable is part of it. */
function imageName(image: string | undefined): string | undefined {
  const name = /^[^:@$\s]+(?::\d+\/[^:@$\s]+)?(?=$|[:@])/.exec(image ?? '')?.[0];
  return name === '' ? undefined : name;
}

/** Programs that only show what another service has, and ask again until it answers. */
const VIEWERS = words(
  'adminer pgadmin4 pgadmin phpmyadmin mongo-express redis-commander redisinsight redis-insight kafka-ui kafdrop flower grafana dbeaver cloudbeaver ' +
    'prometheus alertmanager nginx traefik caddy cadvisor node-exporter postgres-exporter redis_exporter redis-exporter portainer mailhog mailpit redpanda-console kibana logstash ' +
    'filebeat metricbeat',
);

/** Whether a service looks at others or passes on to them, and asks again until they answer. */
export function isViewer({ image, name }: ComposeService): boolean {
  const last = imageName(image?.text)?.split('/').at(-1)?.toLowerCase();
  return (last !== undefined && VIEWERS.has(last)) || VIEWERS.has(name.toLowerCase());
}

/** Whether a service has a health check in its file, and whether that is switched off. */
export function healthcheckIn(service: ComposeService): 'on' | 'off' | 'absent' {
  const healthcheck = at(service.node, 'healthcheck');
  if (healthcheck === undefined) return 'absent';
  const disable = textAt(healthcheck, 'disable');
  const test = at(healthcheck, 'test');
  const isNone = (test?.kind === 'scalar' && test.text === 'NONE') || textsAt(healthcheck, 'test')[0]?.text === 'NONE';
  return disable === 'true' || isNone ? 'off' : 'on';
}

/** Whether what a service starts waits for others by itself, by the words of its command and entrypoint. */
export function waitsItself({ node }: ComposeService): boolean {
  const written = ['command', 'entrypoint'].flatMap((key) => {
    const part = at(node, key);
    return part?.kind === 'scalar' ? [part.text] : textsAt(node, key).map(({ text }) => text);
  });
  return written.some((text) => /wait|dockerize|\buntil\b|\bsleep\b|pg_isready|\bnc -z/i.test(text));
}

/** Whether Compose starts a service again when it ends. */
export function isRestarted({ node }: ComposeService): boolean {
  return /^(?:always|unless-stopped|on-failure)/.test(textAt(node, 'restart') ?? '');
}
