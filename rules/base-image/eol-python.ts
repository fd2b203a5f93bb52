import { suggestedPythonImage, withoutDigest } from '../../src/facts/image-tags.js';
import { type Distribution, distributionInTag, type ImageFacts, imageFacts } from '../../src/facts/images.js';
import { release, SUGGESTED_PYTHON, standing } from '../../src/facts/lifecycles.js';
import { once } from '../../src/facts/once.js';
import { pythonMoves } from '../../src/facts/python-moves.js';
import {
  type AskedPython,
  isMendedByMaker,
  mayBeDistributionsOwn,
  pythonNamedIn,
  pythonsAskedFor,
} from '../../src/facts/python-releases.js';
import { choresOfPython } from '../../src/facts/upgrades.js';
import type { Command, Dockerfile, ImageReference, Span, Stage } from '../../src/model/dockerfile.js';
import { inheritance, isInFinalImage, runScripts } from '../../src/model/stages.js';
import { placeInImage, placeInWord, positionIn, type WrittenPlace } from '../../src/model/written-place.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'eol-python',
  family: 'base-image',
  summary: 'A Python that gets no fixes any more, or soon will not',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    ended: {
      text: '`{words}` brings Python {minor}, which has had no security fixes since {date}; libraries stop building wheels for it',
      help: 'Move to Python {suggestion}: {replacement}',
    },
    ending: {
      text: '`{words}` brings Python {minor}, whose security fixes end on {date}',
      help: 'Plan the move to Python {suggestion}: {replacement}',
    },
  },
  on: {
    *stage(stage, ctx) {
      yield* broughtByImage(stage, ctx);
      for (const { commands } of runScripts(stage.instructions, ctx.script)) {
        for (const command of commands) {
          const asked = pythonsAskedFor(command);
          if (asked.length > 0) yield* askedFor(asked, command, ctx);
        }
      }
    },
  },
});

function* broughtByImage(stage: Stage, ctx: RuleContext) {
  const { dockerfile, script, today } = ctx;
  if (stage.parent !== undefined || stage.base.kind !== 'image') return;
  const { reference } = stage.base;
  const facts = imageFacts(reference);
  if (facts !== undefined && isMendedByMaker(facts)) return;
  const named = facts?.python === undefined ? pythonNamedIn(reference) : undefined;
  const minor = facts?.python?.minor ?? named?.minor;
  if (minor === undefined || severityOf(minor, today) === undefined || isTestMatrix(dockerfile, stage)) return;
  const spelling = named?.spelling ?? spellingIn(reference.tag ?? reference.repository, minor);
  const { span, by } = placeInImage(dockerfile, stage, spelling ?? reference.text);
  const at = by === undefined && spelling === undefined ? (stage.from.image?.span ?? span) : span;
  const image = imageReplacement(facts, reference.text, spelling);
  const replacement = (by === undefined ? undefined : argumentReplacement({ span, by }, spelling, facts?.name, reference)) ?? image;
  const digest = reference.digest === undefined ? [] : ['renew the digest'];
  const advice = [replacement, ...digest, ...choresOfPython(minor, facts, stage, script)].join('; ');
  const fixes = facts?.name === 'python' ? movedTo(pythonMoves(dockerfile, minor, ctx), minor) : [];
  yield* judged(minor, { at, words: withoutDigest(reference), replacement: advice, fixes }, today);
}

function movedTo(edits: readonly Edit[], minor: string): readonly Fix[] {
  const title = `Move to Python ${SUGGESTED_PYTHON}`;
  const risk = `packages pinned for Python ${minor} may have no release for ${SUGGESTED_PYTHON}, and the system below it is a newer one`;
  return edits.length === 0 ? [] : [{ title, safety: 'unsafe', risk, edits }];
}

