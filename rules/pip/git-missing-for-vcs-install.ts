import { addedPackages, aptRunAbove } from '../../src/edits/packages.js';
import { type AptCall, fetchOwnIndex, isProjectScript } from '../../src/facts/apt.js';
import { mayBringProgram } from '../../src/facts/health-tools.js';
import { factsOfBase } from '../../src/facts/images.js';
import { pythonPackages } from '../../src/facts/python-installs.js';
import { systemPackages } from '../../src/facts/system-packages.js';
import { effectiveUser } from '../../src/facts/users.js';
import type { Command, Span, Stage } from '../../src/model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'git-missing-for-vcs-install',
  family: 'pip',
  summary: 'Something needs git in an image without it',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    install: {
      text: '`{package}`{listed} comes out of a repository, and there is no git in {image}: {tool} stops with `{failure}`',
      help: 'Install git above, or give the address of an archive, which needs none: https://github.com/ORGANISATION/REPOSITORY/archive/REFERENCE.tar.gz',
    },
    command: {
      text: '`{command}` is called, and there is no git in {image}: the build stops with `git: not found`',
      help: 'Install git above: {install}',
    },
  },
  on: {
    *stage(stage, ctx) {
      const image = imageWithoutGit(stage);
      if (image === undefined) return;
      const [need] = [...needsOf(stage, ctx)].sort((a, b) => a.at.start - b.at.start);
      if (need === undefined || isCopied(stage, need.command)) return;
      const calls = callsInFront(stage, need.command, ctx);
      if (calls === undefined) return;
      const { at, package: name, listed } = need;
      const fixes = fixesOf(stage, need.command, calls, ctx);
      if (name === undefined) {
        const written = need.command.words.slice(0, 2).map(({ text }) => text);
        yield { at, message: 'command', data: { command: written.join(' '), image, install: installOf(stage) }, fixes };
        return;
      }
      const isUv = need.command.name === 'uv';
      const failure = isUv ? 'Git executable not found' : "Cannot find command 'git'";
      yield { at, message: 'install', data: { package: name, listed, image, tool: isUv ? 'uv' : 'pip', failure }, fixes };
    },
  },
});

/** Something that needs git. */
interface Need {
  readonly command: Command;
  readonly at: Span;
  /** The package, for an install. */
  readonly package?: string;
  readonly listed: string;
}

/** The image as written, where it is known to have no git; undefined for all others. */
function imageWithoutGit({ base }: Stage): string | undefined {
  const lacks = factsOfBase(base)?.commands?.lacks.includes('git') === true;
  return lacks && base.kind === 'image' ? `\`${base.reference.text}\`` : undefined;
}

function* needsOf(stage: Stage, ctx: RuleContext): Generator<Need> {
  for (const { commands } of runScripts([...stage.triggers, ...stage.instructions], ctx.script)) {
    for (const command of commands) {
      const [program] = command.words;
      if (command.name === 'git' && program?.value === 'git' && mustSucceed(command)) yield { command, at: program.span, listed: '' };
    }
  }
  for (const { command, word, name, from, requirement, tool, marker, file } of pythonPackages(stage, ctx)) {
    // Poetry brings a git of its own (dulwich), and what a marker asks for is not known.
    if (from !== 'git' || tool === 'poetry' || marker !== undefined || command.script.stage !== stage || !mustSucceed(command)) continue;
    if (requirement?.kind === 'vcs' && /^(?:hg|svn|bzr)\+/.test(word.prefix)) continue;
    yield { command, at: word.span, package: name, listed: file === undefined ? '' : ` (in ${file.source.path})` };
  }
}

/** Whether the build stops where the command fails. */
function mustSucceed({ conditional, failureIsFatal, substituted }: Command): boolean {
  return !conditional && !substituted && failureIsFatal !== false;
}

/** Whether a COPY or ADD in front of a command may bring git. */
function isCopied(stage: Stage, { span }: Command): boolean {
  return inheritedInstructions(stage).some(
    (each) => (each.keyword === 'COPY' || each.keyword === 'ADD') && each.span.start < span.start && mayBringProgram(each, stage, 'git'),
  );
}

/** The calls of apt in front of a command, none of which brings git; undefined where git is there, or may be. */
function callsInFront(stage: Stage, command: Command, ctx: RuleContext): readonly AptCall[] | undefined {
  const facts = factsOfBase(stage.base);
  if (facts?.packageManager === 'apk') return mayHaveGit(stage, command, ctx) ? undefined : [];
  const system = systemPackages(stage, ctx.script, command);
  return system === undefined || system.things.has('git') ? undefined : system.calls;
}

/** On Alpine: `apk add` of git or of what brings it, a word that is not known, a script. */
function mayHaveGit(stage: Stage, before: Command, { script }: RuleContext): boolean {
  const commands = runScripts(inheritedInstructions(stage), script).filter(({ complete }) => complete);
  if (commands.length < runScripts(inheritedInstructions(stage), script).length) return true;
  return commands
    .flatMap((each) => each.commands)
    .some((each) => {
      if (each.span.start >= before.span.start) return false;
      if (isProjectScript(each)) return true;
      if (each.name !== 'apk') return false;
      return each.args.some(({ value }) => value === undefined || /^(?:git|alpine-sdk|build-all)/.test(value) || /^\./.test(value));
    });
}

