/** What is known of a package in an install, for somebody who points at it: how firmly its version is fixed, and what it needs. */
import { alpineOutcome, hasOwnWheels, isMusl, surroundings } from '../facts/alpine.js';
import { apkCalls } from '../facts/apk.js';
import { aptCalls, installs, packageName } from '../facts/apt.js';
import { replacementFor } from '../facts/apt-renames.js';
import { elsewhere } from '../facts/apt-sources.js';
import { APT_AS_OF, presence, providersOf, suitesWith } from '../facts/apt-suites.js';
import { condaCalls } from '../facts/conda.js';
import { BRINGS_TORCH, buildOf, downloadOf, releaseTaken, SIZES_AS_OF } from '../facts/cuda.js';
import { factsOfBase } from '../facts/images.js';
import { nameOfSystem, releaseByCodename } from '../facts/lifecycles.js';
import { buildNeed, runtimeNeed } from '../facts/native-libraries.js';
import { isConstrained } from '../facts/pip.js';
import { type InstalledPackage, pythonInstalls } from '../facts/python-installs.js';
import { MUSL_AS_OF, wheelSupport } from '../facts/python-packages.js';
import { listed, type Pinning } from '../facts/requirement.js';
import { packageFor, type Thing } from '../facts/system-packages.js';
import type { RunInstruction, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../model/stages.js';
import type { RuleContext } from '../rule.js';
import type { Span } from '../source/source-file.js';
import { code } from './markdown.js';

/** A few lines of Markdown on the package whose word stands at an offset of a RUN, and where that word stands. */
export function aboutPackage(
  run: RunInstruction,
  offset: number,
  ctx: RuleContext,
): { readonly text: string; readonly span: Span } | undefined {
  const stage = ctx.stageOf(run);
  const script = ctx.script(run);
  if (stage === undefined || script === undefined) return undefined;
  const isHere = ({ span }: ShellWord): boolean => span.start <= offset && offset <= span.end;
  const about = (name: string, word: ShellWord, lines: readonly string[]) => ({
    text: `${code(name)}\n\n${lines.map((line) => `- ${line}`).join('\n')}`,
    span: word.span,
  });
  const { packages, wheels } = pythonInstalls(stage, ctx);
  const python = [...packages, ...wheels].find(
    ({ word, file, requirement, tool }) => tool !== 'conda' && file === undefined && requirement?.kind === 'name' && isHere(word),
  );
  if (python !== undefined) return about(python.name, python.word, pythonLines(python, packages, stage, ctx));
  for (const { packages: asked } of condaCalls(script)) {
    const found = asked.find(({ word }) => isHere(word));
    if (found === undefined) continue;
    const { name, text, channel, pinning } = found;
    return about(name, found.word, [
      pinned(text.replace(/^.*::/, '').slice(name.length), pinning),
      ...(channel === undefined ? [] : [`From the channel ${code(channel)}`]),
    ]);
  }
  for (const call of aptCalls(script).filter(installs)) {
    const word = call.operands.find(isHere);
    const name = word && packageName(word);
    if (word !== undefined && name !== undefined) return about(name, word, aptLines(name, word.value ?? '', stage, ctx));
  }
  for (const { action, operands } of apkCalls(script)) {
    const word = action === 'add' ? operands.find(isHere) : undefined;
    const [, name, version = ''] = /^([\w.+-]+)([<>=~].*)?$/.exec(word?.value ?? '') ?? [];
    if (word !== undefined && name !== undefined)
      return about(name, word, [pinned(version, version === '' ? 'unpinned' : version.startsWith('=') ? 'pinned' : 'ranged')]);
  }
  return undefined;
}

/** @param specifier as written, `==2.1.0`; empty for none */
function pinned(specifier: string, pinning: Pinning): string {
  switch (pinning) {
    case 'pinned':
      return `Pinned: ${code(specifier)}`;
    case 'bounded':
      return `Bounded: ${code(specifier)}; the next build may install another release below the bound`;
    case 'ranged':
      return `Not pinned: ${code(specifier)}; the next build may install any later release`;
    case 'unpinned':
      return 'Not pinned: the next build may install another release';
  }
}

function pythonLines(asked: InstalledPackage, all: readonly InstalledPackage[], stage: Stage, ctx: RuleContext): readonly string[] {
  const { name, requirement, install, isRemovedLater } = asked;
  if (requirement?.kind !== 'name') return [];
  const isFixed = requirement.pinning !== 'pinned' && install !== undefined && isConstrained(install);
  return [
    isFixed ? 'Its version is fixed by the other options of the install' : pinned(requirement.specifier, requirement.pinning),
    ...wheelLines(asked, stage, ctx),
    ...needLines(asked, all, stage),
    ...sizeLines(asked, ctx),
    ...(BRINGS_TORCH.has(name) ? ['Requires torch, which comes with it'] : []),
    ...(isRemovedLater ? ['A later RUN uninstalls it, and its files stay in this layer'] : []),
  ];
}

/** What pip gets here: a wheel, or something to compile. */
function wheelLines(
  { name, version, requirement, install, tool }: InstalledPackage,
  stage: Stage,
  { script }: RuleContext,
): readonly string[] {
  if (install !== undefined && hasOwnWheels(install)) return [];
  const libc = factsOfBase(stage.base)?.libc;
  if (isMusl(stage) && requirement !== undefined) {
    const commands = runScripts(inheritedInstructions(stage), script).flatMap((each) => each.commands);
    const note = alpineOutcome(requirement, stage, surroundings(commands))?.note.replace(/^`[^`]+`: /, '');
    return note === undefined ? [] : [`On this Alpine: ${note} (as of ${MUSL_AS_OF})`];
  }
  if (libc !== 'glibc') return [];
  const build = buildNeed({
    name,
    tool,
    ...(version !== undefined && { version }),
    ...(install && { install }),
    ...(requirement && { requirement }),
  });
  if (build === undefined) return wheelSupport(name, version) === 'wheel' ? ['Has a wheel for this system: nothing is compiled'] : [];
  const what = build.through === undefined ? 'Has no wheel' : `Brings \`${build.through}\`, which has no wheel`;
  const instead = build.instead === undefined ? '' : `; \`${build.instead}\` is built already`;
  return [`${what} for Linux: it is compiled with ${packagesFor(build.things, stage)}${instead}`];
}

/** Libraries of the system. */
function needLines(asked: InstalledPackage, all: readonly InstalledPackage[], stage: Stage): readonly string[] {
  if (factsOfBase(stage.base)?.libc !== 'glibc') return [];
  const need = runtimeNeed(asked, new Map(all.map((each) => [each.name, each])));
  const built = buildNeed(asked);
  const things = need?.things ?? built?.runtime ?? [];
  if (things.length === 0) return [];
  const what = need?.through === undefined ? 'Needs' : `Brings \`${need.through}\`, which needs`;
  const failure = need === undefined ? '' : ` (else: ${need.failure})`;
  const instead = need?.instead === undefined ? '' : `; \`${need.instead}\` needs nothing`;
  return [`${what} ${packagesFor(things, stage)} where it runs${failure}${instead}`];
}

/** By the names of the distribution where these are known, else in the words of plimsoll's own table. */
function packagesFor(things: readonly Thing[], stage: Stage): string {
  const distribution = factsOfBase(stage.base)?.distribution;
  return listed(things.map((thing) => (distribution && packageFor(thing, distribution)) ?? thing));
}

/** What comes with it besides, as far as it was measured. */
function sizeLines(asked: InstalledPackage, ctx: RuleContext): readonly string[] {
  if (factsOfBase(asked.command.script.stage.base)?.libc === 'musl') return [];
  const build = buildOf(asked, ctx);
  if (asked.name === 'torch' && build.kind === 'cpu') return ['The build for the CPU: no CUDA libraries'];
  if (asked.name === 'torch' && build.kind === 'cuda') return [`The build with CUDA ${build.version}`];
  const version = build.kind === 'default' ? releaseTaken(asked) : undefined;
  const download = version === undefined ? undefined : downloadOf(asked.name, version);
  if (download === undefined) return [];
  const size = download.total >= 1000 ? `${(download.total / 1000).toFixed(1)} GB` : `${download.total} MB`;
  const brings = download.cuda === undefined ? '' : `Brings the libraries of CUDA ${download.cuda}: `;
  return [`${brings}${size} to download on x86-64 for ${asked.name} ${download.version} (${SIZES_AS_OF})`];
}

function aptLines(name: string, written: string, stage: Stage, ctx: RuleContext): readonly string[] {
  const version = /=.*$/.exec(written)?.[0] ?? '';
  const lines = [
    version === '' ? 'No version: apt takes what the release of the image has on the day of the build' : pinned(version, 'pinned'),
  ];
  const suite = factsOfBase(stage.base)?.distribution?.codename;
  const found = suite === undefined ? undefined : presence(name, suite);
  // Repositories that the stage adds may have it, in other versions too.
  const { extended, otherRelease } = elsewhere(stage, ctx.script);
  if (suite === undefined || found === undefined || Math.min(extended, otherRelease) < Number.POSITIVE_INFINITY) return lines;
  const release = releaseByCodename(suite);
  const system = release === undefined ? suite : nameOfSystem(release);
  const others = suitesWith(name).filter((each) => each !== suite);
  const replacement = found === 'absent' ? replacementFor(name, suite) : undefined;
  const provided = listed(providersOf(name, suite));
  const state: Readonly<Record<typeof found, string>> = {
    package: `In ${system}`,
    provided: `In ${system} another package stands for it: ${provided}`,
    choice: `In ${system} several packages stand for it, and apt asks to choose one: ${provided}`,
    'non-free': `In contrib or non-free of ${system}, which the image leaves off`,
    absent: `**Not in ${system}**${others.length > 0 ? `; in ${others.join(', ')}` : ''}${replacement === undefined ? '' : `. Now \`${replacement.name}\``}`,
  };
  return [...lines, `${state[found]} (as of ${APT_AS_OF})`];
}
