import { replacedWord, withoutWord } from '../../src/edits/words.js';
import { type AptCall, aptCalls, installs, packageName } from '../../src/facts/apt.js';
import { type AptReplacement, defaultJava, isOnlyDistributions, replacementFor } from '../../src/facts/apt-renames.js';
import { elsewhere } from '../../src/facts/apt-sources.js';
import { APT_AS_OF, presence, suitesWith } from '../../src/facts/apt-suites.js';
import { type Distribution, factsOfBase } from '../../src/facts/images.js';
import type { Command, ShellWord, Stage } from '../../src/model/dockerfile.js';
import { runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'apt-package-removed-from-suite',
  family: 'apt',
  summary: 'A package that the release of the base image does not have',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  supersedes: ['apt-python-in-python-image'],
  messages: {
    absent: {
      text: '{release} has no package `{package}`: apt ends with "Unable to locate package" or "no installation candidate"',
      help: 'Replace or remove it: {remedy}',
    },
    floating: {
      text: '{release} has no package `{package}`, and that is what `{image}` means today: it worked only while the tag meant {before}',
      help: 'Replace or remove it: {remedy}',
    },
    choice: {
      text: '`{package}` is provided by several packages of {release}, none of its own name: apt ends with "no installation candidate"',
      help: 'Replace or remove it: {remedy}',
    },
    'non-free': {
      text: '`{package}` is in the contrib or non-free part of {release}, which `{image}` leaves off: apt finds no such package',
      help: 'Add contrib and non-free to Components in /etc/apt/sources.list.d/debian.sources, in front of apt-get update',
    },
    'apt-key': {
      text: '{release} has no `apt-key` any more: the command is not found, and the build ends here',
      help: 'Save the key in /etc/apt/keyrings/<name>.asc and write signed-by=/etc/apt/keyrings/<name>.asc into the source',
    },
  },
  on: {
    *stage(stage, ctx) {
      const distribution = factsOfBase(stage.base)?.distribution;
      const suite = distribution?.codename;
      if (distribution === undefined || suite === undefined || (distribution.id !== 'debian' && distribution.id !== 'ubuntu')) return;
      const image = stage.base.kind === 'image' ? stage.base.reference.text : '';
      const data = { release: releaseName(distribution), image };
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const key = /^(?:trixie|plucky|questing|resolute)$/.test(suite)
          ? script.commands.find((command) => command.name === 'apt-key' && isFatal(command))
          : undefined;
        if (key !== undefined) yield { at: key.span, message: 'apt-key', data: { release: data.release } };
        const calls = aptCalls(script).filter((call) => installs(call) && isFatal(call.command) && !namesSuite(call));
        if (calls.length === 0) continue;
        const { extended, otherRelease } = elsewhere(stage, ctx.script);
        const at = script.instruction.span.start;
        if (otherRelease <= at) continue;
        for (const call of calls) {
          for (const word of call.operands) {
            const name = packageName(word);
            if (name === undefined || /[:/]/.test(word.value ?? '/') || word.glob || (extended <= at && !isOnlyDistributions(name)))
              continue;
            const state = presence(name, suite);
            if (state !== 'absent' && state !== 'choice' && state !== 'non-free') continue;
            const isOwnPython = isForOtherPython(name, stage);
            const replacement = isOwnPython ? undefined : replacementFor(name, suite);
            const place = { at: word.span, fixes: fixesOf(call, word, replacement, isOwnPython, ctx) };
            const own = { ...data, package: name, remedy: remedyFor(name, replacement, call, stage) };
            const before = suitesWith(name).at(-1);
            if (state === 'choice') yield { ...place, message: 'choice', data: own };
            else if (state === 'non-free') yield { at: word.span, message: 'non-free', data: { ...data, package: name } };
            else if (distribution.floating && before !== undefined && suite === 'trixie')
              yield { ...place, message: 'floating', data: { ...own, before } };
            else yield { ...place, message: 'absent', data: own };
          }
        }
      }
    },
  },
});

/** Python as Debian packs it, in any version. */
const PYTHON = /^python[23]?(?:\.\d+)?(?:-(?:dev|pip|minimal|setuptools|distutils|venv|wheel|virtualenv))?$/;

/** Python or one of its libraries as the distribution packs them, on an image whose Python is another one. */
function isForOtherPython(name: string, { base }: Stage): boolean {
  return /^python[23]?(?:\.\d+)?(?:-|$)/.test(name) && factsOfBase(base)?.python?.kind === 'official';
}

