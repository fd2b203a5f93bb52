/**
 * cron in a container: whether the daemon stays, and what the crontabs say that a build puts in place.
 *
 * Sources (read 2026-11-22): cron(8), crontab(5) and the program of Debian's cron 3.0pl1-197 (trixie) and 3.0pl1-162 (bookworm): files of
 * /etc/cron.d need a user field, names without dots, and an end of line; without `-f` it goes into the background; jobs get HOME,
 * LOGNAME and SHELL; "No MTA installed, discarding output". crond(8) of cronie 1.7.2 in trixie (`-n`, and `-f` as well), busybox(1) of
 * BusyBox 1.37.0 in trixie (`-f`), and miscutils/crond.c of github.com/mirror/busybox (it hands its own environment on).
 */
import type { BuildContext, Format } from '../model/context.js';
import type { Command, CopyInstruction, Instruction, ScriptOf, Span, Stage, Word } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { inheritedInstructions } from '../model/stages.js';
import { expandWithBase } from './images.js';

/** How a command starts cron. */
export interface CronStart {
  readonly command: Command;
  /** `vixie` is Debian's `cron`; `crond` is that of cronie or BusyBox. */
  readonly daemon: 'vixie' | 'crond';
  /** False when it goes into the background; undefined where options may keep it that this table does not know. */
  readonly staysInFront: boolean | undefined;
  /** By a service script: `service cron start`. */
  readonly isService: boolean;
}

/** Reads `cron -f`, `crond`, `service cron start`, `/etc/init.d/cron start`; undefined for other commands. */
export function cronStart(command: Command): CronStart | undefined {
  const { name, args, words } = command;
  const values = args.map(({ value, prefix }) => value ?? prefix);
  const program = words[0]?.value ?? '';
  if (/^\/etc\/init\.d\/crond?$/.test(program) && values.includes('start'))
    return { command, daemon: name === 'cron' ? 'vixie' : 'crond', staysInFront: false, isService: true };
  if (/^(?:service|rc-service)$/.test(name) && /^crond?$/.test(values[0] ?? '') && values.includes('start'))
    return { command, daemon: values[0] === 'cron' ? 'vixie' : 'crond', staysInFront: false, isService: true };
  if (name !== 'cron' && name !== 'crond') return undefined;
  const daemon = name === 'cron' ? 'vixie' : 'crond';
  const letters = values.filter((value) => /^-[a-zA-Z]+$/.test(value)).join('');
  const stays = /f/.test(letters) || (daemon === 'crond' && /n/.test(letters)) || values.includes('--foreground');
  // `crond -d` of BusyBox and `-x` of the others are for looking for errors, and may stay.
  const isOpen = args.some(({ value }) => value === undefined) || /[dx]/.test(letters);
  return { command, daemon, staysInFront: stays ? true : isOpen ? undefined : false, isService: false };
}

/** A crontab that the build puts in place. */
export interface Crontab {
  /** `system`: a file of /etc/cron.d or /etc/crontab, whose lines name a user; `user`: one for `crontab`. */
  readonly kind: 'system' | 'user';
  /** Where it lies; absent for `crontab -`. */
  readonly path?: string;
  /** Undefined when it is not known. */
  readonly text: string | undefined;
  readonly at: Span;
  /** Whether the whole file is known, its last line end too. */
  readonly isWhole: boolean;
}

const TEXT: Format<string> = (text) => text;

/** The crontabs of a stage, in the order of the file. */
export function crontabs(stage: Stage, script: ScriptOf, context: BuildContext | undefined): readonly Crontab[] {
  return inheritedInstructions(stage).flatMap((instruction): readonly Crontab[] => {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') return copied(instruction, stage, context);
    if (instruction.keyword !== 'RUN') return [];
    const commands = script(instruction)?.commands ?? [];
    return commands.flatMap((command, i): readonly Crontab[] => {
      if (command.name === 'crontab') {
        const before = commands[i - 1];
        const isPiped = before !== undefined && before.pipeline === command.pipeline;
        return [{ kind: 'user', text: isPiped ? writtenBy(before) : undefined, at: isPiped ? before.span : command.span, isWhole: false }];
      }
      const path = command.redirects.find(({ operator }) => operator.startsWith('>'))?.target?.value;
      const kind = path === undefined ? undefined : kindOf(path);
      return path === undefined || kind === undefined ? [] : [{ kind, path, text: writtenBy(command), at: command.span, isWhole: false }];
    });
  });
}

