import { type ComposeSecret, composeSecrets, isOfService, isReachable } from '../../src/facts/compose-secrets.js';
import { isDevelopmentPath } from '../../src/facts/development.js';
import { OWN_NAME_OPTIONS, ownNames } from '../../src/facts/secret-settings.js';
import { defineRule, type RelatedPlace, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'compose-inline-secret',
  family: 'compose',
  summary: 'A secret stands in a compose file',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  options: OWN_NAME_OPTIONS,
  messages: {
    token: {
      text: 'A secret stands in the file, {name}: whoever can read the repository has it',
      help: 'Revoke it, for it is in the history. Take the new one from the environment, `NAME: {reference}`, and keep its value in .env, which git ignores',
    },
    argument: {
      text: 'The build argument `{name}` carries a secret: it stands in the repository, and in the history of the image',
      help: 'Change it, for it is in the history of both. Give the new one to the build as a secret:\nbuild:\n  secrets: [{id}]\nand in the Dockerfile RUN --mount=type=secret,id={id},env={name} …',
    },
    literal: {
      text: '`{name}` holds a secret in plain text: whoever can read the repository has it',
      help: 'Change it, for it is in the history. Write `{name}: {reference}` and keep the value in .env, which git ignores, or in a file under `secrets:`',
    },
    address: {
      text: 'The address of `{name}` holds a password in plain text: whoever can read the repository has it',
      help: 'Change it, for it is in the history. Write a variable in its place, `{reference}`, and keep the value in .env, which git ignores',
    },
    reachable: {
      text: '`{name}` is set to a password that everybody tries first, and `{service}` answers on all addresses of the machine',
      help: 'Publish the port for this machine only, `127.0.0.1:PORT:PORT`, or take a password from the environment: `{name}: {reference}`',
    },
    default: {
      text: '`{name}` ships a password that everybody tries first: whoever runs the file elsewhere and forgets to change it runs with it',
      help: 'Take it from the environment, so that nothing starts without one: `{reference}`',
    },
  },
  secretsInCompose: function* ({ file, source }) {
    if (file === undefined) return;
    for (const { kind, secret } of composeSecrets(file, source.text, { secret: [], harmless: [] })) if (kind !== 'default') yield secret;
  },
  on: {
    *compose({ file, source }, ctx) {
      const { text } = source;
      if (file === undefined) return;
      const bySecret = new Map<string, ComposeSecret[]>();
      for (const found of composeSecrets(file, text, ownNames(ctx.options))) {
        const value = text.slice(found.secret.start, found.secret.end).replace(/^(["'])(.*)\1$/s, '$2');
        bySecret.set(value, [...(bySecret.get(value) ?? []), found]);
      }
      for (const places of bySecret.values()) {
        const { message, severity, place } = worst(places, source.path);
        const related: RelatedPlace[] = places.filter((each) => each !== place).map(({ at }) => ({ at, note: 'The same one again' }));
        const { name, way, service } = place;
        const variable = way === 'variable' ? name : way === 'address' ? 'PASSWORD' : 'NAME';
        const data = {
          name,
          id: name.toLowerCase(),
          reference: `\${${variable}:?}`,

          service: service?.name ?? '',
        };
        yield { at: place.at, message, severity, related, data };
      }
    },
  },
});

/** What is said of a secret that stands in several places: what is worst of them. */
function worst(places: readonly ComposeSecret[], path: string) {
  const [first] = places as [ComposeSecret];
  const token = places.find(({ kind }) => kind === 'token');
  if (token !== undefined) return { message: 'token', severity: 'error', place: token } as const;
  const argument = places.find(({ way, kind }) => way === 'argument' && kind === 'literal');
  if (argument !== undefined) return { message: 'argument', severity: 'error', place: argument } as const;
  // What runs on a developer's machine or for a test protects nothing; it is a habit to be had all the same.
  const severity = isDevelopmentPath(path) ? 'info' : 'warning';
  const literal = places.find(({ kind }) => kind === 'literal');
  if (literal !== undefined) return { message: literal.way === 'address' ? 'address' : 'literal', severity, place: literal } as const;
  const open = places.find(
    ({ service, way, name }) => way === 'variable' && service !== undefined && isReachable(service) && isOfService(name, service),
  );
  if (open !== undefined) return { message: 'reachable', severity, place: open } as const;
  return { message: 'default', severity: 'info', place: first } as const;
}

export const docs: RuleDocs = {
  why: 'A compose file is committed: whoever can read the repository, now or in its history, has what stands in it. What stands under `build: args:` is in the history of the image as well. Of 181 public compose files of data projects 31 % hold a value like a password. A published port is open on all addresses of a machine, also past the firewall rules of ufw, and a database whose password is `postgres` is open to the first who tries.',
  remedy:
    'Write `${NAME:?}` where the secret is needed and keep its value in `.env`, which git and .dockerignore ignore; Compose reads that file by itself and stops when the name is missing. Better still is a file under `secrets:`, which images read through `NAME_FILE`. For builds there are `build: secrets:` and `RUN --mount=type=secret`. Whatever has been committed is known: change it.',
  limits:
    'Tokens are known by their look, other secrets by the name of the variable (the words of secret-in-env-or-arg) and in addresses as `scheme://user:password@host`. Variables without a default, `*_FILE`, placeholders (`<token>`, `your-key-here`) and what gives way to a variable (`${PASSWORD:-postgres}`) are left alone. Passwords that everybody tries first are worth knowing only, unless the service of a ready-made image is published on all addresses and the password is its own, not the one by which it asks another. In files for development and tests, by their name or directory, everything but tokens is worth knowing only. One finding speaks for all places of a secret. Nothing is read but compose files themselves: `.env` is where secrets belong.',
  references: [
    'https://docs.docker.com/compose/how-tos/use-secrets/ (2026-08)',
    'https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/ (2026-08)',
    'https://docs.docker.com/engine/network/packet-filtering-firewalls/ (published ports and ufw, 2026-08)',
    '181 public compose files, counted 2026-08 (catalogue of plimsoll)',
  ],
  examples: [
    {
      compose:
        'services:\n  app:\n    build: .\n    environment:\n      DATABASE_URL: postgresql://app:k4Zr9-wq@db/app\n      API_SECRET_KEY: "k3Jd82hQpz71"\n',
      reports: [
        [5, 'address'],
        [6, 'literal'],
      ],
    },
    {
      title: 'In the history of the image, too',
      compose: 'services:\n  app:\n    build:\n      context: .\n      args:\n        PIP_PASSWORD: k3Jd82hQpz71\n',
      reports: [[6, 'argument']],
    },
    {
      title: 'Everybody tries it first, and everybody can',
      compose: 'services:\n  db:\n    image: postgres:18\n    environment:\n      - POSTGRES_PASSWORD=postgres\n    ports: ["5432:5432"]\n',
      reports: [[5, 'reachable']],
    },
    {
      title: 'For this machine only',
      compose:
        'services:\n  db:\n    image: postgres:18\n    environment:\n      - POSTGRES_PASSWORD=postgres\n    ports: ["127.0.0.1:5432:5432"]\n',
      reports: [[5, 'default']],
    },
    {
      title: 'From the environment, from a file',
      compose:
        'services:\n  app:\n    build: .\n    environment:\n      API_TOKEN: ${API_TOKEN:?}\n      DATABASE_URL: postgresql://app:${DB_PASSWORD}@db/app\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_PASSWORD_FILE: /run/secrets/db\n',
      reports: [],
    },
    {
      title: 'A default for whoever tries it out',
      compose: 'services:\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-postgres}\n',
      reports: [],
    },
    {
      title: 'A placeholder, and names that only sound like secrets',
      compose:
        'services:\n  app:\n    build: .\n    environment:\n      API_KEY: <your key>\n      TOKENIZER: bert-base\n      PASSWORD_MIN_LENGTH: 12\n',
      reports: [],
    },
    {
      title: 'The team calls its licence a secret',
      compose: 'services:\n  app:\n    build: .\n    environment:\n      ACME_LICENCE: k3Jd82hQpz71\n',
      options: { 'secret-names': ['ACME_*'] },
      reports: [[5, 'literal']],
    },
    {
      title: 'The team knows that this password protects nothing',
      compose: 'services:\n  app:\n    build: .\n    environment:\n      DEMO_PASSWORD: k3Jd82hQpz72\n',
      options: { 'harmless-names': ['DEMO_PASSWORD'] },
      reports: [],
    },
    {
      title: 'The one who asks is published, not the database',
      compose:
        'services:\n  db:\n    image: postgis/postgis:16-3.4\n    environment:\n      POSTGRES_PASSWORD: docker\n  maps:\n    image: kartoza/geoserver:2.26.0\n    environment:\n      POSTGRES_PASSWORD: docker\n    ports: ["8080:8080"]\n',
      reports: [[5, 'default']],
    },
  ],
};