function* askedFor(asked: readonly AskedPython[], command: Command, { dockerfile, script, today }: RuleContext) {
  const { stage, instruction } = command.script;
  if (isTestMatrix(dockerfile, stage)) return;
  // Several Pythons side by side are a test matrix or a tool's own choice: the old ones are there on purpose.
  if (new Set(asked.map(({ minor }) => minor)).size > 1 && asked.some(({ minor }) => severityOf(minor, today) === undefined)) return;
  const distribution = distributionOf(stage);
  const seen = new Set<string>();
  for (const { minor, word, spelling, from } of asked) {
    if (seen.has(minor) || (from === 'apt' && mayBeDistributionsOwn(minor, distribution))) continue;
    seen.add(minor);
    const place = placeInWord(dockerfile, stage, word, spelling, instruction);
    const written = word.value ?? word.text;
    const head = from === 'build' ? `${builderOf(command)} ` : '';
    // Debian and Ubuntu have one Python each; another one needs an archive beside theirs.
    const hasArchive = from !== 'apt' || hasDeadsnakes(stage, script);
    const replacement = hasArchive
      ? (argumentReplacement(place, spelling) ?? `\`${head}${suggestedInstead(written, spelling)}\``)
      : `the \`python3\` of a newer release, \`${suggestedPythonImage('slim')}\`, or \`uv python install ${SUGGESTED_PYTHON}\``;
    const related = otherPlaces(`python${minor}`, command, stage, script);
    yield* judged(minor, { at: place.span, words: `${head}${written}`, replacement, related }, today);
  }
}

/** ppa:deadsnakes has builds of every Python for Ubuntu. */
function hasDeadsnakes(stage: Stage, script: RuleContext['script']): boolean {
  return [...inheritance(stage)].some((each) => namesDeadsnakes(each, script));
}

const namesDeadsnakes = once((stage: Stage, script: RuleContext['script']): boolean =>
  runScripts(stage.instructions, script).some(({ commands }) =>
    commands.some(({ words }) => words.some(({ text }) => text.includes('deadsnakes'))),
  ),
);

/** A few other commands of the stage that name the program: these have to change with it. */
function otherPlaces(program: string, command: Command, stage: Stage, script: RuleContext['script']) {
  const others = (programsNamed(stage, script).get(program) ?? []).filter((other) => other !== command);
  return others.slice(0, 3).map(({ span }) => ({ at: span, note: `names \`${program}\` as well` }));
}

/** The commands of a stage that name a Python by its minor, by the name; the first few of each. */
const programsNamed = once((stage: Stage, script: RuleContext['script']): ReadonlyMap<string, readonly Command[]> => {
  const named = new Map<string, Command[]>();
  for (const command of stage.instructions.flatMap((instruction) => script(instruction)?.commands ?? [])) {
    for (const { text } of command.words) {
      const program = /(?<![\w-])python[23]\.\d{1,2}$/.exec(text)?.[0];
      if (program === undefined) continue;
      const commands = named.get(program) ?? [];
      if (commands.length < 5 && commands.at(-1) !== command) commands.push(command);
      named.set(program, commands);
    }
  }
  return named;
});

interface Judged {
  readonly at: Span;
  readonly words: string;
  readonly replacement: string;
  readonly related?: readonly { readonly at: Span; readonly note: string }[];
  readonly fixes?: readonly Fix[];
}

function* judged(minor: string, place: Judged, today: string) {
  const verdict = severityOf(minor, today);
  if (verdict === undefined) return;
  const { at, words, replacement, related = [], fixes = [] } = place;
  const data = { words, minor, date: verdict.date, suggestion: SUGGESTED_PYTHON, replacement };
  yield {
    at,
    message: verdict.severity === 'info' ? ('ending' as const) : ('ended' as const),
    severity: verdict.severity,
    data,
    related,
    fixes,
  };
}

function severityOf(minor: string, today: string): { readonly severity: Severity; readonly date: string } | undefined {
  const known = release('python', minor);
  if (known === undefined) return undefined;
  const now = standing(known, today);
  if (now.kind === 'ending') return { severity: 'info', date: now.on };
  if (now.kind !== 'ended') return undefined;
  return { severity: now.longAgo || minor.startsWith('2.') ? 'error' : 'warning', date: now.on };
}

function distributionOf({ base }: Stage): Distribution | undefined {
  if (base.kind !== 'image') return undefined;
  const facts = imageFacts(base.reference);
  return facts === undefined ? distributionInTag(base.reference.tag ?? '') : facts.distribution;
}

