import { suggestedPythonImage, withoutDigest } from '../../src/facts/image-tags.js';
import { type Distribution, distributionInTag, imageFacts } from '../../src/facts/images.js';
import {
  DEBIAN_STABLE,
  NEWEST_ALPINE,
  NEWEST_UBUNTU_LTS,
  nameOfSystem,
  type Product,
  release,
  SYSTEM_NAMES,
  standing,
} from '../../src/facts/lifecycles.js';
import { archiveUse } from '../../src/facts/package-sources.js';
import { choresOfSystem } from '../../src/facts/upgrades.js';
import type { ImageReference } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { placeInImage } from '../../src/model/written-place.js';
import { defineRule, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'eol-os-image',
  family: 'base-image',
  summary: 'An operating system whose standard support has ended',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    gone: {
      text: '`{image}` stands on {system}, whose packages left the mirrors by {gone}: `{command}` fails',
      help: 'Move to {replacement}',
    },
    ended: {
      text: '`{image}` stands on {system}, whose standard support ended on {date}: no security fixes come any more',
      help: 'Move to {replacement}',
    },
    archived: {
      text: '`{image}` stands on {system}, whose standard support ended on {date}; its packages come from an archive that gets no fixes',
      help: 'Move to {replacement}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage.parent !== undefined || stage.base.kind !== 'image') return;
      const { reference } = stage.base;
      const facts = imageFacts(reference);
      if (facts?.archiveSources === true) return;
      const inTag = distributionInTag(reference.tag ?? '');
      const distribution = inTag?.cycle === undefined ? facts?.distribution : inTag;
      const known = distribution?.cycle === undefined ? undefined : release(productOf(distribution), distribution.cycle);
      const now = known === undefined ? undefined : standing(known, ctx.today);
      if (distribution === undefined || known === undefined || now?.kind !== 'ended') return;

      const use = now.archiveGone === undefined ? undefined : archiveUse(stage, ctx.script);
      const spelling = spellingIn(reference, distribution);
      const minor = facts?.python?.minor;
      const isPythonEnded = minor !== undefined && hasEnded(minor, ctx.today);
      // The tag names Python only; its old system goes when an ended Python goes, and eol-python says so. Lambda is AWS's affair.
      if (spelling === undefined && (facts?.purpose === 'lambda' || (isPythonEnded && use?.sources !== 'image'))) return;

      const image = withoutDigest(reference);
      const { span, by } = placeInImage(ctx.dockerfile, stage, spelling ?? reference.text);
      const at = by === undefined && spelling === undefined ? (stage.from.image?.span ?? span) : span;
      const replacement =
        facts?.name === 'python'
          ? `\`${suggestedPythonImage(image, isPythonEnded ? undefined : minor)}\``
          : replacementFor(distribution, facts?.name);
      const advice = [replacement, ...choresOfSystem(distribution, facts, stage, ctx.script)].join('; ');
      const data = { image, system: nameOfSystem(known), date: now.on, replacement: advice };
      const related = use === undefined ? [] : [{ at: use.at, note: 'packages are fetched here' }];
      // Raspbian keeps its packages elsewhere; an image nobody knows may have sources of its own.
      if (use?.sources === 'image' && !/raspb|rpi/.test(reference.repository)) {
        const severity = facts === undefined ? 'warning' : 'error';
        yield { at, message: 'gone', severity, data: { ...data, gone: now.archiveGone ?? now.on, command: use.command }, related };
      } else if (use?.sources === 'archive') yield { at, message: 'archived', severity: 'info', data, related };
      else yield { at, message: 'ended', data };
    },
  },
});

function productOf({ id }: Distribution): string {
  return id === 'distroless' ? 'debian' : id;
}

function hasEnded(minor: string, today: string): boolean {
  const known = release('python', minor);
  return known !== undefined && standing(known, today).kind === 'ended';
}

