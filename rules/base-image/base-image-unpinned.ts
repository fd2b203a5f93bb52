import { movementOf, pinnedExample } from '../../src/facts/image-tags.js';
import { isImageNamedBy } from '../../src/facts/patterns.js';
import type { Dockerfile, Flag, ImageReference, Span, Stage } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { resolveFileSource } from '../../src/model/stages.js';
import { placeInImage, type WrittenPlace } from '../../src/model/written-place.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'base-image-unpinned',
  family: 'base-image',
  summary: 'An image without a version, which changes under the same Dockerfile',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  equivalents: ['hadolint:DL3006', 'hadolint:DL3007'],
  options: {
    'allowed-images': {
      default: [],
      description:
        'Images that need no version, as names with `*` for any characters: `registry.example.com/*`, `*/team-base`. For registries whose tags do not move, or move on purpose.',
    },
  },
  messages: {
    untagged: {
      text: '`{image}` has no tag: tomorrow another image may stand behind it, and the build changes without a change here',
      help: 'Name the version you build with, for instance `{example}`, or a digest',
    },
    moving: {
      text: '`{image}` moves: tomorrow another image may stand behind the tag, and the build changes without a change here',
      help: 'Name the version you build with, for instance `{example}`, or a digest',
    },
    variant: {
      text: '`{image}` names a variant but no version: the newest release comes in as soon as it is out',
      help: 'Name the version you build with, for instance `{example}`',
    },
    local: {
      text: '`{image}` has no version, and Docker Hub cannot have it: the build takes whatever each machine or build context has under that name',
      help: 'Give it a version and a registry to come from, or make it a stage of this file',
    },
  },
  on: {
    *stage(stage, { dockerfile, options }) {
      if (stage.parent !== undefined || stage.base.kind !== 'image' || stage.from.image === undefined) return;
      const { reference } = stage.base;
      if (movementOf(reference) === undefined || isImageNamedBy(options['allowed-images'], reference)) return;
      const { by } = defaultOf(dockerfile, stage, reference);
      // One default, one thing to change, however many stages stand on it.
      if (
        by !== undefined &&
        dockerfile.stages.some((each) => each.index < stage.index && each.from.image?.text === stage.from.image?.text)
      )
        return;
      const related = by === undefined ? [] : [{ at: by.span, note: 'the default is given here' }];
      yield* unpinned(reference, stage.from.image.span, related, by);
    },
    instruction: {
      *COPY(instruction, { dockerfile, options }) {
        const flag = instruction.flags.find(({ name }) => name === 'from');
        if (flag?.value !== undefined)
          yield* source(dockerfile, flag, flag.value, { allowIndex: true, allowed: options['allowed-images'] });
      },
      *RUN(instruction, { dockerfile, options: own }) {
        for (const { flag, options } of instruction.mounts) {
          const from = options.get('from');
          if (from !== undefined) yield* source(dockerfile, flag, from, { allowIndex: false, allowed: own['allowed-images'] });
        }
      },
    },
  },
});

/** @param how `allowIndex`: whether a number names a stage. `allowed`: images that need no version */
function* source(
  dockerfile: Dockerfile,
  flag: Flag,
  from: string,
  how: { readonly allowIndex: boolean; readonly allowed: readonly string[] },
) {
  const found = resolveFileSource(dockerfile, from, how.allowIndex);
  if (found.kind !== 'image' || isImageNamedBy(how.allowed, found.reference)) return;
  const whole = flag.valueSpan ?? flag.span;
  const at = dockerfile.syntax.source.text.slice(whole.start, whole.end).indexOf(from);
  const span = at < 0 ? whole : { start: whole.start + at, end: whole.start + at + from.length };
  // A bare name here is a named build context more often than an image of this machine.
  if (movementOf(found.reference) !== 'local') yield* unpinned(found.reference, span, []);
}

/** The ARG whose default holds the tag, or the name where there is none; looked for by the longest piece that stands in one place. */
function defaultOf(dockerfile: Dockerfile, stage: Stage, { tag, text, repository }: ImageReference): WrittenPlace {
  const name = baseName(repository);
  const places = [text, tag ?? text, name].map((part) => placeInImage(dockerfile, stage, part));
  return places.find(({ by }) => by !== undefined) ?? { span: stage.from.keywordSpan };
}

