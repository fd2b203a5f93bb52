import { compilesAtRunTime, type KeptTools, keptTools, mayBeMeant } from '../../src/facts/build-tools.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { startup } from '../../src/facts/entrypoints.js';
import { factsOfBase } from '../../src/facts/images.js';
import { buildNeed, runtimeNeed } from '../../src/facts/native-libraries.js';
import { type InstalledPackage, pythonInstalls } from '../../src/facts/python-installs.js';
import { muslSupport, wheelSupport } from '../../src/facts/python-packages.js';
import { listed } from '../../src/facts/requirement.js';
import { packageFor } from '../../src/facts/system-packages.js';
import { words } from '../../src/facts/words.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'build-tools-in-final-image',
  family: 'layers',
  summary: 'Compilers that only the build needs are part of the image',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    kept: {
      text: '{tools} {stay} in the image{size}, which only the build of packages needs',
      help: 'Build in a stage of its own (FROM {image} AS build, RUN python -m venv /opt/venv && /opt/venv/bin/pip install …) and take the result: COPY --from=build /opt/venv /opt/venv{libraries}{purge}',
    },
    unneeded: {
      text: '{tools} {stay} in the image{size}, and nothing is compiled: {packages} as wheels for x86-64',
      help: 'Remove {tools}{libraries}',
    },
  },
  on: {
    *stage(stage, ctx) {
      const final = ctx.dockerfile.finalStage;
      if (final === undefined || !isInFinalImage(ctx.dockerfile, stage)) return;
      const kept = keptTools(stage, ctx.script);
      const [first, ...others] = kept;
      if (first === undefined || mayBeMeant(stage, ctx.script) || isForWork(final, ctx)) return;
      const installs = pythonInstalls(final, ctx);
      const packages = installs.packages.filter(({ name }) => !INSTALLERS.has(name));
      // Which packages there are decides on whether a compiler is needed at run time.
      if (!installs.complete || packages.length === 0 || compilesAtRunTime(packages.map(({ name }) => name))) return;
      const compilers = [...new Set(kept.flatMap((each) => each.compilers))];
      const sizes = kept.flatMap(({ megabytes }) => megabytes ?? []);
      const data = {
        tools: listed(compilers),
        stay: compilers.length === 1 ? 'stays' : 'stay',
        size:
          sizes.length === 0
            ? ''
            : `, ${Math.max(...sizes)} MB on Debian 13 with what ${compilers.length === 1 ? 'it brings' : 'they bring'}`,
        libraries: librariesFor(kept, packages, stage),
      };
      const place = { at: first.span, related: others.map(({ span }) => ({ at: span, note: 'more of them' })) };
      const isOfficial =
        factsOfBase(stage.base)?.python?.kind === 'official' &&
        kept.every(({ manager, others: more }) => manager === 'apt' && more.length === 0);
      if (isOfficial && packages.every(comesAsWheel)) {
        const count = new Set(packages.map(({ name }) => name)).size;
        const wheels = count === 1 ? `\`${packages[0]?.name}\` comes` : `all ${count} Python packages come`;
        yield { ...place, message: 'unneeded', data: { ...data, packages: wheels } };
      } else {
        const image = stage.base.kind === 'image' ? stage.base.reference.text : '…';
        yield { ...place, message: 'kept', data: { ...data, image, purge: purgeOf(first, packages) } };
      }
    },
  },
});

const INSTALLERS = words('pip setuptools wheel uv virtualenv pipx poetry');

/** Whether people sit in front of the image, or build others with it: what runs in it is theirs. */
function isForWork(final: Stage, ctx: RuleContext): boolean {
  if (isForDevelopment(ctx.dockerfile, final) || /^(?:build|builder|base|compile)/.test(final.name ?? '')) return true;
  const { entrypoint, command, isInteractive, commands } = startup(final, ctx.script);
  if ((entrypoint === undefined && command === undefined) || isInteractive) return true;
  return commands.some(({ words }) =>
    words.some(({ value }) => /jupyter|^(?:make|cmake|gcc|g\+\+|cargo|R|Rscript|julia|pytest|tox|sleep|tail)$/.test(value ?? '')),
  );
}

/** A pinned version may be older than the wheels for this Python. */
function comesAsWheel({ name, version, from, tool }: InstalledPackage): boolean {
  if (from !== 'registry' || tool === 'conda' || tool === 'pixi') return false;
  if (muslSupport(name, version)?.kind === 'pure') return true;
  return version === undefined && wheelSupport(name) === 'wheel' && buildNeed({ name, tool }) === undefined;
}

/** The libraries that came with the tools and that the program needs: those of headers, and of packages known to load them. */
function librariesFor(kept: readonly KeptTools[], packages: readonly InstalledPackage[], stage: Stage): string {
  const distribution = factsOfBase(stage.base)?.distribution;
  if (distribution === undefined || kept.some(({ manager }) => manager === 'apk')) return '';
  const all = new Map(packages.map((each) => [each.name, each]));
  const things = [
    ...kept.flatMap(({ others }) => others.flatMap((name) => (Object.hasOwn(HEADERS, name) ? (HEADERS[name] ?? []) : []))),
    ...packages.flatMap((each) => [
      ...(buildNeed(each)?.runtime ?? []),
      ...(runtimeNeed(each, all)?.things.filter((thing) => thing === 'gomp') ?? []),
    ]),
  ];
  const names = [...new Set(things.flatMap((thing) => packageFor(thing, distribution) ?? []))];
  return names.length === 0 ? '' : `; install ${listed(names)} here instead`;
}

