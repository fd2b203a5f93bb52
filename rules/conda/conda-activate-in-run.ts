import { linesBelow } from '../../src/edits/lines.js';
import { withoutCommand } from '../../src/edits/scripts.js';
import { together } from '../../src/edits/together.js';
import {
  type CondaActivation,
  condaActivation,
  condaPrefix,
  environmentPrograms,
  isEnvironmentProgram,
  isSetUp,
  writtenActivation,
} from '../../src/facts/conda-activation.js';
import { startup } from '../../src/facts/entrypoints.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { factsOfBase } from '../../src/facts/images.js';
import { once } from '../../src/facts/once.js';
import { isOutsideEnvironments, readsProfileFiles } from '../../src/facts/python-interpreters.js';
import { inShellOfBase, isUnknownSource } from '../../src/facts/shells.js';
import { firstBehind, programsOf } from '../../src/facts/stage-programs.js';
import type { Command, Instruction, RunInstruction, Script, ScriptOf, Stage } from '../../src/model/dockerfile.js';
import { descendants, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'conda-activate-in-run',
  family: 'conda',
  summary: 'An environment of conda is activated in a shell that ends with the RUN',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    unready: {
      text: '`{command}` {consequence}: it is a function that `conda init` writes for interactive shells, and that of a RUN is none',
      help: 'Leave it out: {remedy}',
    },
    shell: {
      text: '`source` is a command of bash: the /bin/sh of `{image}` has none, and {consequence}',
      help: 'Leave it out: {remedy}',
    },
    lost: {
      text: '`{command}` ends with this RUN: `{later}` further down runs in the base environment',
      help: 'Leave it out: {remedy}',
    },
    idle: {
      text: '`{command}` does nothing: its shell ends with this RUN',
      help: 'Leave it out: {remedy}',
    },
    interactive: {
      text: '`{command}` in {file} is for interactive shells: `{later}` runs in the base environment',
      help: 'Set PATH for all that follows: ENV PATH={programs}:$PATH',
    },
  },
  on: {
    *stage(stage, ctx) {
      const facts = factsOfBase(stage.base);
      if (facts === undefined || /micromamba$/.test(facts.name)) return;
      for (const script of runScripts(stage.instructions, ctx.script)) {
        const { instruction } = script;
        if (!script.complete || instruction.keyword !== 'RUN' || instruction.onbuild !== undefined) continue;
        const foreign = condaPrefix(stage, instruction) === undefined ? undefined : script.commands.find(isForeign);
        if (foreign !== undefined) yield unknownToShell(foreign, stage, instruction, ctx);
        yield* unready(script, stage, ctx);
        if (foreign === undefined) yield* lost(script, stage, ctx);
        yield* interactive(script, stage, ctx);
      }
    },
  },
});

/** `conda activate` is a function of a shell that `conda init` has set up; the program of that name refuses. */
function* unready({ commands, instruction }: Script, stage: Stage, ctx: RuleContext) {
  const command = commands.find((each) => condaActivation(each)?.by === 'function');
  const activation = command && condaActivation(command);
  if (command === undefined || activation === undefined || command.conditional || isSetUp(command) || readsProfileFiles(command)) return;
  // Whoever activates in a file that BASH_ENV or a SHELL of the base names knows more than this rule.
  if (condaPrefix(stage, instruction) === undefined || isTried(command)) return;
  const isFatal = inShellOfBase(command).failureIsFatal === true;
  const isUsed = commands.at(-1) !== command;
  yield {
    at: command.span,
    message: 'unready' as const,
    data: {
      command: titleOf(command, 3),
      consequence: isFatal ? 'stops the build' : 'fails, and the build goes on without it',
      remedy:
        remedyFor(activation, stage, instruction) +
        (isUsed && isNamed(activation) ? `, or write conda run -n ${activation.environment} in front of what needs it` : ''),
    },
    fixes: isUsed ? [] : pathSet(command, activation, instruction as RunInstruction, stage, ctx),
  };
}

