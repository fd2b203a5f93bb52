import { type CopiedPackages, copiedPackages, type Mismatch, mismatch } from '../../src/facts/copied-environments.js';
import { startup } from '../../src/facts/entrypoints.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { once } from '../../src/facts/once.js';
import { firstBehind, programsOf } from '../../src/facts/stage-programs.js';
import type { Command, CopyInstruction, ScriptOf, Stage } from '../../src/model/dockerfile.js';
import { copySource, descendants, isInFinalImage, resolveFileSource } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'copied-venv-interpreter-mismatch',
  family: 'python',
  summary: 'Installed Python packages are copied to a stage whose Python is another',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    minor: {
      text: '`{path}` holds packages for Python {made}, and `{image}` has {found}: it does not look where they are, and cannot load what is compiled',
      help: 'Build both stages on the same minor: FROM {builder} and FROM {image} must agree',
    },
    libc: {
      text: '`{path}` was installed on {made}, and `{image}` has {found}: packages with compiled parts (numpy, pandas, pydantic) do not load',
      help: 'Build both stages on the same system: either both on Alpine or both on Debian',
    },
    place: {
      text: '`{path}/bin/python` is a link to {made}, which `{image}` does not have: nothing in the environment starts',
      help: 'Make the environment with the Python of the image it ends up in: build both stages on the same image, modulo -slim',
    },
    older: {
      text: '`{path}` was installed on {made}, and `{image}` is on {found}, whose glibc is older: what pip has compiled there may not load',
      help: 'Name one suite in both stages: {image} and {builder} must be on the same, or the second on the newer',
    },
    moved: {
      text: '`{made}` is copied to `{found}`: its programs ({programs}) name {made}/bin/python in their first line, and are not found',
      help: 'Copy it to the path it was made at: COPY --from=… {made} {made}; or make it at {found}',
    },
  },
  on: {
    instruction: {
      *COPY(copy, ctx) {
        const { stage } = ctx;
        const name = copySource(copy);
        if (stage === undefined || name === undefined || copy.onbuild !== undefined || !isRun(stage, ctx)) return;
        const source = resolveFileSource(ctx.dockerfile, name, true);
        if (source.kind !== 'stage' || source.stage === stage) return;
        for (const packages of copiedPackages(copy, stage, source.stage, ctx.script)) {
          const found = mismatch(packages, source.stage, stage, ctx.script);
          const program = found?.kind === 'moved' ? brokenProgram(packages, copy, stage, ctx) : '';
          if (found === undefined || program === undefined) continue;
          yield {
            at: copy.sources[0]?.span ?? copy.keywordSpan,
            message: found.kind,
            ...(found.kind === 'older' ? { severity: 'warning' as const } : {}),
            data: dataOf(packages, found, source.stage, stage, program),
            related: [{ at: source.stage.from.image?.span ?? source.stage.from.keywordSpan, note: 'installed here' }],
          };
          return;
        }
      },
    },
  },
});

/** A stage that only gathers files for another one runs nothing of them. */
function isRun(stage: Stage, { dockerfile, script }: RuleContext): boolean {
  return (
    isInFinalImage(dockerfile, stage) || startup(stage, script).command !== undefined || startup(stage, script).entrypoint !== undefined
  );
}

function dataOf({ path, target }: CopiedPackages, { made, found }: Mismatch, from: Stage, stage: Stage, programs: string) {
  return { path: target ?? path, made, found, image: imageOf(stage), builder: imageOf(from), programs };
}

function imageOf({ base }: Stage): string {
  return base.kind === 'image' ? withoutDigest(base.reference) : 'this image';
}

/** Console scripts that packages install; `python` itself works wherever the environment is. */
const SCRIPT =
  /^(?:uvicorn|gunicorn|hypercorn|streamlit|celery|flask|fastapi|jupyter(?:-\w+)?|mlflow|dagster(?:-\w+)?|prefect|airflow|gradio|granian|litestar|dask(?:-\w+)?|alembic|django-admin|vllm|bentoml|panel|bokeh|pip\d*)$/;