function installOf(stage: Stage): string {
  if (factsOfBase(stage.base)?.packageManager === 'apk') return 'apk add --no-cache git';
  return 'apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*';
}

function fixesOf(stage: Stage, { script: { instruction } }: Command, calls: readonly AptCall[], ctx: RuleContext): readonly Fix[] {
  const { syntax: tree } = ctx.dockerfile;
  const own = calls.findLast(({ command, assumesYes }) => command.script.stage === stage && !command.conditional && assumesYes === true);
  const added = own && addedPackages(tree, own.command, own.operands, ['git']);
  if (added !== undefined) return [{ title: 'Install git with the packages above', safety: 'safe', edits: [added] }];
  const user = effectiveUser(stage, instruction);
  const isPlain = stage.environment.shell(instruction) === undefined && stage.instructions.includes(instruction);
  if (user.kind !== 'known' || !user.root || !isPlain || factsOfBase(stage.base)?.packageManager !== 'apt') return [];
  if (!fetchOwnIndex(stage, ctx.script)) return [];
  const risk = 'the image gets one more layer with git and what it depends on, 114 MB on Debian 13';
  return [{ title: 'Install git with apt', safety: 'unsafe', risk, edits: [aptRunAbove(tree, instruction, ['git'])] }];
}

export const docs: RuleDocs = {
  why: 'pip and uv run the program git for a requirement that begins with git+, and slim images have none: neither those of Python, Debian and Ubuntu nor the CUDA images. The build stops in the middle, after all that was installed before. The full images of Python have git.',
  remedy:
    'Add git to the packages that apt installs above, or install the archive that GitHub and GitLab make of every tag and commit: `pip install https://github.com/org/pkg/archive/v1.2.tar.gz` needs no git, and the layer none of its 114 MB (with Perl, on Debian 13). A project that reads its version out of the repository (setuptools-scm, hatch-vcs) does need the repository.',
  limits:
    'Slim images of Python and of uv, plain Debian and Ubuntu, CUDA images and Alpine are judged. The first thing of a stage that needs git is reported: a call of git itself, or a package out of a repository that pip, uv, PDM or Pipenv installs, from requirements files and locks of the build context too. Poetry brings its own git. Nothing is said where git is installed above, by whatever package, or a COPY may bring it, where a script, conda or a package in no table may bring it, and where the build goes on without the command.',
  references: [
    'https://pip.pypa.io/en/stable/topics/vcs-support/',
    'https://docs.astral.sh/uv/concepts/projects/dependencies/#git',
    'https://github.com/docker-library/python (slim variants)',
    'Installed-Size of git and what it depends on, Packages index of trixie, 2026-11-22',
  ],
  examples: [
    {
      title: 'Added to what apt installs',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
      reports: [[3, 'install']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends tini git && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
    },
    {
      dockerfile: 'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN git clone --depth 1 -b v1.2 https://github.com/org/pkg /opt/pkg\n',
      reports: [[2, 'command']],
      fixed:
        'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends git \\\n    && rm -rf /var/lib/apt/lists/*\nRUN git clone --depth 1 -b v1.2 https://github.com/org/pkg /opt/pkg\n',
    },
    {
      title: 'On a tag that names no release of Debian, which base-image-floating-suite speaks of before and after',
      dockerfile: 'FROM python:3.12-slim\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
      reports: [[2, 'install']],
      fixed:
        'FROM python:3.12-slim\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends git \\\n    && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
    },
    {
      title: 'In a requirements file',
      dockerfile: 'FROM python:3.13-alpine3.22\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'flask==3.1.2\npkg @ git+https://github.com/org/pkg@v1.2\n' },
      reports: [[3, 'install']],
    },
    {
      title: 'An archive needs no git',
      dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir https://github.com/org/pkg/archive/refs/tags/v1.2.tar.gz\n',
      reports: [],
    },
    {
      title: 'The full image has it',
      dockerfile: 'FROM python:3.13\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
      reports: [],
    },
    {
      title: 'Installed above, in another stage',
      dockerfile:
        'FROM python:3.13-slim AS base\nRUN apt-get update && apt-get install -y --no-install-recommends git-lfs && rm -rf /var/lib/apt/lists/*\nFROM base\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
      reports: [],
    },
    {
      title: 'The build goes on without',
      dockerfile: 'FROM python:3.13-slim\nRUN git rev-parse HEAD > /version || true\n',
      reports: [],
    },
    {
      title: 'An image nobody knows',
      dockerfile: 'FROM registry.example/python:3.13\nRUN pip install --no-cache-dir git+https://github.com/org/pkg@v1.2\n',
      reports: [],
    },
    {
      title: 'Out of another image',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY --from=registry.example.com/static-git:2.47 /usr/bin/git /usr/bin/git\nRUN pip install --no-cache-dir git+https://github.com/owner/package@v1.2\n',
      reports: [],
    },
  ],
};
