import { wordsInFront } from '../../src/edits/words.js';
import { userPrefix } from '../../src/facts/caches.js';
import { withoutDigest } from '../../src/facts/image-tags.js';
import { factsOfBase } from '../../src/facts/images.js';
import { scriptRun } from '../../src/facts/python-programs.js';
import { numberedAccount } from '../../src/facts/users.js';
import type { Command, Script, Stage } from '../../src/model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../../src/model/stages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'uid-1000-taken',
  family: 'runtime',
  summary: 'A user or group is to get the number 1000, which Ubuntu has given away',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'unsafe',
  messages: {
    uid: {
      text: '`{command}` stops the build with "{error}": it is that of the user ubuntu of `{image}`',
      help: 'Remove that user first: RUN userdel -r ubuntu && {command} …; or run as the one there is: USER ubuntu',
    },
    gid: {
      text: '`{command}` stops the build with "{error}": it is that of the group ubuntu of `{image}`',
      help: 'Remove its user first, and the group goes with it: RUN userdel -r ubuntu && {command} …; or run as the one there is: USER ubuntu',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage.base.kind !== 'image' || factsOfBase(stage.base)?.uid1000 !== 'ubuntu') return;
      const scripts = runScripts(inheritedInstructions(stage), ctx.script);
      const taken: Command[] = [];
      for (const script of scripts) {
        // What is not read may have removed the user.
        if (!script.complete) break;
        const end = script.commands.findIndex(mayRemoveUser);
        taken.push(...script.commands.slice(0, end < 0 ? undefined : end).filter((command) => takesNumber(command, script)));
        if (end >= 0) break;
      }
      const [command, ...others] = taken;
      const account = command && numberedAccount(command);
      if (command === undefined || account === undefined || command.script.stage !== stage) return;
      yield {
        at: account.word.span,
        message: account.kind,
        data: { command: command.name, error: ERRORS[command.name] ?? '', image: withoutDigest(stage.base.reference) },
        related: others.map((other) => ({ at: numberedAccount(other)?.word.span ?? other.span, note: 'has the same number' })),
        fixes: userRemoved(command, stage, ctx),
      };
    },
  },
});

/**
 * What they print, in parts that are the same in every version: useradd and groupadd of shadow 4.13 and 4.17 (run, exit code 4), adduser
 * 3.134, 3.137ubuntu1 and 3.152 (program read 2026-11-22; exit code 21 since 3.137).
 */
const ERRORS: Readonly<Record<string, string>> = {
  useradd: 'UID 1000 is not unique',
  groupadd: "GID '1000' already exists",
  adduser: 'The UID 1000 is already in use',
  addgroup: 'is already in use',
};

/** What is tried (`|| true`), and what runs on a condition, may be meant for images of both kinds. */
function takesNumber(command: Command, { commands }: Script): boolean {
  const account = numberedAccount(command);
  if (account?.number !== '1000' || account.sharesNumber || command.conditional) return false;
  return commands[commands.indexOf(command) + 1]?.connector !== '||';
}

/** Whatever changes accounts, or asks for the one that has the number. */
function mayRemoveUser(command: Command): boolean {
  const { name, words } = command;
  if (/^(?:userdel|deluser|groupdel|delgroup|usermod|groupmod|vipw|newusers|getent)$/.test(name) || name === '') return words.length > 0;
  if (scriptRun(command) !== undefined) return true;
  if (name === 'id') return words.some(({ value }) => value === 'ubuntu' || value === '1000' || value === undefined);
  return (
    words.some(({ text }) => /\/etc\/(?:passwd|group)\b/.test(text)) ||
    (name === 'grep' && words.some(({ text }) => /1000|ubuntu/.test(text)))
  );
}