/** What stands in front of the version where a tool brings a Python of its own: `uv venv --python`, `pyenv install`. */
function builderOf({ name, args }: Command): string {
  if (name !== 'uv') return `${name} install`;
  return args.some(({ value }) => value === 'venv') ? 'uv venv --python' : 'uv python install';
}

/** The word with the proposed minor in it: a patch release goes with the old minor, and with it the second `=` of conda. */
function suggestedInstead(written: string, spelling: string): string {
  if (spelling === '2') return 'python3';
  return written.replace(
    new RegExp(`=?=?${spelling.replace('.', '\\.')}(?:\\.\\d+)*`),
    (old) => (old.startsWith('=') ? '=' : '') + SUGGESTED_PYTHON,
  );
}

/**
 * The ARG or ENV with the proposed minor, where that is all there is to change: `ARG PYTHON_VERSION=3.13`. Undefined where
 * the version stands in the word itself, or where the rest of an official image's tag is gone with the old Python.
 */
function argumentReplacement(
  { span, by }: WrittenPlace,
  spelling: string | undefined,
  image?: string,
  reference?: ImageReference,
): string | undefined {
  const pair = by?.pairs.find(({ value }) => value !== undefined && value.span.start <= span.start && span.end <= value.span.end);
  if (by === undefined || pair?.value === undefined || spelling === undefined || spelling === '2') return undefined;
  if (image === 'python' && /-(?!slim$|alpine$|bookworm$|trixie$)[a-z]/.test(reference?.tag?.replace(/-slim(?=-)/, '') ?? ''))
    return undefined;
  const suggested = spelling.includes('.') ? SUGGESTED_PYTHON : SUGGESTED_PYTHON.replace('.', '');
  const value = pair.value.text.replace(new RegExp(`${spelling.replaceAll('.', '\\.')}(?:\\.\\d+)*`), suggested);
  return `\`${by.keyword} ${pair.key.text}=${value}\`${reference === undefined || image === 'python' ? '' : ', if the image has it'}`;
}

/** A stage that only tests are run in: nothing of it ships. */
function isTestMatrix(dockerfile: Dockerfile, stage: Stage): boolean {
  return (
    /(?:^|[-_.])(?:tests?|testing|tox|nox|ci|py\d+)(?:$|[-_.])/.test(stage.name ?? '') &&
    !isInFinalImage(dockerfile, stage) &&
    !isCopiedFrom(dockerfile, stage)
  );
}

function isCopiedFrom(dockerfile: Dockerfile, stage: Stage): boolean {
  return dockerfile.stages.some(({ instructions }) =>
    instructions.some(({ flags }) =>
      flags.some(({ name, value }) => name === 'from' && (value?.toLowerCase() === stage.name || value === String(stage.index))),
    ),
  );
}

/** How a tag spells a minor: `3.9`, `39`; undefined when it only follows from the tag. */
function spellingIn(tag: string, minor: string): string | undefined {
  const patched = new RegExp(`(?<![\\d.])${minor.replace('.', '\\.')}(?:\\.\\d+)?(?![\\d])`).exec(tag)?.[0];
  return patched ?? (new RegExp(`py(?:thon-?)?${minor.replace('.', '')}(?!\\d)`).test(tag) ? minor.replace('.', '') : undefined);
}

function imageReplacement(facts: ImageFacts | undefined, text: string, spelling: string | undefined): string {
  if (facts?.name === 'python') return `\`${text.replace(/@.*$/, '').replace(/[^/]*$/, suggestedPythonImage(text))}\``;
  if (facts?.python?.minor === '2.7' && facts.retired?.successor !== undefined) return `\`${facts.retired.successor}:<version>\``;
  if (spelling === undefined) return 'a newer release of this image';
  const at = positionIn(text, spelling);
  const suggested = spelling.includes('.') ? SUGGESTED_PYTHON : SUGGESTED_PYTHON.replace('.', '');
  return `\`${text.slice(0, at)}${suggested}${text.slice(at + spelling.length)}\`${facts?.purpose === 'lambda' ? '' : ', if the image has it'}`;
}

