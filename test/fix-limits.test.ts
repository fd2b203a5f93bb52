/** Where rules find something and leave it to people, or call its fix unsafe: what they cannot be sure of. */
import { describe, expect, it } from 'vitest';
import { withEdits } from '../src/engine/edits.js';
import { lint } from './lint.js';

const PYTHON = 'FROM python:3.13-slim-trixie';

/** The best fix of each finding of a rule: its safety, or `none`. */
function offered(ruleId: string, ...lines: readonly string[]): readonly string[] {
  const { findings } = lint(`${lines.join('\n')}\n`, { select: [ruleId] });
  return findings.map(({ fixes: [best] }) => best?.safety ?? 'none');
}

/** The text after the first fix of the first finding. */
function fixed(ruleId: string, ...lines: readonly string[]): string | undefined {
  const { source, findings } = lint(`${lines.join('\n')}\n`, { select: [ruleId] });
  const [fix] = findings[0]?.fixes ?? [];
  return fix && withEdits(source, fix.edits).text;
}

describe('pip-no-cache', () => {
  it.each([
    ['the later option wins', 'RUN pip install --cache-dir /x pandas'],
    ['a variable holds the words', 'RUN INSTALL="pip install"; sh -c "$INSTALL pandas"; pip install --cache-dir=/x six'],
    ['the mount holds only a part', 'ENV PIP_NO_CACHE_DIR=1', 'RUN --mount=type=cache,target=/root/.cache/pip pip install pandas'],
    [
      'where the cache would be is not known',
      'USER app',
      'RUN --mount=type=cache,target=/home/app/.cache/pip pip install --no-cache-dir pandas',
    ],
  ])('none: %s', (_, ...lines) => expect(new Set(offered('pip-no-cache', PYTHON, ...lines))).toEqual(new Set(['none'])));
});

describe('python-output-buffered', () => {
  it('none for what has a variable for a value, and for cron', () => {
    expect(offered('python-output-buffered', PYTHON, 'ARG U=0', 'ENV PYTHONUNBUFFERED=$U', 'CMD ["python", "a.py"]')).toEqual(['none']);
    expect(offered('python-output-buffered', PYTHON, 'RUN echo "* * * * * root python a.py" >/etc/cron.d/a', 'CMD ["cron", "-f"]')).toEqual(
      ['none'],
    );
  });

  it('goes above what is built behind the last ENV', () => {
    const env = ['ENV A=1 \\', '    B=2'];
    expect(fixed('python-output-buffered', PYTHON, ...env, 'RUN a', 'CMD ["python", "a.py"]')).toBe(
      [PYTHON, ...env, 'RUN a', 'ENV PYTHONUNBUFFERED=1', 'CMD ["python", "a.py"]', ''].join('\n'),
    );
    expect(fixed('python-output-buffered', PYTHON, 'ENV A=1', 'EXPOSE 80', 'CMD ["python", "a.py"]')).toBe(
      [PYTHON, 'ENV A=1', 'ENV PYTHONUNBUFFERED=1', 'EXPOSE 80', 'CMD ["python", "a.py"]', ''].join('\n'),
    );
  });
});

describe('shell-form-cmd', () => {
  it.each([
    ['an ENTRYPOINT gets the words', 'ENTRYPOINT ["/start"]', 'CMD python a.py'],
    ['a script may have no first line for the kernel', 'CMD ./start.sh'],
    ['a CMD that nobody read would be read', 'ENTRYPOINT python a.py', 'CMD ["--b"]'],
    ['arguments that nobody read would be read', 'ENTRYPOINT python a.py'],
    ['quotation marks', 'CMD python "a.py"'],
    ['a list', 'CMD cd /a && python a.py'],
  ])('unsafe: %s', (_, ...lines) => expect(offered('shell-form-cmd', PYTHON, ...lines)[0]).toBe('unsafe'));

  it.each([
    ['CMD in shell form would become arguments', 'ENTRYPOINT python a.py', 'CMD --b'],
    ['a CMD that may be another program', 'ENTRYPOINT start', 'CMD ["python", "a.py"]'],
    ['an array that is not closed', 'CMD ["python", "a.py'],
    ['a pipe', 'CMD python a.py | tee b'],
    ['a redirection', 'CMD python a.py > b'],
    ['a loop', 'CMD while true; do python a.py; done'],
    ['a trap of sh -e', 'SHELL ["/bin/sh", "-ec"]', 'CMD a; python a.py'],
    ['a variable in a broken array', "CMD ['python', '$A']"],
    ['a remark behind an array', 'CMD ["python", "a.py"] # the service'],
  ])('none: %s', (_, ...lines) => expect(offered('shell-form-cmd', `${PYTHON} AS base`, ...lines)).toContain('none'));

  it('keeps what stands around the shell', () => {
    expect(fixed('shell-form-cmd', PYTHON, 'CMD ["tini", "--", "sh", "-c", "python a.py"]')).toBe(
      `${PYTHON}\nCMD ["tini", "--", "python", "a.py"]\n`,
    );
    expect(fixed('shell-form-cmd', PYTHON, 'CMD ["tini", "--", "sh", "-c", "python $0", "a.py"]')).toBe(
      `${PYTHON}\nCMD ["tini", "--", "sh", "-c", "exec python $0", "a.py"]\n`,
    );
    expect(offered('shell-form-cmd', PYTHON, 'CMD ["sh", "-c", "python a.py", "b"]')).toEqual(['none']);
  });
});