function isTried(command: Command): boolean {
  const { commands } = command.script;
  return command.connector === '||' || commands[commands.indexOf(command) + 1]?.connector === '||';
}

/** `source activate ml` in a shell that is not bash. */
function isForeign(command: Command): boolean {
  return condaActivation(command)?.by === 'script' && !command.conditional && !isTried(command) && isUnknownSource(command);
}

function unknownToShell(command: Command, stage: Stage, run: RunInstruction, ctx: RuleContext) {
  const activation = condaActivation(command) ?? { command, by: 'script', environment: undefined };
  const isUsed = command.script.commands.at(-1) !== command;
  const prefix = condaPrefix(stage, run) ?? '/opt/conda';
  const ready = `. ${prefix}/etc/profile.d/conda.sh && conda activate ${activation.environment ?? 'NAME'}`;
  const isFatal = inShellOfBase(command).failureIsFatal === true;
  return {
    at: command.span,
    message: 'shell' as const,
    data: {
      image: stage.base.kind === 'image' ? withoutDigest(stage.base.reference) : 'this image',
      consequence: isFatal ? 'the build stops here with "source: not found"' : 'the RUN goes on without the environment',
      remedy: remedyFor(activation, stage, run) + (isUsed && isNamed(activation) ? `; or write ${ready}` : ''),
    },
    fixes: isUsed ? [] : pathSet(command, activation, run, stage, ctx),
  };
}

/** An activation that works, but that nothing in its RUN makes use of. */
function* lost({ commands, instruction }: Script, stage: Stage, ctx: RuleContext) {
  const command = commands.at(-1);
  const activation = command && condaActivation(command);
  if (command === undefined || activation === undefined || command.conditional || readsProfileFiles(command)) return;
  if (activation.environment === 'base' || (activation.by === 'function' && !isSetUp(command))) return;
  const later = laterUse(stage, instruction, ctx);
  const place = { at: command.span, fixes: pathSet(command, activation, instruction as RunInstruction, stage, ctx) };
  const data = { command: titleOf(command, 3), remedy: remedyFor(activation, stage, instruction) };
  if (later === undefined) yield { ...place, message: 'idle' as const, severity: 'warning' as const, data };
  else yield { ...place, message: 'lost' as const, data: { ...data, later: titleOf(later, 2) }, related: relatedTo(later) };
}

/** What .bashrc activates reaches neither a RUN nor a CMD that is an array. */
function* interactive({ commands, instruction }: Script, stage: Stage, ctx: RuleContext) {
  for (const command of commands) {
    const written = writtenActivation(command);
    const later = written && laterUse(stage, instruction, ctx);
    if (written === undefined || later === undefined) continue;
    const programs = environmentPrograms(written.environment, condaPrefix(stage, instruction));
    const below = programs === undefined ? undefined : linesBelow(ctx.dockerfile.syntax, instruction, [`ENV PATH=${programs}:$PATH`]);
    yield {
      at: written.word.span,
      message: 'interactive' as const,
      data: {
        command: written.line,
        file: written.file,
        later: titleOf(later, 2),
        programs: programsFor(written.environment, stage, instruction),
      },
      related: relatedTo(later),
      fixes: fixOf(below === undefined ? undefined : [below]),
    };
  }
}

/** The first program of an environment further down that runs in none: in this stage, in its heirs, and when a container starts. */
function laterUse(stage: Stage, instruction: Instruction, { script }: RuleContext): Command | undefined {
  return firstBehind(instruction, descendants(stage), (each) => programsOutside(each, script));
}

const programsOutside = once((stage: Stage, script: ScriptOf): readonly Command[] =>
  programsOf(stage, script).filter(
    (command) =>
      isEnvironmentProgram(command) &&
      isOutsideEnvironments(command) &&
      (command.script.instruction.keyword !== 'CMD' || !startsElsewhere(stage, command, script)),
  ),
);