/** A program of the environment that is called by its name or path; undefined where none is, or where something may mend them. */
function brokenProgram({ target = '' }: CopiedPackages, copy: CopyInstruction, stage: Stage, { script }: RuleContext): string | undefined {
  const family = descendants(stage);
  if (firstBehind(copy, family, (each) => menders(each, script)) !== undefined) return undefined;
  return firstBehind(copy, family, (each) =>
    callsByName(each, script).filter(({ words }) => {
      const path = words[0]?.value ?? '';
      return !path.includes('/') || path.startsWith(`${target}/bin/`);
    }),
  )?.name;
}

/** What may write other first lines; of a script that is not read nobody knows. */
const menders = once((stage: Stage, script: ScriptOf): readonly Command[] =>
  programsOf(stage, script).filter(
    ({ name, script: { instruction, complete } }) =>
      instruction.keyword === 'RUN' && (!complete || /^(?:sed|ln|find|perl|mv|cp|uv|python[\d.]*|virtualenv)$/.test(name)),
  ),
);

/** Few name their programs by many paths: what is looked through for each COPY must stay short. */
const MOST_CALLS = 50;

const callsByName = once((stage: Stage, script: ScriptOf): readonly Command[] =>
  programsOf(stage, script)
    .filter(({ name, words, wrappers }) => {
      const isNamed = words[0]?.value?.includes('/bin/') === true && !/^python[\d.]*$/.test(name);
      return isNamed || (SCRIPT.test(name) && words[0]?.value?.includes('/') !== true && wrappers.length === 0);
    })
    .slice(-MOST_CALLS),
);

