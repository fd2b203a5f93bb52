import { replacedWord } from '../../src/edits/words.js';
import { isForDevelopment } from '../../src/facts/development.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { isConstrained, type PipPackage, pinningOf, pipInstalls } from '../../src/facts/pip.js';
import { CURRENT } from '../../src/facts/tool-versions.js';
import { isUvImage, pinnedInstaller, uvInTag } from '../../src/facts/uv.js';
import type {
  Command,
  CopyInstruction,
  Dockerfile,
  Flag,
  ImageReference,
  RunInstruction,
  Span,
  Stage,
} from '../../src/model/dockerfile.js';
import { resolveFileSource } from '../../src/model/stages.js';
import { placeInImage } from '../../src/model/written-place.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'uv-unpinned',
  family: 'uv',
  summary: '`uv` comes without a fixed version',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  supersedes: ['base-image-unpinned'],
  messages: {
    image: {
      text: '`{image}` brings whatever uv is newest on the day of the build: resolver, lock format and defaults change under the same file',
      help: 'Name the version you have tested, for instance `{example}`, or a digest',
    },
    minor: {
      text: '`{image}` takes every patch release of that uv as soon as it is out',
      help: 'Name the patch release, for instance `{example}`, or a digest',
    },
    variant: {
      text: '`{image}` names what uv stands on but no uv: the newest release comes in as soon as it is out',
      help: 'Put the version of uv in front of the tag, for instance `{example}`, or add a digest',
    },
    ended: {
      text: '`{image}` names no version of uv and has had no builds since uv 0.10 (February 2026): it stays with the last uv 0.9',
      help: 'Name a tag that is still built, for instance `{example}`, or copy uv into the official Python image',
    },
    package: {
      text: '`{written}` is not pinned: the build installs whatever uv is newest that day{bounds}',
      help: 'Write `uv=={version}`, or the version you have tested',
    },
    installer: {
      text: '`{address}` installs whatever uv is newest on the day of the build',
      help: 'Write the version into the address: {example}',
    },
  },
  on: {
    *stage(stage, ctx) {
      const { dockerfile } = ctx;
      const { image } = stage.from;
      if (stage.parent !== undefined || stage.base.kind !== 'image' || image === undefined || !isUvImage(stage.base.reference)) return;
      // One default, one thing to change, however many stages stand on it.
      if (dockerfile.stages.some((each) => each.index < stage.index && each.from.image?.text === image.text)) return;
      const { tag = '', text } = stage.base.reference;
      const { by } = placeInImage(dockerfile, stage, tag === '' ? text : tag);
      const related = by === undefined ? [] : [{ at: by.span, note: 'the default is given here' }];
      const isForWork = isForWorkOnly(dockerfile, stage);
      const place = { at: image.span, isWritten: image.text === text, isForWork };
      for (const finding of ofImage(stage.base.reference, place)) yield { ...finding, related };
    },
    instruction: {
      *COPY(copy, ctx) {
        const flag = copy.flags.find(({ name }) => name === 'from');
        if (flag?.value !== undefined) yield* ofSource(copy, flag, flag.value, ctx);
      },
      *RUN(run, ctx) {
        for (const { flag, options } of run.mounts) {
          const from = options.get('from');
          if (from !== undefined) yield* ofSource(run, flag, from, ctx);
        }
      },
      *ADD(add) {
        for (const { text, span } of add.sources) {
          const example = pinnedInstaller(text, VERSION);
          if (example !== undefined) yield ofAddress(text, example, span, add.json ? undefined : { span, text: example });
        }
      },
    },
    *command(command, ctx) {
      yield* ofPackages(command, ctx);
      yield* ofDownload(command, ctx);
    },
  },
});

/** Where an image is named; `isWritten`: as it is, without variables. */
interface ImagePlace {
  readonly at: Span;
  readonly isWritten: boolean;
  /** In a stage or file for development only. */
  readonly isForWork: boolean;
}

/** The last stage is what is shipped, whatever its name. */
function isForWorkOnly(dockerfile: Dockerfile, stage: Stage | undefined): boolean {
  return isForDevelopment(dockerfile, stage === dockerfile.finalStage ? undefined : stage);
}

