import {
  assignedSecrets,
  isUsedInRun,
  keptArgument,
  OWN_NAME_OPTIONS,
  type OwnNames,
  openArgument,
  ownNames,
  secretSetting,
  valueSpan,
} from '../../src/facts/secret-settings.js';
import type { ArgInstruction, Dockerfile, EnvInstruction, Instruction, KeyValue, Span, Stage } from '../../src/model/dockerfile.js';
import { copySource, isInFinalImage, resolveFileSource } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

type StageContext = RuleContext<'secret-names' | 'harmless-names'> & { readonly stage: Stage | undefined };

export default defineRule({
  id: 'secret-in-env-or-arg',
  family: 'security',
  summary: 'A secret travels in ENV or as a build argument',
  severity: 'error',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3064', 'buildkit:SecretsUsedInArgOrEnv'],
  options: OWN_NAME_OPTIONS,
  messages: {
    literal: {
      text: '{keyword} `{name}` holds a secret: it stands in the repository and in {place}',
      help: 'Give it where it is needed: to the container with docker run -e {name} or --env-file, to the build with\nRUN --mount=type=secret,id={id},env={name} …\ndocker build --secret id={id},env={name} …',
    },
    kept: {
      text: 'ENV `{name}` keeps the build argument `{argument}`: what is passed in stands in {place}',
      help: 'Mount it for the RUN that needs it{where}:\nRUN --mount=type=secret,id={id},env={name} …\ndocker build --secret id={id},env={argument} …',
    },
    argument: {
      text: 'The build argument `{name}` is no safe way for a secret: its value stays in {place}',
      help: 'Mount it for the RUN that needs it:\nRUN --mount=type=secret,id={id},env={name} …\ndocker build --secret id={id},env={name} …',
    },
    identifier: {
      text: '{keyword} `{name}` holds half of a pair: it opens nothing alone, and tells everybody whose key to look for',
      help: 'Give both halves where they are needed: to the container with --env-file, to the build with\nRUN --mount=type=secret,id={id},env={name} …',
    },
    placeholder: {
      text: '{keyword} `{name}` ships a value that everybody knows or guesses: whoever forgets to replace it runs with it',
      help: 'Leave it out, so that the program stops without one, and give it at the start: docker run -e {name}',
    },
  },
  secretsInText: assignedSecrets,
  secrets: function* ({ globalArguments, stages }, ctx) {
    const own = ownNames(ctx.options);
    for (const instruction of globalArguments) yield* literals(instruction, undefined, own);
    for (const stage of stages) {
      for (const each of stage.instructions) yield* literals(each.keyword === 'ONBUILD' ? each.trigger : each, stage, own);
    }
  },
  on: {
    instruction: {
      *ENV(instruction, ctx) {
        for (const pair of instruction.pairs) {
          const argument = keptArgument(pair, instruction, ctx.stage, ownNames(ctx.options));
          if (argument === undefined) yield* shipped(pair, instruction, ctx);
          else {
            const related = [{ at: argument.span, note: 'It comes in here' }];
            const data = {
              name: pair.key.text,
              argument: argument.name,
              place: place(ctx, 'the image, where docker inspect shows it'),
              id: idOf(pair.key.text),
              where: hasRun(ctx) ? '' : ', in the image that is built on this one',
            };
            const isHalf = secretSetting(pair, instruction, ctx.stage, ownNames(ctx.options))?.name.identifier === true;
            const severity = isHalf || isLeftBehind(ctx) ? ('warning' as const) : ('error' as const);
            yield { at: pair.span, message: 'kept' as const, severity, related, data };
          }
        }
      },
      *ARG(instruction, ctx) {
        for (const pair of instruction.pairs) {
          yield* shipped(pair, instruction, ctx);
          const setting = secretSetting(pair, instruction, ctx.stage, ownNames(ctx.options));
          if (ctx.stage === undefined || (setting?.value !== 'empty' && setting?.value !== 'reference')) continue;
          const name = pair.key.text;
          // What ARG repeats from above the first FROM has its value there.
          if (pair.value === undefined && openArgument(name, ctx.stage) === undefined) continue;
          if (!isUsedInRun(name, instruction, ctx.stage, ownNames(ctx.options))) continue;
          const data = { name, place: place(ctx, 'the history and the provenance of the image'), id: idOf(name) };
          yield { at: pair.span, message: 'argument' as const, severity: 'warning' as const, data };
        }
      },
    },
  },
});

const hasRun = ({ dockerfile }: StageContext): boolean =>
  dockerfile.stages.some(({ instructions }) => instructions.some(({ keyword }) => keyword === 'RUN'));

/** A setting with a value of its own. */
function* shipped(pair: KeyValue, instruction: EnvInstruction | ArgInstruction, ctx: StageContext) {
  const setting = secretSetting(pair, instruction, ctx.stage, ownNames(ctx.options));
  const { keyword } = instruction;
  const name = pair.key.text;
  const held = keyword === 'ENV' ? 'the image' : ctx.stage === undefined ? 'the provenance of the image' : 'the history of the image';
  if (setting?.value === 'placeholder') {
    yield { at: pair.span, message: 'placeholder' as const, severity: 'info' as const, data: { keyword, name } };
  } else if (setting?.value === 'literal' && setting.name.identifier === true) {
    yield { at: pair.span, message: 'identifier' as const, severity: 'warning' as const, data: { keyword, name, id: idOf(name) } };
  } else if (setting?.value === 'literal') {
    yield { at: pair.span, message: 'literal' as const, data: { keyword, name, place: place(ctx, held), id: idOf(name) } };
  }
}

