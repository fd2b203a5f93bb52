import { withoutInstruction } from '../../src/edits/lines.js';
import { withoutCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import { sizeText } from '../../src/facts/artefacts.js';
import {
  type EarlierFiles,
  filesBefore,
  mayExistBefore,
  mayMakeMore,
  type RecursiveChange,
  recursiveChanges,
} from '../../src/facts/changed-files.js';
import { brief, oneLine } from '../../src/facts/exec-form.js';
import { bustedInstalls, sourcesOf } from '../../src/facts/layer-order.js';
import { manifestInstalls } from '../../src/facts/manifests.js';
import { once } from '../../src/facts/once.js';
import { WITH_BASE } from '../../src/facts/working-directory.js';
import { landingOf } from '../../src/model/copies.js';
import type { CopyInstruction, Instruction, RunInstruction, ScriptOf, ShellWord, Stage } from '../../src/model/dockerfile.js';
import { copySource, inheritedInstructions, isInFinalImage, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'chown-duplicates-layer',
  family: 'layers',
  summary: 'Files of earlier layers are stored again with another owner or mode',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    copied: {
      text: '`{command}` stores a second copy of all that {what} brings{size}: a file with another {property} is a new file',
      help: 'Remove it and {remedy}',
    },
    partly: {
      text: '`{command}` stores a second copy of all that {what} brings{size}: a file with another {property} is a new file',
      help: 'Leave it to what commands make there, and {remedy}',
    },
    made: {
      text: '`{command}` stores a second copy of {what}: a file with another {property} is a new file',
      help: 'Run it at the end of the RUN that makes them, or make them as the user who is to own them',
    },
    base: {
      text: '`{command}` stores a second copy of {what}: a file with another {property} is a new file',
      help: 'Leave it as it is, every user can read it, and install into an environment that the user owns: python -m venv /opt/venv',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (!isInFinalImage(ctx.dockerfile, stage)) return;
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const run = script.instruction;
        const copies = run.keyword === 'RUN' ? recursiveChanges(script).flatMap((change) => secondCopies(change, run, stage, ctx)) : [];
        // However often a RUN changes a file, its layer holds it once.
        const [first, ...others] = copies;
        if (first === undefined) continue;
        const { change, word, files } = first;
        const weighty = files.filter(({ weight }) => weight !== 'small');
        const [worst] = weighty;
        if (worst === undefined) continue;
        const { command, program, setting } = change;
        const property = program === 'chmod' ? 'mode' : program === 'chgrp' ? 'group' : 'owner';
        const data = { command: brief(`${program} -R ${setting.text} ${word.text}`), what: worst.what, property };
        const related = [
          ...(worst.kind === 'copy' || worst.kind === 'base' ? [] : [{ at: worst.span, note: 'makes them' }]),
          ...weighty.slice(1, 6).map(({ span, what }) => ({ at: span, note: `${what.replace(' an earlier RUN', ' this RUN')}, too` })),
          ...others.slice(0, 5).map((other) => ({ at: other.change.command.span, note: 'changes files of earlier layers as well' })),
        ];
        const isLight = copies.every((each) => each.files.every(({ weight }) => weight !== 'unknown'));
        const place = { at: command.span, related, ...(isLight ? ({ severity: 'info' } as const) : {}) };
        if (worst.copy !== undefined) {
          const remedy = remedyOf(worst.copy, change, stage);
          const size = (worst.size ?? 0) < 100_000 ? '' : ` (${sizeText(worst.size ?? 0)})`;
          const isAll = others.length === 0 && !change.targets.some(({ path }) => mayMakeMore(path, command, stage, ctx.script));
          if (!isAll) yield { ...place, message: 'partly', data: { ...data, size, remedy } };
          else yield { ...place, message: 'copied', data: { ...data, size, remedy }, fixes: fixesOf(change, files, stage, ctx) };
        } else if (worst.kind === 'base') yield { ...place, message: 'base', data };
        else yield { ...place, message: 'made', data };
      }
    },
  },
});

interface SecondCopy {
  readonly change: RecursiveChange;
  readonly word: ShellWord;
  /** What earlier layers have put there, small files included. */
  readonly files: readonly EarlierFiles[];
}

