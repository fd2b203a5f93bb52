import { titleOf } from '../../src/facts/clutter.js';
import { once } from '../../src/facts/once.js';
import { enumerated } from '../../src/facts/requirement.js';
import { type SecretFile, secretFile, showsSecret } from '../../src/facts/secret-files.js';
import { WITH_BASE } from '../../src/facts/working-directory.js';
import type { BuildContext, Format } from '../../src/model/context.js';
import { contextPaths, inContext } from '../../src/model/copies.js';
import type { CopyInstruction, Dockerfile, Stage, Word } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'secret-file-copied',
  family: 'security',
  summary: 'A file that holds secrets is copied into a layer',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    image: {
      text: '`{copy}` brings {files} into the image: whoever pulls it has {what}, even when a later RUN removes {them}',
      help: 'Add {lines} to .dockerignore, and mount what a RUN needs: RUN --mount=type=secret,id={id},target=/run/secrets/{id} …\nWhat the program needs, give to the container when it starts',
    },
    builder: {
      text: '`{copy}` brings {files}, {what}, into a stage that is not shipped: the final image is free of it, the build cache and any pushed cache image are not',
      help: 'Mount it for the RUN that needs it: RUN --mount=type=secret,id={id},target=/run/secrets/{id} …',
    },
  },
  on: {
    *stage(stage, { dockerfile, context }) {
      for (const copy of stage.instructions) {
        if (copy.keyword !== 'COPY' && copy.keyword !== 'ADD') continue;
        for (const [word, files] of secretsOf(copy, stage, dockerfile, context)) {
          const [first] = files;
          if (first === undefined) continue;
          const data = {
            copy: titleOf({ copy, word }),
            files: enumerated(files.map(({ path }) => `\`${path}\``)),
            what: first.kind.holds,
            them: files.length === 1 ? 'it' : 'them',
            lines: enumerated([...new Set(files.map(({ path }) => `\`${path.includes('/') ? '**/' : ''}${baseName(path)}\``))]),
            id: baseName(first.path)
              .replace(/^[._]+/, '')
              .replace(/\W+/g, '_')
              .toLowerCase(),
          };
          const severity = first.kind.by === 'sure' || context?.entry(first.path) !== undefined ? 'error' : 'warning';
          if (isInFinalImage(dockerfile, stage)) yield { at: word.span, message: 'image', severity, data };
          else yield { at: word.span, message: 'builder', severity: 'warning', data };
        }
      }
    },
  },
});

interface Found {
  readonly path: string;
  readonly kind: SecretFile;
}

/** The files with secrets that each source of a copy brings. */
function secretsOf(
  copy: CopyInstruction,
  stage: Stage,
  dockerfile: Dockerfile,
  context: BuildContext | undefined,
): ReadonlyMap<Word, readonly Found[]> {
  const bySource = new Map<Word, Found[]>();
  const add = (word: Word, found: Found): void => {
    bySource.set(word, [...(bySource.get(word) ?? []), found]);
  };
  let takesAll = false;
  for (const { word, written } of contextPaths(copy, stage, WITH_BASE)) {
    // What git ignores is not there when nobody has made it: then the name has to do, where it is written out.
    const path = written === undefined ? undefined : inContext(written);
    takesAll ||= path === '';
    const kind = path === undefined || context?.entry(path) !== undefined ? undefined : secretFile(path);
    if (path !== undefined && kind !== undefined && (kind.by === 'sure' || (kind.by === 'likely' && context?.directory !== undefined)))
      add(word, { path, kind });
  }
  if (context === undefined || (takesAll && !mayHoldSecrets(dockerfile, context))) return bySource;
  for (const { path, word } of context.brought(copy, stage, WITH_BASE)) {
    const kind = secretFile(path);
    const size = kind === undefined ? 0 : (context.entry(path)?.size ?? 0);
    if (kind === undefined || size === 0) continue;
    const text = context.read(path, TEXT)?.content;
    if (kind.by === 'sure' ? text === undefined || !isSample(text) : text !== undefined && showsSecret(text)) add(word, { path, kind });
  }
  return bySource;
}

/**
 * Whether a build finds any file that may hold secrets; asked once for all that copy everything, and by nothing that copies less, for it looks
 * at the whole context. True also of what is too large to look through.
 */
