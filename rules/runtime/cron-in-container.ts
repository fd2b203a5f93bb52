import { wordBehind } from '../../src/edits/words.js';
import { type CronStart, cronJobs, cronStart, crontabs, isPreparedForOthers, lacksUser, setsVariables } from '../../src/facts/cron.js';
import { type StartedCommand, startedCommands, startup } from '../../src/facts/entrypoints.js';
import { factsOfBase } from '../../src/facts/images.js';
import { scriptRun } from '../../src/facts/python-programs.js';
import { isProgram, isShortLived } from '../../src/facts/shells.js';
import { effectiveUser } from '../../src/facts/users.js';
import type { Command, Stage } from '../../src/model/dockerfile.js';
import { baseName } from '../../src/model/paths.js';
import { inheritedInstructions, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'cron-in-container',
  family: 'runtime',
  summary: '`cron` in a container does not stay, or its jobs do not do what they seem to',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    exits: {
      text: '`{words}` goes into the background and returns: the container ends at once, with status 0 and without a job done',
      help: 'Start it in the foreground: {keyword} {array}',
    },
    built: {
      text: '`{words}` starts cron for this RUN alone: no process of a build lives on in the container, and no job runs there',
      help: 'Start it with the container: CMD ["cron", "-f"]',
    },
    follower: {
      text: 'Docker watches `{follower}`, not cron: when cron dies, the container goes on and no job runs',
      help: 'Start cron alone, in the foreground ({array}), and let jobs write to /proc/1/fd/1 and /proc/1/fd/2',
    },
    user: {
      text: '`{words}` needs root and runs as `{user}`: it cannot write /var/run/crond.pid, and the container ends',
      help: 'Use supercronic, which needs no root, or leave USER out and name the user in the crontab',
    },
    environment: {
      text: 'Jobs of cron get none of the variables of the container: `{name}` is not set in them',
      help: 'Set it in the crontab, or use supercronic, which hands its environment on',
    },
    output: {
      text: 'What the job prints is mailed, and lost without a mailer: `docker logs` shows nothing of `{job}`',
      help: 'Add to the line: > /proc/1/fd/1 2> /proc/1/fd/2',
    },
    field: {
      text: 'Lines in /etc/cron.d name the user behind the time: cron takes `{word}` for one, and does not run the job',
      help: 'Write the user in front: {time} root {rest}',
    },
    ending: {
      text: '`{file}` does not end with a line end: cron ignores such a crontab',
      help: 'End its last line',
    },
    name: {
      text: '`cron` reads no file in /etc/cron.d with a dot in its name: `{file}` is ignored',
      help: 'Name it without an extension: /etc/cron.d/{suggestion}',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage) return;
      const started = startedCommands(stage, ctx.script);
      const own = started.filter(({ command }) => !command.substituted);
      const at = own.findIndex(({ command }) => cronStart(command) !== undefined);
      const cron = own[at] === undefined ? undefined : cronStart(own[at].command);
      if (cron === undefined) yield* startedByBuild(started, stage, ctx);
      if (cron === undefined || cron.command.conditional) return;
      const behind = own.slice(at + 1).filter(({ command }) => isProgram(command) && !isShortLived(command));
      yield* whetherItStays(cron, behind, stage, ctx);
      const user = effectiveUser(stage);
      const isVixie = cron.daemon === 'vixie';
      if (isVixie && !cron.isService && behind.length === 0 && user.kind === 'known' && !user.root && user.by !== undefined) {
        const isPrepared = inheritedInstructions(stage).some(isPreparedForOthers) || cron.command.wrappers.length > 0;
        if (!isPrepared)
          yield { at: cron.command.span, message: 'user', severity: 'error', data: { words: textOf(cron.command), user: user.name } };
      }
      if (isVixie) yield* whatJobsGet(cron, stage, ctx);
    },
  },
});

/** `RUN service cron start`, and nothing that the container starts may do it again. */
function* startedByBuild(started: readonly StartedCommand[], stage: Stage, { script }: RuleContext) {
  const mayStartCron = started.some(
    ({ command, isBehindScript }) => isBehindScript || !isProgram(command) || scriptRun(command) !== undefined || OTHERS.test(command.name),
  );
  const { script: own, entrypoint } = startup(stage, script);
  const facts = factsOfBase(stage.base);
  // The entrypoint of an image may be a manager of services.
  const isKnown = facts !== undefined && (facts.entrypoint === undefined || entrypoint !== undefined);
  if (mayStartCron || own !== undefined || !isKnown || started.length === 0) return;
  const starts = runScripts(stage.instructions, script).flatMap(({ commands }) => commands.flatMap((each) => cronStart(each) ?? []));
  const [first] = starts.filter(({ command, staysInFront }) => staysInFront === false && !command.conditional);
  if (first !== undefined) yield { at: first.command.span, message: 'built' as const, data: { words: textOf(first.command) } };
}