/** `Debian 13 (trixie)` */
function releaseName({ id, cycle, codename }: Distribution): string {
  return `${id === 'debian' ? 'Debian' : 'Ubuntu'} ${cycle ?? ''}${codename === undefined ? '' : ` (${codename})`}`;
}

/** Whether the build ends when the command fails, as far as can be told; an alternative behind `||` makes up for it. */
function isFatal(command: Command): boolean {
  const { commands } = command.script;
  const next = commands[commands.indexOf(command) + 1];
  const isAlternative = command.connector === '||' || next?.connector === '||';
  return !command.conditional && !isAlternative && !command.substituted && command.failureIsFatal !== false && command.script.complete;
}

/** `apt-get install -t bookworm-backports …` */
function namesSuite({ command }: AptCall): boolean {
  return command.args.some(
    ({ value, prefix }) =>
      /^(?:-t|--target-release|--default-release|--snapshot|-S|-m|--ignore-missing)/.test(value ?? prefix) ||
      (value === undefined && /opt|flag|arg/i.test(prefix)),
  );
}

function remedyFor(name: string, replacement: AptReplacement | undefined, call: AptCall, stage: Stage): string {
  if (isForOtherPython(name, stage)) {
    const library = PYTHON.test(name) ? undefined : /^python[23]?(?:\.\d+)?-(.+)$/.exec(name)?.[1];
    return library === undefined
      ? 'this image has a Python of its own, with headers and pip'
      : `the Python of this image takes it from PyPI: pip install ${library}`;
  }
  if (replacement !== undefined && hasOperand(call, replacement.name)) return `\`${replacement.name}\` beside it is what this release has`;
  const java = defaultJava(name);
  if (java !== undefined) return `write ${replacement === undefined ? '' : `${replacement.name}, or `}${java}, which every release has`;
  if (replacement !== undefined) return `write ${replacement.name}`;
  if (name === 'software-properties-common')
    return 'a repository goes into /etc/apt/sources.list.d/<name>.sources, with Signed-By: /etc/apt/keyrings/<name>.asc';
  const python = /^python(3\.\d+)/.exec(name)?.[1];
  if (python !== undefined) {
    return `start from python:${python}-slim-${factsOfBase(stage.base)?.distribution?.codename ?? 'trixie'}, or let uv fetch it: uv python install ${python}`;
  }
  const last = suitesWith(name).at(-1);
  return last === undefined ? 'no release since Debian 11 has it' : `${last} was the last release that had it`;
}

const hasOperand = (call: AptCall, name: string): boolean => call.operands.some((each) => packageName(each) === name);

/** SPEC: `name=1.2` goes with the old package. */
function fixesOf(
  call: AptCall,
  word: ShellWord,
  replacement: AptReplacement | undefined,
  isOwnPython: boolean,
  ctx: RuleContext,
): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const name = word.value ?? '';
  if (replacement === undefined) {
    // Its one use is add-apt-repository; Python is there already.
    const isUnused = name === 'software-properties-common' ? !/add-apt|apt-add/.test(tree.source.text) : isOwnPython && PYTHON.test(name);
    const gone = isUnused && call.operands.length > 1 ? withoutWord(tree, call.command, word) : undefined;
    const risk = isOwnPython
      ? 'a script may call the Python of the distribution by its path'
      : 'scripts that call add-apt-repository do not find it';
    return gone === undefined ? [] : [{ title: `Remove ${name}`, safety: 'unsafe', risk, edits: [gone] }];
  }
  // Where pip refuses the Python of the distribution, its new name would only move the failure.
  if (/[=/:+]/.test(name) || replacement.name === 'python3-pip') return [];
  const isThere = hasOperand(call, replacement.name);
  const edit = isThere ? withoutWord(tree, call.command, word) : replacedWord(tree, call.command, word, replacement.name);
  if (edit === undefined) return [];
  const title = isThere ? `Remove ${name}` : `Write ${replacement.name}`;
  if (replacement.isRename) return [{ title, safety: 'safe', edits: [edit] }];
  return [
    { title, safety: 'unsafe', risk: 'it is another version or another implementation, which what uses it may notice', edits: [edit] },
  ];
}

