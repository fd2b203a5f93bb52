/**
 * The environment variables of the field: whose each is, what it does, how its value is read, the flag it stands for, and what has
 * taken its place. Knows no findings; what is in force at a command is for facts/caches.ts to say.
 *
 * Sources, read 2026-11-22: CPython's Doc/using/cmdline.rst, its switches measured with 3.11 (`0` and `00` are off, but not for
 * PYTHONFAULTHANDLER); pip's cmdoptions.py and parser.py (2026-08); uv's env_vars.rs (2026-08); Poetry's config.py and
 * configuration.md (2026-06) with cleo 2.1 (which asks nothing without a terminal; neither reads POETRY_NO_INTERACTION); pdm's
 * options.py; conda's settings.rst, manage-virtual.rst and type_coercion.py (2026-08); micromamba-docker's _dockerfile_shell.sh and
 * _activate_current_env.sh (2026-05); NVIDIA's "Specialized Configurations with Docker"; PyTorch's hub.py and "Threading Environment
 * Variables", setup.py and README.md of flash-attention and apex; huggingface_hub's constants.py and environment_variables.md (2026-08),
 * datasets' config.py, transformers 5.23 (which reads no TRANSFORMERS_CACHE), tokenizers' parallelism.rs (2026-06); docs.jax.dev, "GPU
 * memory allocation" (2026-07); numexpr 2.14, numba 0.68, matplotlib 3.11, nltk 3.10, keras 3.15, tensorflow-hub 0.16,
 * sentence-transformers 6.2, ipython 9.18, jupyter_core 5.9, jupyter_server 2.21, uvicorn 0.54, gunicorn 27, flask 3.1, gradio 6.31,
 * streamlit 1.67, mlflow 3.18 and dash 4.4 as packaged; jupyter/docker-stacks' common.md; rayon_core's docs; NumPy's OpenBLAS,
 * measured; renv's config.yml and paths.R (2026-08), rocker's scripts; Julia's manual, "Environment Variables", and Pkg.jl (2026-05).
 * Other servers: see servers.ts. No manual was at hand for TF_*, pixi and Anaconda's terms of service: there, what files do with them.
 */

/** A variable that is known. */
export interface EnvironmentVariable {
  readonly name: string;
  /** Whose it is, as people call it: `uv`, `Hugging Face Hub`. */
  readonly tool: string;
  /** What its value is. */
  readonly kind: VariableKind;
  /** What it does, to go on behind the name of the tool: `keeps no download cache`. Variables and values stand in backticks. */
  readonly does: string;
  /** The option of the tool that it stands for. */
  readonly flag?: string;
  /** The variable that has taken its place. */
  readonly replacement?: string;
}

/**
 * What a value is. `switch`: on or off in the words of the tool; `presence`: on with any text, `0` too; `choice`: one of a few words;
 * `address`: a URL; `host`: what a server listens on; `secret`: nobody else may see it.
 */
export type VariableKind =
  | 'switch'
  | 'presence'
  | 'choice'
  | 'number'
  | 'version'
  | 'text'
  | 'list'
  | 'directory'
  | 'file'
  | 'address'
  | 'host'
  | 'secret';

/** What is known of a variable; case counts, as it does for the tools. */
export function environmentVariable(name: string): EnvironmentVariable | undefined {
  const known = read.get(name);
  if (known !== undefined) return known;
  const at = /^\w+$/.test(name) ? TABLE.indexOf(`\n${name} `) : -1;
  if (at < 0) return undefined;
  const variable = readRow(at + 1);
  read.set(name, variable);
  return variable;
}

/** The rows that have been asked for: reading all of the table takes longer than a run has need of. */
const read = new Map<string, EnvironmentVariable>();

/** All that are known. */
export function environmentVariables(): readonly EnvironmentVariable[] {
  return [...TABLE.matchAll(/^\w+/gm)].flatMap(([name]) => environmentVariable(name) ?? []);
}

/** A variable in a few words for somebody who reads a Dockerfile: whose it is, what it does, what stands for it. Backticks mark code. */
export function explanationOf({ tool, does, kind, flag, replacement }: EnvironmentVariable): string {
  const option = flag === undefined ? '' : ` \`${flag}\``;
  if (replacement !== undefined) return `${tool}${option}: ${does}. Deprecated: write \`${replacement}\`.`;
  const on = kind === 'presence' ? '. Any value switches it on, `0` too' : kind === 'switch' ? (READINGS[tool]?.text ?? '') : '';
  return `${tool}${option}: ${does}${on}.`;
}