function kindOf(path: string): Crontab['kind'] | undefined {
  if (/^\/etc\/cron\.d\/|^\/etc\/crontab$/.test(path)) return 'system';
  return /^\/(?:etc\/crontabs|var\/spool\/cron)\//.test(path) ? 'user' : undefined;
}

/** What `echo` and `printf` write; undefined for other commands, and for what depends on something unknown. */
function writtenBy({ name, args }: Command): string | undefined {
  if (name !== 'echo' && name !== 'printf') return undefined;
  const operands = args.filter(({ text }, i) => !(name === 'echo' && /^-[neE]+$/.test(text) && i < 2));
  const values = operands.map(({ value }) => value);
  if (values.some((value) => value === undefined)) return undefined;
  return name === 'printf' && /%/.test(values[0] ?? '') ? values.slice(1).join('\n') : values.join(' ').replaceAll('\\n', '\n');
}

function copied(copy: CopyInstruction, stage: Stage, context: BuildContext | undefined): readonly Crontab[] {
  const target = copy.destination === undefined ? undefined : expandWithBase(stage, copy.destination.text, copy);
  if (target === undefined) return [];
  const [source] = copy.sources;
  const into =
    /\/$|^\/etc\/cron\.d$/.test(target) && source !== undefined ? `${target.replace(/\/$/, '')}/${baseName(source.text)}` : target;
  const kind = kindOf(into);
  if (kind === undefined || copy.destination === undefined) return [];
  const at = copy.destination.span;
  const [heredoc] = copy.heredocs;
  if (heredoc !== undefined) return [{ kind, path: into, text: heredoc.content, at, isWhole: heredoc.terminatorSpan !== undefined }];
  const path = source === undefined || copy.sources.length > 1 ? undefined : pathOf(copy, source, stage, context);
  const text = path === undefined ? undefined : context?.read(path, TEXT)?.content;
  return [{ kind, path: into, text, at, isWhole: text !== undefined }];
}

function pathOf(copy: CopyInstruction, source: Word, stage: Stage, context: BuildContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  for (const { path, word } of context.brought(copy, stage)) return word === source ? path : undefined;
  return undefined;
}

/** A job of a crontab: five fields of time, or `@daily`, and the rest of the line. */
export interface CronJob {
  readonly line: string;
  readonly rest: string;
}

const TIME =
  /^\s*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\d*,/-]+|[A-Za-z]{3})(?:\s+(?:[\d*,/?-]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)){4})\s+/;

/** The jobs of a crontab. */
export function cronJobs(text: string): readonly CronJob[] {
  return text.split('\n').flatMap((line) => {
    const time = TIME.exec(line)?.[0];
    return time === undefined ? [] : [{ line: line.trim(), rest: line.slice(time.length).trim() }];
  });
}

/** Whether a crontab's own lines set variables, or its jobs fetch them: `PATH=…`, `. /env.sh`, `env $(cat …)`. */
export function setsVariables(text: string): boolean {
  return (
    /^\s*[A-Za-z_]\w*\s*=/m.test(text) ||
    /(?:^|[\s;&])(?:\.|source)\s+\S|BASH_ENV|\benv\b|environ\b|printenv|\bexport\b|-l?c\s+["']?\./.test(text)
  );
}

/** Whether a rest of a line of /etc/cron.d begins with a program instead of a user. */
export function lacksUser(rest: string): boolean {
  const [first = '', second] = rest.split(/\s+/);
  if (/^[/.]|\//.test(first)) return true;
  return (
    second !== undefined &&
    /^(?:python[\d.]*|bash|sh|cd|curl|wget|echo|Rscript|julia|uv|poetry|php|node|date|test|\[|touch|find|rm|flock)$/.test(first)
  );
}

/** Whether a build gives cron what only root has, by the usual tricks. */
export function isPreparedForOthers(instruction: Instruction): boolean {
  return instruction.keyword === 'RUN' && /(?:chmod|setcap|chown|chgrp|install)\b[^\n]*\bcrond?\b/.test(instruction.logical.text);
}
