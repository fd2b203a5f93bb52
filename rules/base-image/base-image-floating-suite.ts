import { aptCalls } from '../../src/facts/apt.js';
import { movementOf, placeOfImage, suggestedPythonImage, tagWithSuite } from '../../src/facts/image-tags.js';
import { type ImageFacts, imageFacts } from '../../src/facts/images.js';
import { release, standing } from '../../src/facts/lifecycles.js';
import type { Command, ImageReference, Stage } from '../../src/model/dockerfile.js';
import { descendants, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'base-image-floating-suite',
  family: 'base-image',
  summary: 'A tag that leaves the Debian release or the minor of Python open',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    suite: {
      text: '`{image}` names no Debian release and means {suite} today: when it moves on, `{install}` gets other versions, and what is gone from Debian fails',
      help: 'Name the release: FROM {named}',
    },
    system: {
      text: '`{image}` names no Debian release and means {suite} today: the system below changes under the same Dockerfile',
      help: 'Name the release: FROM {named}',
    },
    minor: {
      text: '`{image}` leaves the minor of Python open and means {minor} today: the next one comes in before the wheels for it do',
      help: 'Name the minor: FROM {named}',
    },
    testing: {
      text: '`{image}` stands on Debian testing, so that `{install}` gets other versions every week',
      help: 'Take an image on a release, such as rocker/r-ver:{version}, or the packages of a dated snapshot',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage.parent !== undefined || stage.base.kind !== 'image') return;
      const { reference } = stage.base;
      const facts = imageFacts(reference);
      if (facts === undefined || facts.frozen === true || reference.digest !== undefined) return;
      if (movementOf(reference) !== undefined || hasEndedLine(facts, reference, ctx.today)) return;
      const same = sameImage(stage, ctx);
      // The first stage speaks for all on the same words, whichever of them installs.
      if (same.includes(stage) && same[0] !== stage) return;
      const { at, related } = placeOfImage(ctx.dockerfile, stage, reference);
      const [install] = same.includes(stage) ? same.flatMap((each) => installIn(each, ctx) ?? []) : [installIn(stage, ctx)];
      const image = reference.text;
      const note = install === undefined ? related : [...related, { at: install.span, note: 'packages are installed here' }];
      if (facts.name === 'r-base') {
        const version = /^\d+\.\d+\.\d+/.exec(reference.tag ?? '')?.[0];
        if (install === undefined || version === undefined) return;
        yield { at, message: 'testing', severity: 'info', data: { image, install: callOf(install), version }, related: note };
        return;
      }
      if (facts.name === 'python' && facts.python?.floating === true && facts.python.minor !== undefined) {
        const named = image.replace(/[^/]*$/, suggestedPythonImage(image));
        yield { at, message: 'minor', data: { image, minor: facts.python.minor, named }, related };
        return;
      }
      const suite = facts.distribution?.floating === true ? facts.distribution.codename : undefined;
      const tag = suite === undefined ? undefined : tagWithSuite(reference, suite);
      if (suite === undefined || tag === undefined) return;
      const data = { image, suite, named: image.replace(/:[^/:]*$/, `:${tag}`) };
      const fixes = same.includes(stage) ? named(same, reference, tag) : [];
      // A whole version is replaced by the next within weeks, and keeps its system from then on.
      const isPatch = /^\d+\.\d+\.\d+/.test(reference.tag ?? '');
      if (install !== undefined) {
        const again = same.flatMap(({ index, from }) =>
          index > stage.index && from.image !== undefined ? [{ at: from.image.span, note: 'the same image again' }] : [],
        );
        const severity = isPatch ? ('info' as const) : ('warning' as const);
        yield { at, message: 'suite', severity, data: { ...data, install: callOf(install) }, related: [...note, ...again], fixes };
      } else if (/^(?:python|ghcr\.io\/astral-sh\/uv)$/.test(facts.name) && !isPatch) {
        yield { at, message: 'system', severity: 'info', data, related, fixes };
      }
    },
  },
});

/** Whether the line of a version has ended, so that nobody builds its tags any more. */
function hasEndedLine({ name }: ImageFacts, { tag }: ImageReference, today: string): boolean {
  const cycle = (name === 'julia' ? /^\d+\.\d+/ : /^\d+/).exec(tag ?? '')?.[0];
  const line = cycle === undefined ? undefined : release(name, cycle);
  return line !== undefined && standing(line, today).kind === 'ended';
}

/** The first command that installs packages by apt in a stage or one built from it. */
function installIn(stage: Stage, { script }: RuleContext): Command | undefined {
  for (const { instructions } of descendants(stage)) {
    for (const each of runScripts(instructions, script)) {
      const call = aptCalls(each).find(({ action }) => action === 'install');
      if (call !== undefined) return call.command;
    }
  }
  return undefined;
}

const callOf = ({ name }: Command): string => `${name} install`;

/** Of a file with more stages only as many are compared: nobody writes them. */
const MOST_STAGES = 100;

