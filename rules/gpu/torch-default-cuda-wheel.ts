import { wordsBehind } from '../../src/edits/words.js';
import { BRINGS_TORCH, buildOf, downloadOf, newestOf, releaseTaken, SIZES_AS_OF, TORCH } from '../../src/facts/cuda.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { hasGpuSign } from '../../src/facts/gpu.js';
import { factsOfBase } from '../../src/facts/images.js';
import { once } from '../../src/facts/once.js';
import type { PipInstall } from '../../src/facts/pip.js';
import type { Project } from '../../src/facts/project-files.js';
import { type InstalledPackage, pythonInstalls, pythonPackages } from '../../src/facts/python-installs.js';
import { startedServers } from '../../src/facts/servers.js';
import { compareVersions } from '../../src/facts/versions.js';
import { words } from '../../src/facts/words.js';
import type { Dockerfile, Stage } from '../../src/model/dockerfile.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'torch-default-cuda-wheel',
  family: 'gpu',
  summary: 'Wheels with CUDA in an image that shows no GPU',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    torch: {
      text: '`{words}` takes PyTorch from PyPI, on x86-64 the build with CUDA: {size} to download, of no use without a GPU',
      help: 'Install the CPU build, about 0.2 GB: {command}; for a GPU, say so in a comment',
    },
    brings: {
      text: '`{words}`{place} brings PyTorch from PyPI, on x86-64 the build with CUDA: {size} to download, of no use without a GPU',
      help: 'Install the CPU build in front of it, about 0.2 GB: {command}; for a GPU, say so in a comment',
    },
    locked: {
      text: '`{words}` installs PyTorch with CUDA from the lock: {size} to download, of no use without a GPU',
      help: 'Give torch the index https://download.pytorch.org/whl/cpu in pyproject.toml and lock again; for a GPU, say so in a comment',
    },
    other: {
      text: '`{words}`{place} is the build for GPUs on x86-64: {size} to download',
      help: 'Without a GPU, install `{instead}`{smaller}',
    },
  },
  on: {
    *stage(stage, ctx) {
      const { dockerfile } = ctx;
      if (!isPlainBase(stage) || isForDevelopment(dockerfile, stage) || isForArm(stage, ctx)) return;
      const own = pythonInstalls(stage, ctx).packages.filter(({ command }) => command.script.stage === stage);
      const suspects = own.filter((each) => !each.isRemovedLater && each.marker === undefined && isSuspect(each));
      if (suspects.length === 0 || hasGpuSign(dockerfile, ctx)) return;
      const torch = takesTorchFromElsewhere(dockerfile, ctx) ? undefined : suspects.find((each) => bringsTorch(each, ctx));
      if (torch !== undefined) yield torchFinding(torch, stage, ctx);
      for (const each of suspects.filter(({ name }) => INSTEAD.has(name))) {
        const finding = torch?.command === each.command && torch.word === each.word ? undefined : otherFinding(each, ctx);
        if (finding !== undefined) yield finding;
      }
    },
  },
});

/** Packages that have a build without CUDA under another name, and the first version from which theirs is worth the change. */
const INSTEAD: ReadonlyMap<string, { readonly name: string; readonly since: string }> = new Map([
  ['tensorflow', { name: 'tensorflow-cpu', since: '2.12' }],
  ['xgboost', { name: 'xgboost-cpu', since: '2.1.1' }],
]);

function isSuspect({ name, extras, isDirect }: InstalledPackage): boolean {
  if (!isDirect) return name === 'torch';
  return TORCH.has(name) || BRINGS_TORCH.has(name) || INSTEAD.has(name) || (name === 'transformers' && extras.includes('torch'));
}

function bringsTorch(each: InstalledPackage, project: Project): boolean {
  const { name, install, command } = each;
  if (INSTEAD.has(name) || install?.options.has('--no-deps') === true) return false;
  const torch = name === 'torch' ? each : pythonPackages(command.script.stage, project).find((other) => other.name === 'torch');
  // Only what was measured is judged: what older pins, or an older Python, bring is another matter.
  const specifier = torch?.requirement?.kind === 'name' ? torch.requirement.specifier : '';
  const isOpen = torch?.version === undefined && /^[<~]|,</.test(specifier);
  const release = isOpen ? undefined : releaseTaken(torch ?? each, 'torch');
  if (release === undefined || downloadOf('torch', release) === undefined) return false;
  // `poetry install --extras cpu`: the lock has both builds, and which of them is reached is not known.
  const isOfBoth = install === undefined && command.args.some(({ text }) => /cpu/i.test(text));
  return !isOfBoth && buildOf(each, project).kind === 'default';
}

