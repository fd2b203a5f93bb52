import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { distributionInTag, type ImageFacts, imageFacts } from '../../src/facts/images.js';
import { nameOfSystem, release, standing } from '../../src/facts/lifecycles.js';
import { archiveUse } from '../../src/facts/package-sources.js';
import { isMendedByMaker, pythonNamedIn } from '../../src/facts/python-releases.js';
import { losesPackages } from '../../src/facts/upgrades.js';
import type { ImageReference, Stage } from '../../src/model/dockerfile.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'deprecated-base-image',
  family: 'base-image',
  summary: 'An image that its makers no longer build, or not here',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  supersedes: ['eol-os-image', 'eol-python'],
  messages: {
    gone: {
      text: '`{image}` cannot be pulled any more: {reason}',
      help: 'Move to {instead}',
    },
    frozen: {
      text: '`{image}` gets no more builds, so its security holes stay open: {reason}{besides}',
      help: 'Move to {instead}',
    },
    moved: {
      text: '`{image}` gets no builds under this name: {reason}{besides}',
      help: 'Move to {instead}',
    },
    deprecated: {
      text: '`{image}` is deprecated by its makers: {reason}{besides}',
      help: 'Move to {instead}',
    },
    maintenance: {
      text: '`{image}` is in maintenance mode: {reason}',
      help: 'Plan the move to {instead}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage.parent !== undefined || stage.base.kind !== 'image') return;
      const { reference } = stage.base;
      const facts = imageFacts(reference);
      if (facts?.retired === undefined) return;
      // A tag that is gone may be there by its digest.
      if (facts.retired.state === 'gone' && reference.digest !== undefined) return;
      const { state, reason, instead } = facts.retired;
      const { at, related, isRepeated } = placeOfImage(ctx.dockerfile, stage, reference);
      if (isRepeated) return;
      const others = state === 'maintenance' || state === 'gone' ? [] : [...otherEnds(stage, reference, facts, ctx)];
      const data = { image: withoutDigest(reference), reason, instead: insteadOf(facts, instead) };
      const besides = others.map(({ clause }) => `; ${clause}`).join('');
      const isPinnedMove = state === 'moved' && reference.digest !== undefined;
      const worst: Severity = others.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
      const place = { at, related, fixes: movedToQuay(stage, reference, facts, ctx) };
      if (state === 'gone') yield { ...place, message: 'gone', severity: 'error', data };
      else if (state === 'maintenance') yield { ...place, message: 'maintenance', severity: 'info', data };
      else yield { ...place, message: state, severity: isPinnedMove && worst !== 'error' ? 'info' : worst, data: { ...data, besides } };
    },
  },
});

/** What `eol-python` and `eol-os-image` would say of the same FROM, which give way: an ended Python, an ended system. */
function* otherEnds(stage: Stage, reference: ImageReference, facts: ImageFacts, { today, script }: RuleContext) {
  const named = facts.python === undefined ? pythonNamedIn(reference)?.minor : facts.python.minor;
  const minor = named === undefined || isMendedByMaker(facts) ? undefined : release('python', named);
  const now = minor === undefined ? undefined : standing(minor, today);
  if (minor !== undefined && now?.kind === 'ended') {
    const severity: Severity = now.longAgo || minor.cycle.startsWith('2.') ? 'error' : 'warning';
    yield { clause: `its Python ${minor.cycle} ended on ${now.on}`, severity };
  }
  const inTag = distributionInTag(reference.tag ?? '');
  const distribution = inTag?.cycle === undefined ? facts.distribution : inTag;
  const system = distribution?.cycle === undefined ? undefined : release(distribution.id, distribution.cycle);
  const end = system === undefined ? undefined : standing(system, today);
  if (system === undefined || end?.kind !== 'ended') return;
  const name = nameOfSystem(system);
  const use = end.archiveGone === undefined ? undefined : archiveUse(stage, script);
  if (use?.sources !== 'image') yield { clause: `its ${name} ended on ${end.on}`, severity: 'warning' as const };
  else {
    const clause = `the packages of its ${name} left the mirrors by ${end.archiveGone}, and \`${use.command}\` fails`;
    yield { clause, severity: 'error' as const };
  }
}

/** Builds of the docker-stacks are tagged with their day. */
function insteadOf({ retired }: ImageFacts, instead: string): string {
  return retired?.successor?.startsWith('quay.io/jupyter/') ? `\`${retired.successor}:${STACKS_DAY}\`` : instead;
}

/** The day docker-stacks' own README names in its examples (2026-08-08): a build that is there under each of its images' names. */
const STACKS_DAY = '2026-07-28';

