/**
 * How a container starts: the ENTRYPOINT and CMD in force, and whether what they run leaves root by itself or cannot do
 * without it.
 *
 * Sources (read 2026-11-20): docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact; the manuals
 * of gosu, su-exec, s6-overlay, runit, cron, sshd, nginx and shiny-server; jupyter/docker-stacks start.sh (2026-08-08);
 * rocker-versioned2 (2026-06-30).
 */
import { type ContainerStart, containerStart, ignoresCommand } from '../model/container.js';
import type { CmdInstruction, Command, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritance } from '../model/stages.js';
import { factsOfBase, type ImageFacts } from './images.js';
import { once } from './once.js';
import { mayRunArguments } from './shells.js';
import { words } from './words.js';

/** What a container of a stage starts, and of what kind it is. */
export interface Startup extends ContainerStart {
  /** The commands of ENTRYPOINT and CMD. */
  readonly commands: readonly Command[];
  /** What is started waits for a person's input, as in a box of tools: `CMD ["bash"]`, `CMD ["R"]`. */
  readonly isInteractive: boolean;
  /** The program is a script of the project's own, which is not read: `ENTRYPOINT ["./start.sh"]`. */
  readonly script?: string;
}

/** Reads ENTRYPOINT and CMD. */
export function startup(stage: Stage, script: ScriptOf): Startup {
  const start = containerStart(stage);
  const both = [start.entrypoint, start.command].filter((instruction) => instruction !== undefined);
  const commands = both.flatMap((instruction) => script(instruction)?.commands ?? []);
  const own = commands.flatMap(({ words }) => words.slice(0, 3)).find(({ prefix }) => OWN_SCRIPT.test(prefix))?.value;
  return {
    ...start,
    commands,
    isInteractive: both.length > 0 && waitsForInput(argumentsOf(start.entrypoint), argumentsOf(start.command)),
    ...(own === undefined ? {} : { script: own }),
  };
}

/** A command that a container starts. */
export interface StartedCommand {
  readonly command: Command;
  /** What CMD adds to the program of the ENTRYPOINT; not among the command's own words. */
  readonly appended: readonly ShellWord[];
  /** The command of CMD whose words these are. */
  readonly appendedFrom?: Command;
  /** A script of ENTRYPOINT starts it, as a rule with `exec "$@"`; what it does before is not known. */
  readonly isBehindScript: boolean;
}

/** The commands a container of a stage starts: CMD's behind an init or a script, else the ENTRYPOINT's with CMD's words. */
export const startedCommands = once((stage: Stage, script: ScriptOf): readonly StartedCommand[] => {
  const start = containerStart(stage);
  const commandsOf = (instruction: CmdInstruction | undefined): readonly Command[] =>
    instruction === undefined ? [] : (script(instruction)?.commands ?? []);
  const plain = (commands: readonly Command[], isBehindScript = false): readonly StartedCommand[] =>
    commands.map((command) => ({ command, appended: [], isBehindScript }));
  const cmd = ignoresCommand(start) ? [] : commandsOf(start.command);
  if (start.entrypoint === undefined) return plain(cmd);
  const entry = commandsOf(start.entrypoint);
  const last = entry.at(-1);
  const [first] = cmd;
  if (last === undefined || first === undefined) return plain(entry);
  if (mayRunArguments(last)) return [...plain(entry), ...plain(cmd, !INIT.test(last.name))];
  if (start.command?.command.form !== 'exec') return plain(entry);
  const appended = [...first.wrappers.flatMap((wrapper) => wrapper.words), ...first.words];
  return [...plain(entry.slice(0, -1)), { command: last, appended, appendedFrom: first, isBehindScript: false }];
});

/** Programs that run the command they are given, and set nothing before. */
const INIT =
  /^(?:tini(?:-static)?|dumb-init|catatonit|docker-init|env|exec|gosu|su-exec|setpriv|uv|poetry|pipenv|pdm|pixi|conda|mamba|micromamba|xvfb-run|nice|time)$/;