/** Any stage that has torch from another place may hand it on, in a virtual environment or as the image of the next. */
const takesTorchFromElsewhere = once((dockerfile: Dockerfile, project: Project): boolean =>
  dockerfile.stages.some((stage) => {
    const { packages, wheels } = pythonInstalls(stage, project);
    return [...packages, ...wheels].some(
      (each) => TORCH.has(each.name) && each.install !== undefined && buildOf(each, project).kind !== 'default',
    );
  }),
);

/** Python's and the systems' own images: no GPU libraries, no torch, no index of their own. */
const PLAIN = words('python debian ubuntu ghcr.io/astral-sh/uv');

function isPlainBase(stage: Stage): boolean {
  const facts = factsOfBase(stage.base);
  return facts !== undefined && PLAIN.has(facts.name) && facts.libc !== 'musl' && !/alpine/.test(stage.from.image?.text ?? '');
}

/** On arm64 PyPI's torch was long without CUDA, and tensorflow-cpu does not exist there. */
function isForArm(stage: Stage, { context }: RuleContext): boolean {
  const platforms = (context?.services ?? []).flatMap(({ service: { build } }) => build?.platforms.map(({ text }) => text) ?? []);
  return (
    stage.from.flags.some(({ name, value }) => name === 'platform' && !/amd64/.test(value ?? '')) ||
    platforms.some((text) => /arm/.test(text))
  );
}

/** A web server or one of the programs of Streamlit's kind: these run without a GPU more often than training does. */
function looksForCpu(stage: Stage, { dockerfile, script }: RuleContext): boolean {
  const shipped = dockerfile.finalStage ?? stage;
  return isSlim(stage) && startedServers(shipped, script).length > 0;
}

const isSlim = ({ base }: Stage): boolean => base.kind === 'image' && /slim/.test(base.reference.tag ?? '');

function torchFinding(each: InstalledPackage, stage: Stage, ctx: RuleContext) {
  const { install, name, version } = each;
  const severity = looksForCpu(stage, ctx) ? ('warning' as const) : ('info' as const);
  const torch = pythonPackages(stage, ctx).find((other) => other.name === 'torch')?.version ?? (name === 'torch' ? version : undefined);
  const data = {
    words: titleOf(each),
    place: placeOf(each),
    size: sizeOf(torch ?? releaseTaken(each, 'torch') ?? newestOf('torch'), torch !== undefined),
  };
  if (install === undefined) return { at: each.word.span, message: 'locked' as const, severity, data };
  const pin = torch === undefined ? '' : `==${torch}`;
  const names = name === 'torch' || !TORCH.has(name) ? `torch${pin}` : `torch ${name}`;
  const command = `${install.tool === 'uv' ? 'uv pip' : 'pip'} install ${names} --index-url https://download.pytorch.org/whl/cpu`;
  if (!TORCH.has(name)) return { at: each.word.span, message: 'brings' as const, severity, data: { ...data, command } };
  return { at: each.word.span, message: 'torch' as const, severity, data: { ...data, command }, fixes: fixesOf(install, ctx) };
}

/** @param isNamed whether the user names the version: it need not be repeated then */
function sizeOf(version: string, isNamed: boolean): string {
  const download = downloadOf('torch', version);
  const isExact = isNamed && download?.version === version;
  const gigabytes = ((download?.total ?? 0) / 1000).toFixed(1);
  return `${isExact || !isNamed ? '' : 'about '}${gigabytes} GB${isExact ? '' : ` for torch ${download?.version} (${SIZES_AS_OF})`}`;
}

/** The package's own word; for one out of a file its name, of PyTorch's own the command that installs them. */
function titleOf({ file, word, name, install, tool }: InstalledPackage): string {
  if (install === undefined) return `${tool} ${word.text}`;
  if (file === undefined) return word.text;
  return TORCH.has(name) ? `${install.title} -r ${word.text}` : name;
}

