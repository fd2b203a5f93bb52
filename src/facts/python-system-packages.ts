/**
 * Packages of Debian, Ubuntu and Alpine that bring the distribution's Python, its headers or libraries for it.
 *
 * Sources (read 2026-11-22): the package indexes of Debian 12 and 13; Installed-Size (Debian 12) of python3.11 with -minimal,
 * libpython3.11-minimal and -stdlib, 21 MB, with libpython3.11 and the two -dev, 55 MB; without libc6-dev, zlib1g-dev, libexpat1-dev.
 */
import type { Command, Script, ScriptOf, ShellWord, Stage } from '../model/dockerfile.js';
import { inheritance } from '../model/stages.js';
import { aptCalls, installs } from './apt.js';
import { once } from './once.js';
import { words } from './words.js';

/** A package word that concerns the distribution's Python. */
export interface PythonPackage {
  readonly command: Command;
  readonly word: ShellWord;
  readonly name: string;
  /** What a person wants of it: the interpreter with its tools, its headers, or a library. */
  readonly brings: 'interpreter' | 'headers' | 'library';
  /** All packages of the call. */
  readonly operands: readonly string[];
}

const INTERPRETER =
  /^(?:python3?|python3?-(?:minimal|full|pip|venv|virtualenv|setuptools|wheel|distutils)|py3-(?:pip|virtualenv|setuptools|wheel))$/;
const HEADERS = /^(?:lib)?python3?-(?:all-)?dev$/;
const VERSIONED = /^(?:lib)?python(\d\.\d+)(-dev|-venv|-distutils|-minimal|-full)?$/;

/** Libraries that programs import and pip has; not the bindings that only distributions build (apt, gi, dbus), and not tk and opencv,
 *  which are taken for the system libraries they depend on. */
const LIBRARIES = words(
  'numpy scipy pandas matplotlib sklearn skimage seaborn statsmodels sympy networkx h5py netcdf4 tables xarray dask numba cython3 ' +
    'requests yaml pil pillow lxml bs4 psycopg2 mysqldb pymysql redis sqlalchemy boto boto3 botocore flask django jinja2 click tqdm ' +
    'six dateutil tz cryptography openssl pycurl psutil simplejson protobuf grpcio zmq tornado twisted nltk shapely pyproj fiona ' +
    'rasterio geopandas biopython pysam serial ujson msgpack toml attr pytest nose mock jsonschema docopt paramiko httplib2 urllib3',
);

/** The words of each call that installs packages, that concern Python; empty calls are left out. @param minor of the image's own Python */
export function pythonPackages(script: Script, minor: string | undefined): readonly (readonly PythonPackage[])[] {
  const byApt = aptCalls(script)
    .filter(installs)
    .map(({ command, operands }) => read(command, operands, minor));
  const byApk = script.commands.flatMap((command) => {
    const at = command.name === 'apk' ? command.args.findIndex(({ value }) => value === 'add') : -1;
    if (at < 0) return [];
    const rest = command.args.slice(at + 1);
    const isVirtual = rest.some(({ value }) => /^(?:-t|--virtual)/.test(value ?? ''));
    return isVirtual
      ? []
      : [
          read(
            command,
            rest.filter(({ text }) => !text.startsWith('-')),
            minor,
          ),
        ];
  });
  return [...byApt, ...byApk].filter((packages) => packages.length > 0);
}

function read(command: Command, operands: readonly ShellWord[], minor: string | undefined): readonly PythonPackage[] {
  const names = operands.map(({ value, text }) => (value ?? text).replace(/[=:~<>].*$/, ''));
  return names.flatMap((name, at) => {
    const word = operands[at];
    const brings = word?.value === undefined ? undefined : broughtBy(name, minor);
    return word === undefined || brings === undefined ? [] : [{ command, word, name, brings, operands: names }];
  });
}

function broughtBy(name: string, minor: string | undefined): PythonPackage['brings'] | undefined {
  if (!name.includes('py')) return undefined;
  if (HEADERS.test(name)) return 'headers';
  if (INTERPRETER.test(name)) return 'interpreter';
  const versioned = VERSIONED.exec(name);
  // Another minor than the image's is chosen on purpose.
  if (versioned !== null) return versioned[1] !== minor ? undefined : versioned[2] === '-dev' ? 'headers' : 'interpreter';
  const library = /^(?:python3?|py3)-(.+)$/.exec(name)?.[1];
  return library !== undefined && LIBRARIES.has(library) ? 'library' : undefined;
}

/** Whether a stage, or one it is built from, means the distribution's Python: names its path, or calls it by a version. */
export const usesDistributionPython = once((stage: Stage, script: ScriptOf): boolean =>
  [...inheritance(stage)].some(({ instructions }) =>
    instructions.some((instruction) => {
      const { logical, heredocs, keyword } = instruction;
      const texts = [logical.text, ...heredocs.map(({ content }) => content)];
      if (
        texts.some((text) =>
          /\/usr\/bin\/(?:env )?(?:python|pip)|\/usr\/lib\/python3|dist-packages|--system-site-packages|\/usr\/include\/python/.test(text),
        )
      )
        return true;
      const own = keyword === 'RUN' || keyword === 'CMD' || keyword === 'ENTRYPOINT' ? script(instruction) : undefined;
      return (
        own?.commands.some(({ name, args }) => name === 'update-alternatives' && args.some(({ text }) => /python/.test(text))) === true
      );
    }),
  ),
);
