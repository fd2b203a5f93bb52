/**
 * Images made for data science: notebooks, distributed computing, schedulers, GPUs, frameworks and servers of models.
 *
 * Sources (read 2026-11-20, dates are those of the copies): jupyter/docker-stacks (2026-08-08); pangeo-docker-images (2026-01-31);
 * dask/dask-docker (2026-07-14), whose workflow still pushes daskdev/* to Docker Hub; rapidsai/docker (2026-07-16) and its #539;
 * ray-project/ray docker/base-deps; apache/spark-docker (2026-06-25); apache/airflow Dockerfile (3.3.0); pytorch/pytorch Dockerfile,
 * #113032, #169873; pytorch/serve (2025-03-17); huggingface/text-generation-inference (2026-01-08); tensorflow/serving (2026-07-30);
 * tiangolo/uvicorn-gunicorn-fastapi-docker (2026-06-24); aws/deep-learning-containers (2026-08-21); NVIDIA's release notes;
 * attic.apache.org (MXNet); Kaixhin/dockerfiles (2019-08-03).
 */
import { baseName } from '../../model/paths.js';
import { distributionInTag, named } from '../distributions.js';
import { compareVersions } from '../versions.js';
import { words } from '../words.js';
import {
  byTag,
  byText,
  commands,
  cudaInTag,
  type Draft,
  type Facts,
  JOVYAN,
  leadingVersion,
  NO_PYTHON,
  NVIDIA,
  python,
  pythonInTag,
  ROOT,
  type Rows,
  retirement,
  step,
  type Tag,
  UTF8,
  withDistribution,
} from './tags.js';