/** The file that lists a package, behind its name in a message. */
function placeOf({ file, word, name, install }: InstalledPackage): string {
  return install === undefined || file === undefined || TORCH.has(name) ? '' : ` (in ${word.value ?? word.text})`;
}

/** The index of the CPU build, where the command installs nothing but PyTorch; only there it may replace PyPI. */
function fixesOf(install: PipInstall, { dockerfile }: RuleContext): readonly Fix[] {
  const { packages, requirementFiles, command, verb, tool } = install;
  const isAlone =
    requirementFiles.length === 0 && packages.every(({ requirement }) => requirement.kind === 'name' && TORCH.has(requirement.name));
  if (!isAlone || tool === 'pipx') return [];
  const edit = wordsBehind(dockerfile.syntax, command, verb, ['--index-url', 'https://download.pytorch.org/whl/cpu']);
  const risk = 'on a machine with a GPU the program no longer uses it';
  return edit === undefined ? [] : [{ title: "Take PyTorch's build for the CPU", safety: 'unsafe', risk, edits: [edit] }];
}

function otherFinding(each: InstalledPackage, project: Project) {
  const { name, version, word, requirement } = each;
  const instead = INSTEAD.get(name);
  const isOpen = requirement?.kind === 'name' && version === undefined && requirement.specifier !== '';
  if (instead === undefined || isOpen || (version !== undefined && compareVersions(version, instead.since) < 0)) return undefined;
  const release = releaseTaken(each);
  if (each.extras.length > 0 || each.install === undefined || release === undefined || buildOf(each, project).kind !== 'default')
    return undefined;
  const [whole, small] = [name, instead.name].map((one) => downloadOf(one, release) ?? downloadOf(one, newestOf(name)));
  if (whole === undefined) return undefined;
  const measured = whole.version === version ? '' : ` (${name} ${whole.version}, ${SIZES_AS_OF})`;
  return {
    at: word.span,
    message: 'other' as const,
    severity: 'info' as const,
    data: {
      words: titleOf(each),
      place: placeOf(each),
      size: `${whole.total} MB${measured}`,
      instead: `${instead.name}${version === undefined ? '' : `==${version}`}`,
      smaller: small === undefined ? '' : `: ${small.total} MB`,
    },
  };
}

