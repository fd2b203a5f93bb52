/**
 * Realistic Dockerfiles for measuring: made from the shapes that public ones have (shared/corpus.md: median 27 lines), each
 * different, the same ones at every run.
 */

/** A small deterministic generator of numbers in [0, 1). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

const bases = [
  'python:3.12-slim',
  'python:3.13-slim-trixie',
  'python:3.9',
  'ubuntu:22.04',
  'continuumio/miniconda3:24.5.0-0',
  'nvidia/cuda:12.4.1-runtime-ubuntu22.04',
  'quay.io/jupyter/scipy-notebook:2026-07-28',
  'rocker/r-ver:4.4.2',
];
const packages = [
  'pandas==2.2.3',
  'numpy',
  'scikit-learn>=1.5,<2',
  'torch==2.6.0',
  'fastapi',
  '"uvicorn[standard]==0.34.0"',
  'matplotlib',
  'xgboost==3.0.0',
  'mlflow',
  'streamlit==1.40.0',
];
const debs = ['build-essential', 'curl', 'git', 'libgomp1', 'libpq-dev', 'ca-certificates', 'ffmpeg', 'libgl1', 'wget', 'unzip'];

/** One Dockerfile. */
export function dockerfile(seed) {
  const next = random(seed * 7919 + 1);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const some = (list, count) => Array.from({ length: count }, () => pick(list));
  const lines = ['# syntax=docker/dockerfile:1', `FROM ${pick(bases)} AS base`];
  lines.push(
    `LABEL maintainer="team-${seed}@example.org" \\`,
    `      version="1.${seed}"`,
    '',
    `ENV PYTHONDONTWRITEBYTECODE=1 \\`,
    `    APP_HOME=/srv/app-${seed} \\`,
    '    PIP_DEFAULT_TIMEOUT=100',
    '',
  );
  lines.push(
    '# system packages',
    'RUN apt-get update && apt-get install -y --no-install-recommends \\',
    ...some(debs, 2 + Math.floor(next() * 5)).map((name) => `    ${name} \\`),
    '    && rm -rf /var/lib/apt/lists/*',
    '',
  );
  lines.push('WORKDIR $APP_HOME', 'COPY requirements.txt ./');
  lines.push(
    next() < 0.5
      ? 'RUN pip install --no-cache-dir -r requirements.txt'
      : 'RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt',
  );
  lines.push(`RUN pip install ${some(packages, 1 + Math.floor(next() * 6)).join(' ')}`, '');
  if (next() < 0.3)
    lines.push(
      'RUN <<EOF',
      'set -eux',
      `mkdir -p /data/${seed}`,
      `curl -fsSL https://example.org/model-${seed}.bin -o /data/model.bin`,
      'EOF',
      '',
    );
  if (next() < 0.3) lines.push('FROM base AS final', 'COPY --from=base /srv /srv');
  lines.push(
    'COPY . .',
    'RUN useradd --create-home app && chown -R app:app $APP_HOME',
    'USER app',
    '',
    'EXPOSE 8000',
    `HEALTHCHECK --interval=30s CMD curl -f http://localhost:8000/health || exit 1`,
  );
  lines.push(next() < 0.5 ? 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]' : 'CMD python main.py --port 8000');
  return `${lines.join('\n')}\n`;
}

/** A Dockerfile of about twenty lines, for the cold run. */
export const SMALL = dockerfile(3).split('\n').slice(0, 20).join('\n');

