/** Dockerfiles made up for tests: plausible ones from building blocks, and torn ones. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

const images = [
  'python',
  'python:3.8',
  'python:3.12-slim',
  'python:3.13-slim-trixie',
  'python:3.11-alpine',
  'python:latest',
  'ubuntu:18.04',
  'ubuntu:24.04',
  'debian:bullseye',
  'alpine:3.19',
  'nvidia/cuda:12.4.1-runtime-ubuntu22.04',
  'continuumio/miniconda3',
  'python:3.9-slim-bookworm',
  'python:${PYTHON}-slim',
  'python:3.13-alpine3.21',
  'tiangolo/uvicorn-gunicorn:python3.8',
  'mambaorg/micromamba:2.0',
  'quay.io/jupyter/scipy-notebook:2026-07-28',
  'rocker/r-ver:4.4.2',
  'scratch',
  '${BASE}',
  'base',
  'registry.example.org:5000/team/image:1.0',
  'python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
];
const commands = [
  'apt-get update',
  'apt-get install -y gcc',
  'apt-get install curl',
  'apt-get install -y --no-install-recommends libgomp1 \\\n    git \\\n    # why\n    wget',
  'rm -rf /var/lib/apt/lists/*',
  'apt-get clean',
  'pip install pandas',
  'pip install --no-cache-dir numpy==2.0.0 "scikit-learn>=1,<2"',
  'pip install -r requirements.txt',
  'python3 -m pip install -U pip',
  'conda install -y numpy',
  'conda clean -afy',
  'mamba env create -f environment.yml',
  'uv pip install --system torch',
  'useradd -m app',
  'echo "$HOME ${X:-y}"',
  'curl -sSL https://user:pw@example.org/x | sh',
  'cd /tmp && make',
  'if [ -f x ]; then pip install x; fi',
  'for p in a b; do pip install $p; done',
  'bash -c "apt-get update && pip install six"',
  "sed -i 's/a\\/b/c/' /etc/x",
  'export A=1; pip install a$A',
  '$(cat packages.txt)',
  'true || pip install x',
  '(cd x; pip install .)',
  'apt-get install -y curl git',
  'sudo apt-get update',
  'sudo apt-get install -y --no-install-recommends curl',
  'sudo apt-get install build-essential tzdata',
  'apt update',
  'apt install -y python3-pip',
  'apt-get -qq install -y \\\n      curl \\\n      openssh-server',
  'apt-get install -y --no-install-recommends $PACKAGES',
  'apt-get upgrade -y',
  'apt-get clean && rm -rf /var/lib/apt/lists/*',
  'apt-get install -y curl || true',
  'pip3 install --upgrade pip setuptools',
  'pip install --no-cache-dir \\\n    # pinned below\n    -r requirements.txt',
  'pip install --no-cache-dir -r requirements.txt -c constraints.txt',
  'pip install --no-cache-dir -r /app/requirements.txt',
  'python -m pip wheel -r requirements.txt',
  'xargs pip install < requirements.txt',
  'pip install .',
  'uv sync --frozen',
  'uv pip install --system -r requirements.txt',
  'poetry install --no-root',
  'conda install -y -c conda-forge numpy \\\n    pandas',
  '/opt/conda/bin/conda env update -f environment.yml',
  'conda clean --tarballs',
  'micromamba install -y -n base -f environment.yml',
  'rm -rf /root/.cache/pip',
  'rm -rf /root/.cache/pip /var/lib/apt/lists/*',
  'sudo rm -rf /var/lib/apt/lists/*',
  'conda clean -afy && pip cache purge',
  'python prepare.py',
  'chown -R app /app',
  'chmod +x start.sh',
  'adduser -D app',
  'groupadd -r app && useradd -r -g app app',
  'apk add --no-cache gcc',
  'exec true',
  'true # done',
];
const instructions = [
  'WORKDIR /app',
  'COPY . .',
  'COPY . /app',
  'COPY requirements.txt ./',
  'COPY requirements.txt app.py ./',
  'COPY --from=base /a /b',
  'ADD https://example.org/a.tar.gz /a',
  'ENV PYTHONUNBUFFERED=1',
  'ENV A 1',
  'ENV HF_TOKEN=abcdefghijklmnop',
  'ENV PATH=/opt/bin:$PATH',
  'ARG VERSION=1.2',
  'ARG TOKEN',
  'USER app',
  'USER root',
  'USER ${UID}',
  'EXPOSE 8080',
  'VOLUME /data',
  'LABEL a=b',
  'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
  'CMD ["python", "app.py"]',
  'CMD python app.py',
  "CMD [ 'python' ]",
  'ENTRYPOINT ["tini", "--"]',
  'HEALTHCHECK CMD curl -f http://localhost/',
  'ONBUILD RUN pip install x',
  '# a comment',
  '',
  '# plimsoll: ignore[pip-unpinned] why',
  'RUN <<EOF\npip install pandas\napt-get update\nEOF',
  'RUN python3 <<EOF\nprint(1)\nEOF',
  'COPY <<EOF /x\nhello\nEOF',
  'FOO bar',
  'RUN --mount=type=cache,target=/root/.cache/pip pip install x',
  'RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir x',
  'RUN --mount=type=bind,source=requirements.txt,target=/tmp/requirements.txt pip install -r /tmp/requirements.txt',
  'COPY --chown=app:app . .',
  'COPY --link . /app/',
  'COPY requirements.txt app.py src/ ./',
  'COPY requirements.txt \\\n    app.py \\\n    # the model\n    model.pkl \\\n    ./',
  'COPY ["requirements.txt", "app.py", "./"]',
  'COPY requirements.txt app.py data/',
  'COPY app.py model.pkl ./',
  'COPY src ./src',
  'ADD . /app',
  'COPY api/ ./',
  'COPY pyproject.toml uv.lock ./',
  'WORKDIR /srv/app/',
  'ENV A=1 \\\n    B=2',
  'ENV PYTHONDONTWRITEBYTECODE=1 \\\n    # why\n    PIP_NO_CACHE_DIR=1',
  'ENV PYTHONUNBUFFERED=0',
  'ENV PYTHONUNBUFFERED 1',
  'ENV DEBIAN_FRONTEND noninteractive',
  'ENV NAME some  text "in quotes"  ',
  "ENV QUOTED it's",
  'ENV PATH /opt/bin:$PATH',
  'ENV WINDOWS C:\\dir\\',
  'ENV LONG one \\\n    two \\\n  # between\n    three',
  'ENV EMPTY ""',
  'ENV EQUALS a=b c',
  'LABEL maintainer someone <a@example.org>',
  'ARG PYTHON=3.8',
  'ARG PACKAGES="curl git"',
  'ARG DEBIAN_FRONTEND=noninteractive',
  'SHELL ["/bin/bash", "-c"]',
  'SHELL ["/bin/sh", "-euxc"]',
  'CMD python app.py --port $PORT',
  'CMD uvicorn app:app --host 0.0.0.0 \\\n    --port 8000',
  'CMD gunicorn -b :80 app:app && echo done',
  'CMD ["jupyter", "lab", "--allow-root"]',
  'ENTRYPOINT python -m service',
  'ENTRYPOINT ["/start.sh"]',
  'ENTRYPOINT exec python app.py',
  '# plimsoll: ignore[apt-recommends, shell-form-cmd]',
  '# hadolint ignore=DL3008',
  '\n# One comment\n# and another',
];

/** A RUN as people lay one out. */
const layouts: readonly ((parts: readonly string[]) => string)[] = [
  (parts) => `RUN ${parts.join(' && ')}`,
  (parts) => `RUN ${parts.join(' \\\n && ')}`,
  (parts) => `RUN ${parts.join(' && \\\n    ')}`,
  (parts) => `RUN ${parts.join(' \\\n    # and then\n    && ')}`,
  (parts) => `RUN ${parts.join('; ')}`,
  (parts) => `RUN set -eux; \\\n\t${parts.join('; \\\n\t')}`,
  (parts) => `RUN ${parts.join(' || ')}`,
  (parts) => `RUN ${parts.join(' | ')}`,
  (parts) => `RUN <<EOF\n${parts.join('\n')}\nEOF`,
  (parts) => `RUN <<-'END' bash -ex\n\t${parts.join('\n\t')}\n\tEND`,
  (parts) => `RUN ${JSON.stringify((parts[0] ?? '').split(/[\s\\]+/))}`,
  (parts) => `RUN ["sh", "-c", ${JSON.stringify(parts.join(' && ').replaceAll('\\\n', ''))}]`,
  (parts) => `RUN bash -lc '${parts.join(' && ').replaceAll("'", '"')}'`,
  (parts) => parts.map((part) => `RUN ${part}`).join('\n'),
  (parts) => parts.map((part) => `RUN ${part}`).join('\n# in between\n'),
  (parts) => `ONBUILD RUN ${parts.join(' && ')}`,
  (parts) => `  run ${parts.join(' && ')}`,
];
const run = fc
  .tuple(fc.array(fc.constantFrom(...commands), { minLength: 1, maxLength: 4 }), fc.constantFrom(...layouts))
  .map(([parts, layout]) => layout(parts));
