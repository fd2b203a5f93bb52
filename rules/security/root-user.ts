import { linesBelow, paragraphAbove } from '../../src/edits/lines.js';
import { together } from '../../src/edits/together.js';
import { type Startup, startLeavesRoot, startup } from '../../src/facts/entrypoints.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { factsOfBase } from '../../src/facts/images.js';
import { addedPackages } from '../../src/facts/package-sources.js';
import { isImageNamedBy, isNamedBy } from '../../src/facts/patterns.js';
import { mayNeedRoot } from '../../src/facts/root-needs.js';
import { addUserCommand, createdUsers, type EffectiveUser, effectiveUser } from '../../src/facts/users.js';
import { words } from '../../src/facts/words.js';
import type { Command, Instruction, Stage } from '../../src/model/dockerfile.js';
import { inheritance, inheritedInstructions, runScripts } from '../../src/model/stages.js';
import { defineRule, type Edit, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'root-user',
  family: 'security',
  summary: 'The container runs as root',
  severity: 'warning',
  confidence: 'medium',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  equivalents: ['hadolint:DL3002'],
  options: {
    'accepted-users': {
      default: [],
      description:
        'Users that the last USER may name although they are root: `root`, `0`. For teams that write `USER root` only where they mean it; an image without any USER is still reported.',
    },
    'non-root-images': {
      default: [],
      description:
        'Images that do not start as root, which plimsoll cannot know, as names with `*` for any characters: `registry.example.com/python-*`.',
    },
  },
  messages: {
    explicit: {
      text: 'The container runs as root, and so does whoever breaks into it: `USER {user}` is the last USER',
      help: 'Add {place}:\n{lines}',
    },
    inherited: {
      text: 'The container runs as root, and so does whoever breaks into it: `{image}` starts as root and no USER changes that',
      help: 'Add {place}:\n{lines}',
    },
    idle: {
      text: 'Whatever is run in this image runs as root: `{image}` starts as root and no USER changes that',
      help: 'Add {place}:\n{lines}',
    },
    created: {
      text: 'The container runs as root, and so does whoever breaks into it: the user `{user}` is created but never switched to',
      help: 'Add {place}:\n{lines}',
    },
    scripted: {
      text: 'The container starts as root: the user `{user}` is created, but nothing here switches to it; only `{script}` could',
      help: 'Add {place}:\n{lines}\nOr leave root at the end of the script: exec setpriv --reuid={user} --regid={user} --init-groups "$@"',
    },
    unknown: {
      text: 'Whether the container runs as root cannot be told: there is no USER, and the user of `{image}` is not known',
      help: 'Ask with docker image inspect --format {format} {image} (nothing means root), or write a USER of your own',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage) return;
      const user = effectiveUser(stage);
      if ((user.kind === 'known' && !user.root) || isAccepted(stage, user, ctx.options) || isForOthers(stage, ctx)) return;
      const start = startup(stage, ctx.script);
      if (startLeavesRoot(stage, start)) return;

      const runs = (start.entrypoint !== undefined || start.command !== undefined) && !start.isInteractive;
      const at = stage.from.image?.span ?? stage.from.keywordSpan;
      const image = stage.base.kind === 'image' ? withoutDigest(stage.base.reference) : 'scratch';
      if (user.kind === 'unknown') {
        // A base that is a build argument is another one in another build.
        const isChosen = stage.from.image?.text.includes('$') === true;
        if (user.because !== 'base' || stage.base.kind !== 'image' || isChosen || !runs) return;
        yield { at, message: 'unknown', severity: 'info', data: { image, format: "'{{.Config.User}}'" } };
        return;
      }
      // Files to be copied out, or into another image, and a stage for tests: nobody runs these.
      if (!runs && (stage.base.kind === 'scratch' || isForTests(stage))) return;

      const facts = factsOfBase(stage.base);
      const startsBase = facts?.purpose !== undefined && start.entrypoint === undefined && start.command === undefined;
      const takesRoot = user.by !== undefined && facts?.user?.root !== true;
      const commands = runScripts(inheritedInstructions(stage), ctx.script).flatMap((script) => script.commands);
      const server = commands.flatMap(addedPackages).find((name) => ROOT_SERVERS.has(name));
      const severity = (runs || startsBase || takesRoot) && server === undefined ? 'warning' : 'info';
      const { lines, remark } = linesFor(stage, commands, server, ctx);
      const place = placeFor(stage, start.entrypoint ?? start.command) + remark;
      const created = createdUsers(stage, ctx.script).at(-1)?.name;
      const isMade = lines.includes('\n');
      const isClosed = remark !== '' || usesRootHome(stage, ctx) || isForTests(stage) || (isMade && facts?.distribution === undefined);
      const isCertain = !isClosed && (runs || (takesRoot && !isMade)) && !mayNeedRoot(stage, start, ctx.script);
      const fixes = isCertain ? switched(stage, start, user.by, lines.split('\n'), ctx) : [];
      if (user.by?.keyword === 'USER' && user.by.value !== undefined) {
        yield { at: user.by.value.span, message: 'explicit', severity, data: { user: user.by.value.text, place, lines }, fixes };
      } else if (created === undefined)
        yield { at, message: runs || startsBase ? 'inherited' : 'idle', severity, data: { image, place, lines }, fixes };
      else if (start.script === undefined) yield { at, message: 'created', severity, data: { user: created, place, lines }, fixes };
      else yield { at, message: 'scripted', severity: 'info', data: { user: created, script: start.script, place, lines } };
    },
  },
});