/** Files that grow in one way each, for a number of lines, or of what the name says. */
export const SHAPES = {
  mix: (lines) => {
    let text = '';
    for (let seed = 0, count = 0; count < lines; seed++) {
      const one = dockerfile(seed);
      text += one;
      count += one.split('\n').length - 1;
    }
    return text.split('\n').slice(0, lines).join('\n');
  },
  'one RUN': (lines) =>
    `FROM python:3.12-slim\nRUN true${Array.from({ length: lines - 2 }, (_, i) => ` \\\n && echo step ${i} > /tmp/${i}`).join('')}\n`,
  heredocs: (lines) =>
    `FROM python:3.12-slim\n${Array.from({ length: Math.ceil(lines / 4) }, (_, i) => `RUN <<EOF\necho ${i}\npip install a==${i}\nEOF`).join('\n')}\n`,
  variables: (lines) =>
    `FROM python:3.12-slim\n${Array.from({ length: Math.ceil(lines / 2) }, (_, i) => `ENV A${i}=$A${Math.max(0, i - 1)}x${i}\nWORKDIR /srv/$A${i % 7}`).join('\n')}\n`,
  'one stage': (lines) => {
    const step = (i) => [
      `COPY part${i}.py requirements${i}.txt /srv/${i}/`,
      `RUN apt-get update && apt-get install -y gcc${i}`,
      `RUN pip install -r /srv/${i}/requirements${i}.txt pandas${i}`,
      `RUN conda install numpy${i} && curl -o /tmp/${i}.tar.gz https://example.org/${i}`,
      `RUN rm -rf /tmp/${i}.tar.gz /var/lib/apt/lists/*`,
      `ENV TOKEN_${i}=value${i} URL=https://user${i}:pw@example.org/`,
      `RUN useradd app${i} && python3 -m pip install .`,
      `USER app${i}`,
    ];
    const steps = Array.from({ length: Math.ceil(lines / 8) }, (_, i) => step(i)).flat();
    return ['FROM python:3.12-slim', ...steps].slice(0, lines).join('\n');
  },
  stages: (lines) =>
    Array.from(
      { length: Math.ceil(lines / 3) },
      (_, i) => `# stage ${i}\nFROM python:3.12-slim AS s${i}\nCOPY --from=s${Math.max(0, i - 1)} /a /b`,
    ).join('\n'),
  'stages in a chain': (lines) =>
    Array.from(
      { length: Math.ceil(lines / 3) },
      (_, i) => `FROM ${i === 0 ? 'python:3.12-slim' : `s${i - 1}`} AS s${i}\nRUN pip install x${i} && apt-get install a${i}\nUSER u${i}`,
    ).join('\n'),
  'words of one line': (words) => `FROM python:3.12-slim\nRUN echo${' pandas123'.repeat(words)}\n`,
  'characters of one word': (characters) =>
    `FROM python:3.12-slim\nENV A=${'x'.repeat(characters)}\nRUN pip install ${'x'.repeat(characters)}\n`,
  'substitutions of one RUN': (substitutions) =>
    `FROM python:3.12-slim\nSHELL ["/bin/bash", "-ec"]\nRUN ${'X=$(date; uname); '.repeat(substitutions)}true\n`,
  'backslashes after ${': (backslashes) => {
    const open = `\${${'\\'.repeat(backslashes)}x`;
    return `FROM python:3.12-slim\nENV A=${open}\nCOPY ${open} /a\nRUN echo ${open}\nRUN echo "${open}"\n`;
  },
  'levels of $(…)': (levels) => `FROM python:3.12-slim\nRUN echo ${'$(echo '.repeat(levels)}x${')'.repeat(levels)}\n`,
  'levels of (…)': (levels) => `FROM python:3.12-slim\nRUN ${'('.repeat(levels)}x${')'.repeat(levels)}\n`,
  'levels of if': (levels) => `FROM python:3.12-slim\nRUN ${'if a; then '.repeat(levels)}x${'; fi'.repeat(levels)}\n`,
  'levels of ${…}': (levels) =>
    `FROM python:3.12-slim\nENV A=${'${B:-'.repeat(levels)}x${'}'.repeat(levels)}\nRUN echo ${'${B:-'.repeat(levels)}x${'}'.repeat(levels)}\n`,
  'levels of sh -c': (levels) => `FROM python:3.12-slim\nRUN ${"sh -c 'eval ".repeat(levels)}x\n`,
};
