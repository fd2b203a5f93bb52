/**
 * Problems, each as a pair of small projects that differ in nothing else. A linter sees a problem when one of its rules speaks more often of
 * `bad` than of `good`. What any of the linters is known to see has a place here, also where plimsoll is the one that is silent.
 */

const APP = `FROM python:3.13-slim-trixie
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY src/ src/
ENV PYTHONUNBUFFERED=1
RUN useradd --no-log-init -m -u 10001 app
USER app
CMD ["python", "src/main.py"]
`;
const REQUIREMENTS = 'numpy==2.3.1\npandas==2.3.0\n';
const FILES = { 'requirements.txt': REQUIREMENTS, 'src/main.py': 'print(1)\n', '.dockerignore': '.git\n.env\n.venv\n__pycache__\n' };
const PYPROJECT = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.13"\ndependencies = []\n';
const LOCK = 'version = 1\nrequires-python = ">=3.13"\n';
const project = (dockerfile, files = {}) => ({ ...FILES, ...files, Dockerfile: dockerfile });

/** A pair in which some words of the Dockerfile {@link APP} give way to others. */
const swapped = (words, others) => ({ good: project(APP), bad: project(replaced(APP, words, others)) });
/** A pair in which a line stands above WORKDIR in place of another. */
const above = (bad, good) => ({
  bad: project(replaced(APP, 'WORKDIR', `${bad}\nWORKDIR`)),
  good: project(replaced(APP, 'WORKDIR', `${good}\nWORKDIR`)),
});

function replaced(text, words, others) {
  if (!text.includes(words)) throw new Error(`${words} is not in\n${text}`);
  return text.replace(words, others);
}

