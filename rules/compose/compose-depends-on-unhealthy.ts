import { dependencyEdits } from '../../src/edits/compose.js';
import { healthcheckIn, isRestarted, isViewer, type SlowServer, slowServer, waitsItself } from '../../src/facts/compose-services.js';
import type { Compose, ComposeDependency, ComposeService } from '../../src/model/compose.js';
import { defineRule, type Fix, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'compose-depends-on-unhealthy',
  family: 'compose',
  summary: 'A service starts before what it depends on can answer',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    unused: {
      text: '`{service}` does not wait for the health check of `{dependency}`: Compose starts it as soon as that container runs, before {kind} answers',
      help: 'Wait for it:\ndepends_on:\n  {dependency}:\n    condition: service_healthy',
    },
    unchecked: {
      text: '`{service}` starts as soon as the container of `{dependency}` runs, before {kind} answers: its first connection may be refused',
      help: 'Give `{dependency}` a health check{test}, and wait for it in `{service}`:\ndepends_on:\n  {dependency}:\n    condition: service_healthy',
    },
    never: {
      text: '`{service}` never starts: it waits until `{dependency}` is healthy, but that has no health check, neither here nor in its image',
      help: 'Give `{dependency}` a health check{test}',
    },
    disabled: {
      text: '`{service}` never starts: it waits until `{dependency}` is healthy, but the health check of that is switched off',
      help: 'Switch the health check of `{dependency}` on, or do not wait for it: condition: service_started',
    },
  },
  on: {
    *compose(compose) {
      const { file } = compose;
      if (file === undefined) return;
      for (const service of file.services.values()) {
        for (const dependency of service.dependsOn) {
          const needed = file.services.get(dependency.service.text);
          if (needed === undefined || needed.extends !== undefined || mayBeChanged(compose, needed)) continue;
          const found = judged(service, dependency, needed);
          if (found === undefined) continue;
          const { message, severity } = found;
          const server = slowServer(needed);
          const data = {
            service: service.name,
            dependency: needed.name,
            kind: server === undefined ? 'it' : KINDS[server.kind],
            test: server?.test === undefined ? '' : ` (\`test: ${server.test}\`)`,
          };
          const fixes = message === 'unused' ? waiting(compose, service, dependency) : [];
          yield { at: dependency.service.span, message, severity, data, fixes };
        }
      }
    },
  },
});

const KINDS: Readonly<Record<SlowServer['kind'], string>> = {
  database: 'the database',
  broker: 'the broker',
  store: 'the store',
  server: 'the server',
};

/** What is wrong with one dependency. */
function judged(service: ComposeService, { condition }: ComposeDependency, needed: ComposeService) {
  const healthcheck = healthcheckIn(needed);
  const server = slowServer(needed);
  if (condition === 'service_healthy') {
    if (healthcheck === 'off') return { message: 'disabled', severity: 'error' } as const;
    const isAbsent = healthcheck === 'absent' && needed.build === undefined && server?.hasNoHealthcheck === true;
    return isAbsent ? ({ message: 'never', severity: 'error' } as const) : undefined;
  }
  if (condition !== 'service_started' || server === undefined || healthcheck === 'off') return undefined;
  if (isViewer(service) || waitsItself(service)) return undefined;
  // What ends for want of a connection is started again until there is one.
  const severity = isRestarted(service) || server.isQuick ? 'info' : 'warning';
  return { message: healthcheck === 'on' ? 'unused' : 'unchecked', severity } as const;
}

/** Whether another compose file beside this one says something of a service, or may: then it is not known here what it has. */
function mayBeChanged({ isMain, others }: Compose, { name }: ComposeService): boolean {
  if (!isMain) return true;
  return (
    others?.some(({ content }) => content.services.has(name) && healthcheckIn(content.services.get(name) as ComposeService) !== 'absent') ??
    false
  );
}

function waiting({ source }: Compose, service: ComposeService, dependency: ComposeDependency): readonly Fix[] {
  const edits = dependencyEdits(source.text, service, dependency);
  if (edits === undefined) return [];
  const risk = `\`${service.name}\` starts later, and not at all when \`${dependency.service.text}\` never becomes healthy`;
  return [{ title: `Wait until \`${dependency.service.text}\` is healthy`, safety: 'unsafe', risk, edits }];
}

