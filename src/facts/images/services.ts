/**
 * Images of clouds, editors, databases and web servers.
 *
 * Sources (read 2026-11-20): aws/aws-lambda-base-images; devcontainers/images; docker-library/official-images with its history
 * (2026-08-21); docker-library/postgres; bitnami/containers#83267 (2025-07-16) and #96169 (2026-08: versioned tags are not found).
 */
import { baseName } from '../../model/paths.js';
import { distributionInTag, floating, named, suite } from '../distributions.js';
import { compareVersions } from '../versions.js';
import { language } from './languages.js';
import {
  byTag,
  type Draft,
  type Facts,
  python,
  pythonInTag,
  ROOT,
  type Rows,
  retirement,
  step,
  type Tag,
  withDistribution,
} from './tags.js';

/** Names and facts of clouds, editors, databases and servers. */
export const services = (): Rows => [
  // Clouds and editors
  ['public.ecr.aws/lambda/python amazon/aws-lambda-python', lambdaPython],
  ['public.ecr.aws/lambda/* public.ecr.aws/sam/*', { purpose: 'lambda' }],
  [
    'mcr.microsoft.com/azure-functions/*',
    ({ text, name }) => ({
      purpose: 'lambda',
      ...(name.endsWith('/python') ? { python: python(undefined, pythonInTag(text)) } : {}),
    }),
  ],
  ['mcr.microsoft.com/devcontainers/* mcr.microsoft.com/vscode/devcontainers/*', devcontainer],
  ['mcr.microsoft.com/playwright mcr.microsoft.com/playwright/* mcr.microsoft.com/azureml/* mcr.microsoft.com/dotnet/*', byTag()],

  // Databases and servers
  [
    'postgres',
    database(
      1,
      '9 stretch 10 ? 12 bookworm 13 trixie',
      '9 alpine3.15 10 alpine3.16 11 alpine3.19 12 alpine3.21 13 alpine3.22 14 alpine3.24',
    ),
  ],
  [
    'postgis/postgis pgvector/pgvector',
    byTag({ user: ROOT, dropsPrivileges: true, purpose: 'database', entrypoint: ['docker-entrypoint.sh'] }),
  ],
  ['redis', database(2, '3.2 stretch 4.0 buster 5.0 bullseye 6.0 bookworm 8.4 trixie', '8.10 alpine3.23')],
  [
    'mysql',
    ({ text }) => ({
      ...withDistribution(distributionInTag(text ?? '')),
      user: ROOT,
      dropsPrivileges: true,
      purpose: 'database',
      entrypoint: ['docker-entrypoint.sh'],
    }),
  ],
  [
    'mongo',
    ({ text }) => {
      const line = /^(\d+)(?=$)/.exec(text ?? '')?.[1];
      const value =
        text === 'latest' ? 'noble' : line === undefined ? undefined : step('3 xenial 4 focal 6 jammy 8 noble', line, compareVersions);
      return {
        distribution: distributionInTag(text ?? '') ?? floating(suite(value)) ?? { id: 'ubuntu', floating: true },
        user: ROOT,
        dropsPrivileges: true,
        purpose: 'database',
        entrypoint: ['docker-entrypoint.sh'],
      };
    },
  ],
  [
    'mariadb',
    ({ text }) => ({
      distribution: distributionInTag(text ?? '') ?? { id: 'ubuntu', floating: true },
      user: ROOT,
      dropsPrivileges: true,
      purpose: 'database',
      entrypoint: ['docker-entrypoint.sh'],
    }),
  ],
  ['nginx', language(2, '1.12 stretch 1.16 buster 1.18 ? 1.22 bullseye 1.25 bookworm 1.28 trixie', '1.31 alpine3.24')],
  ['bitnami/*', bitnami],
  [
    'bitnamilegacy/*',
    byTag({
      frozen: true,
      retired: retirement('frozen', 'Bitnami keeps old images there since August 2025 and mends none', "the maker's own image"),
    }),
  ],
];

/** `public.ecr.aws/lambda/python:3.12`, `:3.11.2024.05.01`, `:3.9-arm64`. Amazon Linux by Python: 2023 from 3.12, 2 from 3.8. */
function lambdaPython({ text }: Tag): Draft {
  const minor = /^(\d\.\d+)/.exec(text ?? '')?.[1];
  const cycle = minor === undefined ? undefined : step('2.7 1 3.8 2 3.12 2023', minor, compareVersions);
  return {
    distribution: named('amazonlinux', cycle),
    python: { ...python(undefined, minor), floating: minor === undefined },
    purpose: 'lambda',
    entrypoint: ['/lambda-entrypoint.sh'],
    environment: {
      LANG: 'en_US.UTF-8',
      TZ: ':/etc/localtime',
      LAMBDA_TASK_ROOT: '/var/task',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LD_LIBRARY_PATH: '',
      PATH: '',
    },
  };
}

/** `mcr.microsoft.com/devcontainers/python:1-3.12-bookworm`: the editor changes to the user `vscode`, the image is root's. */
function devcontainer({ text, name }: Tag): Draft {
  const image = baseName(name);
  const distribution = distributionInTag(text ?? '');
  const minor = /(?:^|-)(3\.\d+)(?=$|-)/.exec(text ?? '')?.[1];
  return {
    ...withDistribution(distribution),
    ...(image === 'python' ? { python: python('official', minor) } : {}),
    ...(image === 'miniconda' || image === 'anaconda' ? { python: { kind: 'conda' as const } } : {}),
    purpose: 'devcontainer',
  };
}

/** Databases: they start as root and change to their own user in the entrypoint. */
function database(precision: number, steps: string, alpineSteps: string): Facts {
  return language(precision, steps, alpineSteps, {
    dropsPrivileges: true,
    purpose: 'database',
    entrypoint: ['docker-entrypoint.sh'],
  });
}

function bitnami({ text, name }: Tag): Draft {
  const image = name.slice(name.indexOf('/') + 1);
  // Some images keep a `latest`, without a promise (bitnami/containers#83267); Spark has not.
  const isGone = image === 'spark' || /\d/.test(text ?? '');
  return {
    ...withDistribution(distributionInTag(text ?? '')),
    ...(isGone
      ? {
          retired: retirement(
            'gone',
            image === 'spark'
              ? 'Bitnami has left no tag of it on Docker Hub since September 2025'
              : 'Bitnami removed its versioned tags from Docker Hub in September 2025',
            `the maker's own image, or for a while \`bitnamilegacy/${image}\`, which gets no fixes`,
          ),
        }
      : {}),
  };
}