const VERSION = CURRENT.uv;

const RISK = 'it may be another uv than the one you have tested with';

function* ofImage(reference: ImageReference, { at, isWritten, isForWork }: ImagePlace) {
  const kind = uvInTag(reference);
  if (kind === 'patch') return;
  const name = withoutDigest(reference).replace(/:[^/:]*$/, '');
  const tag = reference.tag ?? '';
  const variant = kind === 'latest' ? '' : `-${stillBuilt(tag)}`;
  const example = `${name}:${kind === 'minor' ? tag.replace(/^\d+\.\d+/, '$&.<patch>') : `${VERSION}${variant}`}`;
  const isMendable = isWritten && /\w$/.test(example) && (kind === 'latest' || kind === 'variant');
  const fixes = isMendable ? [fixTo(`Write ${example}`, [{ span: at, text: example }])] : [];
  const data = { image: reference.text, example };
  const severity: Severity = isForWork || kind === 'minor' || kind === 'ended' ? 'info' : 'warning';
  yield { at, message: kind === 'latest' ? ('image' as const) : kind, severity, data, fixes };
}

/** The same on what uv is still built on: `python3.12-bookworm-slim` was followed by `python3.12-trixie-slim`. */
function stillBuilt(tag: string): string {
  return tag
    .replace('bookworm', 'trixie')
    .replace(/^alpine3\.(?:1\d|2[01])$/, 'alpine')
    .replace(/^python3\.8-/, 'python3.13-');
}

function fixTo(title: string, edits: Fix['edits']): Fix {
  return { safety: 'unsafe', title, risk: RISK, edits };
}

function* ofSource(instruction: CopyInstruction | RunInstruction, flag: Flag, from: string, { dockerfile, stageOf }: RuleContext) {
  const found = resolveFileSource(dockerfile, from, instruction.keyword !== 'RUN');
  if (found.kind !== 'image' || !isUvImage(found.reference)) return;
  const whole = flag.valueSpan ?? flag.span;
  const offset = dockerfile.syntax.source.text.slice(whole.start, whole.end).indexOf(from);
  const at = offset < 0 ? whole : { start: whole.start + offset, end: whole.start + offset + from.length };
  const isForWork = isForWorkOnly(dockerfile, stageOf(instruction));
  yield* ofImage(found.reference, { at, isWritten: offset >= 0 && !from.includes('$'), isForWork });
}

/** `pip install uv`, `pipx install uv`. */
function* ofPackages(command: Command, { dockerfile }: RuleContext) {
  const install = pipInstalls(command);
  if (install === undefined || isConstrained(install)) return;
  const isUv = ({ requirement }: PipPackage): boolean => requirement.kind === 'name' && requirement.name.toLowerCase() === 'uv';
  const found = install.packages.find((each) => isUv(each) && pinningOf(each) !== 'pinned');
  if (found === undefined) return;
  const { word, text } = found;
  const edit = replacedWord(dockerfile.syntax, command, word, `uv==${VERSION}`);
  const fixes = edit === undefined ? [] : [fixTo(`Write uv==${VERSION}`, [edit])];
  const isBounded = pinningOf(found) === 'bounded';
  const severity: Severity = isBounded ? 'info' : 'warning';
  const data = { written: text, bounds: isBounded ? ' within these bounds' : '', version: VERSION };
  yield { at: word.span, message: 'package' as const, severity, data, fixes };
}

/** `curl -LsSf https://astral.sh/uv/install.sh | sh`. */
function* ofDownload(command: Command, { dockerfile }: RuleContext) {
  if (command.name !== 'curl' && command.name !== 'wget') return;
  for (const word of command.args) {
    const example = pinnedInstaller(word.value ?? '', VERSION);
    if (example === undefined) continue;
    const edit = replacedWord(dockerfile.syntax, command, word, example);
    yield ofAddress(word.value ?? '', example, word.span, edit);
  }
}

function ofAddress(address: string, example: string, at: Span, edit: Edit | undefined) {
  const fixes = edit === undefined ? [] : [fixTo(`Write ${example}`, [edit])];
  return { at, message: 'installer' as const, data: { address, example }, fixes };
}

