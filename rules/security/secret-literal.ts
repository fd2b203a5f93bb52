import { type FoundSecret, findSecrets } from '../../src/facts/secrets.js';
import type { Dockerfile, Instruction, Span, Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleDocs, redacted } from '../../src/rule.js';

export default defineRule({
  id: 'secret-literal',
  family: 'security',
  summary: 'A token or key stands in the file',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['credential-in-url', 'secret-in-env-or-arg'],
  messages: {
    image: {
      text: '{kind} `{secret}` stands in the file: whoever can read the repository or pull the image has it',
      help: 'Revoke it, for it is in the history of both. {remedy}',
    },
    builder: {
      text: '{kind} `{secret}` stands in the file: whoever can read the repository has it; of stage `{stage}` nothing goes into the final image, but the build cache and any pushed cache image keep it',
      help: 'Revoke it, for the history keeps it. {remedy}',
    },
    comment: {
      text: '{kind} `{secret}` stands in a comment: not in the image, but whoever can read the repository has it',
      help: 'Revoke it, for the history of the repository keeps it, and write a placeholder such as <token>',
    },
  },
  secretsInText: findSecrets,
  on: {
    *file(dockerfile) {
      const { text } = dockerfile.syntax.source;
      const places = new Map<string, FoundSecret[]>();
      for (const found of findSecrets(text)) {
        const value = text.slice(found.start, found.end);
        places.set(value, [...(places.get(value) ?? []), found]);
      }
      for (const [value, [first, ...others]] of places) {
        if (first === undefined) continue;
        const { kind } = first;
        const data = { kind: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, secret: redacted(value) };
        const related = others.map((other) => ({ at: firstLine(other, text), note: 'The same one again' }));
        // Of a pair the id alone opens nothing.
        const severity = kind === 'AWS access key id' ? ('warning' as const) : ('error' as const);
        const common = { at: firstLine(first, text), severity, related };
        const { stage, instruction, isComment } = whereIs(first, dockerfile);
        const remedy = remedyFor(instruction);
        if (isComment) yield { ...common, message: 'comment', data };
        else if (stage === undefined || isInFinalImage(dockerfile, stage)) yield { ...common, message: 'image', data: { ...data, remedy } };
        else yield { ...common, message: 'builder', data: { ...data, stage: stage.name ?? stage.index, remedy } };
      }
    },
  },
});

/** A private key has many lines; the first is enough to point at. */
function firstLine({ start, end }: Span, text: string): Span {
  const newline = text.indexOf('\n', start);
  return { start, end: newline < 0 ? end : Math.min(end, newline) };
}

function whereIs({ start }: Span, { syntax, stages }: Dockerfile): { stage?: Stage; instruction?: Instruction; isComment: boolean } {
  const isComment = syntax.comments.some(({ span }) => span.start <= start && start < span.end);
  const instruction = syntax.instructions.findLast(({ span }) => span.start <= start);
  const stage = stages.findLast(({ from }) => from.span.start <= start);
  return { isComment, ...(instruction === undefined ? {} : { instruction }), ...(stage === undefined ? {} : { stage }) };
}

function remedyFor(instruction: Instruction | undefined): string {
  if (instruction?.keyword === 'RUN') return 'Mount the new one where it is needed: RUN --mount=type=secret,id=token,env=TOKEN …';
  return 'Give the new one when the container starts (docker run --env-file), or to a single RUN with --mount=type=secret,id=token,env=TOKEN';
}

/** No real shape, so that scanners of this repository find nothing: hexadecimal digits are a key only behind the name. */
const KEY = `${'0123456789abcdef'.repeat(2)}01234567`;

export const docs: RuleDocs = {
  why: 'What stands in a Dockerfile is in the repository, and what stands in ENV, ARG, RUN or LABEL is in the image as well, where docker history shows it. 8.5 % of 337,171 images from Docker Hub and private registries held secrets; of those in 15 million images on Docker Hub more than 100,000 were valid at the end of 2024. A later line that removes it changes nothing.',
  remedy:
    'Revoke the token first: it must be taken as known. Then give the new one to the container when it starts, or to a single RUN with --mount=type=secret, which leaves nothing behind. Not as a build argument: those are kept in the history of the image.',
  limits:
    'Tokens are known by their shape, so a password without one is found only by its name (secret-in-env-or-arg) or its URL (credential-in-url). Documented examples, runs of one character, sequences and placeholders are left out; so are digests and commits: forty hexadecimal digits count only behind WANDB_API_KEY or wandb login. An AWS access key id without its secret is a warning. Findings show four characters at most.',
  references: [
    'https://github.com/gitleaks/gitleaks (shapes, 2026-07-22)',
    'https://docs.docker.com/build/building/secrets/ (2026-08)',
    'https://arxiv.org/abs/2307.03958 (337,171 images)',
    'https://blog.gitguardian.com/fresh-from-the-docks-uncovering-100-000-valid-secrets-in-dockerhub (2025: 15 million images)',
  ],
  examples: [
    { title: 'In the image for good', dockerfile: `FROM python:3.13-slim-trixie\nENV WANDB_API_KEY=${KEY}\n`, reports: [[2, 'image']] },
    {
      title: 'On a command line',
      dockerfile: `FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir wandb==0.28.0 && \\\n    wandb login ${KEY}\n`,
      reports: [[3, 'image']],
    },
    {
      title: 'In a stage that is left behind',
      dockerfile: `FROM python:3.13-slim-trixie AS build\nRUN wandb login ${KEY}\nFROM python:3.13-slim-trixie\nCOPY --from=build /app /app\n`,
      reports: [[2, 'builder']],
    },
    {
      title: 'In a comment',
      dockerfile: `FROM python:3.13-slim-trixie\n# docker run -e WANDB_API_KEY=${KEY} image\nCMD ["python", "train.py"]\n`,
      reports: [[2, 'comment']],
    },
    {
      title: 'A secret mount',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN --mount=type=secret,id=wandb,env=WANDB_API_KEY python fetch.py\n',
      reports: [],
    },
    {
      title: 'A commit is no key',
      dockerfile: `FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir git+https://github.com/org/repo@${KEY}\n`,
      reports: [],
    },
    {
      title: 'A documented example',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n',
      reports: [],
    },
    { title: 'A placeholder', dockerfile: 'FROM python:3.13-slim-trixie\nENV HF_TOKEN=hf_xxxxxxxx\n', reports: [] },
  ],
};
