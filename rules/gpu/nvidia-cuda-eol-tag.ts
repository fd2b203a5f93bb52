import { fateOfCuda, isCudaImage, livingCudaTag } from '../../src/facts/cuda-images.js';
import { placeOfImage, withoutDigest } from '../../src/facts/image-tags.js';
import { imageFacts } from '../../src/facts/images.js';
import { nameOfSystem, release, standing } from '../../src/facts/lifecycles.js';
import { archiveUse } from '../../src/facts/package-sources.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'nvidia-cuda-eol-tag',
  family: 'gpu',
  summary: 'A CUDA image that NVIDIA has deleted or is going to delete',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  supersedes: ['eol-os-image'],
  messages: {
    deleted: {
      text: '`{image}` cannot be pulled: NVIDIA has deleted the images of CUDA {version}, and the build ends in "manifest unknown"',
      help: 'Move to a living tag and keep a copy in a registry of your own: FROM {example}',
    },
    doomed: {
      text: '`{image}` is past its support: {reason}; six months later NVIDIA may delete the tag, and the build then ends in "manifest unknown"',
      help: 'Move to a living tag and keep a copy in a registry of your own: FROM {example}',
    },
    gone: {
      text: '`{image}` stands on {system}, whose packages left the mirrors by {gone}: `{command}` fails, and NVIDIA may delete the tag',
      help: 'Move to a living tag and keep a copy in a registry of your own: FROM {example}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage.parent !== undefined || stage.base.kind !== 'image' || !isCudaImage(stage.base.reference)) return;
      const { reference } = stage.base;
      const { at, related, isRepeated } = placeOfImage(ctx.dockerfile, stage, reference);
      const version = imageFacts(reference)?.cuda?.version;
      const fate = version === undefined ? undefined : fateOfCuda(version);
      const system = endedSystem(stage, ctx);
      if (isRepeated || (fate === undefined && system === undefined)) return;
      const image = withoutDigest(reference);
      const data = { image, example: `${image.replace(/:[^/:]*$/, '')}:${livingCudaTag(reference)}` };
      if (fate === 'deleted') {
        yield { at, message: 'deleted', severity: 'error', data: { ...data, version: version ?? '' }, related };
      } else if (system?.fails !== undefined) {
        const { at: place, ...fails } = system.fails;
        const fetched = { at: place, note: 'packages are fetched here' };
        yield { at, message: 'gone', severity: 'error', data: { ...data, ...fails, system: system.name }, related: [...related, fetched] };
      } else {
        const ofSystem = system === undefined ? [] : [`${system.name} ended on ${system.ended}`];
        const ofCuda = fate === undefined ? [] : [`CUDA ${version} is among the versions NVIDIA no longer supports`];
        yield { at, message: 'doomed', data: { ...data, reason: [...ofCuda, ...ofSystem].join(', ') }, related };
      }
    },
  },
});

/** The system of the image where it has ended, and the command that fails for want of its packages. */
function endedSystem(stage: Stage, { today, script }: RuleContext) {
  const distribution = stage.base.kind === 'image' ? imageFacts(stage.base.reference)?.distribution : undefined;
  const known = distribution?.cycle === undefined ? undefined : release(distribution.id, distribution.cycle);
  const now = known === undefined ? undefined : standing(known, today);
  if (known === undefined || now?.kind !== 'ended') return undefined;
  const use = now.archiveGone === undefined ? undefined : archiveUse(stage, script);
  const fails = use?.sources === 'image' ? { gone: now.archiveGone ?? now.on, command: use.command, at: use.at } : undefined;
  return { name: nameOfSystem(known), ended: now.on, ...(fails === undefined ? {} : { fails }) };
}

export const docs: RuleDocs = {
  why: 'NVIDIA deletes the tags of a CUDA version six months after its support ends, from Docker Hub and NGC alike. In July 2023 everything up to CUDA 10.2 and a dozen releases of 11 went at once, and broke the builds of PyTorch, Cog and instant-ngp among many others. A digest does not save an image from deletion.',
  remedy:
    'Move to a tag of CUDA 12 or 13 on Ubuntu 22.04 or 24.04, such as `nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04`. Who needs an old CUDA keeps the image in a registry of their own.',
  limits:
    "An error where the version is known to be deleted (up to 10.2, and the releases of 11 on NVIDIA's list), or where the file fetches packages that left the mirrors; a warning for CUDA 11.0 to 11.2 and for a system whose support has ended. Mirrors are not judged: what they hold is their owner's affair. The driver a CUDA version needs is not looked at. Where both see the same FROM, `eol-os-image` gives way to this rule.",
  references: [
    'https://gitlab.com/nvidia/container-images/cuda/-/blob/master/doc/support-policy.md',
    'https://github.com/pytorch/builder/pull/1446 (2023-07)',
    'https://github.com/NVIDIA/cudf-spark-examples/pull/311 (2023-07, the list)',
    'https://github.com/NVIDIA/nvidia-docker/issues/1768, https://github.com/NVIDIA/nvidia-docker/issues/1735',
  ],
  examples: [
    { dockerfile: 'FROM nvidia/cuda:10.2-cudnn7-runtime-ubuntu18.04\nRUN apt-get update\n', reports: [[1, 'deleted']] },
    { dockerfile: 'FROM nvcr.io/nvidia/cuda:11.7.0-devel-ubuntu22.04\n', reports: [[1, 'deleted']] },
    {
      title: 'The system has ended',
      dockerfile: 'ARG CUDA=11.8.0\nFROM nvidia/cuda:${CUDA}-runtime-ubuntu18.04\n',
      reports: [[2, 'doomed']],
    },
    { title: 'The build fails', dockerfile: 'FROM nvidia/cuda:11.8.0-devel-centos7\nRUN yum install -y git\n', reports: [[1, 'gone']] },
    { dockerfile: 'FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04\n', reports: [] },
    { title: 'A mirror keeps what it likes', dockerfile: 'FROM registry.example.com/nvidia/cuda:10.2-base-ubuntu18.04\n', reports: [] },
    { title: 'The version is not known', dockerfile: 'ARG CUDA\nFROM nvidia/cuda:${CUDA}-base-ubuntu24.04\n', reports: [] },
  ],
};
