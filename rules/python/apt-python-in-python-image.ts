import { together } from '../../src/edits/together.js';
import { replacedWord, withoutWord } from '../../src/edits/words.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { factsOfBase, type ImageFacts } from '../../src/facts/images.js';
import { type PythonPackage, pythonPackages, usesDistributionPython } from '../../src/facts/python-system-packages.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { isInFinalImage, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-python-in-python-image',
  family: 'python',
  summary: 'A second Python is installed beside the one of the image',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    interpreter: {
      text: '`{package}` installs a second Python in /usr/bin{size}; `python` and `pip` stay those of `{image}` in {place}',
      help: 'Remove {words} from the line: the image has Python and pip',
    },
    headers: {
      text: '`{package}` brings another Python with its headers{size}; those of `{image}` are in {headers} already',
      help: 'Remove {words} from the line{instead}',
    },
    library: {
      text: '`{package}` is installed for another Python: `python` of `{image}` in {place} cannot import it',
      help: 'Install it with {installer}, and remove {words} from the line',
    },
  },
  on: {
    *stage(stage, ctx) {
      const facts = factsOfBase(stage.base);
      const kind = facts?.python?.kind;
      if (facts === undefined || stage.base.kind !== 'image' || (kind !== 'official' && kind !== 'conda')) return;
      if (usesDistributionPython(stage, ctx.script)) return;
      const isConda = kind === 'conda';
      for (const script of runScripts(stage.instructions, ctx.script)) {
        for (const packages of pythonPackages(script, facts.python?.minor)) {
          const [first] = packages.toSorted((a, b) => ORDER.indexOf(a.brings) - ORDER.indexOf(b.brings));
          // apt is not there on Alpine: what it is to install is not the matter.
          if (first === undefined || (facts.libc === 'musl' && first.command.name !== 'apk')) continue;
          const listed = packages.map(({ name }) => `\`${name}\``).join(', ');
          const instead = packages.map((each) => headersFor(each, facts)).find((each) => each !== undefined);
          const data = {
            package: first.name,
            image: withoutDigest(stage.base.reference),
            place: isConda ? (facts.environment.get('CONDA_DIR') ?? 'the conda prefix') : '/usr/local',
            words: listed,
            size: sizeOf(facts, first.brings),
            headers: isConda ? 'its conda prefix' : `/usr/local/include/python${facts.python?.minor ?? '3.x'}`,
            instead: instead === undefined ? '' : `, and write \`${instead}\`: the headers of the C library are all that gcc needs`,
            installer: isConda ? 'conda or pip' : 'pip',
          };
          yield {
            at: first.word.span,
            message: first.brings,
            // What a builder drags along does not ship.
            severity: isInFinalImage(ctx.dockerfile, stage) ? 'warning' : 'info',
            data,
            fixes: withoutPackages(packages, stage, facts, ctx),
          };
        }
      }
    },
  },
});

/** The worst first: one finding speaks for all words of a call. */
const ORDER: readonly PythonPackage['brings'][] = ['library', 'headers', 'interpreter'];

/**
 * Installed-Size of the Python packages alone (Debian 12, 2026-11); that of the full images and of Alpine's is not known.
 * libc6-dev, which the headers bring along, comes with most compilers anyway.
 */
function sizeOf({ distribution, commands }: ImageFacts, brings: PythonPackage['brings']): string {
  if (distribution?.id === 'alpine' || commands?.has.includes('gcc') === true) return '';
  return brings === 'headers' ? ', some 55 MB' : ', some 21 MB';
}

/** The C library's headers, which gcc does without unless it is told or recommended packages are installed; undefined where they come. */
function headersFor({ brings, operands }: PythonPackage, { distribution }: ImageFacts): string | undefined {
  const own = distribution?.id === 'alpine' ? 'musl-dev' : 'libc6-dev';
  const needs = brings === 'headers' && operands.includes('gcc');
  return needs && !operands.some((name) => name === own || /^(?:g\+\+|build-(?:essential|base)|clang|gfortran)$/.test(name))
    ? own
    : undefined;
}

