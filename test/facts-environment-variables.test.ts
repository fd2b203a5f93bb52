/** The table of environment variables: who is in it, how values are read, and what people are told. */
import { describe, expect, it, test } from 'vitest';
import { environmentVariable, environmentVariables, explanationOf, meansOn, variableFor } from '../src/facts/environment-variables.js';
import { secretName } from '../src/facts/secrets.js';

const ALL = environmentVariables();

describe('the table', () => {
  test.each(
    `
    servers: BENTOML_HOST CHAINLIT_HOST DAGSTER_WEBSERVER_HOST FLASK_RUN_HOST GRADIO_SERVER_NAME GRANIAN_HOST HOST LLAMA_ARG_HOST MLFLOW_HOST
      QUART_RUN_HOST STREAMLIT_SERVER_ADDRESS UVICORN_HOST
    threads: MKL_NUM_THREADS NUMEXPR_MAX_THREADS NUMEXPR_NUM_THREADS OMP_NUM_THREADS OPENBLAS_NUM_THREADS RAYON_NUM_THREADS
      TOKENIZERS_PARALLELISM NUMBA_NUM_THREADS JULIA_NUM_THREADS
    caches: HF_HOME HF_HUB_CACHE HF_XET_CACHE HUGGINGFACE_HUB_CACHE IPYTHONDIR JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR
      KERAS_HOME MPLCONFIGDIR NLTK_DATA NUMBA_CACHE_DIR SENTENCE_TRANSFORMERS_HOME TFHUB_CACHE_DIR TORCH_HOME TRANSFORMERS_CACHE XDG_CACHE_HOME
    models: HF_HUB_ENABLE_HF_TRANSFER HF_HUB_OFFLINE HUGGING_FACE_HUB_TOKEN TF_CPP_MIN_LOG_LEVEL TF_FORCE_GPU_ALLOW_GROWTH
      XLA_PYTHON_CLIENT_PREALLOCATE
    GPUs: CUDA_HOME FORCE_CUDA LD_LIBRARY_PATH MAX_JOBS NVIDIA_DRIVER_CAPABILITIES NVIDIA_REQUIRE_CUDA NVIDIA_VISIBLE_DEVICES
      TORCH_CUDA_ARCH_LIST
    conda: CONDA_DIR CONDA_OVERRIDE_CUDA CONDA_PLUGINS_AUTO_ACCEPT_TOS ENV_NAME MAMBA_DOCKERFILE_ACTIVATE PATH
    Poetry: POETRY_CACHE_DIR POETRY_HOME POETRY_NO_INTERACTION POETRY_VERSION POETRY_VIRTUALENVS_CREATE POETRY_VIRTUALENVS_IN_PROJECT
    uv: UV_CACHE_DIR UV_COMPILE_BYTECODE UV_FROZEN UV_LINK_MODE UV_LOCKED UV_NO_CACHE UV_NO_DEV UV_NO_SYNC UV_PROJECT_ENVIRONMENT
      UV_PYTHON_DOWNLOADS UV_PYTHON_PREFERENCE UV_SYSTEM_PYTHON UV_TOOL_BIN_DIR UV_TORCH_BACKEND
    pip: PIP_BREAK_SYSTEM_PACKAGES PIP_CONSTRAINT PIP_DISABLE_PIP_VERSION_CHECK PIP_EXTRA_INDEX_URL PIP_INDEX_URL PIP_NO_CACHE_DIR
      PIP_ROOT_USER_ACTION
    Python: PYTHONDONTWRITEBYTECODE PYTHONFAULTHANDLER PYTHONHASHSEED PYTHONUNBUFFERED
    R: CRAN GITHUB_PAT NCPUS RENV_CONFIG_CACHE_SYMLINKS RENV_PATHS_CACHE
    Julia: JULIA_CPU_TARGET JULIA_DEPOT_PATH JULIA_PKG_PRECOMPILE_AUTO
    systems: DEBIAN_FRONTEND LANG LC_ALL MPLBACKEND TZ`
      .trim()
      .split(/\n(?= {4}\w)/)
      .map((group) => group.trim().split(': ') as [string, string]),
  )('knows those of %s', (_, names) => {
    for (const name of names.split(/\s+/)) expect(environmentVariable(name)?.name, name).toBe(name);
  });

  it('has each once, of a kind that there is, under a tool', () => {
    const kinds = new Set(ALL.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual('address choice directory file host list number presence secret switch text version'.split(' '));
    expect(ALL.length).toBeGreaterThan(190);
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
    for (const { name, tool } of ALL) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(tool, name).not.toBe('');
    }
  });

  it('replaces none by one that is not known or is replaced itself', () => {
    const replaced = ALL.flatMap(({ replacement }) => replacement ?? []);
    expect(replaced.length).toBeGreaterThan(5);
    for (const name of replaced) expect(environmentVariable(name), name).toMatchObject({ name });
    for (const name of replaced) expect(environmentVariable(name)?.replacement, name).toBeUndefined();
  });

  it('gives an option of a tool to one variable, old names aside', () => {
    const flags = ALL.filter(({ flag, replacement }) => flag !== undefined && replacement === undefined).map(
      ({ tool, flag }) => `${tool} ${flag}`,
    );
    expect(new Set(flags).size).toBe(flags.length);
    for (const { name, tool, flag } of ALL) if (flag !== undefined) expect(variableFor(tool, flag)?.name, name).toBe(name);
    for (const [tool, flag] of [
      ['pip', '--no-sync'],
      ['uv', '--root'],
      ['uv', '--all-extras'],
      ['nobody', '--yes'],
    ] as const)
      expect(variableFor(tool, flag), `${tool} ${flag}`).toBeUndefined();
  });

  it('says what each does in one short plain sentence', () => {
    for (const variable of ALL) {
      const { name, does } = variable;
      expect(does, name).toMatch(/^[^\s.][^\n]*[^\s.]$/);
      expect(does.length, name).toBeLessThanOrEqual(100);
      expect(does.split('`').length % 2, name).toBe(1);
      expect(explanationOf(variable), name).toMatch(/^\S.*: .*\.$/);
      expect(explanationOf(variable).length, name).toBeLessThanOrEqual(180);
    }
  });

  it('agrees with the rules on what is a secret', () => {
    for (const { name, kind } of ALL) expect(secretName(name)?.certainty, name).toBe(kind === 'secret' ? 'exact' : undefined);
  });

  it('knows no other name', () => {
    for (const name of ['', '=', '= uv', 'TZ text', 'A\nTZ', 'constructor', 'toString', 'pythonunbuffered', 'LABEL'])
      expect(environmentVariable(name), name).toBeUndefined();
  });
});