export const docs: RuleDocs = {
  why: 'Compose waits for a container to run, not for the program in it to answer. A database that starts for the first time sets itself up before it answers; what connects at once ends with `connection refused`, on a slow machine more often than on the fast one where it was written. Of 57 public compose files of data projects with `depends_on`, 40 never wait. The reverse is worse: to wait for the health of a service that has no health check ends `docker compose up` with an error.',
  remedy:
    'Give the service that is needed a `healthcheck`, and write the dependency in its long form with `condition: service_healthy`; for a job that prepares something, `condition: service_completed_successfully`.',
  limits:
    'Known are databases, brokers, stores and tracking servers by the name of their image (Postgres, MySQL, MariaDB, MongoDB, Redis, RabbitMQ, Kafka, MinIO, MLflow, Elasticsearch, ClickHouse, Qdrant, Milvus and their like); services that are built, and images whose name comes from a variable, are not judged. Nothing is said of viewers and proxies that ask again (Adminer, pgAdmin, Grafana, nginx), of services whose command waits by itself (wait-for-it, dockerize, until, sleep), and of files that are laid over another one or changed by one. With `restart` it is worth knowing only, for the container is started until it works, and so it is of Redis and Valkey, which answer at once. That a health check is missing is an error only for official images, which have none of their own.',
  references: [
    'https://docs.docker.com/compose/how-tos/startup-order/ (read 2026-11-22)',
    'https://github.com/docker-library/faq#healthcheck (read 2026-11-22)',
    '181 public compose files, counted 2026-08 (catalogue of plimsoll)',
  ],
  examples: [
    {
      title: 'A health check that nobody waits for',
      compose:
        'services:\n  app:\n    build: .\n    depends_on:\n      - db\n  db:\n    image: postgres:18\n    healthcheck:\n      test: pg_isready -U app\n',
      reports: [[5, 'unused']],
      fixed:
        'services:\n  app:\n    build: .\n    depends_on:\n      db:\n        condition: service_healthy\n  db:\n    image: postgres:18\n    healthcheck:\n      test: pg_isready -U app\n',
    },
    {
      title: 'Several at once, on one line',
      compose:
        'services:\n  app:\n    build: .\n    depends_on: [db, worker]\n  worker:\n    build: worker\n  db:\n    image: postgres:18\n    healthcheck:\n      test: pg_isready -U app\n',
      reports: [[4, 'unused']],
      fixed:
        'services:\n  app:\n    build: .\n    depends_on: {db: {condition: service_healthy}, worker: {condition: service_started}}\n  worker:\n    build: worker\n  db:\n    image: postgres:18\n    healthcheck:\n      test: pg_isready -U app\n',
    },
    {
      title: 'The long form, and no health check at all',
      compose:
        'services:\n  app:\n    build: .\n    depends_on:\n      db:\n        condition: service_started\n  db:\n    image: postgres:18\n',
      reports: [[5, 'unchecked']],
    },
    {
      title: 'It waits for ever',
      compose: 'services:\n  app:\n    build: .\n    depends_on:\n      db: {condition: service_healthy}\n  db:\n    image: redis:8\n',
      reports: [[5, 'never']],
    },
    {
      title: 'What is waited for can answer',
      compose:
        'services:\n  app:\n    build: .\n    depends_on:\n      db: {condition: service_healthy}\n      migrate: {condition: service_completed_successfully}\n  migrate:\n    build: .\n  db:\n    image: postgres:18\n    healthcheck:\n      test: pg_isready -U app\n',
      reports: [],
    },
    {
      title: 'A viewer asks again until the database is there',
      compose: 'services:\n  pgadmin:\n    image: dpage/pgadmin4:9\n    depends_on: [db]\n  db:\n    image: postgres:18\n',
      reports: [],
    },
    {
      title: 'The command waits by itself',
      compose:
        'services:\n  app:\n    build: .\n    command: ./wait-for-it.sh db:5432 -- python serve.py\n    depends_on: [db]\n  db:\n    image: postgres:18\n',
      reports: [],
    },
    {
      title: 'The service is built: its Dockerfile may have a HEALTHCHECK',
      compose: 'services:\n  app:\n    build: .\n    depends_on:\n      db: {condition: service_healthy}\n  db:\n    build: db\n',
      reports: [],
    },
  ],
};