/** A call that would be left without packages stays: what else depends on it is not known. */
function withoutPackages(
  packages: readonly PythonPackage[],
  stage: Stage,
  facts: ImageFacts,
  { dockerfile, stageOf }: RuleContext,
): readonly Fix[] {
  const [first] = packages;
  if (first === undefined || stageOf(first.command.script.instruction) !== stage || first.operands.length <= packages.length) return [];
  const tree = dockerfile.syntax;
  const headers = packages.find((each) => headersFor(each, facts) !== undefined);
  const edits = together(
    packages.map((each) => {
      const instead = each === headers ? headersFor(each, facts) : undefined;
      return instead === undefined ? withoutWord(tree, each.command, each.word) : replacedWord(tree, each.command, each.word, instead);
    }),
  );
  return edits === undefined ? [] : [{ title: "Remove the distribution's Python packages", safety: 'unsafe', risk: RISK, edits }];
}

const RISK = 'what these packages bring along (libc6-dev, libexpat1-dev, zlib1g-dev) may be what something further down is compiled with';

export const docs: RuleDocs = {
  why: "The official images and conda's bring their Python with pip, venv and headers. `apt-get install python3-dev` puts a second one of another version into /usr/bin: some 55 MB on Debian 12 without the C headers it drags along, and its headers are not the ones that `pip install` compiles with. What `python3-numpy` or `py3-pandas` install belongs to that second Python: `import numpy` in the image's own fails. Apache Airflow's image build stops when a distribution's libpython has slipped in, because of libraries that mix.",
  remedy:
    "Leave the packages out, and install libraries with pip. To compile, a compiler is enough: `apt-get install -y --no-install-recommends gcc libc6-dev`. Where the distribution's Python is wanted, start from `debian` or `ubuntu`.",
  limits:
    "Silent where the file names /usr/bin/python3, /usr/lib/python3 or dist-packages, calls `python3.N` of another version, or uses update-alternatives on it, and of packages that only work with the system's Python on purpose (python3-apt, python3-gi, python3-dbus, supervisor). Also of `python3-tk` and `python3-opencv`, which are taken for the system libraries they bring. A `python3.N` of another minor than the image's is a choice. In stages that do not ship it is a remark.",
  references: [
    'https://github.com/docker-library/python (Python in /usr/local with its headers; 2026-06)',
    'https://github.com/apache/airflow Dockerfile (3.3.0: a distro libpython stops the build)',
    'Packages index of Debian bookworm (Installed-Size of python3, python3-dev and what they bring; read 2026-11-22)',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends python3-dev gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'headers']],
      fixed:
        'FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n      libgomp1 \\\n      python3-numpy \\\n      python3-pip \\\n && rm -rf /var/lib/apt/lists/*\n',
      reports: [[5, 'library']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n      libgomp1 \\\n && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nRUN apt-get update && apt-get install -y --no-install-recommends python3 git && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'interpreter']],
      fixed:
        'FROM continuumio/miniconda3:24.5.0-0\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'apt on Alpine is another mistake',
      dockerfile: 'FROM python:3.12-alpine\nRUN apt-get update && apt-get install -y python3-dev python3-pip\n',
      reports: [],
    },
    {
      title: 'gcc needs the headers of the C library',
      dockerfile:
        'FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends gcc python3-dev && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'headers']],
      fixed:
        'FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'A compiler is enough',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: "Ubuntu's own Python",
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-dev gcc && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'The second one is used on purpose',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends python3 python3-gdal && rm -rf /var/lib/apt/lists/*\nRUN /usr/bin/python3 -c "from osgeo import gdal"\n',
      reports: [],
    },
    {
      title: 'Bindings of the system',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends python3-gi gdal-bin && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
  ],
};