describe('values', () => {
  test.each([
    // Measured with CPython 3.11; PYTHONFAULTHANDLER is on with `0`, too.
    ['PYTHONUNBUFFERED', '1 off true x -1', '0 00'],
    ['PYTHONFAULTHANDLER', '1 0 off', ''],
    ['PIP_NO_CACHE_DIR', '1 0 off', ''],
    ['PIP_BREAK_SYSTEM_PACKAGES', '1 true YES on t', '0 no False off f'],
    ['UV_NO_SYNC', '1 true YES on t y', '0 no False off f n'],
    ['POETRY_VIRTUALENVS_CREATE', '1 true True', '0 false yes'],
    ['CONDA_ALWAYS_YES', '1 true y 2', '0 false none'],
    ['MAMBA_DOCKERFILE_ACTIVATE', '1', '0 true'],
    ['HF_HUB_OFFLINE', '1 on Yes TRUE', '0 off enabled'],
    ['TOKENIZERS_PARALLELISM', '1 true x', '0 false off no n f'],
    ['HF_HOME', '/data 0', ''],
    ['OF_NOBODY_KNOWN', '1 true x', '0 false off no'],
  ])('of %s are read as its tool reads them', (name, on, off) => {
    for (const value of on.split(' ')) expect(meansOn(name, value), `${name}=${value}`).toBe(true);
    for (const value of off.split(' ')) expect(meansOn(name, value), `${name}=${value}`).toBe(false);
    expect(meansOn(name, ''), name).toBe(false);
  });

  test.each([
    ['UV_COMPILE_BYTECODE', 'uv `--compile-bytecode`: compiles what it installs, so that the container starts faster.'],
    ['PIP_NO_CACHE_DIR', 'pip `--no-cache-dir`: keeps no download cache. Any value switches it on, `0` too.'],
    [
      'PYTHONUNBUFFERED',
      'Python `-u`: prints at once instead of in blocks, so that a container’s log is up to date. Any value but `0` switches it on.',
    ],
    [
      'TRANSFORMERS_CACHE',
      'Hugging Face Hub: where models were kept; Transformers 5 does not read it any more. Deprecated: write `HF_HOME`.',
    ],
  ])('of %s are explained', (name, expected) => {
    const variable = environmentVariable(name);
    expect(variable && explanationOf(variable)).toBe(expected);
  });
});