/** Where the new USER goes: in front of the start, unless that is in another stage or more is built below it, as root. */
function placeFor({ instructions }: Stage, start: Instruction | undefined): string {
  const at = start === undefined ? -1 : instructions.indexOf(start);
  if (start === undefined || at < 0 || instructions.some(({ keyword }, i) => i > at && keyword === 'RUN')) return 'at the end';
  return `above ${start.keyword}`;
}

/** The lines in their place; the name of another user in the USER that there is, where nothing behind it is run as root. */
function switched(
  stage: Stage,
  start: Startup,
  by: Instruction | undefined,
  lines: readonly string[],
  { dockerfile: { syntax } }: RuleContext,
): readonly Fix[] {
  const { instructions, environment, children } = stage;
  const [shell = ''] = environment.shell() ?? [];
  // In stages that are built on this one, RUNs would no longer be root's.
  if (children.length > 0 || !/^(?:(?:.*\/)?(?:ba|da|a)?sh)?$/.test(shell)) return [];
  // A file that continues lines with backticks may be for Windows: without SHELL nobody knows what reads a new RUN.
  if (shell === '' && syntax.escape === '`') return [];
  const user = (lines.at(-1) ?? '').replace('USER ', '');
  const fix = (title: string, edits: readonly (Edit | undefined)[]): readonly Fix[] => {
    const all = together(edits);
    return all === undefined ? [] : [{ title, safety: 'unsafe', risk: RISK, edits: all }];
  };
  const own = by === undefined ? -1 : instructions.indexOf(by);
  const isRunBehind = (at: number): boolean => instructions.some(({ keyword }, i) => i > at && keyword === 'RUN');
  if (by?.keyword === 'USER' && by.value !== undefined && own >= 0 && !isRunBehind(own)) {
    const isWritten = syntax.source.text.slice(by.value.span.start, by.value.span.end) === by.value.text;
    if (!isWritten || by.value.text.includes('$')) return [];
    const above = lines.slice(0, -1);
    const made = above.length === 0 ? [] : [paragraphAbove(syntax, by, above)];
    return fix(`Set USER to ${user}`, [...made, { span: by.value.span, text: user }]);
  }
  const first = start.entrypoint ?? start.command;
  const at = first === undefined ? -1 : instructions.indexOf(first);
  if (first === undefined || at <= own || isRunBehind(at))
    return fix(`Add USER ${user}`, [linesBelow(syntax, instructions.at(-1) ?? stage.from, lines)]);
  const previous = instructions[at - 1];
  const top = previous?.keyword === 'CMD' || previous?.keyword === 'ENTRYPOINT' ? previous : first;
  return fix(`Add USER ${user} above ${top.keyword}`, [paragraphAbove(syntax, top, lines)]);
}

const RISK = 'the program can write to nothing but what its user owns, and not everywhere listen on ports below 1024';