/** What starts other programs. */
const OTHERS = /^(?:supervisord|s6-svscan|runsvdir|runit|init|my_init|systemd|honcho|circusd|make|npm|yarn|.*\.sh)$/;

function* whetherItStays(cron: CronStart, behind: readonly StartedCommand[], stage: Stage, { dockerfile }: RuleContext) {
  const { command, staysInFront } = cron;
  if (staysInFront !== false) return;
  const { instruction } = command.script;
  const [next] = behind;
  const isRedHat = /^(?:dnf|yum|microdnf)$/.test(factsOfBase(stage.base)?.packageManager ?? '');
  const option = cron.daemon === 'crond' && isRedHat ? '-n' : '-f';
  const array = cron.daemon === 'vixie' ? '["cron", "-f"]' : `["crond", "${option}"]`;
  if (next === undefined) {
    // What stands in front may be in the background, and keep the container.
    if (/(?<![&>\\])&(?![&>\d])/.test(instruction.logical.text)) return;
    const data = { words: textOf(command), keyword: instruction.keyword, array };
    yield { at: command.span, message: 'exits' as const, severity: 'error' as const, data, fixes: stayed(cron, option, stage, dockerfile) };
  } else if (next.command.name === 'tail') {
    yield {
      at: next.command.span,
      message: 'follower' as const,
      severity: 'info' as const,
      data: { follower: textOf(next.command), array },
    };
  }
}

function stayed(
  { command, daemon, isService }: CronStart,
  option: string,
  stage: Stage,
  { syntax }: RuleContext['dockerfile'],
): readonly Fix[] {
  const [program] = command.words;
  const manager = factsOfBase(stage.base)?.packageManager;
  // Alpine may have the crond of cronie, and nobody knows that of an unknown base.
  const isKnown = daemon === 'vixie' || manager === 'apk' || option === '-n';
  const edit = isService || program === undefined || !isKnown ? undefined : wordBehind(syntax, command, program, option);
  return edit === undefined ? [] : [{ title: `Add ${option}`, safety: 'safe', edits: [edit] }];
}

/** Variables that no job misses, or that another rule is about. */
const UNMISSED =
  /^(?:DEBIAN_FRONTEND|LANG|LANGUAGE|LC_\w+|TZ|PIP_\w+|UV_\w+|POETRY_\w+|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONFAULTHANDLER|HOME|SHELL|TERM)$/;

function* whatJobsGet(cron: CronStart, stage: Stage, { script, context }: RuleContext) {
  const tables = crontabs(stage, script, context);
  // `crontab FILE` reads a file as a user's, wherever it lies.
  const isLoaded = tables.some(({ path }) => path === undefined);
  for (const { kind, path, text, at, isWhole } of tables) {
    const file = baseName(path ?? '');
    if (kind === 'system' && !isLoaded && path?.startsWith('/etc/cron.d/') === true) {
      if (file.includes('.')) yield { at, message: 'name' as const, data: { file, suggestion: file.replace(/\..*$/, '') || 'jobs' } };
      else if (text !== undefined && isWhole && text !== '' && !text.endsWith('\n'))
        yield { at, message: 'ending' as const, data: { file } };
    }
    if (text === undefined) continue;
    const jobs = cronJobs(text);
    const userless = kind === 'system' && !isLoaded ? jobs.find(({ rest }) => lacksUser(rest)) : undefined;
    if (userless !== undefined) {
      const { line, rest } = userless;
      const data = { word: rest.split(/\s+/)[0] ?? '', time: line.slice(0, line.length - rest.length).trim(), rest };
      yield { at, message: 'field' as const, severity: 'error' as const, data };
    }
    const silent = jobs.find(({ rest }) => !/>|\||\blogger\b|MAILTO|\btee\b/.test(rest));
    if (silent !== undefined && !/MAILTO\s*=\s*\S/.test(text))
      yield { at, message: 'output' as const, data: { job: shortened(silent.rest) } };
  }
  const isKnown = tables.length > 0 && tables.every(({ text }) => text !== undefined && !setsVariables(text));
  const isDumped = [...inheritedInstructions(stage), cron.command.script.instruction].some(({ logical, heredocs }) =>
    /\/etc\/environment|printenv|\benv\s*>|declare -p|\/proc\/1\/environ|pam_env/.test(
      logical.text + heredocs.map(({ content }) => content).join(''),
    ),
  );
  const name = isKnown && !isDumped ? missedVariable(stage) : undefined;
  if (name !== undefined) yield { at: cron.command.span, message: 'environment' as const, data: { name } };
}