/** The stages that name the same image in the same words; they agree, and are to go on so. */
function sameImage({ from }: Stage, { dockerfile }: RuleContext): readonly Stage[] {
  return dockerfile.stages.slice(0, MOST_STAGES).filter((each) => each.parent === undefined && each.from.image?.text === from.image?.text);
}

function named(stages: readonly Stage[], { text, tag = '' }: ImageReference, to: string): readonly Fix[] {
  const images = stages.flatMap(({ from }) => from.image ?? []);
  if (images.length === 0 || images.some((image) => image.text !== text)) return [];
  const risk = 'where the file was written for another release, packages it names may be missing here as they are today';
  const edits = images.map(({ span }) => ({ span: { start: span.end - tag.length, end: span.end }, text: to }));
  return [{ title: `Name the release: ${to}`, safety: 'unsafe', risk, edits }];
}

export const docs: RuleDocs = {
  why: 'A tag without a codename moves to the next Debian release when that comes out. `python:3.12-slim` went from bookworm to trixie in August 2025, and builds failed the same week: `libgl1-mesa-glx`, `openjdk-17-*`, `software-properties-common`, `apt-key` and `libatlas-base-dev` were gone. `python:3` leaves the minor open as well, and the first months of a minor lack wheels.',
  remedy:
    'Name the release the tag means: `python:3.13-slim-trixie`, `node:24-trixie-slim`, `julia:1.12-trixie`. Then the move is a change you make, and test.',
  limits:
    "A warning where the stage, or one built from it, installs packages with apt, once for an image that several stages name in the same words, and for an open minor of Python; a remark for a Python image that installs nothing, made once, and for a whole version (`3.13.15-slim`), which keeps its system as soon as the next one is out. The official images of Python, Node.js, Julia and PostgreSQL and uv's are known, and r-base, which stands on Debian testing; tags on Alpine are not judged. Tags that get no builds any more do not move, so that nothing is said beside an ended Python, Node.js or system: those are left to `eol-python` and `eol-os-image`. Tags without any version are left to `base-image-unpinned`. The fix writes the release the tag means today.",
  references: [
    'docker-library/python (2026-06-23), docker-library/official-images (2026-08-21)',
    'https://github.com/Zeyi-Lin/HivisionIDPhotos/issues/265, https://github.com/CatchTheTornado/text-extract-api/issues/126 (2025-08)',
    'https://github.com/rocker-org/rocker/tree/master/r-base (2026-04-24)',
  ],
  examples: [
    {
      title: 'What apt finds depends on the release',
      dockerfile:
        'FROM python:3.12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends openjdk-21-jre-headless && rm -rf /var/lib/apt/lists/*\n',
      reports: [[1, 'suite']],
      fixed:
        'FROM python:3.12-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends openjdk-21-jre-headless && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'One image in two stages is one finding',
      dockerfile:
        'FROM python:3.12-slim AS build\nRUN apt-get update && apt-get install -y --no-install-recommends gcc\nFROM python:3.12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*\n',
      reports: [[1, 'suite']],
      fixed:
        'FROM python:3.12-slim-trixie AS build\nRUN apt-get update && apt-get install -y --no-install-recommends gcc\nFROM python:3.12-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'The suffix has its place',
      dockerfile:
        'FROM node:22-slim\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\n',
      reports: [[1, 'suite']],
      fixed:
        'FROM node:22-bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'The minor is open',
      dockerfile: 'FROM python:3-slim\nRUN pip install --no-cache-dir torch==2.11.0\n',
      reports: [[1, 'minor']],
    },
    {
      title: 'Nothing is installed from Debian',
      dockerfile: 'FROM python:3.13-slim AS build\nRUN python -m venv /venv\nFROM python:3.13-slim\nCOPY --from=build /venv /venv\n',
      reports: [[1, 'system']],
      fixed:
        'FROM python:3.13-slim-trixie AS build\nRUN python -m venv /venv\nFROM python:3.13-slim-trixie\nCOPY --from=build /venv /venv\n',
    },
    { dockerfile: 'FROM r-base:4.5.3\nRUN apt-get update && apt-get install -y r-cran-sf\n', reports: [[1, 'testing']] },
    { dockerfile: 'FROM python:3.12-slim-trixie\nRUN apt-get update && apt-get install -y git\n', reports: [] },
    { title: 'Alpine', dockerfile: 'FROM python:3.13-alpine3.24\nRUN apk add --no-cache git\n', reports: [] },
    {
      title: 'A digest stands still',
      dockerfile:
        'FROM python:3.12-slim@sha256:3f2a1e4b5c6d7e8f90112233445566778899aabbccddeeff0011223344556677\nRUN apt-get update && apt-get install -y git\n',
      reports: [],
    },
    {
      title: 'No builds any more, no move',
      dockerfile: 'FROM python:3.8-slim\nRUN apt-get update && apt-get install -y git\n',
      reports: [],
    },
    {
      title: 'Another rule speaks of it',
      dockerfile: 'FROM debian:stable-slim\nRUN apt-get update && apt-get install -y git\n',
      reports: [],
    },
  ],
};