/** Names and facts of images for data science. */
export const dataScience = (): Rows => [
  // Notebooks and distributed computing
  ['quay.io/jupyter/* jupyter/*', dockerStacks],
  [
    'pangeo/base-image pangeo/base-notebook pangeo/pangeo-notebook pangeo/pytorch-notebook pangeo/ml-notebook quay.io/pangeo/base-image quay.io/pangeo/base-notebook quay.io/pangeo/pangeo-notebook quay.io/pangeo/pytorch-notebook quay.io/pangeo/ml-notebook',
    pangeo,
  ],
  [
    'quay.io/opendatahub/* quay.io/modh/*',
    ({ name }) =>
      /notebook|workbench/.test(name)
        ? { user: { name: '1001', root: false, uid: 1001 }, python: { kind: 'venv' }, purpose: 'notebook' }
        : undefined,
  ],
  ['ghcr.io/kubeflow/kubeflow/notebook-servers/*', { purpose: 'notebook' }],
  ['public.ecr.aws/sagemaker/sagemaker-distribution', { purpose: 'notebook' }],
  [
    'gcr.io/kaggle-images/python gcr.io/kaggle-gpu-images/python',
    {
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'system' },
      user: ROOT,
      setsUnbuffered: false,
      entrypoint: ['/usr/bin/env'],
      purpose: 'notebook',
      environment: { MKL_THREADING_LAYER: 'GNU', PYTHONPATH: '', LD_LIBRARY_PATH: '' },
    },
  ],
  [
    'ghcr.io/dask/dask daskdev/dask',
    ({ text }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: ROOT,
      setsUnbuffered: false,
      shell: ['/bin/bash', '-c'],
      entrypoint: ['tini', '-g', '--', '/usr/bin/prepare.sh'],
      ...commands('bash git wget tini conda mamba cmake', ''),
      environment: { PYTHON_VERSION: '', DASK_VERSION: '', CONDA_DIR: '/opt/conda', ...UTF8, PATH: '' },
    }),
  ],
  [
    'ghcr.io/dask/dask-notebook daskdev/dask-notebook',
    ({ text }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: JOVYAN,
      uid1000: 'jovyan',
      purpose: 'notebook',
      shell: ['/bin/bash', '-o', 'pipefail', '-c'],
      ...commands('bash wget tini sudo conda mamba curl git dot kubectl', ''),
      environment: { CONDA_DIR: '/opt/conda', DEBIAN_FRONTEND: 'noninteractive', HOME: '/home/jovyan', PATH: '' },
    }),
  ],
  [
    'rayproject/ray rayproject/ray-ml rayproject/ray-llm',
    ({ text }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: { name: 'ray', root: false, uid: 1000 },
      uid1000: 'ray',
      setsUnbuffered: false,
      hasTzdata: true,
      shell: ['/bin/bash', '-c'],
      ...commands('bash git wget sudo', ''),
      environment: { HOME: '/home/ray', TZ: 'America/Los_Angeles', ...UTF8, LD_LIBRARY_PATH: '', PATH: '' },
    }),
  ],
  [
    'rapidsai/base rapidsai/notebooks nvcr.io/nvidia/rapidsai/base nvcr.io/nvidia/rapidsai/notebooks',
    ({ text, name }) => ({
      distribution: { id: 'ubuntu', floating: false },
      python: python('conda', pythonInTag(text)),
      user: { name: 'rapids', root: false },
      setsUnbuffered: false,
      shell: ['/bin/bash', '-euo', 'pipefail', '-c'],
      entrypoint: ['/home/rapids/entrypoint.sh'],
      ...commands('bash curl git wget conda', ''),
      ...cudaInTag(text, 'cuda'),
      ...(name.endsWith('/notebooks') ? { purpose: 'notebook' as const } : {}),
      environment: { ...NVIDIA, CONDA_PREFIX: '/opt/conda', PYTHON_VERSION: '', PATH: '' },
    }),
  ],
  [
    'rapidsai/rapidsai rapidsai/rapidsai-core rapidsai/rapidsai-dev rapidsai/rapidsai-core-dev rapidsai/rapidsai-core-arm64 rapidsai/rapidsai-clx',
    byTag({
      frozen: true,
      retired: retirement('moved', 'RAPIDS has built other images since release 23.08', '`rapidsai/base` or `rapidsai/notebooks`'),
    }),
  ],
  ['spark apache/spark', spark],
  ['apache/airflow', airflow],
  [
    'puckel/docker-airflow',
    {
      python: { kind: 'official' },
      user: { name: 'airflow', root: false },
      purpose: 'scheduler',
      frozen: true,
      retired: retirement('frozen', 'its last change was made in February 2020', '`apache/airflow`'),
    },
  ],
  [
    'prefecthq/prefect',
    ({ text, words }) => ({
      distribution: { id: 'debian', floating: false },
      python: python(words.includes('conda') ? 'conda' : 'official', pythonInTag(text)),
      user: ROOT,
      setsUnbuffered: false,
      purpose: 'scheduler',
      entrypoint: ['/usr/bin/tini', '-g', '--', '/opt/prefect/entrypoint.sh'],
      environment: { ...UTF8, UV_LINK_MODE: 'copy', UV_SYSTEM_PYTHON: '1', LD_LIBRARY_PATH: '/usr/local/lib' },
    }),
  ],

  // GPU and frameworks
  [
    'mxnet/*',
    byTag({ retired: retirement('frozen', 'Apache MXNet was retired in September 2023', 'another framework, such as `pytorch/pytorch`') }),
  ],
  [
    'floydhub/*',
    {
      retired: retirement(
        'frozen',
        'FloydHub closed down in August 2021',
        "the framework's own image, such as `pytorch/pytorch` or `tensorflow/tensorflow`",
      ),
    },
  ],
  ['kaixhin/cuda kaixhin/cudnn', byTag({ retired: retirement('frozen', "its maker gave it up for NVIDIA's own", '`nvidia/cuda`') })],
  ['nvidia/cuda nvcr.io/nvidia/cuda', nvidiaCuda],
  ['nvcr.io/nvidia/pytorch nvcr.io/nvidia/tensorflow nvcr.io/nvidia/jax nvcr.io/nvidia/tritonserver', nvidiaFramework],
  ['pytorch/pytorch ghcr.io/pytorch/pytorch', pytorch],
  [
    'pytorch/torchserve pytorch/torchserve-nightly',
    {
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'venv' },
      user: { name: 'model-server', root: false },
      entrypoint: ['/usr/local/bin/dockerd-entrypoint.sh'],
      purpose: 'serving',
      environment: { PYTHONUNBUFFERED: 'TRUE', TEMP: '/home/model-server/tmp', PATH: '' },
      retired: retirement(
        'frozen',
        'TorchServe has not been maintained since 2025',
        'a server that is, such as `nvcr.io/nvidia/tritonserver`',
      ),
    },
  ],
  [
    'tensorflow/tensorflow',
    ({ words }) => ({
      ...(words.includes('py3') ? { frozen: true, retired: PY3_SUFFIX } : {}),
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'system' },
      user: ROOT,
      setsUnbuffered: false,
      ...(words.includes('jupyter') ? { purpose: 'notebook' as const } : {}),
      environment: { LANG: 'C.UTF-8', ...(words.includes('gpu') ? { LD_LIBRARY_PATH: '' } : {}) },
    }),
  ],
  [
    'tensorflow/serving',
    {
      distribution: { id: 'ubuntu', floating: false },
      user: ROOT,
      entrypoint: ['/usr/bin/tf_serving_entrypoint.sh'],
      purpose: 'serving',
      environment: { MODEL_BASE_PATH: '/models', MODEL_NAME: 'model' },
    },
  ],
  [
    'ghcr.io/huggingface/text-generation-inference',
    {
      distribution: { id: 'ubuntu', floating: false },
      python: { kind: 'venv' },
      user: ROOT,
      setsUnbuffered: false,
      entrypoint: ['/tgi-entrypoint.sh'],
      purpose: 'serving',
      environment: { ...NVIDIA, HF_HOME: '/data', PORT: '80', VIRTUAL_ENV: '/usr/src/.venv/', LD_LIBRARY_PATH: '', PATH: '' },
      retired: retirement('maintenance', 'only small fixes are taken', '`vllm/vllm-openai` or SGLang, which its makers recommend'),
    },
  ],
  [
    'vllm/vllm-openai',
    {
      distribution: { id: 'ubuntu', floating: false },
      user: ROOT,
      purpose: 'serving',
      environment: { ...NVIDIA, LD_LIBRARY_PATH: '', PATH: '' },
    },
  ],
  [
    'ghcr.io/mlflow/mlflow',
    {
      distribution: { id: 'debian', floating: false },
      python: { kind: 'official' },
      user: ROOT,
      setsUnbuffered: false,
      environment: { PATH: '' },
    },
  ],
  [
    'tiangolo/uvicorn-gunicorn tiangolo/uvicorn-gunicorn-fastapi tiangolo/uvicorn-gunicorn-starlette tiangolo/uvicorn-gunicorn-machine-learning',
    tiangolo(true),
  ],
  ['tiangolo/uwsgi-nginx tiangolo/uwsgi-nginx-flask', tiangolo(false)],
  [
    'rocm/*',
    ({ text, name }) => ({
      ...byTag()({ text, words: [], name }),
      ...(pythonInTag(text) === undefined ? {} : { python: python(undefined, pythonInTag(text)) }),
    }),
  ],
  ['aws-dlc public.ecr.aws/deep-learning-containers/*', deepLearningContainer],
];

