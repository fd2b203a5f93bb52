/**
 * How a Jupyter server is told who may log in: options of its command line, lines of its configuration, variables.
 *
 * Sources: the code of jupyter_server 2.21 (auth/identity.py, read 2026-11-22) and 1.24, notebook 6.5 (notebookapp.py) and traitlets 5
 * (2026-11). An empty token without a password switches the login off; an empty password alone leaves the token; JUPYTER_TOKEN counts
 * when it is not empty, so that an empty one gives a random token. Quotation marks around a value on the command line are taken off by
 * traitlets.
 */
import type { Command, ScriptOf, ShellWord, Span, Stage } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { startedCommands } from './entrypoints.js';

/** What a setting does. `closed`: a password or a token of somebody's own is set. */
export type LoginEffect = 'off' | 'closed' | 'any-origin' | 'no-xsrf';

/** A place that sets who may log in. */
export interface LoginSetting {
  readonly effect: LoginEffect;
  /** As a person would name it: `--ServerApp.token=''`. */
  readonly written: string;
  readonly at: Span;
}

/**
 * What a stage sets of the login: at the start, in variables and in what it writes, in that order; nothing where a JupyterHub does the
 * login.
 */
export function loginSettings(stage: Stage, script: ScriptOf): readonly LoginSetting[] {
  const started = startedCommands(stage, script);
  if (started.some(({ command }) => isForHub(command))) return [];
  const own = started
    .filter(({ command }) => !isOtherProgram(command))
    .flatMap(({ command, appended }) => optionSettings([...command.words, ...appended]));
  return [...own, ...settingsInVariables(stage), ...writtenSettings(stage, script)];
}

/** The settings that switch the login off; a password closes what an empty token has opened. */
export function openings(settings: readonly LoginSetting[]): readonly LoginSetting[] {
  return settings.some(({ effect }) => effect === 'closed') ? [] : settings.filter(({ effect }) => effect === 'off');
}

const OF_TRAIT: Readonly<Record<string, (value: string) => LoginEffect | undefined>> = {
  token: (value) => (value === '' ? 'off' : 'closed'),
  password: (value) => (value === '' ? undefined : 'closed'),
  hashed_password: (value) => (value === '' ? undefined : 'closed'),
  allow_origin: (value) => (value === '*' ? 'any-origin' : undefined),
  disable_check_xsrf: (value) => (/^(?:true|1)$/i.test(value) ? 'no-xsrf' : undefined),
};

const OPTION = /^--(?:\w*(?:App|Provider|Application))\.(token|password|hashed_password|allow_origin|disable_check_xsrf)(?:=([\s\S]*))?$/;

/** What the options of a command set; of a value that is not known, nothing but that there is one. */
function optionSettings(words: readonly ShellWord[]): readonly LoginSetting[] {
  return words.flatMap((word, i): readonly LoginSetting[] => {
    const [, trait = '', attached] = OPTION.exec(word.value ?? word.prefix) ?? [];
    const read = OF_TRAIT[trait];
    if (trait === '' || read === undefined) return [];
    const next = words[i + 1];
    const isApart = attached === undefined && word.value !== undefined;
    // A switch without a value: `--ServerApp.disable_check_xsrf`.
    if (isApart && (next === undefined || next.prefix.startsWith('-'))) return [];
    const value = isApart ? next?.value : word.value === undefined ? undefined : attached;
    const effect = value === undefined ? (trait === 'token' || trait.endsWith('password') ? 'closed' : undefined) : read(bare(value));
    if (effect === undefined) return [];
    const end = isApart ? (next?.span.end ?? word.span.end) : word.span.end;
    const written = (isApart ? `${word.text} ${next?.text}` : word.text).replace(/^"([^"]*)"$/, '$1');
    return [{ effect, written, at: { start: word.span.start, end } }];
  });
}

const bare = (value: string): string => value.replace(/^(['"])([\s\S]*)\1$/, '$2');

/** A line of a configuration file, or an option in a text that a script or a variable holds. */
const IN_TEXT =
  /(?:\bc\.|--)\w*(?:App|Provider|Application)\.(token|password|hashed_password|allow_origin|disable_check_xsrf)\s*=\s*(?:u?(\\?["'])([^"'\\\n]*)\2|([\w.*:$-]*))/g;

/** What a text sets that becomes a configuration file or a script. @param at where it stands */
function textSettings(text: string, at: Span): readonly LoginSetting[] {
  if (!/App\.|Provider\.|Application\./.test(text)) return [];
  return [...text.matchAll(IN_TEXT)].flatMap(([written, trait = '', , quoted, plain]): readonly LoginSetting[] => {
    const value = quoted ?? plain ?? '';
    // An option without a value in a configuration line is no Python.
    if (quoted === undefined && value === '' && !written.startsWith('--')) return [];
    const effect = OF_TRAIT[trait]?.(value);
    return effect === undefined ? [] : [{ effect, written: written.trim(), at }];
  });
}

/** Docker-stacks take options from NOTEBOOK_ARGS; other images have variables of their own for it. */
function settingsInVariables(stage: Stage): readonly LoginSetting[] {
  return inheritedInstructions(stage).flatMap((instruction) =>
    instruction.keyword === 'ENV'
      ? instruction.pairs.flatMap(({ value, span }) =>
          value === undefined ? [] : textSettings(value.text.replace(/^(["'])([\s\S]*)\1$/, '$2'), span),
        )
      : [],
  );
}

/** What the build writes into files: by `echo` and `printf`, and in heredocs. */
function writtenSettings(stage: Stage, script: ScriptOf): readonly LoginSetting[] {
  return inheritedInstructions(stage).flatMap((instruction) => {
    const { keyword, heredocs } = instruction;
    if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD') return [];
    const inHeredocs = heredocs.flatMap(({ content, contentSpan }) =>
      [...content.matchAll(/[^\n]+/g)].flatMap(({ 0: line, index }) => {
        const start = contentSpan.start + index;
        return line.trimStart().startsWith('#') ? [] : textSettings(line, { start, end: start + line.length });
      }),
    );
    const commands = keyword === 'RUN' ? (script(instruction)?.commands ?? []) : [];
    return [
      ...commands.filter(isWriter).flatMap(({ args }) => args.flatMap((word) => textSettings(word.prefix, word.span))),
      ...inHeredocs,
    ];
  });
}

const isWriter = ({ name, substituted }: Command): boolean => /^(?:echo|printf)$/.test(name) && !substituted;

/** Whether a command starts a single user's server for a JupyterHub, which does the login. */
function isForHub({ words }: Command): boolean {
  return words.some(({ value = '' }) => /(?:^|\/)(?:jupyterhub-singleuser|start-singleuser(?:\.sh|\.py)?|singleuser)$/.test(value));
}

/** `python /app/serve.py`, whatever CMD hands to it. */
function isOtherProgram({ name, args }: Command): boolean {
  return /^python[\d.]*$/.test(name) && /\.py$/.test(args[0]?.value ?? '') && !/jupyter|notebook/.test(args[0]?.value ?? '');
}