/** What headers belong to, by the names of debian-dependencies.ts. */
const HEADERS: Readonly<Record<string, string>> = {
  'libpq-dev': 'pq',
  'default-libmysqlclient-dev': 'mariadb',
  'libmariadb-dev': 'mariadb',
  'libldap2-dev': 'ldap',
  'libldap-dev': 'ldap',
  'libcairo2-dev': 'cairo',
  'portaudio19-dev': 'portaudio',
  'libgdal-dev': 'gdal',
  'libicu-dev': 'icu',
  'libmagic-dev': 'magic',
  'unixodbc-dev': 'odbc',
  'libgl1-mesa-dev': 'gl',
  'libglib2.0-dev': 'glib',
  'libpango1.0-dev': 'pango',
};

/** In a RUN that also installs the Python packages the tools can go at its end. */
function purgeOf({ command, compilers, manager }: KeptTools, packages: readonly InstalledPackage[]): string {
  const isSameRun = packages.some((each) => each.command.script === command.script && each.command.span.start > command.span.start);
  if (!isSameRun) return '';
  const purge = manager === 'apt' ? `apt-get purge -y --auto-remove ${compilers.join(' ')}` : `apk del ${compilers.join(' ')}`;
  return `; or end this RUN with && ${purge}`;
}

export const docs: RuleDocs = {
  why: 'A compiler works once, while the image is built. In the image it is weight that is pulled by every machine, hundreds of files for a scanner to complain of, and a tool in the hands of whoever breaks in. On Debian 13 `gcc` takes 186 MB with what it brings, `g++` 269 MB, `build-essential` 327 MB and `cargo` 680 MB beyond the slim image; `python:3.13-slim-trixie` itself is smaller than any of the last three.',
  remedy:
    'Build in a stage that has the tools and copy the virtual environment into one that has not: both from the same image, so that Python stays at its path. Libraries that came with the headers must be installed there by name: `libpq5` for `libpq-dev`, `libmariadb3` for `default-libmysqlclient-dev`, `libgomp1` for what `gcc` brought. A single RUN can also install the tools, the packages, and purge the tools again. First try without: most packages have wheels today.',
  limits:
    'Reported where the Python packages are known (named, or in files of the build context), none of them is known to call a compiler at run time (torch.compile and Triton, vLLM, PyTensor and PyMC, CmdStan, Cython …), and the image starts a program. Nothing is said on unknown and full base images, which bring the tools anyway, CUDA, R, Julia, notebook and development images, images without CMD and ENTRYPOINT or with a shell there, where the tools are taken away again, and of headers, `cmake` or `git` without a compiler. CUDA images with compilers are reported by `cuda-devel-in-final-stage`. There is no fix: a second stage is a decision.',
  references: [
    'https://deb.debian.org/debian/dists/trixie (Packages, Installed-Size; 2026-11-22)',
    'https://docs.docker.com/build/building/multi-stage/ (2026-11)',
    'https://github.com/pytorch/pytorch/pull/170235 (gcc in runtime images for torch.compile)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential libpq-dev && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir psycopg2==2.9.11\nCOPY app.py .\nCMD ["python", "app.py"]\n',
      reports: [[2, 'kept']],
    },
    {
      title: 'Nothing is compiled',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gcc g++ && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir flask==3.1.2 requests==2.32.5\nCOPY app.py .\nCMD ["python", "app.py"]\n',
      reports: [[2, 'unneeded']],
    },
    {
      title: 'Alpine',
      dockerfile:
        'FROM python:3.13-alpine3.23\nRUN apk add --no-cache gcc musl-dev libffi-dev && pip install --no-cache-dir psycopg2==2.9.11\nCOPY app.py .\nCMD ["python", "app.py"]\n',
      reports: [[2, 'kept']],
    },
    {
      title: 'Built in one stage, used in another',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev && rm -rf /var/lib/apt/lists/*\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir psycopg2==2.9.11\nFROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*\nCOPY --from=build /opt/venv /opt/venv\nCMD ["/opt/venv/bin/python", "app.py"]\n',
      reports: [],
    },
    {
      title: 'Purged in the same RUN',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev libpq5 \\\n && pip install --no-cache-dir psycopg2==2.9.11 \\\n && apt-get purge -y --auto-remove gcc libc6-dev libpq-dev && rm -rf /var/lib/apt/lists/*\nCMD ["python", "app.py"]\n',
      reports: [],
    },
    {
      title: 'torch.compile calls the compiler where it runs',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir torch==2.9.1\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'Nobody knows what the file of packages asks for',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["python", "app.py"]\n',
      reports: [],
    },
    {
      title: 'A box of tools',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir numpy==2.3.4\nCMD ["bash"]\n',
      reports: [],
    },
  ],
};
