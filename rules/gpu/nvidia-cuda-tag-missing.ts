import { isCudaImage, livingCudaTag } from '../../src/facts/cuda-images.js';
import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'nvidia-cuda-tag-missing',
  family: 'gpu',
  summary: 'A CUDA image without a tag that exists',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['base-image-unpinned'],
  messages: {
    latest: {
      text: '`{image}` cannot be pulled: NVIDIA removed the tag `latest` in January 2021, and the build ends in "manifest unknown"',
      help: 'Name CUDA, flavour and system: FROM {example}',
    },
    system: {
      text: '`{image}` cannot be pulled: NVIDIA publishes no tag without the system it stands on, and the build ends in "manifest unknown"',
      help: 'Name the system as well: FROM {example}',
    },
  },
  on: {
    *stage(stage, { dockerfile }) {
      if (stage.parent !== undefined || stage.base.kind !== 'image') return;
      const { reference } = stage.base;
      const { tag, digest, text } = reference;
      if (digest !== undefined || !isCudaImage(reference)) return;
      const { at, related, isRepeated } = placeOfImage(dockerfile, stage, reference);
      if (isRepeated) return;
      const name = withoutDigest(reference).replace(/:[^/:]*$/, '');
      if (tag === undefined || tag === 'latest') {
        yield { at, message: 'latest', data: { image: text, example: `${name}:${livingCudaTag(reference)}` }, related };
      } else if (LACKS_SYSTEM.test(tag)) {
        yield { at, message: 'system', data: { image: text, example: exampleWithSystem(name, tag) }, related };
      }
    },
  },
});

/** From 11.4.1 on (lightgbm-org/LightGBM#4628, 2021-09). NOTE: older ones had such tags; most are deleted, which nvidia-cuda-eol-tag says. */
const LACKS_SYSTEM = /^(?:11\.4\.[1-9]|(?:11\.[5-9]|1[2-9]\.\d+)\.\d+)(?:-cudnn\d*)?(?:-(?:base|runtime|devel))?$/;

/** Which systems a version was built for changed: Ubuntu 22.04 goes with all from 11.7 on. */
function exampleWithSystem(name: string, tag: string): string {
  return /^11\.[1-6]\./.test(tag) ? `${name}:${tag}-ubuntu20.04` : `${name}:${tag}-ubuntu22.04`;
}

export const docs: RuleDocs = {
  why: 'NVIDIA\'s repository has no `latest` since January 2021: `FROM nvidia/cuda` fails with "manifest unknown" on every machine that does not have an old copy. The same goes for a tag that leaves out the system behind the flavour.',
  remedy:
    'Write CUDA version, flavour and system: `nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04`. `base` has the runtime alone, `runtime` the libraries, `devel` the compiler.',
  limits:
    "Only NVIDIA's own repositories on Docker Hub and NGC are judged: a mirror may have a `latest` of its own, of which `base-image-unpinned` speaks. With a digest the tag is not asked for. Where both see the same FROM, `base-image-unpinned` gives way to this rule.",
  references: [
    'https://github.com/NVIDIA/nvidia-docker/issues/1454',
    'https://github.com/JuliaContainerization/SimpleContainerGenerator.jl/pull/95 (2021-01, quotes the README of the images)',
    'https://github.com/lightgbm-org/LightGBM/pull/4628 (2021-09-25: from 11.4.1 on a tag names the system)',
    'https://gitlab.com/nvidia/container-images/cuda',
  ],
  examples: [
    { dockerfile: 'FROM nvidia/cuda\nRUN nvcc --version\n', reports: [[1, 'latest']] },
    { dockerfile: 'FROM nvcr.io/nvidia/cuda:latest\n', reports: [[1, 'latest']] },
    {
      title: 'The default of an argument',
      dockerfile: 'ARG BASE=nvidia/cuda:12.4.1-devel\nFROM ${BASE} AS build\nFROM ${BASE}\n',
      reports: [[2, 'system']],
    },
    { dockerfile: 'FROM nvidia/cuda:13.0.1-cudnn-runtime-ubuntu24.04\n', reports: [] },
    { title: 'Up to 11.4.0 there were such tags', dockerfile: 'FROM nvidia/cuda:11.3.1-base\n', reports: [] },
    {
      title: 'A digest says which image it is',
      dockerfile: 'FROM nvidia/cuda@sha256:3f2a1e4b5c6d7e8f90112233445566778899aabbccddeeff0011223344556677\n',
      reports: [],
    },
    { title: 'A mirror may have a latest', dockerfile: 'FROM registry.example.com/nvidia/cuda:latest\n', reports: [] },
    { title: 'The value is not known', dockerfile: 'ARG CUDA\nFROM nvidia/cuda:${CUDA}\n', reports: [] },
  ],
};