/** What the user of plimsoll knows of this user, or of the base image. */
function isAccepted({ base }: Stage, user: EffectiveUser, options: RuleContext<'accepted-users' | 'non-root-images'>['options']): boolean {
  if (user.kind === 'known' && user.by !== undefined) return isNamedBy(options['accepted-users'], user.name);
  const isOfBase = user.kind === 'known' || user.because === 'base';
  return isOfBase && base.kind === 'image' && isImageNamedBy(options['non-root-images'], base.reference);
}

/** Images whose user somebody else decides: editors bring their own, Lambda ignores USER, GitHub's actions must be root, and
 *  what has ONBUILD is made to be built from. */
function isForOthers(stage: Stage, ctx: RuleContext): boolean {
  const { source } = ctx.dockerfile.syntax;
  const purpose = factsOfBase(stage.base)?.purpose;
  return (
    purpose === 'devcontainer' ||
    purpose === 'lambda' ||
    /\.devcontainer\/|devcontainer|\.gitpod\.|\.github\/actions\//i.test(source.path) ||
    (stage.base.kind === 'image' && stage.base.reference.repository.includes('lambda')) ||
    createdUsers(stage, ctx.script).some(({ name }) => /^(?:vscode|gitpod|codespace|devcontainer)$/.test(name)) ||
    /com\.github\.actions|GITHUB_WORKSPACE|\/github\/workspace/.test(source.text) ||
    inheritedInstructions(stage).some(({ keyword }) => keyword === 'ONBUILD')
  );
}

/** Back to the user there was before, or the one that was made for it; else a new one, by number where no shell can make it. */
function linesFor(
  stage: Stage,
  commands: readonly Command[],
  server: string | undefined,
  ctx: RuleContext,
): { readonly lines: string; readonly remark: string } {
  const facts = factsOfBase(stage.base);
  const brought = facts?.uid1000 === 'ubuntu' ? undefined : facts?.uid1000;
  const user = earlierUser(stage) ?? createdUsers(stage, ctx.script).at(-1)?.name ?? brought;
  if (user !== undefined) return { lines: `USER ${user}`, remark: '' };
  const command = stage.base.kind === 'scratch' ? undefined : addUserCommand(facts, commands);
  if (command === undefined) return { lines: 'USER 65532:65532', remark: '' };
  const directories = directoriesToOwn(stage, commands);
  const owned = directories.length === 0 ? '' : ` && chown app ${directories.join(' ')}`;
  const closed = usesRootHome(stage, ctx) ? '; what lies below /root is closed to that user, put it elsewhere first' : '';
  const kept =
    server === undefined ? '' : `; leave it where the program starts ${server}, which begins as root and gives its workers another user`;
  return { lines: `RUN ${command}${owned}\nUSER app`, remark: closed + kept };
}

/** Names that promise a directory to write to; others may hold what is only read. */
const WRITTEN =
  /\/(?:data(?:sets?)?|results?|outputs?|logs?|models?|cache|uploads?|artifacts?|checkpoints?|runs?|mlruns|work(?:space|dir)?|state|store|storage|exports?|reports?|media|db)$/i;

/** A few are a help, a list of them none. */
const MOST_DIRECTORIES = 4;

