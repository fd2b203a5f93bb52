import { isDefaultPassword } from '../../src/facts/default-passwords.js';
import { mountedVariables, openArgument } from '../../src/facts/secret-settings.js';
import { credentialsInUrl, secretName, secretValue, type UrlCredentials } from '../../src/facts/secrets.js';
import type { Instruction, Span, Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RelatedPlace, type RuleContext, type RuleDocs, redacted } from '../../src/rule.js';

/** What is wrong with one URL: the message, and the build argument if the secret comes in by one. */
interface Judgement {
  readonly message: 'literal' | 'argument' | 'known' | 'user';
  readonly argument?: Span;
}

interface Place extends Judgement {
  readonly at: Span;
  readonly credentials: UrlCredentials;
  readonly secret: string;
  readonly instruction: Instruction;
  readonly stage: Stage | undefined;
}

export default defineRule({
  id: 'credential-in-url',
  family: 'security',
  summary: 'A URL carries a password or a token',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['secret-in-env-or-arg'],
  messages: {
    literal: {
      text: 'The URL of `{host}` carries {what}: it stands in the repository and in {place}',
      help: 'Leave it out of the URL, and {remedy}',
    },
    argument: {
      text: 'The URL of `{host}` carries the build argument `{name}`: its value stays in {place}',
      help: 'Leave it out of the URL, and {remedy}',
    },
    known: {
      text: 'The URL of `{host}` ships a password that everybody knows or guesses: whoever forgets to replace it runs with it',
      help: 'Leave it out of the URL, and {remedy}',
    },
    user: {
      text: 'The URL of `{host}` names the user `{user}` but no password: where one is asked for, a build cannot answer',
      help: 'Write it without `{user}@` if none is needed; otherwise {remedy}',
    },
  },
  secretsInText: function* (text) {
    for (const credentials of credentialsInUrl(text)) {
      const { secretStart: start, secretEnd: end } = credentials;
      if (judge(credentials, text.slice(start, end))?.message === 'literal') yield { start, end };
    }
  },
  on: {
    *file(_, ctx) {
      const groups = new Map<string, Place[]>();
      for (const place of places(ctx)) {
        const key = `${place.message} ${place.secret} ${place.secret === '' ? place.at.start : ''}`;
        groups.set(key, [...(groups.get(key) ?? []), place]);
      }
      for (const [first, ...others] of groups.values()) {
        if (first === undefined) continue;
        const { at, message, argument, credentials, secret, instruction } = first;
        const { host, user = '', kind, variable: name = '' } = credentials;
        const related: RelatedPlace[] = others.map((other) => ({ at: other.at, note: 'The same one again' }));
        if (argument !== undefined) related.unshift({ at: argument, note: 'It comes in here' });
        const severity = SEVERITY[message] ?? (instruction.keyword === 'ENV' ? 'error' : 'warning');
        const shown = redacted(secret);
        const what = `${kind === 'token' ? 'a token' : 'a password'} ${shown.startsWith('(') ? shown : `\`${shown}\``}`;
        const remedy = remedyFor(instruction);
        const data = { host, user, name, what, place: placeOf(first, ctx), remedy };
        yield { at, message, severity, related, data };
      }
    },
  },
});

const SEVERITY = { literal: 'error', known: 'info', user: 'info', argument: undefined } as const;

function* places({ dockerfile, stageOf }: RuleContext): Generator<Place> {
  for (const outer of dockerfile.syntax.instructions) {
    const instruction = outer.keyword === 'ONBUILD' ? (outer.trigger ?? outer) : outer;
    const stage = stageOf(outer);
    const bodies = instruction.heredocs.map(({ content, contentSpan }) => ({
      text: content,
      span: (start: number, end: number) => ({ start: contentSpan.start + start, end: contentSpan.start + end }),
    }));
    const line = { text: instruction.logical.text, span: (start: number, end: number) => instruction.logical.span(start, end) };
    for (const { text, span } of [line, ...bodies]) {
      for (const credentials of credentialsInUrl(text)) {
        const secret = text.slice(credentials.secretStart, credentials.secretEnd);
        const judgement = judge(credentials, secret, instruction, stage);
        if (judgement === undefined) continue;
        yield { ...judgement, at: span(credentials.start, credentials.end), credentials, secret, instruction, stage };
      }
    }
  }
}

/** Without an instruction: only whether the secret stands there literally. */
function judge(credentials: UrlCredentials, secret: string, instruction?: Instruction, stage?: Stage): Judgement | undefined {
  const { kind, user = '', placeholder, dynamic, variable } = credentials;
  if (kind === 'user-only') return NO_PERSON.test(user) ? undefined : { message: 'user' };
  if (placeholder) return undefined;
  if (!dynamic) return { message: kind === 'user-password' && isDefaultPassword(secret, user) ? 'known' : 'literal' };
  // What a shell fills in when the container starts is not in the image.
  if (variable === undefined || instruction === undefined || ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword))
    return undefined;
  if (instruction.keyword === 'RUN' && mountedVariables(instruction).has(variable)) return undefined;
  const argument = openArgument(variable, stage, instruction);
  if (argument !== undefined) return { message: 'argument', argument: argument.span };
  // A value under the name of a secret is secret-in-env-or-arg's to report.
  const value = stage?.environment.variable(variable, instruction);
  if (value?.kind !== 'known' || secretName(variable) !== undefined || secretValue(value.value) !== 'literal') return undefined;
  return { message: isDefaultPassword(value.value, user) ? 'known' : 'literal' };
}

/** Users that need no password, and those that a variable names. */
const NO_PERSON = /^(?:git|hg|svn|anonymous|anon|guest|ftp)$|[$<{%]/i;

function placeOf({ instruction, stage }: Place, { dockerfile }: RuleContext): string {
  if (stage !== undefined && !isInFinalImage(dockerfile, stage)) {
    return `the build cache and any pushed cache image, though nothing of stage \`${stage.name ?? stage.index}\` is in the final image`;
  }
  return instruction.keyword === 'RUN' ? 'the history of the image, and often in .git/config or a log' : 'the image';
}

function remedyFor({ keyword }: Instruction): string {
  if (keyword !== 'RUN' && keyword !== 'ADD' && keyword !== 'ARG')
    return 'give the whole URL when the container starts: docker run -e, or --env-file';
  return 'mount a .netrc, which git, pip, uv and curl --netrc read:\nRUN --mount=type=secret,id=netrc,target=/root/.netrc …\ndocker build --secret id=netrc,src=$HOME/.netrc …';
}

export const docs: RuleDocs = {
  why: 'A URL with a password or a token stays where it was used: in the history of the image, in .git/config of the clone, in the error messages of pip and in the log of the build. Passing the token as a build argument does not help, because the arguments of a RUN are written into that history.',
  remedy:
    'Write the URL without it. For git, pip, uv and curl --netrc mount a .netrc as a secret for the one RUN that needs it; for repositories --mount=type=ssh does as well; for databases give the whole URL to the container when it starts.',
  limits:
    'Placeholders such as user:password@ and git@host:path are left alone, and so are variables that come from a secret mount of the same RUN, that a shell fills in when the container starts, or whose value the file does not tell. A password that everybody knows (postgres:postgres@db) is a remark, a user without a password likewise. A build argument in a URL is a warning, and an error where ENV keeps it. Comments are not reported. Passwords in a query (?password=…) are not seen.',
  references: [
    'https://docs.docker.com/build/building/secrets/ (2026-08)',
    'https://pip.pypa.io/en/stable/topics/authentication/#netrc-support (2026-08)',
    'https://git-scm.com/docs/gitcredentials (2026-08)',
  ],
  examples: [
    {
      title: 'A private index',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir --index-url https://bot:kolibri-7-wolke@pypi.example.org/simple pkg==1.0\n',
      reports: [[2, 'literal']],
    },
    {
      title: 'A build argument',
      dockerfile: 'FROM python:3.13-slim-trixie\nARG GIT_TOKEN\nRUN git clone https://$GIT_TOKEN@github.com/org/private.git\n',
      reports: [[3, 'argument']],
    },
    {
      title: 'A database',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV DATABASE_URL=postgresql://app:kolibri-7-wolke@db.example.org/app\n',
      reports: [[2, 'literal']],
    },
    {
      title: 'A password that everybody knows',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV DATABASE_URL=postgresql://postgres:postgres@db/app\n',
      reports: [[2, 'known']],
    },
    {
      title: 'A mounted .netrc',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN --mount=type=secret,id=netrc,target=/root/.netrc pip install --no-cache-dir --index-url https://pypi.example.org/simple pkg==1.0\n',
      reports: [],
    },
    {
      title: 'A token from a secret mount',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN --mount=type=secret,id=token,env=TOKEN pip install --no-cache-dir git+https://$TOKEN@github.com/org/private.git\n',
      reports: [],
    },
    {
      title: 'SSH and a placeholder',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV DATABASE_URL=postgresql://user:password@host/db\nRUN --mount=type=ssh git clone git@github.com:org/private.git\n',
      reports: [],
    },
    {
      title: 'Filled in when the container starts',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD mlflow server --backend-store-uri postgresql://$DB_USER:$DB_PASSWORD@db/mlflow\n',
      reports: [],
    },
  ],
};