function argumentsOf(instruction: CmdInstruction | undefined): string {
  // What is longer is no interpreter alone.
  return (
    instruction?.logical.text
      .slice(instruction.argumentsOffset, instruction.argumentsOffset + 500)
      .replace(/[[\]"',\s]+/g, ' ')
      .trim() ?? ''
  );
}

/** An entrypoint that only prepares leaves the question to CMD. */
function waitsForInput(entrypoint: string, cmd: string): boolean {
  const prepares = /^(?:\S*\/)?(?:(?:tini|dumb-init)(?: -\S+)*|\S+\.sh)$/.test(entrypoint) || entrypoint === '';
  if (!prepares) return INTERACTIVE.test(`${entrypoint} ${cmd}`.trim());
  return cmd === '' ? !entrypoint.endsWith('.sh') : INTERACTIVE.test(cmd);
}

/** A shell or an interpreter and nothing else. */
const INTERACTIVE =
  /^(?:exec )?(?:(?:tini|dumb-init)(?: -\S+)* )?(?:\S*\/)?(?:(?:ba|z|da|a|fi)?sh|i?python[\d.]*|R|julia|node)(?: -[lic]+| --login| --no-save)*$/;

const OWN_SCRIPT = /\.(?:sh|bash)$|(?:^|\/)(?:docker-)?entry-?point[\w.-]*$/;

/**
 * Whether a container that starts as root changes to another user, as far as the file and the base image show, or runs
 * what is of no use without root.
 * LIMIT: a script that is copied from the context is not read; it counts only by the tools that the file installs for it.
 */
export function startLeavesRoot(stage: Stage, start: Startup): boolean {
  const facts = factsOfBase(stage.base);
  if (facts !== undefined && imageChangesUser(facts, start)) return true;
  return start.commands.some((command) => managesUsers(command, facts)) || installsUserChanger(stage);
}

/** An entrypoint goes on working under a new CMD; where the image has none, its CMD does the work. */
function imageChangesUser(facts: ImageFacts, { entrypoint, command }: Startup): boolean {
  const isDockerStack = facts.environment.has('NB_USER') && facts.purpose === 'notebook';
  if (facts.dropsPrivileges !== true && !isDockerStack)
    return ROOT_PROGRAMS.has(facts.name) && command === undefined && entrypoint === undefined;
  // Older stacks call start.sh in their CMD.
  const isInEntrypoint = facts.entrypoint !== undefined && (!isDockerStack || facts.entrypoint.includes('start.sh'));
  return entrypoint === undefined && (isInEntrypoint || command === undefined);
}

/** Programs that run another program as another user. */
const USER_CHANGERS = words(
  'gosu su-exec setpriv s6-setuidgid s6-applyuidgid setuidgid chpst runuser su sudo doas setuser pysu start-stop-daemon fixuid',
);

/** Programs that start as root by their makers' design: they give their children other users, or are of no use without root. */
const ROOT_PROGRAMS = words(
  'init systemd my_init runsvdir runit runit-init s6-svscan s6-overlay supervisord cron crond anacron sshd dockerd containerd ' +
    'nginx httpd httpd-foreground apache2 apache2ctl apachectl apache2-foreground php-fpm rstudio-server rserver shiny-server ' +
    'jupyterhub mysqld mysqld_safe mariadbd dind slurmd slurmctld munged nfsd smbd rsyslogd dockerd-entrypoint.sh',
);

/** The starting scripts of jupyter/docker-stacks: as root they set up the home of NB_USER and go on as that user. */
const DOCKER_STACKS_START = /^start(?:-notebook|-singleuser)?(?:\.sh|\.py)?$/;

function managesUsers({ name, wrappers, words, args }: Command, facts: ImageFacts | undefined): boolean {
  if (wrappers.some((wrapper) => USER_CHANGERS.has(wrapper.name))) return true;
  if (USER_CHANGERS.has(name) || ROOT_PROGRAMS.has(name)) return true;
  if (/^(?:service|rc-service|systemctl|invoke-rc\.d)$/.test(name)) return true;
  if (facts?.environment.has('NB_USER') === true && DOCKER_STACKS_START.test(name)) return true;
  // `mysqld --user=mysql`, `gunicorn --user app`, `uwsgi --uid www-data`: the server itself changes.
  if (args.some(({ prefix }) => /^--(?:user|uid|setuid|chuid)(?:=|$)/.test(prefix))) return true;
  return words[0]?.value === '/init' || words[0]?.value === '/sbin/init';
}

/** Tools whose only use is to change from root to another user when a container starts. */
const USER_CHANGER = /(?<![\w.-])(?:gosu|su-exec|setpriv|s6-setuidgid|s6-overlay|chpst|fixuid|runuser|drop-?priv(?:s|ileges)?)(?![\w-])/;

function installsUserChanger(stage: Stage): boolean {
  return [...inheritance(stage)].some(({ instructions }) =>
    instructions.some(
      ({ logical, heredocs }) => USER_CHANGER.test(logical.text) || heredocs.some(({ content }) => USER_CHANGER.test(content)),
    ),
  );
}