/** Ubuntu and Python of docker-stacks builds by the day they were made; `?`: changed within these days. */
const STACKS_UBUNTU = '2022-10-10 22.04 2024-07-01 ? 2024-11-01 24.04';

const STACKS_PYTHON = '2022-10-10 ? 2023-06-05 3.11 2024-10-20 ? 2024-10-27 3.12 2025-08-14 ? 2025-08-20 3.13';

const STACKS = words(
  'docker-stacks-foundation base-notebook minimal-notebook scipy-notebook r-notebook julia-notebook tensorflow-notebook pytorch-notebook datascience-notebook pyspark-notebook all-spark-notebook',
);

/** Beyond the foundation's own: jupyter/docker-stacks images/* /Dockerfile (2026-08-08). */
const MINIMAL = 'jupyter pandoc curl git unzip vim nano less ssh xelatex';
const SCIPY = `${MINIMAL} gcc g++ make ffmpeg`;
const STACK_COMMANDS: Readonly<Record<string, string>> = {
  'base-notebook': 'jupyter pandoc',
  'minimal-notebook': MINIMAL,
  'r-notebook': `${MINIMAL} R Rscript gcc gfortran`,
  'julia-notebook': `${MINIMAL} julia`,
  'scipy-notebook': SCIPY,
  'tensorflow-notebook': SCIPY,
  'pytorch-notebook': SCIPY,
  'datascience-notebook': `${SCIPY} R Rscript julia gfortran`,
  'pyspark-notebook': `${SCIPY} java`,
  'all-spark-notebook': `${SCIPY} java R Rscript`,
};