/** The targets of a change that hold files of earlier layers; what is behind a mount is in no layer. */
function secondCopies(change: RecursiveChange, run: RunInstruction, stage: Stage, ctx: RuleContext): readonly SecondCopy[] {
  return change.targets.flatMap(({ path, word }) => {
    if (run.mounts.some(({ options }) => path.startsWith(options.get('target') ?? '\0'))) return [];
    const files = filesBefore(path, run, stage, ctx.script, ctx.context).filter(({ copy }) => copy === undefined || !isSetBy(copy, change));
    return files.some(({ weight }) => weight !== 'small') ? [{ change, word, files }] : [];
  });
}

/** Whether a COPY has set the same already, so that nothing changes. */
function isSetBy({ flags }: CopyInstruction, { program, setting }: RecursiveChange): boolean {
  const value = flags.find(({ name }) => name === (program === 'chmod' ? 'chmod' : 'chown'))?.value;
  const owner = (text: string): string => text.split(':')[0] ?? '';
  return value !== undefined && (program === 'chmod' ? value === setting.text : owner(value) === owner(setting.text) || /\$/.test(value));
}

/** What to do instead, with the COPY as it should read and what must stand above it. */
function remedyOf(copy: CopyInstruction, change: RecursiveChange, stage: Stage): string {
  const { program, setting } = change;
  const from = copySource(copy);
  const flag = flagOf(change) ?? (program === 'chmod' ? undefined : `--chown=${program === 'chgrp' ? 'root:' : ''}${setting.text}`);
  if (flag === undefined && from !== undefined) return `change the mode in \`${from}\`, where the files come from: COPY keeps it`;
  if (flag === undefined) return 'let the files have that mode in the build context: COPY keeps it; or write COPY --chmod=<octal mode> …';
  const kept = copy.flags.flatMap(({ name, value }) =>
    flag.startsWith(`--${name}=`) || (name === 'link' && namesOwner(flag)) ? [] : [`--${name}${value === undefined ? '' : `=${value}`} `],
  );
  const written = `${copy.keyword} ${kept.join('')}${flag} ${copy.words.map(({ text }) => text).join(' ')}`;
  const property = program === 'chmod' ? 'mode' : 'owner';
  const isEarly = program !== 'chmod' && !isUserThere(change, copy, stage);
  return `set the ${property} as the files arrive: ${oneLine(written)}${isEarly ? ', below the RUN that creates the user' : ''}`;
}

/** Whether the user of a change exists at a COPY, as far as the file shows: numbers need none, and images bring users. */
function isUserThere({ setting }: RecursiveChange, copy: CopyInstruction, stage: Stage): boolean {
  const [user = ''] = (setting.value ?? setting.text).split(':');
  const written = setting.text.split(':')[0] ?? user;
  const creator = usersMade(stage).find(({ text }) => text.includes(user) || text.includes(written));
  return /^\d+$/.test(user) || creator === undefined || creator.start < copy.span.start;
}

/** The RUNs that create users, with their text. */
const usersMade = once((stage: Stage): readonly { readonly start: number; readonly text: string }[] =>
  inheritedInstructions(stage).flatMap((each) => {
    if (each.keyword !== 'RUN') return [];
    const text = [each.logical.text, ...each.heredocs.map(({ content }) => content)].join('\n');
    return /\b(?:useradd|adduser|groupadd|addgroup)\b/.test(text) ? [{ start: each.span.start, text }] : [];
  }),
);

/** `chown -R app` leaves the group as it is, which is root's for what COPY brings. A login group (`app:`) has no spelling in COPY. */
function flagOf({ program, setting, isSpecial }: RecursiveChange): string | undefined {
  const { value } = setting;
  if (value === undefined || setting.text.includes('$') || isSpecial) return undefined;
  if (program === 'chmod') return /^[0-7]{3,4}$/.test(value) ? `--chmod=${value}` : undefined;
  if (program === 'chgrp') return undefined;
  if (/^[\w-]+:[\w-]+$/.test(value)) return `--chown=${value}`;
  return /^[\w-]+$/.test(value) ? `--chown=${value}:${/^\d+$/.test(value) ? '0' : 'root'}` : undefined;
}

/** SPEC: a layer of `COPY --link` has no /etc/passwd, so that BuildKit takes numbers alone there. */
const namesOwner = (flag: string): boolean => flag.startsWith('--chown=') && !/^--chown=\d+(?::\d+)?$/.test(flag);