/** The variable that stands for an option of a tool: `UV_NO_SYNC` for uv's `--no-sync`. */
export function variableFor(tool: string, flag: string): EnvironmentVariable | undefined {
  const start = TABLE.indexOf(`\n= ${tool}\n`);
  const at = start < 0 ? -1 : TABLE.slice(start, TABLE.indexOf('\n= ', start + 1)).indexOf(` ${flag} `);
  const [name] = at < 0 ? [] : TABLE.slice(TABLE.lastIndexOf('\n', start + at) + 1).split(' ', 1);
  return name === undefined ? undefined : environmentVariable(name);
}

/** Whether a value switches a variable on, in the words of its tool; for a variable that is not known, in the usual words. */
export function meansOn(name: string, value: string): boolean {
  const { tool = '', kind = 'switch' } = environmentVariable(name) ?? {};
  if (value === '') return false;
  return kind !== 'switch' || (READINGS[tool]?.on ?? USUAL).test(value);
}

const USUAL = /^(?!(?:0|false|no|off|n|f)$)/i;

/** What tools take for on; what is neither on nor off is an error to most. SPEC: an empty variable is none to all of them. */
const READINGS: Readonly<Record<string, { readonly on: RegExp; readonly text?: string }>> = {
  Python: { on: /^(?!-?0*$)/, text: '. Any value but `0` switches it on' },
  pip: { on: /^(?:1|t|true|y|yes|on)$/i },
  uv: { on: /^(?:1|t|true|y|yes|on)$/i },
  Poetry: { on: /^(?:1|true)$/i, text: '. On with `1` or `true`, off with anything else' },
  conda: { on: /^(?:true|yes|on|y|0*[1-9]\d*)$/i },
  'micromamba’s image': { on: /^1$/, text: '. On with `1` alone' },
  'Hugging Face Hub': { on: /^(?:1|on|yes|true)$/i, text: '. On with `1`, `true`, `yes` or `on`' },
  'PyTorch extensions': { on: /^1$/, text: '. On with `1` alone' },
  Julia: { on: /^(?:1|t|true|y|yes)$/i },
  TensorFlow: { on: /^true$/i, text: '. On with `true`' },
};

/** @param start where its name begins */
function readRow(start: number): EnvironmentVariable {
  const [, name = '', kind = '', flag, replacement, does = ''] = ROW.exec(TABLE.slice(start, TABLE.indexOf('\n', start))) ?? [];
  const head = TABLE.lastIndexOf('\n= ', start) + 3;
  const tool = TABLE.slice(head, TABLE.indexOf('\n', head));
  const own = { name, tool, kind: kind as VariableKind, does };
  return { ...own, ...(flag === undefined ? {} : { flag }), ...(replacement === undefined ? {} : { replacement }) };
}

const ROW = /^(\w+) (\w+)(?: (-\S+))?(?: >(\w+))? (.+)$/;