/** @param by the ARG that is to be changed instead */
function* unpinned(reference: ImageReference, at: Span, related: readonly { at: Span; note: string }[], by?: WrittenPlace['by']) {
  const movement = movementOf(reference);
  const image = reference.text;
  if (movement === undefined) return;
  if (movement === 'local') yield { at, message: movement, severity: 'info' as const, data: { image }, related };
  else yield { at, message: movement, data: { image, example: argumentExample(reference, by) }, related };
}

/** The example as the ARG has to be written; its variables stay where they are. */
function argumentExample(reference: ImageReference, by: WrittenPlace['by']): string {
  const example = pinnedExample(reference);
  const tag = example.slice(example.lastIndexOf(':') + 1);
  const valueOf = (text: string): string | undefined => {
    if (text === reference.text) return example;
    if (text === reference.tag) return tag;
    // `$REGISTRY/$OWNER/scipy-notebook:latest`
    return /^\S*\$[\w{}]+\/[\w./-]+(?::[\w.-]+)?$/.test(text) ? `${text.replace(/:[\w.-]+$/, '')}:${tag}` : undefined;
  };
  for (const { key, value } of by?.pairs ?? []) {
    const mended = value === undefined ? undefined : valueOf(value.text);
    if (mended !== undefined) return `${by?.keyword} ${key.text}=${mended}`;
  }
  return example;
}

export const docs: RuleDocs = {
  why: 'A tag is a label that can be moved, and `latest` is moved at every release: the same Dockerfile gives Python 3.13 this month and 3.14 the next, wheels are missing, and no diff shows why. 12 % of 604 public data-science Dockerfiles name no version, and 25 % of 2,253 that no longer build.',
  remedy:
    'Name the version, for Python with Debian: `python:3.13-slim-trixie`. A digest fixes the image for good; let a bot (Renovate, Dependabot) move it.',
  limits:
    'A reference that depends on a build argument without default says nothing. `ubi9/ubi` and `distroless/python3-debian12` name their release in the repository and count as pinned, and an image that gets no builds any more does not move. A name that Docker Hub cannot have (built by compose or bake, or a named build context) is a remark only. `python:3` is not reported here, because the major is named: `base-image-floating-suite` speaks of it. The rule gives way to `nvidia-cuda-tag-missing` and `deprecated-base-image`.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions (2026-11)',
    'https://rocker-project.org/images/versioned/r-ver.html (2026-06-30): what an untagged r-ver meant over the years',
    'docker-library/official-images (2026-08-21)',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    { dockerfile: 'FROM python\nCOPY app.py .\n', reports: [[1, 'untagged']] },
    { dockerfile: 'FROM jupyter.example.com/team/lab:latest\n', reports: [[1, 'moving']] },
    { title: 'The default of an argument', dockerfile: 'ARG BASE=continuumio/miniconda3\nFROM $BASE\n', reports: [[2, 'untagged']] },
    {
      title: 'One default under several stages',
      dockerfile: 'ARG BASE=ubuntu:rolling\nFROM ${BASE} AS build\nRUN make\nFROM ${BASE}\nCOPY --from=build /app /app\n',
      reports: [[2, 'moving']],
    },
    { title: 'A variant is no version', dockerfile: 'FROM python:slim-bookworm\n', reports: [[1, 'variant']] },
    {
      title: 'Files out of another image',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --from=mwader/static-ffmpeg:latest /ffmpeg /usr/local/bin/\nRUN --mount=type=bind,from=node,target=/node true\n',
      reports: [
        [2, 'moving'],
        [3, 'untagged'],
      ],
    },
    { title: 'An image of this machine', dockerfile: 'FROM my-base\n', reports: [[1, 'local']] },
    { dockerfile: 'FROM python:3.13-slim-trixie\n', reports: [] },
    {
      title: 'A digest decides, whatever the tag',
      dockerfile: 'FROM python:latest@sha256:3f2a1e4b5c6d7e8f90112233445566778899aabbccddeeff0011223344556677\n',
      reports: [],
    },
    {
      title: 'Stages, numbers, scratch and arguments without a default',
      dockerfile: 'ARG BASE\nFROM $BASE AS build\nFROM build AS test\nFROM scratch\nCOPY --from=build /a /a\nCOPY --from=1 /b /b\n',
      reports: [],
    },
    {
      title: 'A registry of its own',
      options: { 'allowed-images': ['registry.example.com/*'] },
      dockerfile: 'FROM registry.example.com/team/base\nCOPY --from=registry.example.com/tools:latest /tool /tool\n',
      reports: [],
    },
    { title: 'An argument with a version', dockerfile: 'ARG TAG=3.13-slim-trixie\nFROM python:$TAG\n', reports: [] },
  ],
};