/** The flag on every COPY that brings files there, and no RUN; only where COPY alone has brought them. */
function fixesOf(change: RecursiveChange, files: readonly EarlierFiles[], stage: Stage, ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const { command, program, targets } = change;
  const { script } = command;
  const flag = flagOf(change);
  const name = program === 'chmod' ? 'chmod' : 'chown';
  const copies = [...new Set(files.map(({ copy }) => copy))];
  const isClear = copies.every(
    (copy) =>
      copy?.keyword === 'COPY' &&
      stage.instructions.includes(copy) &&
      !copy.flags.some((each) => each.name === name) &&
      isUserThere(change, copy, stage),
  );
  const isLinkedByName = flag !== undefined && namesOwner(flag) && copies.some((copy) => copy?.flags.some((each) => each.name === 'link'));
  if (
    flag === undefined ||
    !isClear ||
    isLinkedByName ||
    hidesOrder(copies, script.instruction, stage, ctx) ||
    command.conditional ||
    targets.length !== 1 ||
    copies.length > 20
  )
    return [];
  const removal = script.commands.length === 1 ? withoutInstruction(tree, script.instruction) : withoutCommand(tree, command);
  const added = copies.map(
    (copy): Edit | undefined => copy && { span: { start: copy.keywordSpan.end, end: copy.keywordSpan.end }, text: ` ${flag}` },
  );
  const edits = together([...added, removal]);
  if (edits === undefined) return [];
  const [copy] = copies;
  const isSafe = copy !== undefined && copies.length === 1 && script.commands.length === 1 && isSameEffect(change, copy, stage, ctx);
  const title = `Set the ${program === 'chmod' ? 'mode' : 'owner'} with ${flag}`;
  const risk = 'directories that were there before the COPY, and files that nobody here sees, keep theirs';
  return isSafe ? [{ title, safety: 'safe', edits }] : [{ title, safety: 'unsafe', risk, edits }];
}

/** Whether an install below is only excused for its place by this RUN: whoever takes that away hears of the order next. */
function hidesOrder(copies: readonly (CopyInstruction | undefined)[], run: Instruction, stage: Stage, ctx: RuleContext): boolean {
  const codes = copies.filter(
    (copy) => copy !== undefined && sourcesOf(copy, stage).some(({ cargo }) => cargo === 'code' || cargo === 'everything'),
  );
  const installs = codes.length === 0 ? [] : installsIn(stage, ctx.script).filter(({ command }) => command.span.start > run.span.end);
  const busted = installs.length === 0 ? [] : bustedInstalls(stage, ctx);
  return installs.some(({ command }) => {
    const known = busted.find(({ install }) => install.command === command)?.offenders ?? [];
    return codes.some((copy) => known.every((offender) => offender.copy !== copy));
  });
}

const installsIn = once((stage: Stage, script: ScriptOf) => runScripts(stage.instructions, script).flatMap(manifestInstalls));

/** Whether the RUN stands directly below the COPY, names just its destination, and that directory is made by the COPY. */
function isSameEffect({ targets, command }: RecursiveChange, copy: CopyInstruction, stage: Stage, ctx: RuleContext): boolean {
  const { instructions } = stage;
  const isNext = instructions[instructions.indexOf(copy) + 1] === command.script.instruction;
  const landing = landingOf(copy, stage, WITH_BASE)?.path ?? '';
  // SPEC: for `/srv/models` COPY makes /srv as well, which belongs to root then: only a first directory is alone.
  const isAlone = /^\/[^/]+$/.test(landing) && !SYSTEM.test(landing) && targets[0]?.path === landing;
  return isNext && isAlone && !mayExistBefore(landing, copy, stage, ctx.script);
}

/** Directories that images have. */
const SYSTEM = /^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var|workspace)$/;