/** Hub's `latest` is the build of October 2023, which quay.io does not have; a day after the move is there. */
function movedToQuay(stage: Stage, reference: ImageReference, facts: ImageFacts, ctx: RuleContext): readonly Fix[] {
  const { image } = stage.from;
  const { text, tag, digest, registry } = reference;
  const successor = facts.retired?.successor;
  const isAfterMove = tag !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(tag) && tag >= '2023-10-20';
  if (successor === undefined || !successor.startsWith('quay.io/jupyter/') || image?.text !== text) return [];
  if (digest !== undefined || registry !== 'docker.io' || !(tag === undefined || tag === 'latest' || isAfterMove)) return [];
  const newTag = isAfterMove ? tag : STACKS_DAY;
  const to = `${successor}:${newTag}`;
  const moved = imageFacts({ ...reference, registry: 'quay.io', repository: successor.slice('quay.io/'.length), tag: newTag, text: to });
  if (moved === undefined || losesPackages(stage, facts, moved, ctx)) return [];
  const risk = 'it is another build, with newer versions of Python, JupyterLab and all packages';
  return [{ title: `Move to ${to}`, safety: 'unsafe', risk, edits: [{ span: image.span, text: to }] }];
}

export const docs: RuleDocs = {
  why: 'An image that is no longer built keeps every hole it had on its last day, and the packages in it fall behind; some cannot be pulled at all. `jupyter/*` on Docker Hub stands still since October 2023, and `docker pull bitnami/postgresql:16` answers "not found" since September 2025.',
  remedy: 'Move to the place where the makers build today, or to what they recommend instead; the finding names it.',
  limits:
    "An error where the image cannot be pulled, where its Python has long ended, or where packages can no longer be fetched; a warning where builds have stopped, a remark for maintenance mode and for a moved image that a digest pins anyway. Known are the Jupyter stacks on Docker Hub, Bitnami's versioned tags, Mambaforge, openjdk and java, TorchServe, text-generation-inference, tiangolo's Gunicorn images, puckel/docker-airflow, the rocker images that are no longer built, Julia on Alpine, TensorFlow's `-py3` tags, the RAPIDS images before 23.08, MXNet, FloydHub and kaixhin/cuda. `centos` is left to `eol-os-image`, CUDA to `nvidia-cuda-eol-tag`, and `daskdev/*` is still built. Where they see the same FROM, `eol-os-image` and `eol-python` give way to this rule, which then says what they would; a tag that moves while builds still come is `base-image-unpinned`'s. The fix moves the Jupyter stacks to quay.io, from `latest` and from days that exist there, unless a package that is installed is gone from their Ubuntu.",
  references: [
    'https://github.com/jupyter/docker-stacks#readme (2026-08-08)',
    'https://github.com/bitnami/containers/issues/83267 (2025-07-16), https://github.com/bitnami/containers/issues/96169 (2026-08)',
    'https://github.com/docker-library/docs/blob/master/openjdk/deprecated.md, java/deprecated.md',
    'https://github.com/conda-forge/miniforge#readme (2026-07-01)',
    'https://github.com/tiangolo/uvicorn-gunicorn-fastapi-docker#readme (2026-06-24)',
    'https://github.com/pytorch/serve#readme (2025-03-17), https://github.com/huggingface/text-generation-inference#readme (2026-01-08)',
    'https://github.com/rapidsai/docker/issues/539 (2023), https://attic.apache.org/projects/mxnet.html',
  ],
  examples: [
    {
      title: 'Moved',
      dockerfile: 'FROM jupyter/scipy-notebook:latest\nRUN pip install --no-cache-dir polars==1.30.0\n',
      reports: [[1, 'moved']],
      fixed: `FROM quay.io/jupyter/scipy-notebook:${STACKS_DAY}\nRUN pip install --no-cache-dir polars==1.30.0\n`,
    },
    { title: 'An older tag exists on Docker Hub only', dockerfile: 'FROM jupyter/base-notebook:python-3.11.5\n', reports: [[1, 'moved']] },
    { title: 'Gone', dockerfile: 'FROM bitnami/spark:3.5.1\n', reports: [[1, 'gone']] },
    {
      title: 'One finding for all that has ended',
      dockerfile: 'FROM rapidsai/rapidsai:21.06-cuda11.0-base-ubuntu18.04-py3.7\n',
      reports: [[1, 'moved']],
    },
    {
      title: 'No builds any more, and the default is what to change',
      dockerfile: 'ARG BASE=condaforge/mambaforge:23.3.1-1\nFROM ${BASE}\nRUN mamba install -y pandas\n',
      reports: [[2, 'frozen']],
    },
    { dockerfile: 'FROM tiangolo/uvicorn-gunicorn-fastapi:python3.11-slim\n', reports: [[1, 'deprecated']] },
    { dockerfile: 'FROM ghcr.io/huggingface/text-generation-inference:3.3.4\n', reports: [[1, 'maintenance']] },
    { dockerfile: `FROM quay.io/jupyter/scipy-notebook:${STACKS_DAY}\n`, reports: [] },
    {
      title: 'One default for two stages is one thing to change',
      dockerfile:
        'ARG BASE=condaforge/mambaforge:24.9.2-0\nFROM ${BASE} AS build\nRUN mamba --version\nFROM $BASE\nCOPY --from=build /opt/conda /opt/conda\n',
      reports: [[2, 'frozen']],
    },
    { title: 'Early-access builds still come', dockerfile: 'FROM openjdk:26-ea-slim\n', reports: [] },
    { title: "Bitnami's minideb is still built", dockerfile: 'FROM bitnami/minideb:bookworm\n', reports: [] },
    { title: 'The value is not known', dockerfile: 'ARG OWNER\nFROM ${OWNER}/scipy-notebook:latest\n', reports: [] },
  ],
};
