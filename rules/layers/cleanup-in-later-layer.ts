import { withoutInstruction } from '../../src/edits/lines.js';
import { appendedCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import { wordBehind } from '../../src/edits/words.js';
import { indexRemoval, leftIndex, readAptCall } from '../../src/facts/apt.js';
import {
  copiedFiles,
  deletions,
  isArchive,
  isOnlyCleanup,
  isSecretFile,
  isSmallText,
  kindsMadeIn,
  type Leftover,
  leftovers,
  removesPackagesOfBase,
  usesEarlierIndex,
} from '../../src/facts/cleanups.js';
import { cleans, condaCalls } from '../../src/facts/conda.js';
import { pipCalls, removesPipCache } from '../../src/facts/pip.js';
import { enumerated } from '../../src/facts/requirement.js';
import type { Command, CopyInstruction, Instruction, Script, ShellWord, Span, Stage, SyntaxTree } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { inheritedInstructions } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

/** LIMIT: older leftovers are forgotten, so that the time stays linear in the length of the file. */
const MOST_LEFTOVERS = 300;

export default defineRule({
  id: 'cleanup-in-later-layer',
  family: 'layers',
  summary: 'Files are deleted in a later layer than the one that holds them',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  supersedes: ['apt-no-cleanup', 'conda-no-clean', 'pip-no-cache'],
  messages: {
    frees: {
      text: '{commands} {do} not free the space of {what}: an earlier layer keeps {them}',
      help: 'Delete {them} at the end of {place}',
    },
    cached: {
      text: "`{command}` does not free the space of pip's download cache: an earlier layer keeps it",
      help: 'Add `--no-cache-dir` in {place}',
    },
    copied: {
      text: '`{command}` does not free the space of `{file}`: the layer of COPY keeps it',
      help: 'Mount the file where it is used, in place of COPY and rm: RUN --mount=type=bind,{mount},target={path} …',
    },
    added: {
      text: '`{command}` does not free the space of `{file}`: the layer of ADD keeps it',
      help: 'Fetch the file, use it and delete it in one RUN',
    },
  },
  on: {
    *file({ finalStage }, ctx) {
      if (finalStage === undefined) return;
      const steps = stepsUntilDeletion(finalStage, ctx);
      let kept: Leftover[] = [];
      const madeAt = new Map<Leftover, number>();
      const needed = new Set<Leftover>();
      for (const [at, { stage, instruction, workdir, script }] of steps.entries()) {
        if (script === undefined) {
          const copied = copiedFiles(instruction as CopyInstruction, workdir, (text) => stage.environment.expand(text, instruction));
          for (const leftover of copied) madeAt.set(leftover, at);
          kept.push(...copied);
          continue;
        }
        // An index that is fetched in one layer for the installs of another is what apt-update-alone speaks of.
        if (usesEarlierIndex(script)) {
          kept = kept.filter(({ isForLater }) => isForLater !== true);
          for (const leftover of kept) if (leftover.kind === 'apt-index') needed.add(leftover);
        }
        const company = (leftover: Leftover): string => {
          if (needed.has(leftover)) return ', together with the installs that use it';
          if (!isUsedBetween(leftover, steps.slice((madeAt.get(leftover) ?? at) + 1, at))) return '';
          return `, together with the RUNs in between that need ${isOneThing(leftover) ? 'it' : 'them'}`;
        };
        const stepOf = (leftover: Leftover): number => madeAt.get(leftover) ?? at;
        for (const { gone, ...finding } of report(script, kept, workdir, company, stepOf)) {
          const makerOf = (leftover: Leftover): Script | undefined => steps[stepOf(leftover)]?.script;
          const fixes = movedUp(script, gone, makerOf, ctx.dockerfile.syntax);
          yield { ...finding, fixes: fixes.length > 0 && gone.every((leftover) => company(leftover) === '') ? fixes : [] };
        }
        if (script === steps.at(-1)?.script) return;
        const made = leftovers(script, workdir);
        for (const leftover of made) madeAt.set(leftover, at);
        const done = deletions(script, workdir);
        const still = done.length === 0 ? kept : kept.filter((leftover) => !done.some(({ removes }) => removes(leftover)));
        kept = [...still, ...made].slice(-MOST_LEFTOVERS);
      }
    },
  },
});

/** An instruction that makes or deletes files: a RUN with its script, or a COPY or ADD without one. */
interface Step {
  readonly stage: Stage;
  readonly instruction: Instruction;
  /** Empty where it is not known. */
  readonly workdir: string;
  readonly script: Script | undefined;
}

/** Nothing behind the last deletion matters, and in most files that is the one in the first RUN. */
function stepsUntilDeletion(finalStage: Stage, ctx: RuleContext): readonly Step[] {
  const instructions = inheritedInstructions(finalStage);
  const last = instructions.findLastIndex((instruction) => {
    const script = instruction.keyword === 'RUN' ? ctx.script(instruction) : undefined;
    return script !== undefined && deletions(script, workdirAt(script.stage, instruction)).length > 0;
  });
  return instructions.slice(0, last + 1).flatMap((instruction) => {
    const stage = ctx.stageOf(instruction);
    const script = instruction.keyword === 'RUN' ? ctx.script(instruction) : undefined;
    const isCopy = instruction.keyword === 'COPY' || instruction.keyword === 'ADD';
    return stage === undefined || (script === undefined && !isCopy)
      ? []
      : [{ stage, instruction, workdir: workdirAt(stage, instruction), script }];
  });
}

function workdirAt(stage: Stage, instruction: Instruction): string {
  const directory = stage.environment.workdir(instruction);
  return directory.kind === 'known' ? directory.value : '';
}

/** Whether a RUN between the one that made a leftover and the one that deletes it has need of it, as far as its words show. */
function isUsedBetween({ kind, path = '' }: Leftover, between: readonly Step[]): boolean {
  if (kind !== 'file' && kind !== 'apt-packages') return false;
  const name = baseName(path);
  return between.some(
    ({ script }) =>
      script !== undefined &&
      (kind === 'apt-packages' || script.commands.some(({ words }) => words.some(({ text }) => text.includes(name)))),
  );
}

/**
 * @param company what would fail without a leftover, the index, the compiler or the file, and has to move with it
 * @param stepOf where the instruction stands that makes it
 */
function* report(
  script: Script,
  kept: readonly Leftover[],
  workdir: string,
  company: (leftover: Leftover) => string,
  stepOf: (leftover: Leftover) => number,
) {
  const done = kept.length === 0 ? [] : deletions(script, workdir);
  if (done.length === 0) return;
  const isPure = isOnlyCleanup(script, workdir);
  const own = isPure ? new Set<Leftover['kind']>() : kindsMadeIn(script);
  const isForBase = removesPackagesOfBase(script, kept);
  const counts = (leftover: Leftover, isBroad: boolean): boolean => {
    if (isSecretFile(leftover.path ?? '') || (leftover.kind === 'apt-packages' && isForBase)) return false;
    return isPure || (!isBroad && isWorthAnyway(leftover, own));
  };
  const found = done.flatMap(({ command, removes, isBroad }) => {
    const gone = kept.filter((leftover) => removes(leftover) && counts(leftover, isBroad));
    return gone.length === 0 ? [] : [{ command, gone }];
  });
  const [first] = found;
  const [leftover] = first?.gone ?? [];
  if (first === undefined || leftover === undefined) return;
  const gone = new Set(found.flatMap((item) => item.gone));
  const isSmall = [...gone].every(isPerhapsSmall);
  const place = {
    gone: [...gone],
    at: first.command.span,
    related: [...gone].map(({ span, made }) => ({ at: span, note: made })),
    ...(isSmall ? { severity: 'info' as const } : {}),
  };
  const command = shown(first.command.words);
  const { what, path = '', mount = '' } = leftover;
  if (leftover.origin === 'COPY') yield { ...place, message: 'copied' as const, data: { command, file: what, path, mount } };
  else if (leftover.origin === 'ADD') yield { ...place, message: 'added' as const, data: { command, file: what } };
  else {
    const all = place.gone.filter(({ origin }) => origin !== 'COPY' && origin !== 'ADD');
    const whats = distinct(all.map((each) => each.what));
    // One thing that each RUN makes is enough to tell which RUN is meant.
    const makings = [...new Map(all.map((each) => [stepOf(each), each.made])).values()];
    const runs = distinct(makings).map(
      (made) => `${makings.filter((other) => other === made).length > 1 ? 'each' : 'the'} RUN that ${made}`,
    );
    if (whats.length === 1 && leftover.kind === 'pip')
      yield { ...place, message: 'cached' as const, data: { command, place: runs.join() } };
    else {
      const commands = distinct(found.map((each) => `\`${shown(each.command.words)}\``));
      const data = {
        commands: enumerated(commands),
        do: commands.length === 1 ? 'does' : 'do',
        what: enumerated(whats),
        them: whats.length === 1 && isOneThing(leftover) ? 'it' : 'them',
        place: enumerated(runs) + (all.map(company).find((text) => text !== '') ?? ''),
      };
      yield { ...place, message: 'frees' as const, data };
    }
  }
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function isOneThing({ kind }: Leftover): boolean {
  return kind === 'file' || kind === 'apt-index';
}

/** In a RUN that also does other things, only what surely weighs and what that RUN has not made itself. */
function isWorthAnyway({ kind, path }: Leftover, own: ReadonlySet<Leftover['kind']>): boolean {
  if (kind === 'file') return isArchive(path ?? '');
  return (kind === 'apt-index' || kind === 'conda' || kind === 'pip') && !own.has(kind);
}

/** What the context brings may be a few bytes, unless it is an archive that is not just a project's wheel; a download is
 *  more, unless it is a text. */
function isPerhapsSmall({ origin, path = '', isSmall }: Leftover): boolean {
  if (isSmall !== undefined) return isSmall;
  if (origin === 'download') return isSmallText(path) && !/conda|mamba|install/i.test(path);
  return origin !== undefined && (!isArchive(path) || path.endsWith('.whl'));
}

/** As written: the words that one variable has become are one word in the file. */
function shown(words: readonly ShellWord[]): string {
  const text = words.filter(({ span }, i) => span.start !== words[i - 1]?.span.start).map((word) => word.text);
  const joined = text.join(' ');
  return joined.length > 60 ? `${joined.slice(0, 59)}…` : joined;
}
/** The deletion of an index or of caches in the RUNs that made them, where this RUN does nothing else. */
function movedUp(
  script: Script,
  gone: readonly Leftover[],
  makerOf: (leftover: Leftover) => Script | undefined,
  tree: SyntaxTree,
): readonly Fix[] {
  if (script.instruction.onbuild !== undefined || !script.commands.every(deletesCaches)) return [];
  // It cleans what nobody here has made: the base image's own packages.
  if (script.commands.some((command) => cleans(command) !== undefined) && gone.every(({ kind }) => kind !== 'conda')) return [];
  const edits = new Map<unknown, Edit | undefined>([[script, withoutInstruction(tree, script.instruction)]]);
  const kindAt = new Map<Script, Leftover['kind']>();
  for (const leftover of gone) {
    const { kind } = leftover;
    const maker = makerOf(leftover);
    const command = maker?.commands.find(({ span }) => isInside(leftover, span));
    // An index that its own RUN has no use for is what apt-update-alone speaks of.
    if (maker === undefined || command === undefined || maker.instruction.onbuild !== undefined || leftover.isForLater === true) return [];
    if (kind === 'pip') {
      edits.set(leftover, withoutPipCache(command, tree));
      continue;
    }
    const other = kindAt.get(maker);
    if (other === kind) continue;
    kindAt.set(maker, kind);
    const clean = kind === 'apt-index' ? cleanOfIndex(maker) : kind === 'conda' ? cleanOfConda(command, script) : undefined;
    // Two deletions would be put at the same place.
    edits.set(maker, clean === undefined || other !== undefined ? undefined : appendedCommand(tree, maker, clean));
  }
  const all = together([...edits.values()]);
  if (all === undefined) return [];
  const title = kindAt.size === 0 ? 'Add --no-cache-dir, and remove this RUN' : 'Delete the files in the RUN that makes them';
  return [{ title, safety: 'unsafe', risk: 'a RUN in between that needs what is deleted does not find it', edits: all }];
}

const isInside = ({ span }: Leftover, outer: Span): boolean => span.start >= outer.start && span.end <= outer.end;

/** Of the index of apt, and of what apt, conda and pip have downloaded; nothing else. */
function deletesCaches(command: Command): boolean {
  if (command.conditional || command.substituted) return false;
  if (command.name === 'rm') {
    const operands = command.args.filter(({ text }) => !text.startsWith('-'));
    return operands.every(({ value }) =>
      /^\/var\/(?:lib\/apt\/lists|cache\/apt)(?:\/|$)|^(?:~|\/root)\/\.cache\/pip\/?$/.test(value ?? ''),
    );
  }
  const action = readAptCall(command)?.action;
  return action === 'clean' || action === 'autoclean' || cleans(command) === 'packages' || removesPipCache(command, undefined);
}

function withoutPipCache(command: Command, tree: SyntaxTree): Edit | undefined {
  const install = pipCalls(command.script).find((call) => call.command === command);
  return install === undefined || install.options.has('--cache-dir')
    ? undefined
    : wordBehind(tree, command, install.verb, '--no-cache-dir');
}

function cleanOfIndex(maker: Script): string | undefined {
  const call = leftIndex(maker);
  return call && indexRemoval(call);
}

/** As the later RUN does it; only by the very program that has installed. */
function cleanOfConda(command: Command, later: Script): string | undefined {
  const clean = later.commands.find((each) => cleans(each) === 'packages');
  const isPlain = command.wrappers.length === 0 && !command.conditional && !command.substituted && command.assignments.length === 0;
  const isSame = clean?.words[0]?.text === command.words[0]?.text && clean?.wrappers.length === 0;
  const text = clean?.words.map((word) => word.text).join(' ') ?? '';
  const isFirst = condaCalls(command.script)[0]?.command === command;
  const isList = command.script.commands.every(({ connector }) => connector !== ';' && connector !== '||');
  return isPlain && isSame && isFirst && isList && /^[\w./ -]+$/.test(text) ? text : undefined;
}

export const docs: RuleDocs = {
  why: 'A layer is a difference to the one below it. Deleting a file in a later layer hides it and adds an entry; the layer that holds the bytes is stored, pushed and pulled as before: 26 MB for the package index of Debian 12, and the whole of whatever was copied or downloaded. `apt-get autoremove` in a RUN of its own shrinks nothing either, and never takes away what was installed by name.',
  remedy:
    'Delete in the RUN that made the files. What COPY brings only to be used once is better mounted: `RUN --mount=type=bind,source=wheels,target=/tmp/wheels pip install --no-index --find-links /tmp/wheels app`. What is needed for building belongs in a stage of its own, from which only the result is copied.',
  limits:
    'Reported are RUNs that do nothing but delete, and in other RUNs the deletion of a package index, of a cache of pip or conda, of an archive or of a download that an earlier layer holds. The earlier command must be visible in the file: what the base image brought is left alone, packages as well as files, because deleting those is meant to change how the image behaves. Silent in stages that are not part of the final image, about secrets (their layer is the problem, not their size) and about whole contexts (`COPY . .`), from which a .dockerignore should leave things out. `apt-get clean` is not reported: it finds nothing in whichever layer it stands, because the Debian and Ubuntu images of Docker delete the downloaded packages after each install. An index that one RUN fetches for the install of the next is what `apt-update-alone` reports. Copied files that may be small are an info. Where an image is squashed into one layer afterwards the rule does not apply; it cannot see that. The fix moves the deletion of an index or a cache into the RUNs that made them (for pip, --no-cache-dir), where the later RUN does nothing else and no other RUN needs what is deleted; files, packages and directories are left to you.',
  references: [
    'https://docs.docker.com/engine/storage/drivers/ (layers and whiteouts, read 2026-11)',
    'https://docs.docker.com/build/building/best-practices/#apt-get (read 2026-11)',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypebind',
  ],
  examples: [
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev\nRUN pip install --no-cache-dir pandas==3.0.5\nRUN apt-get purge -y gcc && rm -rf /var/lib/apt/lists/*\n',
      reports: [[4, 'frees']],
    },
    {
      title: 'A clean-up in a RUN of its own',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends wget\nRUN apt-get clean && rm -rf /var/lib/apt/lists/*\n',
      reports: [[3, 'frees']],
      fixed:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*\n',
    },
    {
      title: "pip's cache",
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN pip install pandas==3.0.5\nRUN pip cache purge\n',
      reports: [[3, 'cached']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN pip install --no-cache-dir pandas==3.0.5\n',
    },
    {
      title: 'All at once, too late',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends wget\nRUN pip install pandas==3.0.5\nRUN rm -rf /var/lib/apt/lists/* && pip cache purge\n',
      reports: [[4, 'frees']],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*\nRUN pip install --no-cache-dir pandas==3.0.5\n',
    },
    {
      title: 'The index was fetched by an earlier layer',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y --no-install-recommends wget\nRUN apt-get install -y --no-install-recommends libgomp1 \\\n && rm -rf /var/lib/apt/lists/*\n',
      reports: [[4, 'frees']],
    },
    {
      title: 'A copied archive',
      dockerfile:
        'FROM debian:trixie-slim\nCOPY model.tar.gz /tmp/\nRUN mkdir /model && tar -xzf /tmp/model.tar.gz -C /model && rm /tmp/model.tar.gz\n',
      reports: [[3, 'copied']],
    },
    {
      title: 'A download',
      dockerfile:
        'FROM debian:trixie\nWORKDIR /tmp\nADD https://repo.example.org/data.csv data.csv\nRUN curl -fsSLO https://repo.example.org/tool.zip\nRUN rm data.csv tool.zip\n',
      reports: [[5, 'added']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev \\\n && pip install --no-cache-dir pandas==3.0.5 \\\n && apt-get purge -y --auto-remove gcc libc6-dev && rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'The update in a layer of its own is the problem, and apt-update-alone names it',
      dockerfile:
        'FROM debian:trixie-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends libgomp1\nRUN apt-get clean\nRUN rm -rf /var/lib/apt/lists/*\n',
      reports: [],
    },
    {
      title: 'What the base image brought is removed for its own sake',
      dockerfile: 'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN rm -rf /etc/apt/sources.list.d/cuda.list && apt-get purge -y perl\n',
      reports: [],
    },
    {
      title: 'A build stage whose tree is copied out of it',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install pandas==3.0.5\nRUN find /opt/venv -name __pycache__ -exec rm -rf {} + && rm -rf /root/.cache\nFROM python:3.13-slim-trixie\nCOPY --from=build /opt/venv /opt/venv\n',
      reports: [],
    },
    {
      title: 'A secret is another matter',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY .netrc /root/.netrc\nRUN rm /root/.netrc\n',
      reports: [],
    },
  ],
};