/** `2026-07-28`, `python-3.11`, `ubuntu-22.04`, `cuda12-python-3.13.14`, `lab-4.2.5`, a commit hash, `latest`. */
function dockerStacks({ text, name }: Tag): Draft | undefined {
  const stack = baseName(name);
  const isOnHub = !name.startsWith('quay.io/');
  if (!STACKS.has(stack)) return undefined;
  const plain = text?.replace(/^(?:x86_64|aarch64)-/, '').replace(/^cuda\d*-/, '');
  const day = plain === 'latest' ? (isOnHub ? '2023-10-20' : '2026-08-08') : /^\d{4}-\d{2}-\d{2}$/.exec(plain ?? '')?.[0];
  const minor = day === undefined ? pythonInTag(plain) : step(STACKS_PYTHON, day, byText);
  const cycle =
    day === undefined
      ? minor !== undefined && compareVersions(minor, '3.12') >= 0
        ? '24.04'
        : undefined
      : step(STACKS_UBUNTU, day, byText);
  const distribution = distributionInTag(plain ?? '') ?? named('ubuntu', cycle);
  const hasCuda = /(?:^|-)cuda/.test(text ?? '');
  const hasSpark = stack === 'pyspark-notebook' || stack === 'all-spark-notebook';
  const hasJulia = stack === 'julia-notebook' || stack === 'datascience-notebook';
  return {
    distribution: { ...distribution, floating: false },
    python: { ...python('conda', minor), floating: plain === 'latest' },
    user: JOVYAN,
    uid1000: 'jovyan',
    setsUnbuffered: false,
    shell: ['/bin/bash', '-o', 'pipefail', '-c'],
    entrypoint: isOnHub ? ['tini', '-g', '--'] : ['tini', '-g', '--', 'start.sh'],
    purpose: 'notebook',
    environment: {
      CONDA_DIR: '/opt/conda',
      SHELL: '/bin/bash',
      NB_USER: 'jovyan',
      NB_UID: '1000',
      NB_GID: '100',
      HOME: '/home/jovyan',
      DEBIAN_FRONTEND: 'noninteractive',
      LANG: isOnHub ? '' : 'C.UTF-8',
      LC_ALL: isOnHub ? '' : 'C.UTF-8',
      PATH: '',
      ...(stack === 'docker-stacks-foundation' ? {} : { JUPYTER_PORT: '8888' }),
      ...(hasSpark ? { SPARK_HOME: '/usr/local/spark' } : {}),
      ...(hasJulia ? { JULIA_DEPOT_PATH: '/opt/julia', JULIA_PKGDIR: '/opt/julia' } : {}),
      ...(hasCuda ? { ...NVIDIA, LD_LIBRARY_PATH: '' } : {}),
    },
    ...commands(
      `bash wget tini sudo conda mamba ${STACK_COMMANDS[stack] ?? ''}`,
      /^(?:docker-stacks-foundation|base-notebook)$/.test(stack) ? 'git curl gcc g++ make' : '',
    ),
    ...(stack === 'docker-stacks-foundation' ? {} : { hasHealthcheck: true }),
    ...(isOnHub
      ? {
          frozen: true,
          retired: retirement(
            'moved',
            'Project Jupyter has built on quay.io only since 2023-10-20',
            `\`quay.io/jupyter/${stack}\``,
            `quay.io/jupyter/${stack}`,
          ),
        }
      : {}),
  };
}

/** `12.4.1-cudnn-runtime-ubuntu22.04`, `11.0.3-base-centos7`, `13.0.1-devel-ubi9`. */
function nvidiaCuda({ text }: Tag): Draft {
  const distribution = distributionInTag(text ?? '');
  const { cuda } = cudaInTag(text, '');
  const isUbuntu24 = distribution?.id === 'ubuntu' && compareVersions(distribution.cycle ?? '', '23.04') >= 0;
  return {
    ...withDistribution(distribution),
    user: ROOT,
    ...(distribution?.id === 'ubuntu' ? { python: NO_PYTHON } : {}),
    setsUnbuffered: false,
    ...(isUbuntu24 ? { uid1000: 'ubuntu' } : {}),
    ...(cuda === undefined ? {} : { cuda }),
    ...(cuda?.flavour === 'devel'
      ? commands('bash gcc g++ make nvcc', 'git wget')
      : cuda?.flavour === undefined
        ? {}
        : commands('bash', 'git wget gcc g++ make cmake nvcc')),
    ...(cuda?.flavour === 'runtime' || cuda?.flavour === 'devel' ? { entrypoint: ['/opt/nvidia/nvidia_entrypoint.sh'] } : {}),
    environment: { ...NVIDIA, CUDA_VERSION: cuda?.version ?? '', LD_LIBRARY_PATH: '', PATH: '' },
  };
}