function userRemoved(command: Command, stage: Stage, { dockerfile: { syntax } }: RuleContext): readonly Fix[] {
  const user = userPrefix(command);
  const isPlain = command.connector !== '||' && command.connector !== '|' && !command.substituted;
  // Somebody may still be called ubuntu further down.
  const isNamed = stage.instructions.some(
    ({ keyword, logical }) => keyword !== 'FROM' && /(?:^|[\s:=/"'])ubuntu(?:$|[\s:"'/])/.test(logical.text.replaceAll(/https?:\S+/g, '')),
  );
  if (user === undefined || !isPlain || isNamed) return [];
  const edit = wordsInFront(syntax, command, `${user}userdel -r ubuntu &&`);
  return edit === undefined ? [] : [{ title: 'Remove the user ubuntu first', safety: 'unsafe', risk: RISK, edits: [edit] }];
}

const RISK = 'the user ubuntu and its home directory are gone';

export const docs: RuleDocs = {
  why: 'Since 23.04 Ubuntu\'s images come with a user and a group ubuntu, both with the number 1000, and so do the CUDA images on Ubuntu 24.04. `useradd -u 1000` ends with "UID 1000 is not unique" (exit code 4) there, `groupadd -g 1000` with "GID \'1000\' already exists": Dockerfiles that worked on 22.04 stop when only the base is raised. 1000 is the number many hand to their own user, as Hugging Face Spaces ask for, and as suits files mounted from a laptop.',
  remedy:
    'Remove the user first, in the same RUN: `RUN userdel -r ubuntu && useradd --no-log-init -m -u 1000 user` (its group goes with it). Or take the one there is: `USER ubuntu`, whose home is /home/ubuntu. Or take another number.',
  limits:
    "Speaks of base images whose users are known: Ubuntu's own from 23.04 on, and `nvidia/cuda` on them. Silent once a command may have removed, renamed or asked for the user (userdel, usermod, getent, `id ubuntu`, a script that is not read), with `-o`, with `groupadd -f`, on a condition and before `||`. A number that is a build argument counts by its default; what `build.args` of a compose file sets is not looked at. LIMIT: NVIDIA's frameworks from 25.01 on stand on Ubuntu 24.04, too; whether the user is still there was not to be verified.",
  references: [
    'https://bugs.launchpad.net/cloud-images/+bug/2005129 (why; since 23.04)',
    'https://github.com/jupyterhub/repo2docker/issues/1346 (24.04: passwd of the image, 2025-04)',
    'https://github.com/kubeflow/kubeflow/pull/7728 (the failure, 2025-06)',
    'https://huggingface.co/docs/hub/spaces-sdks-docker#permissions (huggingface/hub-docs, read 2026-11-22)',
  ],
  examples: [
    {
      dockerfile: 'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN useradd -m -u 1000 user\nUSER user\n',
      reports: [[2, 'uid']],
      fixed: 'FROM nvidia/cuda:12.8.1-runtime-ubuntu24.04\nRUN userdel -r ubuntu && useradd -m -u 1000 user\nUSER user\n',
    },
    {
      title: 'A build argument, and the group first',
      dockerfile:
        'FROM ubuntu:24.04\nARG NB_UID=1000\nRUN groupadd --gid $NB_UID data \\\n && useradd --uid $NB_UID --gid data --create-home data\nUSER data\n',
      reports: [[3, 'gid']],
      fixed:
        'FROM ubuntu:24.04\nARG NB_UID=1000\nRUN userdel -r ubuntu && groupadd --gid $NB_UID data \\\n && useradd --uid $NB_UID --gid data --create-home data\nUSER data\n',
    },
    {
      title: 'Removed before',
      dockerfile: 'FROM ubuntu:24.04\nRUN userdel -r ubuntu\nRUN useradd -m -u 1000 user\nUSER user\n',
      reports: [],
    },
    {
      title: 'Only if it is free',
      dockerfile: 'FROM ubuntu:24.04\nRUN if ! id -u 1000 > /dev/null 2>&1; then useradd -m -u 1000 user; fi\n',
      reports: [],
    },
    {
      title: 'Shared on purpose',
      dockerfile: 'FROM ubuntu:24.04\nRUN useradd -m -o -u 1000 user\nUSER user\n',
      reports: [],
    },
    {
      title: 'Before 23.04 the number was free',
      dockerfile: 'FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN useradd -m -u 1000 user\nUSER user\n',
      reports: [],
    },
  ],
};