function missedVariable(stage: Stage): string | undefined {
  const pairs = inheritedInstructions(stage).flatMap((instruction) => (instruction.keyword === 'ENV' ? instruction.pairs : []));
  return pairs.find(({ key }) => /^[A-Za-z_]\w*$/.test(key.text) && !UNMISSED.test(key.text))?.key.text;
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

const textOf = ({ words }: Command): string => shortened(words.map(({ value, text }) => value ?? text).join(' '));

export const docs: RuleDocs = {
  why: 'cron was made to run beside everything else on a machine. Without `-f` it puts itself into the background; the process that Docker watches has ended then, and so has the container, with status 0. Where it does stay, its jobs start with a clean environment (no token, no PATH to the virtual environment), what they print goes to a mailer that no image has, and a crontab with a dot in its name, without a user or without a last line end is passed over without a word.',
  remedy:
    'Let what runs the containers do the timing: a CronJob of Kubernetes, a timer of the host, a scheduler such as Airflow. In a container supercronic runs crontabs as they are, hands its environment on, logs to the output of the container, passes signals on and needs no root. Else `cron -f` as root, variables in the crontab, and output to /proc/1/fd/1.',
  limits:
    'The final stage, where ENTRYPOINT or CMD starts cron; what a script starts is not known. Of a RUN that starts it something is said only where the container starts known programs. What jobs get is said of the cron of Debian alone (BusyBox hands the environment on), and of crontabs that the Dockerfile writes or the build context holds. Silent where another program runs behind cron, and about variables where the crontab sets some, the jobs source a file, or the environment is written to /etc/environment. File modes are not looked at.',
  references: [
    'https://manpages.debian.org/trixie/cron/cron.8.en.html (-f, /etc/cron.d, names without dots; page of 3.0pl1-197, read 2026-11-22)',
    'https://manpages.debian.org/trixie/cron/crontab.5.en.html (environment of jobs, line ends; page of 3.0pl1-197, read 2026-11-22)',
    'https://github.com/aptible/supercronic (README: environment, logs, signals; 2026-07-24)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y cron\nCMD ["cron"]\n',
      reports: [[3, 'exits']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y cron\nCMD ["cron", "-f"]\n',
    },
    {
      title: 'A service, and nothing behind it',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD service cron start\n',
      reports: [[2, 'exits']],
    },
    {
      title: 'What a RUN starts ends with it',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y cron && service cron start\nCMD ["python", "app.py"]\n',
      reports: [[2, 'built']],
    },
    {
      title: 'A script may start it again',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y cron && service cron start\nCMD ["./start.sh"]\n',
      reports: [],
    },
    {
      title: 'The usual trick',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD cron && tail -f /var/log/cron.log\n',
      reports: [[2, 'follower']],
    },
    {
      title: 'cron is for root',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN useradd -m app\nUSER app\nCMD ["cron", "-f"]\n',
      reports: [[4, 'user']],
    },
    {
      title: 'No user, no log, no variable',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV MODEL=/models/a\nRUN echo "0 * * * * python /app/job.py" > /etc/cron.d/job\nCMD ["cron", "-f"]\n',
      reports: [
        [3, 'field'],
        [3, 'output'],
        [4, 'environment'],
      ],
    },
    {
      title: 'The last line has no end',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY jobs /etc/cron.d/\nCMD ["cron", "-f"]\n',
      files: { jobs: '0 * * * * root /app/job.sh > /proc/1/fd/1 2>&1' },
      reports: [[2, 'ending']],
    },
    {
      title: 'A file that cron passes over',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY jobs.cron /etc/cron.d/jobs.cron\nCMD ["cron", "-f"]\n',
      files: { 'jobs.cron': '0 * * * * root /app/job.sh > /proc/1/fd/1 2>&1' },
      reports: [[2, 'name']],
    },
    {
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN echo "0 * * * * root python /app/job.py > /proc/1/fd/1 2>&1" > /etc/cron.d/job\nCMD ["cron", "-f"]\n',
      reports: [],
    },
    { title: 'Alpine', dockerfile: 'FROM python:3.13-alpine3.22\nCMD ["crond", "-f", "-l", "2"]\n', reports: [] },
    { title: 'Made for containers', dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["supercronic", "/app/crontab"]\n', reports: [] },
    {
      title: 'Beside a server',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD service cron start && gunicorn -b :8000 app:app\n',
      reports: [],
    },
    {
      title: 'The environment is handed on',
      dockerfile:
        'FROM python:3.13-slim-trixie\nENV MODEL=/models/a\nRUN echo "0 * * * * root /app/job.sh > /proc/1/fd/1" > /etc/cron.d/job\nCMD printenv > /etc/environment && exec cron -f\n',
      reports: [],
    },
  ],
};