/** `25.03-py3`: year and month. NVIDIA's own frameworks, on Ubuntu's Python. */
function nvidiaFramework({ text, name }: Tag): Draft {
  const month = /^(\d{2}\.\d{2})/.exec(text ?? '')?.[1];
  const isRecent = month !== undefined && compareVersions(month, '25.01') >= 0;
  // Release notes 19.03, 20.02 and 20.06: PyTorch stood in /opt/conda; when that ended is not known here.
  const mayBeConda = name.endsWith('/pytorch') && !isRecent;
  const isConda = mayBeConda && month !== undefined && compareVersions(month, '20.06') <= 0;
  const hasConstraint = month !== undefined && compareVersions(month, '25.03') >= 0 && name.endsWith('/pytorch');
  // NOTE: `25.06-py3-sdk` and `20.06-py3-clientsdk` hold the clients and serve nothing.
  const isTriton = name.endsWith('/tritonserver');
  const isServer = isTriton && !/sdk$/.test(text ?? '');
  return {
    distribution: isRecent ? named('ubuntu', '24.04') : { id: 'ubuntu', floating: false },
    user: ROOT,
    ...(isServer ? { purpose: 'serving' as const } : {}),
    ...(!isTriton || /-py3(?:-|$)/.test(text ?? '')
      ? { python: python(isConda ? 'conda' : mayBeConda ? undefined : 'system', isRecent ? '3.12' : undefined) }
      : {}),
    entrypoint: ['/opt/nvidia/nvidia_entrypoint.sh'],
    environment: {
      ...NVIDIA,
      LD_LIBRARY_PATH: '',
      PATH: '',
      ...(isRecent ? { PIP_BREAK_SYSTEM_PACKAGES: '1' } : {}),
      ...(isTriton ? { TCMALLOC_RELEASE_RATE: '' } : {}),
      ...(hasConstraint ? { PIP_CONSTRAINT: '/etc/pip/constraint.txt' } : {}),
    },
  };
}

/**
 * `2.3.0-cuda12.1-cudnn8-runtime`. Conda up to 2.9, Ubuntu's Python with PEP 668 from 2.12 (DIAGNijmegen/
 * rse-grand-challenge#4765); the change came between (pytorch#169873, monarch#2284). Ubuntu 22.04 from 2.2 (#113032).
 */
function pytorch({ text }: Tag): Draft {
  const version = leadingVersion(text);
  const isSystem = version !== undefined && compareVersions(version, '2.12') >= 0;
  const isConda = version !== undefined && compareVersions(version, '2.10') < 0;
  const cycle = isSystem ? '24.04' : isConda && compareVersions(version, '2.2') >= 0 ? '22.04' : undefined;
  return {
    distribution: named('ubuntu', cycle),
    python: python(isSystem ? 'system' : isConda ? 'conda' : undefined, isSystem ? '3.12' : undefined),
    user: ROOT,
    setsUnbuffered: false,
    ...cudaInTag(text, 'cuda'),
    environment: { ...NVIDIA, PYTORCH_VERSION: version ?? '', LD_LIBRARY_PATH: '', PATH: '' },
  };
}

/** `2.9.1-python3.11`, `slim-3.1.0`, `latest`. */
function airflow({ text }: Tag): Draft {
  const version = leadingVersion(text?.replace(/^slim-/, ''));
  const isThree = version?.split('.')[0] === '3' || text === 'latest';
  return {
    distribution: isThree ? named('debian', '12') : { id: 'debian', floating: false },
    python: python('venv', pythonInTag(text)),
    user: { name: 'airflow', root: false, uid: 50000 },
    setsUnbuffered: false,
    shell: ['/bin/bash', '-o', 'pipefail', '-o', 'errexit', '-o', 'nounset', '-o', 'nolog', '-c'],
    entrypoint: ['/usr/bin/dumb-init', '--', '/entrypoint'],
    ...commands('bash dumb-init curl', 'gcc g++ make'),
    purpose: 'scheduler',
    environment: {
      AIRFLOW_HOME: '/opt/airflow',
      AIRFLOW_VERSION: version ?? '',
      VIRTUAL_ENV: '/home/airflow/.local',
      DEBIAN_FRONTEND: 'noninteractive',
      ...UTF8,
      PATH: '',
      PIP_CACHE_DIR: '',
      UV_CACHE_DIR: '',
      GUNICORN_CMD_ARGS: '--worker-tmp-dir /dev/shm',
    },
  };
}