export const docs: RuleDocs = {
  why: 'uv is still at 0.x: every minor release may change what breaks a build, and does. uv 0.9 made Debian trixie the ground of its images, 0.10 stopped building those on bookworm. An image built again next month resolves, locks and installs with another program, and no diff shows it. The guide of uv itself asks to pin a version, or better the digest.',
  remedy:
    'Name the version in the tag (`ghcr.io/astral-sh/uv:VERSION`, and in front of what uv stands on: `uv:VERSION-python3.13-trixie-slim`), in the address of the installer (`https://astral.sh/uv/VERSION/install.sh`) or behind the name (`uv==VERSION`). A bot (Renovate, Dependabot) moves it.',
  limits:
    'A digest decides, whatever the tag, and so does a constraints file for `pip install uv`. A tag from a build argument is judged by its default; without one nothing is said. A tag of two parts (`uv:0.12`) is worth knowing only, as is any in a stage or file for development or tests, and a range with an upper bound. A uv that a requirements file or conda installs is left to the rules for those. A registry that mirrors uv is known by `astral-sh/uv` at the end of the name. Where `base-image-unpinned` sees the same image, this rule speaks.',
  references: [
    'https://docs.astral.sh/uv/guides/integration/docker/#installing-uv (2026-08-21)',
    'https://github.com/astral-sh/uv/blob/main/changelogs/0.10.x.md (images that are no longer published)',
    'https://docs.astral.sh/uv/reference/policies/versioning/',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /uvx /bin/\n',
      reports: [[2, 'image']],
      fixed: `FROM python:3.13-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv:${CURRENT.uv} /uv /uvx /bin/\n`,
    },
    {
      title: 'A mount, and the installer',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN --mount=from=ghcr.io/astral-sh/uv,source=/uv,target=/bin/uv uv --version\nRUN curl -LsSf https://astral.sh/uv/install.sh | sh\n',
      reports: [
        [2, 'image'],
        [3, 'installer'],
      ],
      fixed: `FROM python:3.13-slim-trixie\nRUN --mount=from=ghcr.io/astral-sh/uv:${CURRENT.uv},source=/uv,target=/bin/uv uv --version\nRUN curl -LsSf https://astral.sh/uv/${CURRENT.uv}/install.sh | sh\n`,
    },
    {
      title: 'Python is named, uv is not',
      dockerfile: 'FROM ghcr.io/astral-sh/uv:python3.13-trixie-slim\nWORKDIR /app\n',
      reports: [[1, 'variant']],
      fixed: `FROM ghcr.io/astral-sh/uv:${CURRENT.uv}-python3.13-trixie-slim\nWORKDIR /app\n`,
    },
    {
      title: 'A tag without builds',
      dockerfile: 'FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim\nWORKDIR /app\n',
      reports: [[1, 'ended']],
    },
    {
      title: 'The next patch',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv:0.13 /uv /bin/\n',
      reports: [[2, 'minor']],
    },
    {
      title: 'From PyPI',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir uv\n',
      reports: [[2, 'package']],
      fixed: `FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir uv==${CURRENT.uv}\n`,
    },
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /uvx /bin/\n',
      reports: [],
    },
    {
      title: 'A build argument with a default, and one without',
      dockerfile:
        'ARG UV_VERSION=0.12.5\nARG OTHER\nFROM ghcr.io/astral-sh/uv:${UV_VERSION} AS uv\nFROM ghcr.io/astral-sh/uv:${OTHER} AS other\nFROM python:3.13-slim-trixie\nCOPY --from=uv /uv /bin/\n',
      reports: [],
    },
    {
      title: 'A digest, a version in the address, a constraints file',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --from=ghcr.io/astral-sh/uv@sha256:3f2a1e4b5c6d7e8f90112233445566778899aabbccddeeff0011223344556677 /uv /bin/\nADD https://astral.sh/uv/0.12.5/install.sh /uv-installer.sh\nRUN pip install --no-cache-dir -c constraints.txt uv\n',
      reports: [],
    },
  ],
};