/** A CMD behind an ENTRYPOINT that prepares: `["/entrypoint.sh"]`, `["conda", "run", …]`, `["bash", "-lc"]`. */
function startsElsewhere(stage: Stage, { script: { instruction } }: Command, script: ScriptOf): boolean {
  const { entrypoint } = startup(stage, script);
  const text = entrypoint?.logical.text ?? factsOfBase(stage.base)?.entrypoint?.join(' ') ?? '';
  return (
    instruction !== entrypoint &&
    text !== '' &&
    !/^\W*(?:ENTRYPOINT\s*)?\W*(?:\S*\/)?(?:tini|dumb-init)\b[^\w/]*(?:-g\b)?[^\w/]*$/i.test(text)
  );
}

const relatedTo = ({ words, span }: Command) => [{ at: words[0]?.span ?? span, note: 'runs in the base environment' }];

function titleOf({ words }: Command, count: number): string {
  return words
    .slice(0, count)
    .map(({ value, text }) => value ?? text)
    .join(' ');
}

const isNamed = ({ environment }: CondaActivation): boolean => environment !== undefined && environment !== 'base';

function remedyFor(activation: CondaActivation, stage: Stage, before: Instruction): string {
  const { environment } = activation;
  if (environment === 'base') return 'base is on PATH already';
  return `put the environment on PATH for all that follows, ENV PATH=${programsFor(environment, stage, before)}:$PATH`;
}

function programsFor(environment: string | undefined, stage: Stage, before: Instruction): string {
  return environmentPrograms(environment, condaPrefix(stage, before)) ?? `/opt/conda/envs/${environment ?? 'NAME'}/bin`;
}

/** The line in the place of the RUN, or below it where it does more. */
function pathSet(command: Command, { environment }: CondaActivation, run: RunInstruction, stage: Stage, ctx: RuleContext): readonly Fix[] {
  const tree = ctx.dockerfile.syntax;
  const programs = environmentPrograms(environment, condaPrefix(stage, run));
  if (programs === undefined || command.wrappers.length > 0) return [];
  const line = `ENV PATH=${programs}:$PATH`;
  const isAlone = command.script.commands.length === 1 && run.flags.length === 0 && run.heredocs.length === 0;
  return fixOf(isAlone ? [{ span: run.span, text: line }] : together([withoutCommand(tree, command), linesBelow(tree, run, [line])]));
}

function fixOf(edits: readonly Edit[] | undefined): readonly Fix[] {
  return edits === undefined ? [] : [{ title: 'Put the environment on PATH', safety: 'unsafe', risk: RISK, edits }];
}

const RISK =
  "what follows runs in this environment, no longer in base; variables that the environment's packages set on activation are missing";