/** `3.5.1`, `4.0.0-scala2.13-java21-python3-ubuntu`, `3.5.1-java17`: Ubuntu comes from the Java image below. */
function spark({ text, words }: Tag): Draft {
  const version = leadingVersion(text);
  const isJava11 = /java11/.test(text ?? '') || (version !== undefined && compareVersions(version, '4') < 0 && !/java17/.test(text ?? ''));
  const isFocal = version !== undefined && isJava11 && compareVersions(version, '3.5.7') < 0;
  const isFull = version !== undefined && version.split('.').length === 3 && compareVersions(version, '3.5.0') >= 0;
  const cycle = isFull ? (isFocal ? '20.04' : '22.04') : undefined;
  const hasPython = words.includes('python3') || !words.some((word) => word === 'ubuntu' || word === 'scala' || word === 'r');
  const minor = cycle === '20.04' ? '3.8' : cycle === '22.04' ? '3.10' : undefined;
  return {
    distribution: named('ubuntu', cycle),
    ...(text === undefined ? {} : { python: hasPython ? python('system', minor) : NO_PYTHON }),
    user: { name: 'spark', root: false, uid: 185 },
    setsUnbuffered: false,
    entrypoint: ['/opt/entrypoint.sh'],
    // NOTE: the tags with Python have what python3-pip recommends, a compiler among them.
    ...commands(`bash wget ps tini gosu java${hasPython ? ' python3 pip3' : ''}`, hasPython ? 'git' : 'git gcc make'),
    environment: { SPARK_HOME: '/opt/spark', JAVA_HOME: '', PATH: '' },
  };
}

/** `2024.05.21`; Ubuntu by the day. */
function pangeo({ text }: Tag): Draft {
  const day = /^\d{4}\.\d{2}\.\d{2}$/.exec(text ?? '')?.[0].replaceAll('.', '-');
  const cycle =
    text === 'latest'
      ? '24.04'
      : day === undefined
        ? undefined
        : step('2020-11-10 ? 2022-07-14 22.04 2025-07-25 ? 2025-08-01 24.04', day, byText);
  return {
    distribution: named('ubuntu', cycle),
    python: { kind: 'conda' },
    user: JOVYAN,
    uid1000: 'jovyan',
    setsUnbuffered: false,
    entrypoint: ['/srv/start'],
    ...commands('bash wget zip conda mamba', ''),
    purpose: 'notebook',
    environment: {
      CONDA_DIR: '/srv/conda',
      NB_PYTHON_PREFIX: '/srv/conda/envs/notebook',
      NB_USER: 'jovyan',
      NB_UID: '1000',
      HOME: '/home/jovyan',
      DEBIAN_FRONTEND: 'noninteractive',
      TZ: 'UTC',
      ...UTF8,
      PATH: '',
    },
  };
}

/** `2.12-gpu-py312-cu130-amzn2023-ec2`; the older ones name Ubuntu. Only the new files are known to unbuffer. */
function deepLearningContainer({ text }: Tag): Draft {
  const distribution = distributionInTag(text ?? '');
  const isNew = distribution?.id === 'amazonlinux' && distribution.cycle === '2023';
  return {
    ...withDistribution(distribution),
    python: python(isNew ? 'venv' : undefined, pythonInTag(text)),
    user: ROOT,
    environment: isNew ? { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...UTF8, PATH: '' } : {},
  };
}

/** README of tiangolo/uvicorn-gunicorn-fastapi-docker (2026-06-24): deprecated, and of which tags the last builds were made. */
function deprecatedTiangolo(tag: string): NonNullable<Draft['retired']> {
  const instead = 'a plain Python image and `uvicorn --workers` or `fastapi run --workers`';
  return /python3\.[6-9](?!\d)|alpine/.test(tag)
    ? retirement('frozen', 'its makers have dropped this tag', instead)
    : retirement('deprecated', 'Uvicorn starts the workers itself today', instead);
}

/** Up to 1.15.0 and 2.1.0, Python 3 was what this suffix said (Docker Hub, quoted in Delta-ML/delta#238, 2020-08). */
const PY3_SUFFIX = retirement(
  'frozen',
  'TensorFlow dropped the suffix `-py3` in 2020, its newer images have no other Python',
  'a current version without the suffix',
);

/** `tiangolo/uvicorn-gunicorn-fastapi:python3.11-slim`. */
function tiangolo(isRetired: boolean): Facts {
  return ({ text }) => ({
    distribution: { id: /alpine/.test(text ?? '') ? 'alpine' : 'debian', floating: false },
    python: python('official', pythonInTag(text)),
    user: ROOT,
    purpose: 'serving',
    ...(isRetired ? { retired: deprecatedTiangolo(text ?? '') } : {}),
  });
}