export const docs: RuleDocs = {
  why: "A virtual environment holds no Python: `bin/python` is a link to the one it was made of, packages are in `lib/python3.12/site-packages`, which another minor does not look at, compiled parts are for one minor and one C library, and each program in `bin/` names the environment's own path in its first line. Copied to a stage where one of these differs, the container ends with ModuleNotFoundError, `no such file or directory`, or `GLIBC_2.38 not found`, when it is started, not when it is built. Prefixes of conda have their path in hundreds of files.",
  remedy:
    'Build both stages on the same tag, modulo `-slim`, with the suite written out (`python:3.13-trixie` and `python:3.13-slim-trixie`), and copy the environment to the path it was made at: `COPY --from=build /opt/venv /opt/venv`.',
  limits:
    'Speaks of environments that `python -m venv`, `virtualenv`, `uv venv` or `uv sync` make at a path that is known, of /usr/local/lib/python3.N, of what `pip install` puts below `--prefix` or, as root with `--user`, into /root/.local, and of /opt/conda and its like, between stages on images that are known. Silent for `--relocatable`, for conda-pack, where the stage also gets a Python by COPY or uv, and for a Python that uv manages (`uv-managed-python-not-copied`). A moved environment is reported only where a program of it is called by name and nothing (sed, ln, a script) may have mended it; `python -m …` works there. An older glibc is a warning, where the builder has a compiler: ready-made wheels work on both. Stages that only gather files are left alone.',
  references: [
    'https://docs.python.org/3/library/venv.html#how-venvs-work (read 2026-11)',
    'https://docs.astral.sh/uv/guides/integration/docker/ (2026-08)',
    'https://pixi.prefix.dev/latest/deployment/container (the prefix must be the same; read 2026-11-22)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.12-slim-trixie AS build\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir numpy==2.3.5\nFROM python:3.13-slim-trixie\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/python", "-m", "app"]\n',
      reports: [[4, 'minor']],
    },
    {
      title: 'Alpine and Debian; site-packages',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN pip install --no-cache-dir numpy==2.3.5\nFROM python:3.13-alpine3.22\nCOPY --from=build /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages\nCMD ["python", "-m", "app"]\n',
      reports: [[4, 'libc']],
    },
    {
      title: 'The Python of distroless images is elsewhere',
      dockerfile:
        'FROM python:3.11-slim-bookworm AS build\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir flask==3.1.2\nFROM gcr.io/distroless/python3-debian12\nCOPY --from=build /opt/venv /opt/venv\nENTRYPOINT ["/opt/venv/bin/python", "-m", "app"]\n',
      reports: [[4, 'place']],
    },
    {
      title: 'What pip put below a prefix, on another minor',
      dockerfile:
        'FROM python:3.11-slim-trixie AS build\nRUN pip install --no-cache-dir --prefix=/install pandas==2.3.3\nFROM python:3.12-slim-trixie\nCOPY --from=build /install /usr/local\nCMD ["python", "main.py"]\n',
      reports: [[4, 'minor']],
    },
    {
      title: "What pip put into root's home, on another C library",
      dockerfile:
        'FROM python:3.12-slim-trixie AS build\nRUN pip install --no-cache-dir --user pandas==2.3.3\nFROM python:3.12-alpine3.23\nCOPY --from=build /root/.local /root/.local\nCMD ["python", "main.py"]\n',
      reports: [[4, 'libc']],
    },
    {
      title: 'A prefix on the same Python',
      dockerfile:
        'FROM python:3.12-trixie AS build\nRUN pip install --no-cache-dir --prefix=/install pandas==2.3.3\nFROM python:3.12-slim-trixie\nCOPY --from=build /install /usr/local\nCMD ["python", "main.py"]\n',
      reports: [],
    },
    {
      title: 'An older suite',
      dockerfile:
        'FROM python:3.13-trixie AS build\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir numpy==2.3.5\nFROM python:3.13-slim-bookworm\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/python", "-m", "app"]\n',
      reports: [[4, 'older']],
    },
    {
      title: 'Another path',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nWORKDIR /build\nRUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uvicorn==0.38.0\nFROM python:3.13-slim-trixie\nCOPY --from=build /build/.venv /app/.venv\nENV PATH="/app/.venv/bin:$PATH"\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
      reports: [[5, 'moved']],
    },
    {
      title: 'The same image, modulo -slim, and the same path',
      dockerfile:
        'FROM python:3.13-trixie AS build\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir numpy==2.3.5\nFROM python:3.13-slim-trixie\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/python", "-m", "app"]\n',
      reports: [],
    },
    {
      title: "Debian's own Python, as distroless has it",
      dockerfile:
        'FROM debian:12-slim AS build\nRUN apt-get update && apt-get install -y --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/* \\\n && python3 -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir flask==3.1.2\nFROM gcr.io/distroless/python3-debian12\nCOPY --from=build /opt/venv /opt/venv\nENTRYPOINT ["/opt/venv/bin/python3", "-m", "app"]\n',
      reports: [],
    },
    {
      title: 'A project of uv, on the same Python',
      dockerfile:
        'FROM ghcr.io/astral-sh/uv:0.9.10-python3.13-trixie-slim AS build\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\nFROM python:3.13-slim-trixie\nCOPY --from=build /app /app\nENV PATH="/app/.venv/bin:$PATH"\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
      reports: [],
    },
    {
      title: 'A project of uv, on another minor',
      dockerfile:
        'FROM ghcr.io/astral-sh/uv:0.9.10-python3.12-trixie-slim AS build\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\nFROM python:3.13-slim-trixie\nCOPY --from=build /app /app\nENV PATH="/app/.venv/bin:$PATH"\nCMD ["uvicorn", "app:app", "--host", "0.0.0.0"]\n',
      reports: [[6, 'minor']],
    },
    {
      title: 'Moved, but only Python itself is called',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN python -m venv /build/venv && /build/venv/bin/pip install --no-cache-dir flask==3.1.2\nFROM python:3.13-slim-trixie\nCOPY --from=build /build/venv /opt/venv\nCMD ["/opt/venv/bin/python", "-m", "app"]\n',
      reports: [],
    },
    {
      title: 'The Python comes along',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir flask==3.1.2\nFROM debian:trixie-slim\nCOPY --from=build /usr/local /usr/local\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/python", "-m", "app"]\n',
      reports: [],
    },
  ],
};