export const docs: RuleDocs = {
  why: "Each RUN is a shell of its own, and an activation ends with it: the next `pip install` goes into base, and CMD starts base's Python, in which the packages of the environment are missing. `conda activate` does not even work there: it is a function that `conda init` writes into the files of interactive shells, and the program of that name refuses: \"CondaError: Run 'conda init' before 'conda activate'\" since conda 23.11, \"Your shell has not been properly configured to use 'conda activate'\" before, with exit code 1 in sh and bash alike. `source activate` needs bash: in the /bin/sh of Debian and Ubuntu it ends with \"source: not found\". A line in ~/.bashrc helps only a person at a prompt: neither RUN nor a CMD that is an array reads it.",
  remedy:
    "Put the environment's programs on PATH: `ENV PATH=/opt/conda/envs/ml/bin:$PATH`. Or install into base, and leave environments out: an image has one purpose. Where packages need what activation sets, start with `conda run --no-capture-output -n ml …`.",
  limits:
    'Speaks of base images that are known. An activation that works and is used in its own RUN is fine (`. /opt/conda/etc/profile.d/conda.sh && conda activate ml && …`, `bash -c "source activate ml && …"`), and so is everything where SHELL or BASH_ENV make bash read files of settings, or SHELL is `conda run`. Lines for .bashrc count only if something further down runs a program of an environment outside of it. Silent on conditions and where PATH has a directory of an environment. The micromamba images have `micromamba-activation`.',
  references: [
    'https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#activating-an-environment (source of 2026-08-21)',
    'https://github.com/conda/conda/blob/main/conda/cli/main_mock_activate.py (the refusal; 2026-08-21, since 23.11.0 by its changelog)',
    'https://www.gnu.org/software/bash/manual/bash.html#Bash-Startup-Files (bash(1) of 5.2, read 2026-11-22)',
    'https://docs.docker.com/reference/dockerfile/#run (source of 2026-08-21: each RUN is a layer, by a shell of its own)',
  ],
  examples: [
    {
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nCOPY environment.yml .\nRUN conda env create -f environment.yml && conda clean -afy\nRUN conda activate ml\nCMD ["python", "train.py"]\n',
      reports: [[4, 'unready']],
      fixed:
        'FROM continuumio/miniconda3:24.5.0-0\nCOPY environment.yml .\nRUN conda env create -f environment.yml && conda clean -afy\nENV PATH=/opt/conda/envs/ml/bin:$PATH\nCMD ["python", "train.py"]\n',
    },
    {
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nSHELL ["/bin/bash", "-c"]\nCOPY environment.yml .\nRUN conda env create -f environment.yml && source activate ml\nRUN pip install --no-cache-dir torch==2.9.1\n',
      reports: [[4, 'lost']],
      fixed:
        'FROM continuumio/miniconda3:24.5.0-0\nSHELL ["/bin/bash", "-c"]\nCOPY environment.yml .\nRUN conda env create -f environment.yml\nENV PATH=/opt/conda/envs/ml/bin:$PATH\nRUN pip install --no-cache-dir torch==2.9.1\n',
    },
    {
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nCOPY environment.yml .\nRUN conda env create -f environment.yml && conda clean -afy\nRUN echo "conda activate ml" >> ~/.bashrc\nCMD ["python", "train.py"]\n',
      reports: [[4, 'interactive']],
      fixed:
        'FROM continuumio/miniconda3:24.5.0-0\nCOPY environment.yml .\nRUN conda env create -f environment.yml && conda clean -afy\nRUN echo "conda activate ml" >> ~/.bashrc\nENV PATH=/opt/conda/envs/ml/bin:$PATH\nCMD ["python", "train.py"]\n',
    },
    {
      title: 'Nothing further down needs it',
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nSHELL ["/bin/bash", "-c"]\nRUN source activate ml\nCMD ["/opt/conda/envs/ml/bin/python", "train.py"]\n',
      reports: [[3, 'idle']],
      fixed:
        'FROM continuumio/miniconda3:24.5.0-0\nSHELL ["/bin/bash", "-c"]\nENV PATH=/opt/conda/envs/ml/bin:$PATH\nCMD ["/opt/conda/envs/ml/bin/python", "train.py"]\n',
    },
    {
      title: '/bin/sh is not bash',
      dockerfile: 'FROM continuumio/miniconda3:24.5.0-0\nRUN source activate ml && pip install --no-cache-dir torch==2.9.1\n',
      reports: [[2, 'shell']],
    },
    {
      title: 'Set up, activated and used in one RUN',
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nRUN . /opt/conda/etc/profile.d/conda.sh && conda activate ml && pip install --no-cache-dir torch==2.9.1\nENV PATH=/opt/conda/envs/ml/bin:$PATH\n',
      reports: [],
    },
    {
      title: 'A login shell reads the files that conda init has written',
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nRUN conda init bash\nSHELL ["/bin/bash", "--login", "-c"]\nRUN conda activate ml && pip install --no-cache-dir torch==2.9.1\n',
      reports: [],
    },
    {
      title: 'For a person at a prompt, beside PATH for the rest',
      dockerfile:
        'FROM continuumio/miniconda3:24.5.0-0\nRUN echo "conda activate ml" >> ~/.bashrc\nENV PATH=/opt/conda/envs/ml/bin:$PATH\nCMD ["python", "train.py"]\n',
      reports: [],
    },
  ],
};
