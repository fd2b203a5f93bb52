/** How the rules about secrets meet: one problem, one finding, and no report with the secret in it. */
import { describe, expect, it } from 'vitest';
import { lint, sourceFromText } from './lint.js';

const RULES = ['secret-in-env-or-arg', 'secret-literal', 'credential-in-url'];
const KEY = '0123456789abcdef'.repeat(2).concat('01234567');

function found(lines: readonly string[], select: readonly string[] = RULES): readonly string[] {
  const source = sourceFromText('Dockerfile', `FROM python:3.13-slim-trixie\n${lines.join('\n')}\n`);
  return lint(source, { select }).findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`);
}

describe('secrets', () => {
  it('are reported once, by the rule that knows most', () => {
    expect(found([`ENV WANDB_API_KEY=${KEY}`])).toEqual(['error secret-literal']);
    expect(found([`ENV WANDB_API_KEY="${KEY}" OTHER=1`])).toEqual(['error secret-literal']);
    expect(found([`ARG WANDB_API_KEY=${KEY}`, `RUN wandb login ${KEY}`])).toEqual(['error secret-literal']);
    expect(found(['ENV API_TOKEN=https://bot:kolibri-7-wolke@example.org'])).toEqual(['error credential-in-url']);
    expect(found(['ARG GIT_TOKEN', 'RUN git clone https://$GIT_TOKEN@github.com/org/repo'])).toEqual(['warning credential-in-url']);
    expect(found(['ENV DB_PASSWORD=kolibri-7-wolke', 'ENV DB_URL=postgresql://app:$DB_PASSWORD@db/app'])).toEqual([
      'error secret-in-env-or-arg',
    ]);
    expect(found(['ARG DB_PASSWORD', 'ENV DB_URL=postgresql://app:$DB_PASSWORD@db/app'])).toEqual(['error credential-in-url']);
    expect(found(['ARG PW=kolibri-7-wolke', 'RUN git clone https://bot:$PW@git.example.org/repo'])).toEqual(['error credential-in-url']);
  });

  it('are left to the next rule when one is switched off', () => {
    expect(found([`ENV WANDB_API_KEY=${KEY}`], ['secret-in-env-or-arg'])).toEqual(['error secret-in-env-or-arg']);
  });

  it('stand in no message, and are masked though every rule is off', () => {
    const lines = [
      `ENV WANDB_API_KEY=${KEY}`,
      "ENV DB_PASSWORD='kolibri-7-wolke'",
      'RUN git clone https://bot:kolibri-8-wolke@git.example.org/r',
      'ONBUILD ENV A_TOKEN=kolibri-9-wolke',
    ];
    const source = sourceFromText('Dockerfile', `FROM python:3.13-slim-trixie\n${lines.join('\n')}\n`);
    for (const { message, help } of lint(source, { select: RULES }).findings)
      expect(message + help).not.toMatch(/kolibri-\d-wolke|0123456789abcdef/);
    const { secrets } = lint(source, { select: ['root-user'] });
    expect(secrets.map(({ start, end }) => source.text.slice(start, end))).toEqual([
      KEY,
      'kolibri-7-wolke',
      'kolibri-8-wolke',
      'kolibri-9-wolke',
    ]);
  });

  it('stand in no message of another rule, wherever they are given under their name', () => {
    const lines = [
      'ENV MODE debug DB_PASSWORD=kolibri-1-wolke',
      'ENV NOTE say SECRET_KEY="kolibri-2 wolke" X=1',
      'ENV DB_PASSWORD = kolibri-3-wolke',
      'RUN export DB_PASSWORD=kolibri-4-wolke && pip install pandas',
      'CMD python app.py --mode=production --host 0.0.0.0 --api-key kolibri-5-wolke-and-more',
    ];
    const source = sourceFromText('Dockerfile', `FROM python:3.13-slim-trixie\n${lines.join('\n')}\n`);
    const { findings, secrets } = lint(source, { select: ['env-legacy-syntax', 'pip-unpinned', 'shell-form-cmd'] });
    expect(findings.map(({ ruleId }) => ruleId)).toEqual([
      'env-legacy-syntax',
      'env-legacy-syntax',
      'env-legacy-syntax',
      'pip-unpinned',
      'shell-form-cmd',
    ]);
    // Also where a message cuts off what it quotes.
    for (const { message, help } of findings) expect(message + help).not.toMatch(/kolibri/);
    expect(secrets.map(({ start, end }) => source.text.slice(start, end))).toEqual([
      'kolibri-1-wolke',
      'kolibri-2 wolke',
      'kolibri-3-wolke',
      'kolibri-4-wolke',
      'kolibri-5-wolke-and-more',
    ]);
  });
});