export const docs: RuleDocs = {
  why: 'On x86-64 Linux the torch of PyPI is the build for NVIDIA GPUs and requires the CUDA libraries as wheels: 4.1 GB to download for torch 2.10.0, 3.0 GB for 2.15.0 (sizes in lock files of 2026). A container on a machine without a GPU never opens them. The build for the CPU is about 0.2 GB; people who changed report images of 2.9 GB instead of 9.4, and of 1.66 GB instead of 6.33. Packages that require torch (sentence-transformers, ultralytics, docling, openai-whisper) bring the same. TensorFlow and XGBoost have builds without CUDA under other names: tensorflow 2.21.0 is 573 MB, tensorflow-cpu 274 MB; xgboost 3.4.1 is 363 MB with the NCCL it requires, xgboost-cpu 6 MB.',
  remedy:
    "Install PyTorch's CPU build before whatever requires it: `pip install torch --index-url https://download.pytorch.org/whl/cpu`; with uv, `uv pip install --torch-backend cpu …`, or an index of its own for torch in pyproject.toml. Where the container does get a GPU, a comment that says so is enough.",
  limits:
    "A warning only where a slim image starts a web server or a program of Streamlit's kind, worth knowing otherwise: with a GPU behind it, torch from PyPI in a plain image is a good way to build. Judged are stages on the plain images of Python, Debian, Ubuntu and uv. Nothing is said where anything speaks of a GPU (an image, variable, argument, command, package, comment, the file's name, a compose service that reserves one), of builds for other platforms, of stages for development, with an index, a setting or a pip.conf that is not known, and where any stage takes torch from elsewhere. A package that nobody installs for a CPU speaks of a GPU, too (jax[cuda12], onnxruntime-gpu, faiss-gpu, bitsandbytes): who asked for it by name has decided, and it is not called a mistake here. Clusters' own files are not read: whoever schedules the container on a GPU says so with a comment. Ranges with an upper bound and pins before 1.13 are left alone, and so are Poetry, PDM and uv unless their lock lists the CUDA libraries. The fix is offered where a command installs nothing but PyTorch.",
  references: [
    "Sizes in lock files: uv's own of 2026-11-22 and those of public projects (src/facts/cuda-wheels.ts)",
    'Images before and after: mtrnix/metronix-memory#39 (2026-03), optuna/optuna-mcp#10 (2025-06); the wheel for the CPU: pfnet/pytorch-pfn-extras#608, rhesis-ai/rhesis#1194, pytorch/pytorch#17621',
    'https://github.com/jupyter/docker-stacks (pytorch-notebook takes the CPU index, 2026-08)',
    'https://docs.astral.sh/uv/guides/integration/pytorch/',
  ],
  examples: [
    {
      title: 'A server on a slim image',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir torch==2.10.0 torchvision==0.25.0\nRUN pip install --no-cache-dir fastapi[standard]==0.128.0\nCOPY app.py /app/\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--app-dir", "/app"]\n',
      reports: [[2, 'torch']],
      fixed:
        'FROM python:3.12-slim-trixie\nRUN pip install --index-url https://download.pytorch.org/whl/cpu --no-cache-dir torch==2.10.0 torchvision==0.25.0\nRUN pip install --no-cache-dir fastapi[standard]==0.128.0\nCOPY app.py /app/\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--app-dir", "/app"]\n',
    },
    {
      title: 'torch as a dependency',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir sentence-transformers==5.2.0\nCMD ["python", "/app/embed.py"]\n',
      reports: [[2, 'brings']],
    },
    {
      title: 'From a requirements file',
      dockerfile:
        'FROM python:3.12-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["streamlit", "run", "app.py"]\n',
      files: { 'requirements.txt': 'streamlit==1.52.0\ntorch==2.13.0\n' },
      reports: [[3, 'torch']],
    },
    {
      title: 'TensorFlow for GPUs',
      dockerfile: 'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir tensorflow==2.21.0\n',
      reports: [[2, 'other']],
    },
    {
      title: 'XGBoost for GPUs',
      dockerfile: 'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir xgboost\nCMD ["python", "/app/score.py"]\n',
      reports: [[2, 'other']],
    },
    {
      title: 'What is made for GPUs alone says that there is one',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir torch==2.10.0 onnxruntime-gpu==1.23.2\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
      reports: [],
    },
    {
      title: 'JAX with CUDA, asked for by name',
      dockerfile: 'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir "jax[cuda13]==0.9.0" xgboost==3.2.0\n',
      reports: [],
    },
    {
      title: 'The CPU build is there already',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch==2.10.0 \\\n && pip install --no-cache-dir sentence-transformers==5.2.0\n',
      reports: [],
    },
    {
      title: 'The requirements name the index',
      dockerfile:
        'FROM python:3.12-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["streamlit", "run", "app.py"]\n',
      files: { 'requirements.txt': '--extra-index-url https://download.pytorch.org/whl/cpu\nstreamlit==1.52.0\ntorch==2.13.0+cpu\n' },
      reports: [],
    },
    {
      title: 'An index behind the requirement, which pip passes over: its author knows of it',
      dockerfile:
        'FROM python:3.12-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["streamlit", "run", "app.py"]\n',
      files: { 'requirements.txt': 'streamlit==1.52.0\ntorch==2.13.0 --index-url https://download.pytorch.org/whl/cpu\n' },
      reports: [],
    },
    {
      title: 'A compose service reserves a GPU',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir torch==2.10.0\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
      files: {
        'compose.yaml':
          'services:\n  api:\n    build: .\n    deploy:\n      resources:\n        reservations:\n          devices:\n            - driver: nvidia\n              count: 1\n              capabilities: [gpu]\n',
      },
      reports: [],
    },
    {
      title: 'A comment says what it is for',
      dockerfile:
        '# runs on the A100 GPU nodes\nFROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir torch==2.10.0\nCMD ["python", "train.py"]\n',
      reports: [],
    },
    {
      title: 'A program that asks for CUDA',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN pip install --no-cache-dir torch==2.10.0\nCMD ["python", "serve.py", "--device", "cuda"]\n',
      reports: [],
    },
  ],
};