export const docs: RuleDocs = {
  why: `apt knows only what its release has; one name too many, and the whole install ends with exit code 100. Debian 13 left out \`libgl1-mesa-glx\`, \`software-properties-common\`, \`libatlas-base-dev\` and OpenJDK 17, names that stand in thousands of data-science Dockerfiles, and \`python:3.12-slim\` moved to it in August 2025 without a change of the tag.`,
  remedy:
    'Write the name that the release has: `libgl1` for `libgl1-mesa-glx`, `libopenblas-dev` for `libatlas-base-dev`, `default-jre-headless` for one Java or another. Or name the release in the tag, `python:3.12-slim-bookworm`, and keep the names. Java by release: bullseye 11 and 17, bookworm 17, trixie 21 and 25, `default-jre-headless` in all.',
  limits: `Debian 11 to 13 are judged by the package indexes of ${APT_AS_OF} for amd64, which know the names people install most; Ubuntu by the few names that build logs show (24.04 and newer). Nothing is said on other images, of names that are not in the table, behind \`-t\`, in conditions, where \`||\` has an alternative, where the sources of another release may have been added, and, but for names that nobody else packs, where a repository, a package or a script of somebody else may bring it. The fix is safe where the old name was an empty package that brought the new one.`,
  references: [
    `https://deb.debian.org/debian/dists (Packages of bullseye, bookworm and trixie, ${APT_AS_OF})`,
    'https://www.debian.org/releases/trixie/release-notes/ (apt-key)',
    'https://github.com/Zeyi-Lin/HivisionIDPhotos/issues/265',
    'https://github.com/webrecorder/browsertrix-browser-base/issues/19 (Ubuntu 24.04)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.11-slim\nRUN apt-get update && apt-get install -y libgl1-mesa-glx libglib2.0-0\n',
      reports: [[2, 'floating']],
      fixed: 'FROM python:3.11-slim\nRUN apt-get update && apt-get install -y libgl1 libglib2.0-0\n',
    },
    {
      title: 'Java',
      dockerfile:
        'FROM python:3.12-slim-trixie\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends openjdk-17-jre-headless \\\n && rm -rf /var/lib/apt/lists/*\n',
      reports: [[3, 'absent']],
      fixed:
        'FROM python:3.12-slim-trixie\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends openjdk-21-jre-headless \\\n && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'A name that was given up',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends libgdk-pixbuf2.0-0 && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'absent']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends libgdk-pixbuf-2.0-0 && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'One that only a later release knows',
      dockerfile:
        'FROM python:3.13-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends libgobject-2.0-0 && rm -rf /var/lib/apt/lists/*\n',
      reports: [[2, 'absent']],
      fixed:
        'FROM python:3.13-slim-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends libglib2.0-0 && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: 'No package of that name, but several that stand in for it',
      dockerfile: 'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y netcat\n',
      reports: [[2, 'choice']],
      fixed: 'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y netcat-openbsd\n',
    },
    {
      title: 'Ubuntu',
      dockerfile: 'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y libgl1-mesa-glx\n',
      reports: [[2, 'absent']],
      fixed: 'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y libgl1\n',
    },
    {
      title: 'The image has a Python of its own',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y python-dev gcc\n',
      reports: [[2, 'absent']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y gcc\n',
    },
    {
      title: 'A command that is gone',
      dockerfile: 'FROM debian:trixie-slim\nRUN curl -fsSL https://repo.example.org/key.asc | apt-key add -\n',
      reports: [[2, 'apt-key']],
    },
    {
      title: 'The release has it',
      dockerfile: 'FROM python:3.11-slim-bookworm\nRUN apt-get update && apt-get install -y libgl1-mesa-glx openjdk-17-jre-headless\n',
      reports: [],
    },
    {
      title: 'An alternative',
      dockerfile: 'FROM python:3.13-slim\nRUN apt-get update && (apt-get install -y libgl1-mesa-glx || apt-get install -y libgl1)\n',
      reports: [],
    },
    {
      title: 'Another release among the sources',
      dockerfile:
        'FROM debian:trixie-slim\nRUN echo "deb http://deb.debian.org/debian bookworm main" > /etc/apt/sources.list.d/bookworm.list\nRUN apt-get update && apt-get install -y openjdk-17-jre-headless\n',
      reports: [],
    },
    {
      title: "Somebody else's repository may carry it",
      dockerfile:
        'FROM debian:trixie-slim\nRUN curl -fsSL https://repo.mysql.com/mysql-apt-config.deb -o /tmp/c.deb && dpkg -i /tmp/c.deb\nRUN apt-get update && apt-get install -y libmysqlclient-dev\n',
      reports: [],
    },
    {
      title: 'An image that nobody here knows',
      dockerfile: 'FROM company/base:1.0\nRUN apt-get update && apt-get install -y libgl1-mesa-glx\n',
      reports: [],
    },
    {
      title: 'A package under a new name that goes by its old one, too',
      dockerfile: 'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y libglib2.0-0 libncurses5-dev\n',
      reports: [],
    },
  ],
};