/** How the reference spells the release, which a person would change; undefined when it only follows from the tag. */
function spellingIn(reference: ImageReference, { id, cycle = '', codename }: Distribution): string | undefined {
  const text = withoutDigest(reference);
  const name = baseName(text);
  const spellings = [codename, `${id}${cycle}`, `${id}-${cycle}`, `${id}${cycle.replace('.', '')}`];
  const spelling = spellings.find((candidate) => candidate !== undefined && name.includes(candidate));
  return spelling ?? new RegExp(`(?<![\\d.a-z])${cycle.replace('.', '\\.')}(?!\\d)`).exec(name)?.[0];
}

/** What to write where the image is the distribution itself; else which of its tags to look for. */
function replacementFor({ id }: Distribution, name: string | undefined): string {
  switch (id) {
    case 'debian':
    case 'distroless':
      return name === 'debian' ? `\`debian:${DEBIAN_STABLE}\`` : `a tag on Debian 13 (\`${DEBIAN_STABLE}\`), if the image has one`;
    case 'ubuntu':
      return name === 'ubuntu'
        ? `\`ubuntu:24.04\` or \`ubuntu:${NEWEST_UBUNTU_LTS}\``
        : 'a tag on Ubuntu 24.04 or newer, if the image has one';
    case 'alpine':
      return name === 'alpine' ? `\`alpine:${NEWEST_ALPINE}\`` : `a tag on Alpine ${NEWEST_ALPINE}, if the image has one`;
    case 'centos':
      return '`almalinux:9` or `rockylinux/rockylinux:9`, which follow the same Red Hat releases';
    case 'amazonlinux':
      return '`amazonlinux:2023`';
    default:
      return `a supported release of ${SYSTEM_NAMES[id as Product] ?? id}`;
  }
}

export const docs: RuleDocs = {
  why: 'After the end of support nobody closes the holes in OpenSSL, glibc and the rest of the image. Some months later the packages leave the mirrors, and every `apt-get update` answers 404: Debian 9 in April 2023, Debian 10 in July 2025. 22 % of 604 public data-science Dockerfiles stand on an ended Python or system, and 43 % of 2,253 that no longer build.',
  remedy: 'Move to a tag on a supported release: Debian 13 (trixie), Ubuntu 24.04, Alpine 3.24, Amazon Linux 2023.',
  limits:
    'Paid extensions (Ubuntu Pro, Debian ELTS) cannot be seen, so the message speaks of standard support. Debian under its free long-term support (12 until June 2028) is not reported, and neither is a release that ends soon. It is an error only where the file fetches packages from sources that are gone; sources of your own make it a warning, the archives of old releases a remark, and `debian/eol` images nothing. Where the tag names an ended Python and the system only follows from it, `eol-python` speaks alone unless the build fails. The rule gives way to `nvidia-cuda-eol-tag`, which says of a CUDA image that it will be deleted, and to `deprecated-base-image`.',
  references: [
    'https://endoflife.date (2026-08-22)',
    'https://github.com/Tecnativa/doodba/issues/669 (buster, 2025-07)',
    'https://lists.debian.org/debian-devel-announce/ (archive moves)',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    {
      title: 'The build fails',
      dockerfile:
        'FROM node:16-buster-slim\nRUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*\n',
      reports: [[1, 'gone']],
    },
    { dockerfile: 'FROM ubuntu:18.04\nRUN apt-get update && apt-get install -y python3\n', reports: [[1, 'ended']] },
    { title: 'In the tag of another image', dockerfile: 'FROM someone/runtime:2.1-cuda-ubuntu18.04\n', reports: [[1, 'ended']] },
    {
      title: 'An archive keeps the old packages',
      dockerfile:
        "FROM debian:stretch\nRUN sed -i -e 's/deb.debian.org/archive.debian.org/g' -e '/security/d' /etc/apt/sources.list && apt-get update\n",
      reports: [[1, 'archived']],
    },
    { title: 'Long-term support still runs', dockerfile: 'FROM python:3.12-slim-bookworm\nRUN apt-get update\n', reports: [] },
    { title: 'Images made for ended releases', dockerfile: 'FROM debian/eol:stretch\nRUN apt-get update\n', reports: [] },
    { dockerfile: 'FROM python:3.13-slim-trixie\n', reports: [] },
  ],
};
