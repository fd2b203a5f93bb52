/**
 * Files that list a project's dependencies: which names they have, and which commands install what they list.
 *
 * Sources (read 2026-11): pip.pypa.io, docs.astral.sh/uv/guides/integration/docker (2026-08-21), python-poetry.org/docs/faq,
 * pdm-project.org, pipenv.pypa.io, pixi.sh, docs.conda.io, rstudio.github.io/renv, pkgdocs.julialang.org, docs.npmjs.com.
 */
import type { Command, Script, ShellWord } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';
import { condaInstalls } from './conda.js';
import { once } from './once.js';
import { pipInstalls } from './pip.js';

/** A command that installs what files of the project list. */
export interface ManifestInstall {
  readonly command: Command;
  /** In the user's words, without most options: `pip install -r requirements.txt`, `uv sync`. */
  readonly title: string;
  /** Paths as the command reads them, relative to its working directory; for tools that look for their files, their names. */
  readonly files: readonly string[];
  /** Two installs with the same one install the same dependencies. */
  readonly set: string;
  /** The command that installs the dependencies alone, where this one installs the project's own code with them. */
  readonly withoutProject?: string;
  /** `pip install .`: there is no other way to name the dependencies but the project itself. */
  readonly projectOnly?: true;
}

/** How the commands of a script install dependencies from files, in their order. */
export const manifestInstalls = once((script: Script): readonly ManifestInstall[] =>
  script.commands.flatMap((command) => manifestInstall(command) ?? []),
);

function manifestInstall(command: Command): ManifestInstall | undefined {
  return pipManifest(command) ?? condaManifest(command) ?? projectManifest(command) ?? scriptManifest(command);
}