const mayHoldSecrets = once((_: Dockerfile, context: BuildContext): boolean => {
  let count = 0;
  for (const path of context.filesBelow('')) if (++count > MOST_LOOKED_AT || secretFile(path) !== undefined) return true;
  return false;
});

const MOST_LOOKED_AT = 50_000;

const TEXT: Format<string> = (text) => text;

/** What has nothing but places to fill in. */
function isSample(text: string): boolean {
  return /<[\w -]+>|your[-_ ]|change[-_ ]?me|xxxx/i.test(text) && !showsSecret(text);
}

export const docs: RuleDocs = {
  why: 'What a COPY brings is a layer, and a layer stays: a RUN that removes the file hides it from the running container, not from `docker save`. 8.5 % of 337,171 images from Docker Hub and private registries held secrets. A common way is `COPY . .` beside a .env that git ignores and .dockerignore does not.',
  remedy:
    'Leave the file out with `.dockerignore`. What the build needs, mount for the one RUN that needs it: `RUN --mount=type=secret,id=kaggle,target=/root/.kaggle/kaggle.json kaggle datasets download …` with `docker build --secret id=kaggle,src=$HOME/.kaggle/kaggle.json .`; what the program needs, give to the container when it starts (`--env-file .env`). A secret that was in a pushed image is known: change it.',
  limits:
    'Known are .env, .netrc, .pypirc, .git-credentials, private keys, kaggle.json, keys of service accounts, .databrickscfg, secrets.toml, .aws, .azure and gcloud directories, terraform.tfstate and their like. Of .env, pip.conf, .npmrc, .condarc, .Renviron, *.pem, *.key and files called secrets the text decides: nothing is said where it shows no secret. Empty files, examples and templates, certificates and public keys, and what lies among tests are left alone. Of files that are not there, because git ignores them or there is no build context, only names that leave no doubt count, where they are written out; .env and the key of a service account are a warning then.',
  references: [
    'https://docs.docker.com/build/building/secrets/ (2026-08)',
    'https://arxiv.org/abs/2307.03958 (2023: secrets in 8.5 % of 337,171 images)',
    'https://docs.docker.com/build/concepts/context/#dockerignore-files (2026-08)',
  ],
  examples: [
    {
      title: 'Nobody has named it',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN rm .env\n',
      files: { 'app.py': '', '.env': 'DATABASE_PASSWORD=k3Jd82hQpz71\n' },
      reports: [[3, 'image']],
    },
    {
      title: 'By name',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY kaggle.json /root/.kaggle/\n',
      reports: [[2, 'image']],
    },
    {
      title: 'git ignores it, so that it is not here; the build will have it',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY app.py .env /app/\n',
      files: { 'app.py': '', '.gitignore': '.env\n' },
      reports: [[2, 'image']],
    },
    {
      title: 'The key of a service account',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY app.py service-account.json /app/\n',
      files: { 'app.py': '' },
      reports: [[2, 'image']],
    },
    {
      title: 'In a stage that is not shipped',
      dockerfile: 'FROM python:3.13 AS build\nCOPY .netrc /root/\nFROM python:3.13-slim-trixie\nCOPY --from=build /opt/venv /opt/venv\n',
      reports: [[2, 'builder']],
    },
    {
      title: 'Left out',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { 'app.py': '', '.env': 'DATABASE_PASSWORD=k3Jd82hQpz71\n', '.dockerignore': '.env*\n' },
      reports: [],
    },
    {
      title: 'An example, and settings without a secret',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY . /app\n',
      files: { '.env.example': 'DATABASE_PASSWORD=secret\n', '.env': 'LOG_LEVEL=debug\nPORT=8000\n' },
      reports: [],
    },
    {
      title: 'Certificates are for everybody',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY certs/company-ca.pem certs/server.key.pub /usr/local/share/ca-certificates/\n',
      reports: [],
    },
    {
      title: 'An index without a password',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY pip.conf /etc/pip.conf\n',
      files: { 'pip.conf': '[global]\nindex-url = https://pypi.example.com/simple\n' },
      reports: [],
    },
  ],
};
