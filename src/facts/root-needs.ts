/**
 * What of a stage shows that its program may need root: files that lie in root's home, which nobody else may enter, ports and
 * directories that are root's, scripts that nobody reads here.
 *
 * Where tools install to is common knowledge of their users (2026-11), not looked up again: a name too many costs a fix that
 * is not offered, no finding.
 */
import type { Command, Instruction, ScriptOf, Stage } from '../model/dockerfile.js';
import { inheritedInstructions, runScripts } from '../model/stages.js';
import type { Startup } from './entrypoints.js';
import { pipInstalls } from './pip.js';
import { pythonRun } from './python-programs.js';
import { words } from './words.js';

/** They put programs, environments or data below the home of the user that calls them, or change its settings. */
const HOME_WRITERS = words(
  'poetry pipenv pipx pdm hatch rye pyenv nvm rustup cargo playwright patchright crawl4ai-setup huggingface-cli hf nltk spacy gcloud aws ' +
    'gsutil julia juliaup make just',
);

/** Runners that look for an environment below the home directory, or write to that of the project. */
const PROJECT_RUNNERS = words('uv poetry pipenv pdm hatch rye pixi');

/** What is known to run as any user, beside Python programs: interpreters and what hands signals on to them. */
const FOR_ANYBODY = words('python python3 mlflow node java R Rscript tini tini-static dumb-init docker-init catatonit');

/** Whether a container of the stage may fail as another user; what is not known or cannot be read here may. */
export function mayNeedRoot(stage: Stage, start: Startup, script: ScriptOf): boolean {
  const instructions = inheritedInstructions(stage);
  return (
    start.script !== undefined ||
    start.commands.some((command) => !isForAnybody(command)) ||
    instructions.some(takesWhatIsRoots) ||
    runScripts(instructions, script).some(({ commands, complete }) => !complete || commands.some(hindersOthers))
  );
}

function isForAnybody(command: Command): boolean {
  const { name, wrappers, words: all } = command;
  if (PROJECT_RUNNERS.has(name) || wrappers.some((wrapper) => PROJECT_RUNNERS.has(wrapper.name))) return false;
  const isRootsPort = all.some(({ value, text }) => /(?:^|[:=])(?:80|443)["']?$/.test(value ?? text));
  return !isRootsPort && (FOR_ANYBODY.has(name) || pythonRun(command) !== undefined);
}

/** SageMaker mounts what it likes below `/opt/ml`, for whatever user it likes. */
const OF_SAGEMAKER = /\/opt\/(?:ml|program)(?![\w-])/;

/** Ports below 1024, directories of their own, a home that is set. */
function takesWhatIsRoots(instruction: Instruction): boolean {
  const { keyword, logical } = instruction;
  if (keyword === 'VOLUME' || (keyword !== 'LABEL' && OF_SAGEMAKER.test(logical.text))) return true;
  if (instruction.keyword === 'EXPOSE') return instruction.words.some(({ text }) => isRootsPort(text));
  if (instruction.keyword !== 'ENV') return false;
  return instruction.pairs.some(({ key, value }) => key.text === 'HOME' || (/PORT$/.test(key.text) && isRootsPort(value?.text ?? '')));
}

const isRootsPort = (text: string): boolean => /^["']?\d/.test(text) && Number(/\d+/.exec(text)?.[0]) < 1024;

/** Whether a command leaves files below root's home, or takes the name of the new group; what cannot be told does. */
function hindersOthers(command: Command): boolean {
  const { name, args, words: all, connector } = command;
  if (name === '' || HOME_WRITERS.has(name) || /\.sh$/.test(name)) return true;
  // `curl … | sh`, `bash install.sh`, `sh -`: what these do is not known.
  if (/^(?:ba|da|a|z)?sh$/.test(name)) return connector === '|' || args.length > 0;
  if (/^(?:groupadd|addgroup)$/.test(name)) return args.some(({ value }) => value === 'app');
  if (name === 'uv') return args.some(({ value }) => /^(?:tool|python|sync|run|venv)$/.test(value ?? ''));
  if (name === 'conda' || name === 'mamba') return args[0]?.value === 'init' || args[0]?.value === 'config';
  if (/^python[\d.]*$/.test(name) && args.length > 0) {
    const isPip = args[0]?.value === '-m' && /^(?:pip|venv|compileall|ensurepip)$/.test(args[1]?.value ?? '');
    // A program of the project may download a model to where its user keeps such.
    if (!isPip) return true;
  }
  return pipInstalls(command)?.options.has('--user') === true || all.some(({ text }) => /(?:^|[="'])(?:~|\$\{?HOME\}?)(?:$|\/)/.test(text));
}