/** `= tool`, then one variable a line: its name, its kind, the option it stands for, `>` and what has replaced it, what it does. */
const TABLE = `
= Python
PYTHONUNBUFFERED switch -u prints at once instead of in blocks, so that a container’s log is up to date
PYTHONDONTWRITEBYTECODE switch -B writes no \`.pyc\` files when it imports modules
PYTHONHASHSEED number fixes the seed of string hashes, on which the order of sets depends
PYTHONFAULTHANDLER presence -Xfaulthandler shows where the Python code was when a library crashes
PYTHONPATH list adds directories in which modules are looked for
PYTHONPYCACHEPREFIX directory writes \`.pyc\` files into a tree of its own, not beside the code
PYTHONNOUSERSITE switch -s leaves packages in the user’s home directory alone
PYTHONUTF8 switch -Xutf8 takes UTF-8 for text, whatever the locale says
PYTHONIOENCODING text sets the encoding of standard input and output
PYTHONWARNINGS list -W says which warnings are shown
VIRTUAL_ENV directory the virtual environment in force, into which uv and others install
= pip
PIP_NO_CACHE_DIR presence --no-cache-dir keeps no download cache
PIP_CACHE_DIR directory --cache-dir where downloads and wheels it has built are kept
PIP_DISABLE_PIP_VERSION_CHECK switch --disable-pip-version-check does not ask the index for a newer pip
PIP_ROOT_USER_ACTION choice --root-user-action with \`ignore\`, does not warn when it runs as root
PIP_BREAK_SYSTEM_PACKAGES switch --break-system-packages changes the distribution’s own Python, too
PIP_CONSTRAINT list --constraint keeps versions within the lists in these files
PIP_REQUIREMENT list --requirement installs what these files list
PIP_INDEX_URL address --index-url the package index in place of PyPI
PIP_EXTRA_INDEX_URL list --extra-index-url further package indexes, none of which comes first
PIP_FIND_LINKS list --find-links further places to take packages from
PIP_NO_INDEX switch --no-index asks no package index
PIP_TRUSTED_HOST list --trusted-host takes packages from these hosts without a valid certificate
PIP_CONFIG_FILE file a configuration file to read besides the usual ones
PIP_REQUIRE_HASHES switch --require-hashes installs only what a hash is written down for
PIP_UPLOADED_PRIOR_TO text --uploaded-prior-to passes over what was uploaded later
PIP_PREFER_BINARY switch --prefer-binary takes an older wheel before a newer source archive
PIP_ONLY_BINARY list --only-binary compiles nothing of these packages
PIP_NO_BINARY list --no-binary compiles these packages itself
PIP_NO_DEPS switch --no-deps installs no dependencies
PIP_PYTHON file --python the Python to install for
PIP_TARGET directory --target where packages are put
PIP_PREFIX directory --prefix where packages, programs and data are put
PIP_ROOT directory --root installs as if this directory were \`/\`
PIP_DEFAULT_TIMEOUT number --timeout how many seconds it waits for a server
PIP_RETRIES number --retries how often it tries to connect
PIP_NO_INPUT switch --no-input asks no questions
PIP_PROGRESS_BAR choice --progress-bar how progress is shown
= uv
UV_COMPILE_BYTECODE switch --compile-bytecode compiles what it installs, so that the container starts faster
UV_LINK_MODE choice --link-mode how files come from its cache; \`copy\` is for a cache on a mount
UV_NO_CACHE switch --no-cache keeps no cache
UV_CACHE_DIR directory --cache-dir where its cache is
UV_PYTHON text --python the Python to use: a version or a path
UV_PYTHON_DOWNLOADS choice whether it may download Python; \`never\` or \`0\` forbids it
UV_PYTHON_PREFERENCE choice --python-preference whether it prefers the system’s Python or its own
UV_PYTHON_INSTALL_DIR directory where it keeps the Pythons it downloads
UV_MANAGED_PYTHON switch --managed-python uses only Pythons of its own
UV_NO_MANAGED_PYTHON switch --no-managed-python uses no Python of its own
UV_PROJECT_ENVIRONMENT directory where the project’s environment is made, in place of \`.venv\`
UV_SYSTEM_PYTHON switch --system installs into the first Python on the \`PATH\`, without an environment
UV_BREAK_SYSTEM_PACKAGES switch --break-system-packages changes the distribution’s own Python, too
UV_DEV switch --dev installs the development group
UV_NO_DEV switch --no-dev leaves the development group out
UV_NO_GROUP list --no-group leaves these groups out
UV_NO_DEFAULT_GROUPS switch --no-default-groups leaves out the groups that are installed by default
UV_NO_EDITABLE switch --no-editable copies the project into the environment instead of pointing at its code
UV_NO_INSTALL_PROJECT switch --no-install-project installs what the project needs, but not the project
UV_LOCKED switch --locked stops if \`uv.lock\` is out of date
UV_FROZEN switch --frozen takes \`uv.lock\` as it is
UV_NO_SYNC switch --no-sync leaves the environment as it is
UV_OFFLINE switch --offline uses no network
UV_TOOL_DIR directory where \`uv tool install\` makes its environments
UV_TOOL_BIN_DIR directory where \`uv tool install\` puts programs
UV_TORCH_BACKEND choice --torch-backend which build of PyTorch it takes: \`cpu\`, \`cu126\`, \`auto\`
UV_DEFAULT_INDEX address --default-index the package index in place of PyPI
UV_INDEX list --index further package indexes, which come first
UV_INDEX_URL address --index-url >UV_DEFAULT_INDEX the package index in place of PyPI
UV_EXTRA_INDEX_URL list --extra-index-url >UV_INDEX further package indexes
UV_FIND_LINKS list --find-links further places to take packages from
UV_INDEX_STRATEGY choice --index-strategy in which indexes a package is looked for
UV_CONSTRAINT list --constraints keeps versions within the lists in these files
UV_BUILD_CONSTRAINT list --build-constraints keeps versions of build tools within the lists in these files
UV_OVERRIDE list --overrides versions in these files, whatever packages ask for
UV_EXCLUDE_NEWER text --exclude-newer passes over what was uploaded later
UV_REQUIRE_HASHES switch --require-hashes installs only what a hash is written down for
UV_RESOLUTION choice --resolution whether it takes the newest or the oldest versions
UV_PRERELEASE choice --prerelease whether it takes pre-releases
UV_NO_BUILD_ISOLATION switch --no-build-isolation builds packages with what is installed
UV_CONFIG_FILE file --config-file the configuration file to read
UV_NO_CONFIG switch --no-config reads no configuration files
UV_ENV_FILE list --env-file files of variables that \`uv run\` sets
UV_INSECURE_HOST list --allow-insecure-host takes packages from these hosts without a valid certificate
UV_SYSTEM_CERTS switch --system-certs trusts the certificates of the system
UV_NATIVE_TLS switch --native-tls >UV_SYSTEM_CERTS trusts the certificates of the system
UV_HTTP_TIMEOUT number how many seconds it waits for a server
UV_CONCURRENT_DOWNLOADS number how many files it downloads at once
UV_NO_PROGRESS switch --no-progress shows no progress
UV_VENV_RELOCATABLE switch --relocatable makes environments that may be moved
UV_VENV_CLEAR switch --clear empties the directory before it makes an environment
UV_INSTALL_DIR directory where its installer puts uv
UV_UNMANAGED_INSTALL directory where its installer puts uv, leaving shell profiles alone
= Poetry
POETRY_VERSION version the version that its installer installs
POETRY_HOME directory where its installer puts Poetry
POETRY_VIRTUALENVS_CREATE switch makes a virtual environment for the project
POETRY_VIRTUALENVS_IN_PROJECT switch makes the environment in the project, as \`.venv\`
POETRY_VIRTUALENVS_PATH directory where environments are made
POETRY_CACHE_DIR directory where its cache is
POETRY_CONFIG_DIR directory where its configuration is
POETRY_NO_INTERACTION text none of its settings; in a build, which has no terminal, it asks nothing anyway
POETRY_INSTALLER_PARALLEL switch installs several packages at once
POETRY_INSTALLER_MAX_WORKERS number how many packages are installed at once
POETRY_REQUESTS_TIMEOUT number how many seconds it waits for a server
= pdm
PDM_FROZEN_LOCKFILE switch --frozen-lockfile leaves the lock file as it is
PDM_CHECK_UPDATE switch asks whether there is a newer pdm
= pixi
PIXI_LOCKED switch --locked stops if \`pixi.lock\` is out of date
PIXI_FROZEN switch --frozen takes \`pixi.lock\` as it is
= conda
CONDA_DIR directory where conda lies, in the images of Jupyter and Miniforge
CONDA_OVERRIDE_CUDA version takes this CUDA for the driver’s, so that GPU packages are chosen without a GPU
CONDA_PLUGINS_AUTO_ACCEPT_TOS switch accepts the terms of service of Anaconda’s channels
CONDA_PKGS_DIRS list where downloaded packages are kept
CONDA_ENVS_DIRS list where environments are made
CONDA_CHANNELS list the channels to take packages from
CONDA_DEFAULT_CHANNELS list the channels that \`defaults\` stands for
CONDA_CHANNEL_PRIORITY choice whether a channel further up wins over a newer version further down
CONDA_ALWAYS_YES switch --yes asks no questions
CONDARC file a configuration file to read besides the usual ones
= micromamba’s image
MAMBA_DOCKERFILE_ACTIVATE switch activates the environment in \`RUN\`
MAMBA_SKIP_ACTIVATE switch activates no environment by itself
MAMBA_ROOT_PREFIX directory where environments and packages lie
ENV_NAME text the environment that is activated
= NVIDIA’s container toolkit
NVIDIA_VISIBLE_DEVICES list which GPUs the container gets: \`all\`, \`none\` or their numbers
NVIDIA_DRIVER_CAPABILITIES list which parts of the driver the container gets; CUDA needs \`compute\`
NVIDIA_REQUIRE_CUDA text which CUDA the driver must support for the container to start
= CUDA
CUDA_VISIBLE_DEVICES list which GPUs programs see
CUDA_HOME directory where the toolkit lies with which packages are compiled
= PyTorch
TORCH_HOME directory where models are kept that \`torch.hub\` downloads
= PyTorch extensions
TORCH_CUDA_ARCH_LIST list the GPUs to compile for, by compute capability
MAX_JOBS number how many files are compiled at once
FORCE_CUDA switch are compiled for CUDA even if there is no GPU
= Hugging Face Hub
HF_HOME directory where models, data sets and the token are kept
HF_HUB_CACHE directory where downloaded models and data sets are kept
HF_XET_CACHE directory where pieces of downloads are kept
HF_ASSETS_CACHE directory where libraries keep other files
HF_DATASETS_CACHE directory where prepared data sets are kept
HF_MODULES_CACHE directory where code that comes with models is kept
TRANSFORMERS_CACHE directory >HF_HOME where models were kept; Transformers 5 does not read it any more
HUGGINGFACE_HUB_CACHE directory >HF_HUB_CACHE where downloaded models and data sets are kept
HF_TOKEN secret the token to download with
HUGGING_FACE_HUB_TOKEN secret >HF_TOKEN the token to download with
HF_TOKEN_PATH file where the token lies
HF_HUB_OFFLINE switch asks the hub for nothing and takes what is in the cache
TRANSFORMERS_OFFLINE switch asks the hub for nothing and takes what is in the cache
HF_XET_HIGH_PERFORMANCE switch downloads with all of the network and the processor
HF_HUB_ENABLE_HF_TRANSFER switch >HF_XET_HIGH_PERFORMANCE does nothing any more
HF_HUB_DISABLE_TELEMETRY switch sends no usage data
HF_HUB_DISABLE_PROGRESS_BARS switch shows no progress
HF_HUB_DOWNLOAD_TIMEOUT number how many seconds it waits for a server
HF_ENDPOINT address the hub to ask
= Hugging Face tokenizers
TOKENIZERS_PARALLELISM switch works on several texts at once; set, it also silences the warning about forks
= sentence-transformers
SENTENCE_TRANSFORMERS_HOME directory where downloaded models are kept
= NLTK
NLTK_DATA list where its data is looked for
= TensorFlow Hub
TFHUB_CACHE_DIR directory where downloaded models are kept
= Keras
KERAS_HOME directory where its configuration, models and data sets are kept
KERAS_BACKEND choice what it computes with: \`tensorflow\`, \`jax\`, \`torch\`
= TensorFlow
TF_CPP_MIN_LOG_LEVEL number which messages it leaves out: \`1\` notes, \`2\` warnings too, \`3\` errors too
TF_FORCE_GPU_ALLOW_GROWTH switch takes the GPU’s memory as it needs it, not all at once
= JAX
XLA_PYTHON_CLIENT_PREALLOCATE switch takes three quarters of the GPU’s memory at once
XLA_CLIENT_MEM_FRACTION number how much of the GPU’s memory it takes at once
XLA_PYTHON_CLIENT_MEM_FRACTION number >XLA_CLIENT_MEM_FRACTION how much of the GPU’s memory it takes at once
= Matplotlib
MPLCONFIGDIR directory where its configuration and its list of fonts are kept; must be writable
MPLBACKEND choice what it draws with; \`Agg\` needs no screen
= Numba
NUMBA_CACHE_DIR directory where compiled functions are kept
NUMBA_NUM_THREADS number how many threads it computes with
= Many programs
XDG_CACHE_HOME directory where caches are kept, in place of \`~/.cache\`
HOME directory the user’s home directory
PATH list the directories in which programs are looked for, in this order
LD_LIBRARY_PATH list further directories in which shared libraries are looked for, before the usual ones
LANG text the language and the encoding of text
LC_ALL text the language and the encoding of text, before \`LANG\`
LD_PRELOAD list shared libraries that every program loads first
JAVA_HOME directory where Java lies
TZ text the time zone
HOST host what some servers listen on, Dash among them; in a container \`0.0.0.0\`
= IPython
IPYTHONDIR directory where its profiles and its history are kept
= Jupyter’s images
NB_USER text the name of the user the notebooks belong to
NB_UID number the id of the user the notebooks belong to
NB_GID number the id of the group the notebooks belong to
= Jupyter
JUPYTER_CONFIG_DIR directory where the user’s configuration is
JUPYTER_DATA_DIR directory where the user’s kernels and extensions are
JUPYTER_RUNTIME_DIR directory where running servers and kernels keep their files
JUPYTER_PATH list where further kernels and extensions are looked for
JUPYTER_CONFIG_PATH list where further configuration is looked for
JUPYTER_PORT number --port the port the server listens on
JUPYTER_TOKEN secret the token that lets people in
= OpenMP
OMP_NUM_THREADS number how many threads PyTorch, scikit-learn and others compute with
= Intel MKL
MKL_NUM_THREADS number how many threads it computes with, whatever \`OMP_NUM_THREADS\` says
= OpenBLAS
OPENBLAS_NUM_THREADS number how many threads NumPy’s linear algebra computes with
= NumExpr
NUMEXPR_NUM_THREADS number how many threads it computes with
NUMEXPR_MAX_THREADS number how many threads it may compute with
= Rayon
RAYON_NUM_THREADS number how many threads libraries in Rust compute with, tokenizers among them
= BuildKit
TARGETPLATFORM text the platform the image is for: \`linux/amd64\`, \`linux/arm64\`
TARGETOS text the system the image is for
TARGETARCH text the processor the image is for: \`amd64\`, \`arm64\`
BUILDPLATFORM text the platform of the machine that builds
= Debian’s debconf
DEBIAN_FRONTEND choice how packages ask questions; \`noninteractive\` is not at all
= Rocker
CRAN address the repository R takes packages from
NCPUS number how many packages its scripts install at once; \`-1\` is as many as there are cores
= R
GITHUB_PAT secret the token to download from GitHub with
= renv
RENV_PATHS_CACHE directory where installed packages are kept for all projects
RENV_PATHS_LIBRARY directory where the project’s packages are
RENV_CONFIG_CACHE_SYMLINKS switch links to packages in its cache; \`FALSE\` copies them, so that no cache is needed
= Julia
JULIA_DEPOT_PATH list where packages and what is compiled of them are
JULIA_PROJECT directory --project the project to work in
JULIA_NUM_THREADS number --threads how many threads it computes with
JULIA_CPU_TARGET text the processors to compile packages for; without it, the one that builds the image
JULIA_PKG_PRECOMPILE_AUTO switch compiles packages when they are installed
JULIA_PKG_SERVER address the server to take packages from
= Uvicorn
UVICORN_HOST host --host the address it listens on; in a container \`0.0.0.0\`
UVICORN_PORT number --port the port it listens on
= Uvicorn and Gunicorn
WEB_CONCURRENCY number --workers how many processes answer requests
= Gunicorn
GUNICORN_CMD_ARGS text further options of its command line
= Granian
GRANIAN_HOST host --host the address it listens on; in a container \`0.0.0.0\`
GRANIAN_PORT number --port the port it listens on
= Flask
FLASK_RUN_HOST host --host the address \`flask run\` listens on; in a container \`0.0.0.0\`
FLASK_RUN_PORT number --port the port \`flask run\` listens on
FLASK_APP text --app where the application is
FLASK_DEBUG switch --debug shows errors to visitors and lets them run code: for development only
= Quart
QUART_RUN_HOST host --host the address \`quart run\` listens on; in a container \`0.0.0.0\`
= Streamlit
STREAMLIT_SERVER_ADDRESS host --server.address the address it listens on
STREAMLIT_SERVER_PORT number --server.port the port it listens on
STREAMLIT_SERVER_HEADLESS switch --server.headless opens no browser
STREAMLIT_BROWSER_GATHER_USAGE_STATS switch --browser.gatherUsageStats sends usage data
= Gradio
GRADIO_SERVER_NAME host the address it listens on; in a container \`0.0.0.0\`
GRADIO_SERVER_PORT number the port it listens on
= Chainlit
CHAINLIT_HOST host --host the address it listens on; in a container \`0.0.0.0\`
CHAINLIT_PORT number --port the port it listens on
= MLflow
MLFLOW_HOST host --host the address its server listens on; in a container \`0.0.0.0\`
MLFLOW_PORT number --port the port its server listens on
MLFLOW_TRACKING_URI address the server or directory that runs are recorded in
= Dagster
DAGSTER_WEBSERVER_HOST host --host the address its web server listens on; in a container \`0.0.0.0\`
= BentoML
BENTOML_HOST host --host the address it listens on
BENTOML_PORT number --port the port it listens on
= llama.cpp
LLAMA_ARG_HOST host --host the address its server listens on; in a container \`0.0.0.0\`
LLAMA_ARG_PORT number --port the port its server listens on
`;
