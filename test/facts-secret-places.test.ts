/** Every shape of secret in every place where it does harm, and what only looks like one. */
import { describe, expect, it } from 'vitest';
import { FAKES, HEX, hex, mixed } from './fake-secrets.js';
import { lint } from './lint.js';

const RULES = ['secret-literal', 'secret-in-env-or-arg', 'credential-in-url'];
const BASE = 'FROM python:3.13-slim-trixie\n';

const found = (text: string) => lint(BASE + text, { select: RULES }).findings;

/** Instructions that hold a text, by the place; those that take one line get one. */
function places(text: string): readonly (readonly [place: string, instructions: string])[] {
  const plain = text.replace(/^(?:ENV|RUN) /, '');
  const heredocs = [
    ['COPY heredoc', `COPY <<'EOF' /app/settings\n${plain}\nEOF\n`],
    ['RUN heredoc', `RUN <<'EOF'\ncat /app/settings # ${plain}\nEOF\n`],
  ] as const;
  if (/[\n"'\\]/.test(plain)) return heredocs;
  const named = /^\w+\s?=/.test(plain) ? plain.replace(/\s*=\s*/, '=') : `NOTE=${plain.replaceAll(' ', '_')}`;
  return [
    ...heredocs,
    ['ENV', `ENV ${plain.includes(' ') ? `NOTE="${plain}"` : named}\n`],
    ['ARG', `ARG ${plain.includes(' ') ? `NOTE="${plain}"` : named}\n`],
    ['RUN', `RUN python fetch.py "${plain}"\n`],
    ['LABEL', `LABEL note="${plain}"\n`],
    ['CMD', `CMD ["python", "serve.py", "${plain}"]\n`],
    ['comment', `# ${plain}\nRUN true\n`],
  ];
}

describe('secret-literal', () => {
  it.each(FAKES.map(([kind, secret, before = '', after = '']) => [kind, secret, before + secret + after] as const))(
    'finds a %s wherever it stands',
    (kind, secret, text) => {
      for (const [place, instructions] of places(text)) {
        const findings = found(instructions);
        const [finding] = findings;
        expect([place, findings.map(({ ruleId }) => ruleId)]).toEqual([place, ['secret-literal']]);
        expect(finding?.message.slice(0, kind.length).toLowerCase()).toBe(kind.toLowerCase());
        expect(finding?.severity).toBe(kind === 'AWS access key id' ? 'warning' : 'error');
        expect(`${finding?.message}${finding?.help}`).not.toContain(secret.slice(0, 12));
        expect(finding?.messageId).toBe(place === 'comment' ? 'comment' : 'image');
      }
    },
  );

  it('tells a stage that is left behind from the image', () => {
    for (const [kind, secret, before = '', after = ''] of FAKES) {
      const text = `FROM python:3.13 AS build\nCOPY <<'EOF' /x\n${before}${secret}${after}\nEOF\nFROM python:3.13-slim\nCOPY --from=build /app /app\n`;
      expect([kind, lint(text, { select: RULES }).findings.map(({ messageId }) => messageId)]).toEqual([kind, ['builder']]);
    }
  });

  it.each([
    ['a word to be changed', 'changeme'],
    ['crosses', 'xxxx'],
    ['crosses behind a prefix', 'hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    ['a word in brackets', '<token>'],
    ['a variable', '${TOKEN}'],
    ['a variable in braces behind a prefix', 'hf_${TOKEN}'],
    ['the documented id of AWS', `AKIA${'IOSFODNN7'}EXAMPLE`],
    ['the documented key of AWS', `wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`],
    ['a UUID', '7c2f9e4b-81d6-4a03-9f5b-9c7e1d42a8f6'],
    ['a commit', hex(40)],
    ['MD5', hex(32)],
    ['SHA-256', HEX.slice(3, 67)],
    ['a digest', `sha256:${HEX.slice(3, 67)}`],
    ['an address with a commit', `git+https://github.com/org/repo@${hex(40)}`],
    ['a version', '2.10.0+cu128'],
    ['a path', '/run/secrets/token'],
    ['the name of a model', 'sk-learn-r8_hf_model'],
    ['a wheel', 'torch-2.10.0%2Bcu128-cp313-cp313-manylinux_2_28_x86_64.whl'],
    ['another parameter', `https://example.org/f?design=${mixed(43)}%3D`],
    ['a signature of no storage', `https://example.org/f?x=1&sig=${mixed(43)}%3D`],
    ['a certificate', '-----BEGIN CERTIFICATE-----'],
    ['the head of a key alone', `-----BEGIN ${'PRIVATE KEY'}-----`],
  ])('leaves %s alone', (_, value) => {
    for (const instructions of [
      `ENV RELEASE=${value.includes(' ') ? `"${value}"` : value}\n`,
      `ARG RELEASE=${value.includes(' ') ? `"${value}"` : value}\n`,
      `LABEL revision="${value}"\n`,
      `RUN python fetch.py "${value}"\n`,
      `COPY <<'EOF' /app/x\n${value}\nEOF\n`,
      `# ${value}\nRUN true\n`,
    ])
      expect([instructions, found(instructions).map(({ message }) => message)]).toEqual([instructions, []]);
  });

  it.each(['WANDB_API_KEY', 'KAGGLE_KEY', 'HF_TOKEN', 'OPENAI_API_KEY', 'CO_API_KEY', 'AWS_SECRET_ACCESS_KEY'])(
    'takes no placeholder behind %s for a key',
    (name) => {
      for (const value of ['changeme', 'xxxx', 'x'.repeat(40), '0'.repeat(40), '<token>', '${TOKEN}', '$TOKEN', '""', '/run/secrets/key'])
        expect(lint(`${BASE}ENV ${name}=${value}\n`, { select: ['secret-literal'] }).findings).toEqual([]);
    },
  );
});

describe('secrets in addresses', () => {
  it.each([
    ['a password', `https://ci:${mixed(16)}@example.org/simple`],
    ['a token alone', `https://${mixed(30)}@example.org/simple`],
    ['a token of a channel', `https://conda.anaconda.org/t/ab-7c2f9e4b-81d6-4a03-9f5b-9c7e1d42a8f6/org`],
  ])('are the matter of credential-in-url: %s', (_, url) => {
    expect(found(`RUN pip install --index-url ${url} x\n`).map(({ ruleId }) => ruleId)).toEqual(['credential-in-url']);
  });

  it.each([
    'https://example.org/simple',
    'https://user@example.org/simple',
    'ssh://git@github.com/org/repo',
    'https://${USER}@example.org/simple',
    'https://conda.anaconda.org/t/${UNSET}/org',
  ])('but not in %s', (url) => {
    const findings = found(`RUN pip install --index-url ${url} x\n`).filter(({ severity }) => severity === 'error');
    expect(findings).toEqual([]);
  });
});
