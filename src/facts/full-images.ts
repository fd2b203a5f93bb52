/**
 * What needs the full image of a language rather than the slim one: programs that only docker-library/buildpack-deps
 * (2025-11-13) brings, and Python packages that compile or load what it brings.
 *
 * Sources (read 2026-11-22): docker-library/python and buildpack-deps; debuerreotype's slim images for what is left in them;
 * the manuals of the packages named below.
 */
import type { Command, CopyInstruction, Instruction, Script, Stage } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { aptCalls, isProjectScript } from './apt.js';
import type { Project } from './project-files.js';
import { type InstalledPackage, pythonInstalls } from './python-installs.js';
import { muslSupport, wheelSupport } from './python-packages.js';
import { words } from './words.js';

/**
 * Whether nothing in a stage and those it is built from can need more than the slim image has: every program is known to be
 * there, every package to come as a wheel. False wherever that is not certain.
 */
export function slimIsEnough(stage: Stage, project: Project): boolean {
  const instructions = inheritedInstructions(stage);
  if (instructions.some(({ keyword }) => keyword === 'ONBUILD') || instructions.some(takesFilesFromElsewhere)) return false;
  const scripts = instructions.flatMap((each) => project.script(each) ?? []);
  if (!scripts.every(({ complete }) => complete)) return false;
  const installed = scripts.flatMap(packagesOfSystem);
  if (installed.some((name) => name === undefined || COMPILING.test(name))) return false;
  const known = new Set(installed);
  if (!scripts.every(({ commands }) => commands.every((command) => isInSlim(command) || known.has(command.name)))) return false;
  const { packages, complete } = pythonInstalls(stage, project);
  return complete && packages.every(comesAsWheel);
}

/** What is copied out of another stage or image may need its libraries; uv is one file that needs none. */
function takesFilesFromElsewhere(instruction: Instruction): boolean {
  const from =
    instruction.keyword === 'COPY' ? (instruction as CopyInstruction).flags.find(({ name }) => name === 'from')?.value : undefined;
  return from !== undefined && !/(?:^|\/)astral-sh\/uv(?:[:@]|$)/.test(from);
}

function packagesOfSystem(script: Script): readonly (string | undefined)[] {
  return aptCalls(script).flatMap(({ action, operands }) =>
    action === 'install' || action === 'build-dep'
      ? operands.map(({ value }) => (action === 'install' ? value?.replace(/[=:].*$/, '') : undefined))
      : [],
  );
}

/** Who asks for headers or a compiler wants to build something. */
const COMPILING = /-dev$|^(?:build-essential|gcc|g\+\+|clang|make|cmake|ninja-build|gfortran|pkg-config|rustc|cargo|dpkg-dev)(?:-\d+)?$/;

function isInSlim(command: Command): boolean {
  const { name, args } = command;
  if (name === '') return command.words.length === 0;
  if (isProjectScript(command)) return false;
  if (/^(?:python|pip)[\d.]*$/.test(name)) return !args.some(({ prefix }) => /setup\.py$|^build(?:_ext)?$/.test(prefix));
  return SLIM_PROGRAMS.has(name);
}

/** coreutils and the rest of Debian's essential packages, the shell's own commands, and programs that pip installs. */
const SLIM_PROGRAMS = words(
  '[ true false : test echo printf cd pwd export set unset exec exit umask ulimit trap wait read shift local return eval sleep date env id ' +
    'whoami hostname uname arch nproc cat tee head tail cut sort uniq tr wc ls cp mv rm ln mkdir rmdir touch chmod chown chgrp install mktemp ' +
    'basename dirname realpath readlink stat seq expr sha256sum md5sum base64 du df sync tar gzip gunzip grep egrep sed find xargs awk ' +
    'dpkg apt apt-get apt-cache apt-mark dpkg-reconfigure ldconfig useradd adduser groupadd addgroup usermod groupmod chpasswd passwd ' +
    'update-ca-certificates uv uvx poetry pipenv virtualenv venv activate uvicorn gunicorn hypercorn daphne granian waitress-serve flask ' +
    'fastapi streamlit chainlit gradio celery alembic django-admin panel bokeh voila spacy nltk playwright prefect dagster',
);

/** Compilers at run time, programs and libraries that the full image has and the slim one has not; lower case. */
const NEEDS_FULL = words(
  'torch triton vllm sglang deepspeed flash-attn xformers flashinfer-python pytensor aesara theano pymc pymc3 cmdstanpy prophet pystan numba-cuda ' +
    'gitpython dvc pre-commit mlflow setuptools-scm copier cookiecutter dbt-core jupyter jupyterlab notebook jupyterhub ipykernel wand ' +
    'python-magic cairosvg cairocffi weasyprint psycopg psycopg2 mysqlclient lightgbm opencv-python opencv-contrib-python cffi cython ' +
    'meson-python scikit-build scikit-build-core pybind11 rpy2 pyodbc pycurl m2crypto xmlsec python-ldap gevent uwsgi mod-wsgi crewai',
);

/** Known to be pure Python or to have a wheel for glibc; what nobody here knows may have to be compiled. */
function comesAsWheel({ name, version, from }: InstalledPackage): boolean {
  if (from !== 'registry' || NEEDS_FULL.has(name)) return false;
  return muslSupport(name, version) !== undefined && wheelSupport(name, version) !== 'source';
}
