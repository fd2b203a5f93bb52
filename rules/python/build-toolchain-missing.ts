import { factsOfBase } from '../../src/facts/images.js';
import { buildNeed } from '../../src/facts/native-libraries.js';
import { isFromPypiAlone } from '../../src/facts/pypi-origin.js';
import { type InstalledPackage, pythonInstalls } from '../../src/facts/python-installs.js';
import { listed } from '../../src/facts/requirement.js';
import { packageFor, systemPackages } from '../../src/facts/system-packages.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'build-toolchain-missing',
  family: 'python',
  summary: 'A Python package without a wheel is installed where it cannot be compiled',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    missing: {
      text: '{subject} no wheel for Linux on PyPI, and {missing} {are} not there to compile it: the build stops at this package',
      help: 'Install {remedy}',
    },
  },
  on: {
    *stage(stage, ctx) {
      const distribution = factsOfBase(stage.base)?.distribution;
      if (distribution === undefined) return;
      const seen = new Set<string>();
      for (const asked of compiledIn(stage, ctx)) {
        const need = buildNeed(asked);
        // What is there for the first install is there for the next.
        const compiled = need?.through ?? asked.name;
        if (need === undefined || seen.has(compiled)) continue;
        seen.add(compiled);
        const system = systemPackages(stage, ctx.script, asked.command);
        if (system === undefined) continue;
        // Whoever has g++ has gcc with it.
        const missing = need.things.filter((thing) => !system.things.has(thing) && !(thing === 'gcc' && system.things.has('gxx')));
        const names = missing.flatMap((thing) => packageFor(thing, distribution) ?? []);
        if (missing.length === 0 || names.length < missing.length) continue;
        const runtime = need.runtime.flatMap((thing) => packageFor(thing, distribution) ?? []);
        const instead = need.instead === undefined ? '' : `\`${need.instead}\`, which has wheels, or `;
        const listedIn = asked.file === undefined ? '' : ` (in ${asked.file.source.path})`;
        const later = runtime.length === 0 ? '' : `; where it only runs, ${listed(runtime)} ${runtime.length === 1 ? 'is' : 'are'} enough`;
        yield {
          at: asked.word.span,
          message: 'missing',
          data: {
            subject: `\`${asked.name}\`${listedIn} ${need.through === undefined ? 'has' : `brings \`${need.through}\`, which has`}`,
            missing: listed(names),
            are: names.length === 1 ? 'is' : 'are',
            remedy: `${instead}what it is compiled with, best in a stage that does not ship (apt-get install -y --no-install-recommends ${names.join(' ')})${later}`,
          },
        };
      }
    },
  },
});

/** What pip has to compile in a stage: all that comes from PyPI alone, wheels that are made for another stage too. */
function* compiledIn(stage: Stage, ctx: RuleContext): Generator<InstalledPackage> {
  const { packages, wheels } = pythonInstalls(stage, ctx);
  for (const asked of [...packages, ...wheels]) {
    const { command, install, marker, requirement } = asked;
    if (command.script.stage !== stage || marker !== undefined || !isFromPypiAlone(asked)) continue;
    // Which release an upper bound leads to is not known, and one that must be a wheel is not compiled.
    if (requirement?.kind === 'name' && requirement.pinning === 'bounded' && asked.version === undefined) continue;
    if (install?.options.has('--only-binary') === true || command.conditional || command.failureIsFatal === false) continue;
    yield asked;
  }
}

export const docs: RuleDocs = {
  why: 'For a release without a wheel pip takes the source distribution and compiles it. A slim image has no compiler and no headers, so the build stops in the middle with “error: command gcc failed: No such file or directory”, “pg_config executable not found” or “mysql_config not found”. On PyPI psycopg2, mysqlclient, python-ldap, pycairo, PyAudio, GDAL, dlib, fasttext, annoy, hnswlib, llama-cpp-python and uWSGI have no wheel for Linux (November 2026).',
  remedy:
    'Look for a package that is built already first: psycopg2-binary or psycopg[binary] for psycopg2, whose makers advise to compile for production. Else install the compiler and the headers in a stage that does not ship, build there (`pip wheel -w /wheels …`, or a virtual environment), copy the result, and give the last stage the library alone: libpq5 instead of libpq-dev. On Debian the headers of MySQL are default-libmysqlclient-dev.',
  limits:
    'Slim and full images of Python and of uv, plain Debian and Ubuntu and CUDA images are judged; what is missing on Alpine is the matter of alpine-compiled-wheels. The packages are a list of those that are known to have no wheel for x86-64 Linux and glibc in any release, or until a release that the list names. They are looked for in the commands of pip, uv, Poetry, PDM and Pipenv and in the files of the build context that these read. Nothing is said where another index or directory of wheels is in play, a script, conda or a package in no table may bring the compiler, where the install is conditional or its failure passed over, and of what a version range leaves open. A compiler that is taken away again in front of the install is not noticed. There is no fix: which of the ways is best is not for a tool to say.',
  references: [
    'https://www.psycopg.org/docs/install.html',
    'https://github.com/PyMySQL/mysqlclient#install',
    'https://www.python-ldap.org/en/latest/installing.html',
    'Files on PyPI, 2026-11-22 (src/facts/native-libraries.ts)',
  ],
  examples: [
    { dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir mysqlclient==2.3.1\n', reports: [[2, 'missing']] },
    {
      title: 'A compiler without the headers',
      dockerfile:
        'FROM python:3.13-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'psycopg2==2.9.13\n' },
      reports: [[4, 'missing']],
    },
    {
      title: 'Compiled where the compiler is',
      dockerfile:
        'FROM python:3.13-slim AS build\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev pkg-config default-libmysqlclient-dev && rm -rf /var/lib/apt/lists/*\nRUN pip wheel --no-cache-dir -w /wheels mysqlclient==2.3.1\n\nFROM python:3.13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libmariadb3 && rm -rf /var/lib/apt/lists/*\nCOPY --from=build /wheels /wheels\nRUN pip install --no-cache-dir --no-index --find-links=/wheels mysqlclient\n',
      reports: [],
    },
    {
      title: 'The full image has both',
      dockerfile: 'FROM python:3.13\nRUN pip install --no-cache-dir psycopg2==2.9.13 mysqlclient==2.3.1\n',
      reports: [],
    },
    {
      title: 'Wheels',
      dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir psycopg2-binary==2.9.13 pyodbc==5.5.0\n',
      reports: [],
    },
    {
      title: 'Wheels of your own',
      dockerfile:
        'FROM python:3.13-slim\nRUN pip install --no-cache-dir --extra-index-url https://wheels.example.org/simple psycopg2==2.9.13\n',
      reports: [],
    },
    {
      title: 'A script may bring the compiler',
      dockerfile: 'FROM python:3.13-slim\nCOPY install.sh .\nRUN ./install.sh && pip install --no-cache-dir psycopg2==2.9.13\n',
      reports: [],
    },
  ],
};