export const docs: RuleDocs = {
  why: 'A Python past its end gets no security fixes, and the field leaves it at once: NumPy, pandas, scikit-learn and PyTorch drop a minor long before its end, so that pip falls back on old releases or compiles. docker-library rebuilds 3.11 to 3.15 only, so that an older tag also keeps the unpatched system of the day it was last built. 22 % of 604 public data-science Dockerfiles stand on an ended Python or system, and 43 % of 2,253 that no longer build.',
  remedy: 'Move to a Python with years ahead of it, `python:3.13-slim-trixie` for instance, and let the tests run there.',
  limits:
    "The Python of a distribution's own packages (python3.10 on Ubuntu 22.04) lives as long as the distribution and is not reported; the same goes for Red Hat's images. PyPy is not judged, a command that installs several minors side by side is taken as a test matrix, and so is a stage named after tests that nothing is copied from. Ranges (`python>=3.8`) and variables without a known value say nothing. The Python inside an installer (Miniconda3-py38_…) is not looked at. The fix moves all official Python 3 images of that minor in the file at once, in FROM or in an ARG that FROM alone uses, and the paths that hold the minor; there is none where the old minor is named in any other way, another image brings a Python too, a digest is pinned, or something that is installed is not to be had there, nor for a torch without a version on a Python before 3.7. The rule gives way to `deprecated-base-image`, which names the ended Python as well.",
  references: [
    'https://devguide.python.org/versions/ (2026-11)',
    'https://endoflife.date/python (2026-08-22)',
    'docker-library/python (2026-06-23), docker-library/official-images (2026-08-21)',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    {
      title: 'Ended more than a year ago',
      dockerfile: 'FROM python:3.8-slim\nCMD ["python", "main.py"]\n',
      reports: [[1, 'ended']],
      fixed: 'FROM python:3.13-slim-trixie\nCMD ["python", "main.py"]\n',
    },
    {
      title: 'Two stages, which must agree',
      dockerfile:
        'FROM python:3.9-slim-bookworm AS build\nRUN pip install --no-cache-dir pandas\nFROM python:3.9.19-slim-bookworm\nCOPY --from=build /usr/local/lib/python3.9/site-packages /usr/local/lib/python3.9/site-packages\n',
      reports: [
        [1, 'ended'],
        [3, 'ended'],
      ],
      fixed:
        'FROM python:3.13-slim-bookworm AS build\nRUN pip install --no-cache-dir pandas\nFROM python:3.13-slim-bookworm\nCOPY --from=build /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages\n',
    },
    {
      title: 'Other ways to the same Python',
      dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y python3.9 python3.9-venv\nRUN uv python install 3.10\nRUN conda create -y -n env python=3.7 pandas\n',
      reports: [
        [2, 'ended'],
        [3, 'ended'],
        [4, 'ended'],
      ],
    },
    {
      title: 'The argument is what to change',
      dockerfile: 'ARG PYTHON_VERSION=3.9.18\nFROM python:$PYTHON_VERSION-slim AS build\nFROM python:$PYTHON_VERSION-slim\n',
      reports: [[1, 'ended']],
      fixed: 'ARG PYTHON_VERSION=3.13\nFROM python:$PYTHON_VERSION-slim AS build\nFROM python:$PYTHON_VERSION-slim\n',
    },
    {
      title: 'What is installed is gone there',
      dockerfile:
        'FROM python:3.9-slim-bullseye\nRUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*\n',
      reports: [[1, 'ended']],
    },
    {
      title: 'Half a year before the end',
      dockerfile: 'FROM python:3.11-slim\n',
      reports: [[1, 'ending']],
      fixed: 'FROM python:3.13-slim-trixie\n',
      today: '2027-06-01',
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nRUN conda install -y "python>=3.8"\n', reports: [] },
    {
      title: 'A distribution mends its own Python',
      dockerfile: 'FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3.10-venv\n',
      reports: [],
    },
    {
      title: 'A test matrix',
      dockerfile: 'FROM ghcr.io/astral-sh/uv:0.12.5-trixie-slim\nRUN uv python install 3.9 3.10 3.11 3.12 3.13\n',
      reports: [],
    },
    { title: 'The value is not known', dockerfile: 'ARG PYTHON_VERSION\nFROM python:$PYTHON_VERSION\n', reports: [] },
  ],
};