export const docs: RuleDocs = {
  why: 'A layer stores whole files. When a RUN changes the owner or the mode of a file that an earlier layer brought, the file is copied into the new layer, content and all: `chown -R` over a checkpoint of 5 GB makes an image of 10 GB, and the build takes the time to write it. 8 % of 604 public data-science Dockerfiles do it.',
  remedy:
    'Let the files arrive with the right owner: `COPY --chown=app:app models/ /models/`, `COPY --chmod=755 …`; create the user above. What a RUN makes, change at the end of that same RUN, or make it as that user. Often nothing needs to change at all: files of root can be read by every user, and only the directories that the program writes to need another owner.',
  limits:
    'Reported where files are known to be there: COPY and ADD, virtual and conda environments, downloads and unpacked archives of earlier RUNs, the conda and Python directories of known base images. Directories that are only made (`mkdir`, WORKDIR, a new home) are empty and cost nothing, nor do single scripts and settings. With a build context the sizes decide: below 1 MB nothing is said, below 10 MB, and of a whole context that is small here, it is worth an info; empty files, `.gitkeep` and pointers of git-lfs stand for files that are not there yet. Without one, source code by its usual names is worth an info. Files of the same RUN are in the same layer, and a COPY that sets the same owner is left alone. Stages that do not ship are left alone, and paths that depend on something unknown. Where commands may have made more in the directory, the change is left to that and there is no fix. The fix moves the owner into the COPY; it is safe where the RUN stands directly below the COPY, does nothing else, names its destination, and that directory is made by the COPY.',
  references: [
    'https://docs.docker.com/engine/storage/drivers/#copying-makes-containers-efficient (read 2026-11-22)',
    'https://docs.docker.com/reference/dockerfile/#copy---chown (2026-08-21)',
    'https://huggingface.co/docs/hub/spaces-sdks-docker#permissions (huggingface/hub-docs, read 2026-11-22: updating metadata creates a new copy)',
    'measured: 604 public data-science Dockerfiles of 129 repositories (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN useradd -m app\nCOPY models/ /models/\nRUN chown -R app:app /models\nUSER app\n',
      reports: [[4, 'copied']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN useradd -m app\nCOPY --chown=app:app models/ /models/\nUSER app\n',
    },
    {
      title: 'The user comes too late for the COPY',
      dockerfile: 'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY . .\nRUN useradd -m app && chown -R app:app /app\nUSER app\n',
      reports: [[4, 'copied']],
    },
    {
      title: 'An environment of an earlier layer',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir torch==2.9.1\nRUN useradd -m app && chown -R app /opt/venv\nUSER app\n',
      reports: [[3, 'made']],
    },
    {
      title: 'A directory that a command makes there',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN useradd -m app\nCOPY models/ /app/models/\nRUN mkdir -p /app/uploads && chown -R app:app /app\nUSER app\n',
      reports: [[4, 'partly']],
    },
    {
      title: 'A linked layer takes numbers only',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN useradd -m -u 1001 app\nCOPY --link models /models\nRUN chown -R app:app /models\nCOPY --link data /data\nRUN chown -R 1001 /data\nUSER app\n',
      reports: [
        [4, 'copied'],
        [6, 'copied'],
      ],
      fixed:
        'FROM python:3.13-slim-trixie\nRUN useradd -m -u 1001 app\nCOPY --link models /models\nRUN chown -R app:app /models\nCOPY --chown=1001:0 --link data /data\nUSER app\n',
    },
    {
      title: 'The mode, too',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY src /src\nRUN chmod -R 755 /src\n',
      reports: [[3, 'copied']],
      fixed: 'FROM python:3.13-slim-trixie\nCOPY --chmod=755 src /src\n',
    },
    {
      title: 'All of conda',
      dockerfile: 'FROM condaforge/miniforge3:25.3.1-0\nRUN useradd -m app && chown -R app /opt/conda\n',
      reports: [[2, 'base']],
    },
    {
      title: 'Files of the same RUN',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN useradd -m app && python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir torch==2.9.1 && chown -R app /opt/venv\nUSER app\n',
      reports: [],
    },
    {
      title: 'Empty directories',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nRUN useradd -m app && mkdir -p /data/cache && chown -R app:app /app /data /home/app\nCOPY --chown=app:app . .\nUSER app\n',
      reports: [],
    },
    {
      title: 'A script weighs nothing',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY entrypoint.sh /usr/local/bin/\nCOPY config.yaml /etc/app/\nRUN chmod -R 755 /etc/app\n',
      reports: [],
    },
    {
      title: 'A directory that is known to be small',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN useradd -m app\nCOPY models /srv/models\nRUN chown -R app:app /srv\nUSER app\n',
      files: { 'models/prices.json': '{"slope": 2}\n', 'models/README.md': 'One number.\n' },
      reports: [],
    },
    {
      title: 'What git-lfs brings is not here',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN useradd -m app\nCOPY models /srv/models\nRUN chown -R app:app /srv\nUSER app\n',
      files: { 'models/prices.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4200000000\n' },
      reports: [[4, 'copied']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN useradd -m app\nCOPY --chown=app:app models /srv/models\nUSER app\n',
    },
    {
      title: 'The layers of a build stage do not ship',
      dockerfile:
        'FROM python:3.13-trixie AS build\nCOPY . /src\nRUN chown -R nobody /src\nFROM python:3.13-slim-trixie\nCOPY --from=build /src/dist /dist\n',
      reports: [],
    },
  ],
};