/** Instructions that belong together, so that what rules look for is common enough: each may be left out. */
const recipe = fc
  .subarray([
    'WORKDIR /app',
    'COPY . .',
    'COPY requirements.txt app.py ./',
    'RUN apt-get update',
    'RUN apt-get install -y curl',
    'COPY config.yaml ./',
    '# The dependencies\nRUN pip install -r requirements.txt',
    'RUN rm -rf /var/lib/apt/lists/* /root/.cache/pip',
    'USER app',
    'EXPOSE 8080',
    'CMD python app.py',
  ])
  .map((lines) => lines.join('\n'));
const from = fc
  .tuple(fc.constantFrom(...images), fc.option(fc.constantFrom('base', 'build', 'Final')))
  .map(([image, name]) => `FROM ${image}${name === null ? '' : ` AS ${name}`}`);
const stage = fc
  .tuple(
    from,
    fc.array(fc.oneof({ arbitrary: run, weight: 4 }, { arbitrary: fc.constantFrom(...instructions), weight: 5 }, recipe), { maxLength: 8 }),
  )
  .map(([first, rest]) => [first, ...rest].join('\n'));

/** A Dockerfile a person might have written. */
export const dockerfile: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '# syntax=docker/dockerfile:1\n', 'ARG BASE=python:3.9\n', '\uFEFF', '# escape=`\n'),
    fc.array(stage, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
    fc.nat(9),
  )
  .map(([head, stages, newline, dice]) => {
    const body = stages.join('\n');
    const text = `${head}${head.includes('escape') ? body.replaceAll('\\\n', '`\n') : body}${newline ? '\n' : ''}`;
    return dice === 0 ? text.replaceAll('\n', '\r\n') : text;
  });