describe('eol-python', () => {
  it.each([
    ['Python 2', 'FROM python:2.7-slim'],
    ['a digest', `FROM python:3.8-slim@sha256:${'0'.repeat(64)}`],
    ['another variant', 'FROM python:3.8-windowsservercore'],
    ['the minor is named elsewhere', 'FROM python:3.8', 'RUN ln -s /usr/bin/python3.8 /python'],
    ['wheels of the minor', 'FROM python:3.8', 'COPY torch-2.4-cp38-cp38-linux_x86_64.whl .'],
    ['a Python of another image', 'FROM python:3.8', 'FROM quay.io/jupyter/base-notebook:2026-07-28'],
    ['the ARG is used elsewhere', 'ARG V=3.8', 'FROM python:$V-slim', 'ARG V', 'RUN echo $V'],
    ['the rest of the tag is gone with the old Python', 'ARG V=3.8', 'FROM python:$V-buster'],
    ['an image that may not have the newer one', 'FROM ghcr.io/astral-sh/uv:0.8-python3.9-bookworm'],
    ['a command', PYTHON, 'RUN conda create -n a python=3.8'],
  ])('none: %s', (_, ...lines) => expect(offered('eol-python', ...lines)[0]).toBe('none'));

  it('keeps registry, variant and suite', () => {
    expect(fixed('eol-python', 'FROM mirror.gcr.io/library/python:3.9.18-slim-bookworm AS a')).toBe(
      'FROM mirror.gcr.io/library/python:3.13-slim-bookworm AS a\n',
    );
    expect(fixed('eol-python', 'ARG I=python:3.9-slim', 'FROM $I')).toBe('ARG I=python:3.13-slim\nFROM $I\n');
  });
});

describe('alpine-compiled-wheels', () => {
  const install = 'RUN pip install scikit-learn';
  it.each([
    ['apk', 'RUN apk add --no-cache g++', install],
    ['its adduser', 'RUN adduser -D app', install],
    ['a program of BusyBox', install, 'HEALTHCHECK CMD wget -q localhost'],
    ['a script', 'COPY start.sh .', install, 'CMD ["./start.sh"]'],
    ['a shell form', install, 'CMD python a.py'],
    ['files of another stage', install, 'FROM debian', 'COPY --from=0 /usr/local /usr/local'],
    ['another stage on Alpine', install, 'FROM alpine:3.24'],
  ])('none: %s', (_, ...lines) => expect(offered('alpine-compiled-wheels', 'FROM python:3.13-alpine', ...lines)).toEqual(['none']));
});

describe('root-user', () => {
  const cmd = 'CMD ["python", "a.py"]';
  it.each([
    ['a program nobody knows', 'CMD ["agent"]'],
    ['a script', 'ENTRYPOINT ["./start.sh"]', cmd],
    ['a runner with an environment in the home of root', 'CMD ["uv", "run", "a.py"]'],
    ['Poetry', 'RUN poetry install', cmd],
    ['a download to the home of root', 'RUN python -m nltk.downloader punkt', cmd],
    ['an install for root alone', 'RUN pip install --user pandas', cmd],
    ['an installer that is not read', 'RUN curl https://example.org/i | sh', cmd],
    ['files in the home of root', 'WORKDIR /root/app', cmd],
    ['a volume', 'VOLUME /data', cmd],
    ['a port of root', 'EXPOSE 80', cmd],
    ['SageMaker', 'COPY a.py /opt/ml/code/', cmd],
    ['a group of that name', 'RUN groupadd app', cmd],
    ['a shell of another kind', 'SHELL ["python", "-c"]', cmd],
  ])('none: %s', (_, ...lines) => {
    const { findings } = lint(`${[`${PYTHON} AS base`, ...lines].join('\n')}\n`, { select: ['root-user'] });
    expect(findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  });

  it('changes the last USER where nothing behind it needs root, else adds one', () => {
    const image = 'FROM mambaorg/micromamba:2.6.1';
    expect(fixed('root-user', image, 'USER root', 'EXPOSE 8080')).toBe(`${image}\nUSER mambauser\nEXPOSE 8080\n`);
    expect(fixed('root-user', image, 'USER root', 'RUN a', 'EXPOSE 8080')).toBe(
      `${image}\nUSER root\nRUN a\nEXPOSE 8080\nUSER mambauser\n`,
    );
  });
});