function* literals(instruction: Instruction | undefined, stage: Stage | undefined, own: OwnNames): Generator<Span> {
  if (instruction?.keyword !== 'ENV' && instruction?.keyword !== 'ARG') return;
  for (const pair of instruction.pairs) {
    const span = valueSpan(pair);
    if (span !== undefined && secretSetting(pair, instruction, stage, own)?.value === 'literal') yield span;
  }
}

/** A stage for building: not one that others are built beside, with a program of its own, and that `--target` makes an image of. */
function isLeftBehind({ stage, dockerfile }: StageContext): boolean {
  return stage !== undefined && !isInFinalImage(dockerfile, stage) && !isTargetOfItsOwn(dockerfile, stage);
}

function isTargetOfItsOwn(dockerfile: Dockerfile, stage: Stage): boolean {
  if (!stage.instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT')) return false;
  const takes = (from: string | undefined): boolean => {
    const source = from === undefined ? undefined : resolveFileSource(dockerfile, from, true);
    return source?.kind === 'stage' && source.stage === stage;
  };
  return !dockerfile.stages.some(
    ({ parent, instructions }) =>
      parent === stage ||
      instructions.some(
        (each) =>
          (each.keyword === 'COPY' && takes(copySource(each))) ||
          (each.keyword === 'RUN' && each.mounts.some(({ options }) => takes(options.get('from')))),
      ),
  );
}

function place(ctx: StageContext, inImage: string): string {
  if (!isLeftBehind(ctx)) return inImage;
  return `the build cache and any pushed cache image, though nothing of stage \`${ctx.stage?.name ?? ctx.stage?.index}\` is in the final image`;
}

/** Ids of secrets are written in lower case by custom. */
function idOf(name: string): string {
  return name.toLowerCase();
}

export const docs: RuleDocs = {
  why: 'ENV is part of the image: docker inspect shows it to whoever pulls. A build argument, often recommended as the way to pass a secret, stays as well: each RUN behind it is written into the history of the image with the arguments it got, and the provenance of a build lists them. 8.5 % of 337,171 images from Docker Hub and private registries held secrets.',
  remedy:
    'What the program needs, give to the container when it starts: docker run --env-file, secrets of Compose or Kubernetes. What the build needs, mount for the one RUN that needs it: RUN --mount=type=secret,id=hf_token,env=HF_TOKEN, and docker build --secret id=hf_token,env=HF_TOKEN. The option env came with Dockerfile 1.10 (BuildKit 0.16, September 2024); before that the secret is a file, /run/secrets/hf_token.',
  limits:
    'Names decide, by whole words (password, token, api_key, credentials …) and by the documented names of the tools of the field. Nothing is said of empty values, paths, switches and names that only describe a secret (*_FILE, *_PATH, TOKEN_TTL, GPG_KEY). A placeholder or a default password is a remark, an access key id alone a warning, an argument without a value a warning where a RUN uses it. Tokens of known shape are reported by secret-literal instead, URLs by credential-in-url.',
  references: [
    'https://docs.docker.com/build/building/secrets/ (2026-08)',
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/ (2026-08)',
    'https://arxiv.org/abs/2307.03958 (337,171 images)',
  ],
  examples: [
    {
      title: 'As a build argument: kept in the history',
      dockerfile: 'FROM python:3.13-slim-trixie\nARG HF_TOKEN\nRUN hf download meta-llama/Llama-3.1-8B --token $HF_TOKEN\n',
      reports: [[2, 'argument']],
    },
    {
      title: 'In the image',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV DB_USER=app DB_PASSWORD=kolibri-7-wolke\n',
      reports: [[2, 'literal']],
    },
    {
      title: 'From the build argument into the image',
      dockerfile: 'FROM python:3.13-slim-trixie\nARG WANDB_API_KEY\nENV WANDB_API_KEY=$WANDB_API_KEY\n',
      reports: [[3, 'kept']],
    },
    {
      title: 'A name that only this company knows',
      options: { 'secret-names': ['ACME_*_PIN'] },
      dockerfile: 'FROM python:3.13-slim-trixie\nENV ACME_GATEWAY_PIN=kolibri-7-wolke\n',
      reports: [[2, 'literal']],
    },
    { title: 'A placeholder', dockerfile: 'FROM python:3.13-slim-trixie\nENV JUPYTER_TOKEN=changeme\n', reports: [[2, 'placeholder']] },
    {
      title: 'A secret mount',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN --mount=type=secret,id=hf_token,env=HF_TOKEN hf download org/model\n',
      reports: [],
    },
    { title: 'Empty, to be filled in at the start', dockerfile: 'FROM python:3.13-slim-trixie\nENV HF_TOKEN=""\n', reports: [] },
    {
      title: 'A password that protects nothing',
      options: { 'harmless-names': ['demo_password'] },
      dockerfile: 'FROM python:3.13-slim-trixie\nENV DEMO_PASSWORD=kolibri-7-wolke\n',
      reports: [],
    },
    { title: 'A file', dockerfile: 'FROM postgres:18\nENV POSTGRES_PASSWORD_FILE=/run/secrets/postgres\n', reports: [] },
    {
      title: 'No secrets, though the names sound like it',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV TOKENIZERS_PARALLELISM=false MAX_TOKENS=4096 GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305\n',
      reports: [],
    },
    { title: 'An argument nothing uses', dockerfile: 'FROM python:3.13-slim-trixie\nARG DEPLOY_TOKEN\nCOPY . /app\n', reports: [] },
  ],
};