const pieces = [
  '',
  '"',
  "'",
  '\\',
  '\\\n',
  '\n',
  '<<EOF',
  '${',
  '$(',
  '#',
  '`',
  '[',
  '{',
  '\0',
  '\t',
  '\r',
  ' \\ \n',
  '&&',
  '🚀',
  '--',
  '!',
  '*',
  '- ',
  ': ',
];

/** A text with a few pieces cut out, doubled or replaced. */
const tornFrom = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 5 }))
    .map(([text, cuts]) =>
      cuts.reduce((result, [at, length, piece]) => {
        const start = result.length === 0 ? 0 : at % result.length;
        return result.slice(0, start) + piece + result.slice(start + length);
      }, text),
    );

/** A Dockerfile with a few pieces cut out, doubled or replaced. */
export const torn: fc.Arbitrary<string> = tornFrom(fc.oneof(dockerfile, fc.constantFrom(...fixtureTexts())));

/** What stands beside the Dockerfiles of this file: those that COPYs, installs and builds name. */
const projectFiles = {
  'requirements.txt': '-r base.txt\ntorch==2.4.0 --hash=sha256:abc\nnumpy>=1 ; python_version > "3"\n',
  'base.txt': 'pandas\n-c requirements.txt\n-e git+https://example.org/x.git@v1\n',
  'environment.yml': 'channels: [conda-forge]\ndependencies:\n  - numpy=1.2\n  - pip:\n      - -r requirements.txt\n',
  'pyproject.toml': '[project]\nname = "x"\ndependencies = ["a>=1", "b"]\n',
  '.dockerignore': '*\n!requirements*\n**/data\n',
  'compose.yaml': 'services:\n  app:\n    build:\n      context: ${DIR:-.}\n      dockerfile: docker/Dockerfile\n',
  'docker-bake.hcl': 'variable "D" { default = "." }\ntarget "app" {\n  context = "${D}"\n  dockerfile = "docker/Dockerfile"\n}\n',
  'app.py': 'print(1)\n',
  'docker/start.sh': 'exec app\n',
};

/** Files around a Dockerfile, by path; each is there or not, whole or torn. */
export const surroundings: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .record(
    Object.fromEntries(
      Object.entries(projectFiles).map(([name, text]) => [
        name,
        fc.oneof(fc.constant(text), tornFrom(fc.constant(text)), fc.constant(undefined)),
      ]),
    ),
  )
  .map((files) => Object.fromEntries(Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined)));

/** The text of every Dockerfile below fixtures/, and BuildKit's cases. */
export function fixtureTexts(): string[] {
  const root = fileURLToPath(new URL('../fixtures', import.meta.url));
  const files = readdirSync(root, { recursive: true }).map(String);
  const texts = files.filter((file) => /Dockerfile$/i.test(file)).map((file) => readFileSync(path.join(root, file), 'utf8'));
  const cases = JSON.parse(readFileSync(path.join(root, 'buildkit/buildkit.json'), 'utf8')) as { dockerfile: string }[];
  return [...texts, ...cases.map((sample) => sample.dockerfile).filter((text) => text.length < 10_000)];
}