function pipManifest(command: Command): ManifestInstall | undefined {
  const install = pipInstalls(command);
  if (install === undefined || install.action === 'download') return undefined;
  const local = install.packages.filter(({ requirement }) => requirement.kind === 'local');
  const files = install.requirementFiles.filter((file) => !/^(?:https?|file):|^-$|^\/dev\//.test(file));
  if (files.length > 0) {
    // With the project on the same line the source has to be there.
    if (local.length > 0) return undefined;
    return { command, title: `${install.title} -r ${files[0]}`, files, set: files.map(baseName).sort().join(' ') };
  }
  const [project] = local;
  const isProject = project !== undefined && !project.editable && /^(?:\.{1,2}\/?|\/[\w./-]*)(?:\[.*\])?$/.test(project.text);
  if (install.action !== 'install' || install.options.has('--no-deps') || !isProject || /\.(?:whl|gz|zip|bz2)$/.test(project.text))
    return undefined;
  const title = `${install.title} ${project.text}`;
  const directory = project.text.replace(/\[.*\]$/, '').replace(/\/?$/, '/');
  return { command, title, files: [`${directory}pyproject.toml`], set: 'project', projectOnly: true };
}

function condaManifest(command: Command): ManifestInstall | undefined {
  const install = condaInstalls(command);
  if (install === undefined) {
    if (command.name !== 'conda-lock' || command.args[0]?.value !== 'install') return undefined;
    const file = command.args.findLast(({ value }) => /\.(?:ya?ml|lock)$/.test(value ?? ''))?.value ?? 'conda-lock.yml';
    return { command, title: 'conda-lock install', files: [file], set: baseName(file) };
  }
  const named =
    install.files.length > 0 ? install.files : install.action.startsWith('env ') && install.dynamic.length === 0 ? ['environment.yml'] : [];
  const files = named.filter((file) => !/^https?:/.test(file));
  if (files.length === 0) return undefined;
  return { command, title: `${install.title} -f ${files[0]}`, files, set: files.map(baseName).sort().join(' ') };
}

/** Tools that find their files themselves. `only` are the options that leave the project's own code out. */
const PROJECT_TOOLS: Readonly<Record<string, { readonly actions: string; readonly files: readonly string[]; readonly only?: string }>> = {
  uv: { actions: 'sync', files: ['pyproject.toml', 'uv.lock'], only: '--no-install-project --no-install-workspace --no-install-local' },
  poetry: { actions: 'install sync', files: ['pyproject.toml', 'poetry.lock'], only: '--no-root' },
  pdm: { actions: 'install sync', files: ['pyproject.toml', 'pdm.lock'], only: '--no-self --prod-only-deps' },
  pipenv: { actions: 'install sync', files: ['Pipfile', 'Pipfile.lock'] },
  pixi: { actions: 'install', files: ['pixi.toml', 'pyproject.toml', 'pixi.lock'] },
  npm: { actions: 'ci install i clean-install', files: ['package.json', 'package-lock.json'] },
  pnpm: { actions: 'install i', files: ['package.json', 'pnpm-lock.yaml'] },
  yarn: { actions: 'install', files: ['package.json', 'yarn.lock'] },
};

function projectManifest(command: Command): ManifestInstall | undefined {
  const { name, args } = command;
  const tool = Object.hasOwn(PROJECT_TOOLS, name) ? PROJECT_TOOLS[name] : undefined;
  if (tool === undefined) return undefined;
  const values = args.map(({ value, prefix }) => value ?? prefix);
  const at = values.findIndex((value) => tool.actions.split(' ').includes(value));
  const isBareYarn = name === 'yarn' && values.every((value) => value.startsWith('-'));
  if (at < 0 && !isBareYarn) return undefined;
  const rest = values.slice(at + 1);
  // `npm install lodash` and `pipenv install requests` install what the command names; -g is no project.
  const operands = rest.filter((value, i) => !value.startsWith('-') && !/^-{1,2}[\w-]+$/.test(rest[i - 1] ?? ''));
  if (values.some((value) => value === '-g' || value === '--global') || (tool.only === undefined && operands.length > 0)) return undefined;
  const action = isBareYarn ? 'install' : (values[at] ?? '');
  const only = tool.only?.split(' ') ?? [];
  const leavesProjectOut = only.length === 0 || rest.some((value) => only.includes(value));
  const title = `${name} ${action}`;
  // With the options of the user: a help that loses --locked is no help.
  const withoutProject = [name, ...args.map(({ text }) => text), only[0]].join(' ');
  return { command, title, files: tool.files, set: name, ...(leavesProjectOut ? {} : { withoutProject }) };
}

/** `Rscript -e 'renv::restore()'`, `julia -e 'using Pkg; Pkg.instantiate()'`. */
function scriptManifest(command: Command): ManifestInstall | undefined {
  const isR = /^(?:Rscript|R|r|littler)$/.test(command.name);
  if (!isR && command.name !== 'julia') return undefined;
  const script = command.args.map(({ value, text }) => value ?? text).join(' ');
  if (isR && /renv::restore\(/.test(script)) {
    return { command, title: 'renv::restore()', files: ['renv.lock'], set: 'renv' };
  }
  if (!isR && /\binstantiate(?:\(|\b)/.test(script)) {
    return { command, title: 'Pkg.instantiate()', files: ['Project.toml', 'Manifest.toml'], set: 'julia' };
  }
  return undefined;
}

/** What a path of the build context brings into a layer. `support` changes rarely, or has to be there for an install. */
export type Cargo = 'everything' | 'code' | 'manifest' | 'support';

/** What a source of COPY brings, by its name alone; `target` is where it lands, if that is known. */
export function cargoOf(path: string, target?: string): Cargo {
  if (/^(?:\.?\/?|(?:\.?\/)?\*{1,2}(?:\/\*)?)$/.test(path)) return 'everything';
  const trimmed = path.replace(/\/+\**$/, '');
  const name = baseName(trimmed);
  if (target?.startsWith('/etc/') === true) return 'support';
  // `COPY postBuild /tmp/postBuild.sh`: what lands under a file's name is a file.
  const landsAsFile = target !== undefined && /\.\w+$/.test(target) && !name.includes('.');
  if (landsAsFile) return 'support';
  const isDirectory = trimmed !== path || (!name.includes('.') && !PLAIN_FILES.test(name));
  if (isDirectory) return SUPPORT_DIRECTORIES.test(name) ? 'support' : 'code';
  const plainName = name.replaceAll('*', '');
  if (/\.(?:txt|lock)$/i.test(plainName) || MANIFESTS.test(plainName)) return 'manifest';
  if (BUILD_FILES.test(path)) return 'support';
  return CODE_OR_DATA.test(name) ? 'code' : 'support';
}

/** Whether a source of COPY brings this file under its own name, patterns included. */
export function bringsFile(source: string, file: string): boolean {
  const pattern = baseName(source)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(baseName(file));
}

const MANIFESTS =
  /^(?:.*requirements?.*\.in|pyproject.*\.toml|lock|pylock.*\.toml|Pipfile|setup\.(?:py|cfg)|env(?:ironment)?.*\.ya?ml|conda.*\.ya?ml|pixi\.toml|package.*\.json|pnpm-.*\.yaml|\.npmrc|\.yarnrc.*|DESCRIPTION|NAMESPACE|(?:Julia)?(?:Project|Manifest)\.toml|install.*\.R|packages\.R|requirements\.R|dependencies\.R)$/i;
const BUILD_FILES =
  /(?:^|\/)(?:MANIFEST\.in|README[\w.]*|LICEN[CS]E[\w.]*|CHANGELOG[\w.]*|\.python-version|pip\.conf|\.Rprofile|\.Renviron|activate\.R|settings\.json|settings\.dcf|_*version_*\.py|__about__\.py|__init__\.py|\w*_?config\.py|[\w.]*conf\.py|versioneer\.py|hatch_build\.py|build\.py|install\w*\.(?:py|jl|sh)|setup\w*\.(?:py|jl|sh)|deps?\.(?:py|jl|R)|dependencies\.\w+)$/i;
const CODE_OR_DATA =
  /\.(?:py|pyx|ipynb|r|rmd|qmd|jl|js|mjs|ts|tsx|jsx|vue|java|scala|go|rs|c|cpp|cu|sql|html|css|csv|tsv|parquet|feather|arrow|pkl|pickle|joblib|h5|hdf5|keras|pt|pth|onnx|pb|npz|npy|bin|safetensors|gguf|rds|rdata|model)$/i;
const PLAIN_FILES =
  /^(?:Makefile|Dockerfile|Procfile|Pipfile|DESCRIPTION|NAMESPACE|LICENSE|LICENCE|README|VERSION|CHANGELOG|Gemfile|Rakefile|entrypoint|run|start|postBuild|preBuild|crontab|.*[*?].*)$/i;
/** Hidden ones (`.dvc`, `.streamlit`) hold settings. */
const SUPPORT_DIRECTORIES =
  /^(?:\..*|.*requirements?.*|deps|dependencies|wheels?|wheelhouse|vendor|third[-_]?party|packages?|patches|patch|certs?|certificates|ssl|keys|\.?pip|\.?conda|\.?config|configs?|conf|etc|renv|docker|\.?docker.*|build[-_]?scripts?|environments?|envs?|\.?yarn|\.?git|proto|protos)$/i;

/** The words of a command that may name files: its program, too, but no options. */
export function pathWords({ words }: Command): readonly ShellWord[] {
  return words.filter(({ value }) => value !== undefined && !value.startsWith('-'));
}