/** By what the README calls them, in its order. `lint` is what is handed to the linters, the Dockerfile by default. */
export const CASES = {
  'a Python without security fixes': swapped('python:3.13-slim-trixie', 'python:3.8-slim-bookworm'),
  'code copied before the dependencies are installed': swapped('COPY requirements.txt .', 'COPY . .'),
  'a `requirements.txt` without versions': { good: project(APP), bad: project(APP, { 'requirements.txt': 'numpy\npandas\n' }) },
  'packages without versions behind `pip install`': above(
    'RUN pip install --no-cache-dir scikit-learn',
    'RUN pip install --no-cache-dir scikit-learn==1.7.0',
  ),
  'a base image without a version': swapped('python:3.13-slim-trixie', 'python'),
  'pip’s cache left in the image': swapped(' --no-cache-dir', ''),
  'output lost in Python’s buffer': swapped('ENV PYTHONUNBUFFERED=1\n', ''),
  'a container that runs as root because its base image does': swapped('USER app\n', ''),
  'gigabytes of CUDA where nothing has a GPU': above(
    'RUN pip install --no-cache-dir torch==2.9.0',
    'RUN pip install --no-cache-dir torch==2.9.0 --index-url https://download.pytorch.org/whl/cpu',
  ),
  'an Alpine image for packages without wheels there': {
    good: project(APP, { 'requirements.txt': 'xgboost==3.0.2\n' }),
    bad: project(
      APP.replace('3.13-slim-trixie', '3.13-alpine3.22').replace('useradd --no-log-init -m -u 10001 app', 'adduser -D -u 10001 app'),
      { 'requirements.txt': 'xgboost==3.0.2\n' },
    ),
  },
  'a wheel that needs a library which the slim image lacks': {
    good: project(APP, { 'requirements.txt': 'opencv-python-headless==4.12.0.88\n' }),
    bad: project(APP, { 'requirements.txt': 'opencv-python==4.12.0.88\n' }),
  },
  'a CUDA image that NVIDIA removes': {
    good: project(APP.replace('python:3.13-slim-trixie', 'nvidia/cuda:12.9.1-runtime-ubuntu24.04')),
    bad: project(APP.replace('python:3.13-slim-trixie', 'nvidia/cuda:11.2.2-runtime-ubuntu20.04')),
  },
  'a conda environment without versions': {
    good: conda('numpy=2.3.1'),
    bad: conda('numpy'),
  },
  'a notebook server without a password': swapped(
    'CMD ["python", "src/main.py"]',
    'CMD ["jupyter", "lab", "--ip=0.0.0.0", "--IdentityProvider.token="]',
  ),
  'a server that nobody outside can reach': pair(
    APP.replace('"python", "src/main.py"', '"uvicorn", "main:app", "--host", "127.0.0.1"'),
    APP.replace('"python", "src/main.py"', '"uvicorn", "main:app", "--host", "0.0.0.0"'),
  ),
  'a token of a model hub in ENV': above(`ENV HF_HOME=/models HUB=hf_${'QzXvRwKjYtBnMsDfGhLpZqWcVxTrNmKbJd'}`, 'ENV HF_HOME=/models'),
  '`.env` copied with the rest': {
    good: project(APP.replace('COPY src/ src/', 'COPY . .'), { '.env': 'DB_PASSWORD=hunter2\n' }),
    bad: project(APP.replace('COPY src/ src/', 'COPY . .'), {
      '.env': 'DB_PASSWORD=hunter2\n',
      '.dockerignore': '.git\n.venv\n__pycache__\n',
    }),
  },
  'an R package that fails to install without failing the build': pair(
    'FROM rocker/r-ver:4.5.1\nRUN R -e "install.packages(\'data.table\')"\n',
    'FROM rocker/r-ver:4.5.1\nRUN install2.r --error data.table\n',
  ),
  'a password in a compose file': {
    lint: 'compose.yaml',
    good: compose('      POSTGRES_PASSWORD_FILE: /run/secrets/db\n'),
    bad: compose('      POSTGRES_PASSWORD: Tr0ub4dor-and-3\n'),
  },
  '`uv sync` that may change the lock': { bad: uv('uv sync'), good: uv('uv sync --locked') },
  'apt’s package lists left in the layer': above(
    'RUN apt-get update && apt-get install -y --no-install-recommends libgomp1',
    'RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*',
  ),
  'apt-get update in a RUN of its own': above(
    'RUN apt-get update\nRUN apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*',
    'RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*',
  ),
  'CMD in shell form': swapped('CMD ["python", "src/main.py"]', 'CMD python src/main.py'),
  'a variable that is not defined': above('ENV MODEL=$MODLE/x', 'ENV MODEL=/x'),
  'a secret as a build argument': above('ARG API_TOKEN', 'ARG API_URL'),
  'bash’s `[[ … ]]` in a shell that is not bash': above('RUN [[ -d /data ]] || mkdir /data', 'RUN [ -d /data ] || mkdir /data'),
  'a download piped into a shell': above('RUN wget -qO- https://example.com/setup | sh', 'RUN true'),
  'ADD where COPY does': swapped('COPY src/', 'ADD src/'),
  'a stage that nothing uses': swapped('FROM', 'FROM debian:13-slim AS old\nRUN echo old\n\nFROM'),
  'WORKDIR with a relative path': swapped('WORKDIR /app', 'WORKDIR app'),
  'an instruction in small letters': swapped('WORKDIR /app', 'workdir /app'),
  'apt packages without versions': above(
    'RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*',
    'RUN apt-get update && apt-get install -y --no-install-recommends libgomp1=14.2.0-19 && rm -rf /var/lib/apt/lists/*',
  ),
  'npm packages without versions': pair(
    'FROM node:22.17.0-trixie-slim\nRUN npm install -g pm2\nUSER node\nCMD ["pm2"]\n',
    'FROM node:22.17.0-trixie-slim\nRUN npm install -g pm2@6.0.8\nUSER node\nCMD ["pm2"]\n',
  ),
  'the layout of the file: blank lines, indentation': swapped('WORKDIR /app\nCOPY', 'WORKDIR /app\n\n\n\n   COPY'),
  'PowerShell in a Windows image': pair(
    'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nRUN Invoke-WebRequest https://example.com/a.zip -OutFile a.zip ; Write-Host done\n',
    'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; $ProgressPreference = \'SilentlyContinue\';"]\nRUN Invoke-WebRequest https://example.com/a.zip -OutFile a.zip ; Write-Host done\n',
  ),
};

function pair(bad, good) {
  return { bad: project(bad), good: project(good) };
}

function conda(dependency) {
  const dockerfile = `FROM mambaorg/micromamba:2.3.0-debian12-slim
COPY --chown=$MAMBA_USER:$MAMBA_USER environment.yml /tmp/environment.yml
RUN micromamba install -y -n base -f /tmp/environment.yml && micromamba clean --all --yes
`;
  return {
    Dockerfile: dockerfile,
    'environment.yml': `channels:\n  - conda-forge\ndependencies:\n  - ${dependency}\n`,
    '.dockerignore': '*\n!environment.yml\n',
  };
}

function compose(line) {
  const file = `services:
  db:
    image: postgres:17.5
    environment:
      POSTGRES_USER: app
${line}  app:
    build: .
`;
  return project(APP, { 'compose.yaml': file });
}

function uv(command) {
  const dockerfile = `FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.8.0 /uv /bin/
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN ${command} --no-dev --no-cache
COPY src/ src/
ENV PYTHONUNBUFFERED=1
RUN useradd --no-log-init -m -u 10001 app
USER app
CMD ["/app/.venv/bin/python", "src/main.py"]
`;
  return project(dockerfile, { 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK });
}