/** The working directory, and what the file itself makes for the program with mkdir: there it may want to write. */
function directoriesToOwn(stage: Stage, commands: readonly Command[]): readonly string[] {
  const workdir = stage.environment.workdir();
  const path = workdir.kind === 'known' ? workdir.value : undefined;
  // Below a directory that only the base image knows.
  const isRelative = workdir.kind === 'unknown' && workdir.by.keyword === 'WORKDIR' && /^[\w.-]/.test(workdir.by.value?.text ?? '');
  const made = new Set<string>(path !== undefined && isForProject(path) ? [path] : isRelative ? ['.'] : []);
  const gone = commands
    .filter(({ name }) => /^(?:rm|rmdir|mv)$/.test(name))
    .flatMap(({ args }) => args.map(({ text }) => text.replace(/[/*]+$/, '')));
  for (const { name, args, conditional } of commands) {
    if (name !== 'mkdir' || conditional) continue;
    for (const { value = '' } of args)
      if (isForProject(value) && WRITTEN.test(value) && !gone.some((path) => value.startsWith(path))) made.add(value);
  }
  return made.size > MOST_DIRECTORIES ? [...made].slice(0, 1) : [...made];
}

/** Whether a working directory is the program's own, where it may want to write: not the system's, and no home of another. */
function isForProject(directory: string): boolean {
  return (
    /^\/[\w./-]+$/.test(directory) &&
    !/^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)\/?$/.test(directory) &&
    !/^\/(?:(?:bin|boot|dev|etc|lib\w*|proc|root|run|sbin|sys|tmp|var)\/|usr\/(?!src\/|app))/.test(directory)
  );
}

const isForTests = ({ name = '' }: Stage): boolean => /(?:^|[-_.])(?:tests?|testing|ci)(?:$|[-_.])/.test(name);

/** They start as root and give their workers another user; the program may be what starts them. */
const ROOT_SERVERS = words('nginx nginx-full nginx-light nginx-extras apache2 httpd openssh-server supervisor cron cronie haproxy');

/** Whether the stage puts files below root's home, which is closed to everybody else (mode 700 on Debian and its like). */
function usesRootHome(stage: Stage, { script }: RuleContext): boolean {
  const directory = stage.environment.workdir();
  if (directory.kind === 'known' && /^\/root(?:\/|$)/.test(directory.value)) return true;
  const isBelow = ({ text }: { readonly text: string }): boolean =>
    /^["']?(?:~|\/root|\$\{?HOME\}?)\/(?!\.cache(?:\/pip|\/uv|\/?$)|\.(?:ssh|netrc|condarc))/.test(text);
  return inheritedInstructions(stage).some((instruction) => {
    if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD')
      return instruction.destination !== undefined && isBelow(instruction.destination);
    if (instruction.keyword === 'ENV') return instruction.pairs.some(({ value }) => /(?:^|[:="'])\/root\//.test(value?.text ?? ''));
    const commands = instruction.keyword === 'RUN' ? (script(instruction)?.commands ?? []) : [];
    return commands.some(
      ({ name, args, redirects }) =>
        name !== 'rm' && (args.some(isBelow) || redirects.some(({ target }) => target !== undefined && isBelow(target))),
    );
  });
}

/** The last user in front of a USER root; the base image's own, where that is known. */
function earlierUser(stage: Stage): string | undefined {
  for (const each of inheritance(stage)) {
    for (const instruction of each.instructions.filter(({ keyword }) => keyword === 'USER').reverse()) {
      const user = effectiveUser(each, instruction);
      if (user.kind === 'known' && !user.root) return user.name;
    }
  }
  return undefined;
}

export const docs: RuleDocs = {
  why: 'Without USER a container runs as root. Whoever gets a foothold through a notebook, a model server or a bad pickle is then root inside, one kernel or runtime bug away from the host, and every file the program writes into a mounted directory belongs to root there. Of 604 public data-science Dockerfiles 79 % name no other user in their last stage.',
  remedy:
    'Create a user with a number of its own, do the work that needs root above, and switch to it in front of CMD. It must own the directories the program writes to: `chown app /app` gives it the working directory, without copying the files in it once more. On images that come with a user (docker-stacks, micromamba, Airflow, Spark, Ray) go back to that one. --no-log-init keeps useradd from writing a large sparse log file when the number is high.',
  limits:
    'Only the final stage counts, with the stages it is built from. Nothing is said where the start changes the user (gosu, su-exec, setpriv, s6, docker-stacks, rocker, databases) or needs root (cron, sshd, supervisord, nginx), for devcontainers, Lambda, GitHub actions and images with ONBUILD, for Windows, and where USER or the base image is a build argument whose value is open. An image that starts nothing but a shell gets a remark instead of a warning; so does one of unknown user, and one that installs nginx, sshd or another server that is made to start as root. What an entrypoint script does is not read, nor what an orchestrator sets (runAsUser, user: in Compose). The fix is left out where the container might fail as another user: programs that are neither Python nor another interpreter, scripts, files in or tools that write to the home of root (Poetry, `uv sync`, downloads of models), VOLUME, ports below 1024, SageMaker, a base nobody knows.',
  references: [
    'https://docs.docker.com/build/building/best-practices/#user (2026-08)',
    'https://docs.docker.com/reference/dockerfile/#user (2026-08)',
    'https://docs.github.com/en/actions/reference/workflows-and-actions/dockerfile-support#user (2026-08)',
    'measured: 604 public data-science Dockerfiles of 129 repositories (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY serve.py .\nCMD ["python", "serve.py"]\n',
      reports: [[1, 'inherited']],
      fixed:
        'FROM python:3.13-slim-trixie\nCOPY serve.py .\nRUN useradd --no-log-init -m -u 10001 app\nUSER app\nCMD ["python", "serve.py"]\n',
    },
    {
      title: 'On Alpine, with a directory to write to',
      dockerfile: 'FROM python:3.13-alpine3.24\nWORKDIR /app\nCOPY . .\n\n# the service\nCMD ["python", "serve.py"]\n',
      reports: [[1, 'inherited']],
      fixed:
        'FROM python:3.13-alpine3.24\nWORKDIR /app\nCOPY . .\n\nRUN adduser -D -u 10001 app && chown app /app\nUSER app\n\n# the service\nCMD ["python", "serve.py"]\n',
    },
    {
      title: 'Root to the end, and a user of its own in the base image',
      dockerfile: 'FROM mambaorg/micromamba:2.6.1\nUSER root\nENV PORT=8080\nCMD ["python", "serve.py"]\n',
      reports: [[2, 'explicit']],
      fixed: 'FROM mambaorg/micromamba:2.6.1\nUSER mambauser\nENV PORT=8080\nCMD ["python", "serve.py"]\n',
    },
    {
      title: 'Below CMD there is more to install as root',
      dockerfile: 'FROM grafana/k6:1.8.0\nUSER root\nCMD ["run", "load.js"]\nRUN apk add --no-cache python3\n',
      reports: [[2, 'explicit']],
    },
    {
      title: 'A stage that only tests are run in',
      dockerfile: 'FROM python:3.13-slim-trixie AS base\nFROM base AS test\nRUN pip install --no-cache-dir pytest==9.0.1\n',
      reports: [],
    },
    {
      title: 'Nobody went back',
      dockerfile:
        'FROM mambaorg/micromamba:2.6.1\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends graphviz && rm -rf /var/lib/apt/lists/*\nCMD ["python", "serve.py"]\n',
      reports: [[2, 'explicit']],
      fixed:
        'FROM mambaorg/micromamba:2.6.1\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends graphviz && rm -rf /var/lib/apt/lists/*\nUSER mambauser\nCMD ["python", "serve.py"]\n',
    },
    {
      title: 'A user who is never switched to',
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN useradd --no-log-init -m -u 10001 app\nCMD ["python", "serve.py"]\n',
      reports: [[1, 'created']],
      fixed: 'FROM python:3.13-slim-trixie\nRUN useradd --no-log-init -m -u 10001 app\nUSER app\nCMD ["python", "serve.py"]\n',
    },
    {
      title: 'An image nobody knows',
      dockerfile: 'FROM registry.example.org/team/base:4\nCMD ["python", "serve.py"]\n',
      reports: [[1, 'unknown']],
    },
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nRUN useradd --no-log-init -m -u 10001 app\nUSER app\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'The base has a user of its own',
      dockerfile:
        'FROM quay.io/jupyter/scipy-notebook:2026-07-28\nUSER root\nRUN apt-get update && apt-get install -y --no-install-recommends graphviz && rm -rf /var/lib/apt/lists/*\nUSER $NB_UID\n',
      reports: [],
    },
    {
      title: 'An image of the company',
      options: { 'non-root-images': ['registry.example.com/*'] },
      dockerfile: 'FROM registry.example.com/team/base:4\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'Root on purpose',
      options: { 'accepted-users': ['root'] },
      dockerfile: 'FROM python:3.13-slim-trixie\nUSER root\nCMD ["python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'A script of its own gives root up',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCOPY entrypoint drop-privs /sbin/\nUSER root\nENTRYPOINT ["/sbin/entrypoint", "python", "serve.py"]\n',
      reports: [],
    },
    {
      title: 'The entrypoint leaves root',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN apt-get update && apt-get install -y --no-install-recommends gosu && rm -rf /var/lib/apt/lists/*\nENTRYPOINT ["/entrypoint.sh"]\n',
      reports: [],
    },
    {
      title: 'Only a build stage is root',
      dockerfile:
        'FROM python:3.13-slim-trixie AS build\nRUN pip wheel --no-cache-dir -w /wheels pandas==3.0.5\nFROM gcr.io/distroless/python3-debian13:nonroot\nCOPY --from=build /wheels /wheels\n',
      reports: [],
    },
  ],
};
