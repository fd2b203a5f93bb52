/**
 * Names on PyPI that are not what people take them for: projects that refuse to be installed, names of modules that are no projects,
 * projects that ended.
 *
 * Source: PyPI's own pages, files and the setup.py in them, each looked up on 2026-11-22; what the dates of the rows say. Left out
 * because they are what they say today: faiss-gpu (1.15.1 of 2026-09-16).
 */
import { seenBy } from './caches.js';
import type { InstalledPackage } from './python-installs.js';
import { compareVersions } from './versions.js';
import { words } from './words.js';

/** What is wrong with a name. */
export interface WrongName {
  /** *fails*: pip cannot install it. *ended*: it installs something nobody maintains, or that does nothing. *alias*: another name. */
  readonly kind: 'fails' | 'ended' | 'alias';
  /** What happens, behind "`sklearn` ": `is refused by its own setup.py since December 2023: use scikit-learn`. */
  readonly fact: string;
  /** The name to write; absent where there is none that does the same. */
  readonly instead?: string;
  /** What to use where that is more than another name; what follows the word `Use`. */
  readonly remedy?: string;
  /** It may be installed after all: a switch of the package has a value that is not known. */
  readonly isDoubtful?: true;
}

/** What decides whether a name is wrong. */
export interface NameSurroundings {
  /** The minor of the Python that it is installed for (`3.12`); undefined where that is not known. */
  readonly python: string | undefined;
  /** What is installed beside it. */
  readonly installed: ReadonlyMap<string, InstalledPackage>;
}

type Judge = (asked: InstalledPackage, around: NameSurroundings) => WrongName | undefined;

const is =
  (name: WrongName): Judge =>
  () =>
    name;

const isBelow = (version: string | undefined, limit: string): boolean => version !== undefined && compareVersions(version, limit) < 0;

const ALLOWS_SKLEARN = 'SKLEARN_ALLOW_DEPRECATED_SKLEARN_PACKAGE_INSTALL';

const NAMES: Readonly<Record<string, Judge>> = {
  // 0.0.post12 (2023-12-01): setup.py raises unless the switch is `true` in any case, and asks for nothing (installed so on 2026-11-22).
  // 0.0 (2015) has nothing but the dependency.
  sklearn: ({ version, command }) => {
    if (version === '0.0')
      return {
        kind: 'alias',
        fact: 'is an empty package that asks for the newest scikit-learn, whatever that is',
        instead: 'scikit-learn',
      };
    const allowed = seenBy(command, ALLOWS_SKLEARN);
    if (allowed.kind === 'known' && allowed.value.toLowerCase() === 'true')
      return {
        kind: 'ended',
        fact: `is an empty package that does not bring scikit-learn: ${ALLOWS_SKLEARN} only keeps its error away`,
        instead: 'scikit-learn',
      };
    const unless = allowed.kind === 'unknown' ? ` unless ${ALLOWS_SKLEARN} is True` : '';
    return {
      kind: 'fails',
      fact: `has raised an error at every install since December 2023${unless}`,
      instead: 'scikit-learn',
      ...(unless !== '' && { isDoubtful: true }),
    };
  },
  // 0.0 (2017): setup.py exits.
  skimage: is({ kind: 'fails', fact: 'is a dummy whose install ends with an error', instead: 'scikit-image' }),
  // 1.0.2 (2019): setup.py raises.
  pytorch: is({ kind: 'fails', fact: 'is a dummy whose install raises an error: PyTorch is called torch', instead: 'torch' }),
  // 404.
  opencv: is({ kind: 'fails', fact: 'is no project of PyPI', instead: 'opencv-python-headless' }),
  'pkg-resources': is({
    kind: 'fails',
    fact: 'is no project of PyPI: old versions of pip on Ubuntu wrote it into `pip freeze` by mistake',
    remedy: 'setuptools, of which the module is a part, and leave this name out',
  }),
  // 1.1.6 and five more releases, none with a file.
  pil: is({ kind: 'fails', fact: 'has no file on PyPI', instead: 'pillow' }),
  // 3.2.2: a wheel for Python 2, and a setup.py that Python 3 cannot parse.
  beautifulsoup: (_, { python }) =>
    python?.startsWith('2.') === true
      ? undefined
      : { kind: 'fails', fact: 'is version 3, which cannot be installed on Python 3', instead: 'beautifulsoup4' },
  // 1.5.3 (2019): wheels for Python 2.7 and 3.5 to 3.7, no source.
  faiss: (_, { python }) =>
    isBelow(python, '3.8') ? undefined : { kind: 'fails', fact: 'has had no wheel since Python 3.7', instead: 'faiss-cpu' },
  // 2.12.0 (2023-01-24): setup.py raises; 2.11.0 (2022-11-18) is the last with wheels.
  'tensorflow-gpu': ({ version, requirement }) => {
    const isOpen = requirement?.kind !== 'name' || requirement.pinning === 'unpinned' || requirement.pinning === 'ranged';
    const remedy = "'tensorflow[and-cuda]' in its place, which brings CUDA along";
    if (version === undefined ? isOpen : !isBelow(version, '2.12'))
      return { kind: 'fails', fact: 'has raised an error at every install since January 2023', remedy };
    const fact = 'ended with 2.11 in November 2022; tensorflow has been the same package since 2.1';
    // The extra came with 2.14 (2023-09-26); up to 2.11 every release is there under both names.
    const isSame = version !== undefined && !isBelow(version, '2.1');
    return { kind: 'ended', fact, remedy: isSame ? `\`tensorflow==${version}\` in its place` : remedy };
  },
  // 1.9.1 (2022-05-17), requires numpy < 2.
  mxnet: is({ kind: 'ended', fact: 'has had no release since May 2022', remedy: 'a framework that is maintained, such as torch' }),
  // 2.0.1 (2019): `from collections import Mapping`, which Python 3.10 took away.
  attrdict: (_, { python }) => {
    const remedy = 'another one, such as python-box';
    if (python === undefined || isBelow(python, '3.10'))
      return { kind: 'ended', fact: 'has had no release since 2019, and cannot be imported on Python 3.10 and later', remedy };
    return {
      kind: 'ended',
      fact: `cannot be imported on Python ${python}: it takes Mapping from collections, where it was until 3.9`,
      remedy,
    };
  },
  // 0.9.9 (2025-02-19): nothing but the dependency.
  dotenv: ({ version }) =>
    isBelow(version, '0.9.9')
      ? undefined
      : { kind: 'alias', fact: 'is a deprecated package that only asks for python-dotenv', instead: 'python-dotenv' },
  // 99.0.0 (2023-01-27): nothing but the dependency.
  'nvidia-tensorrt': ({ version }) =>
    isBelow(version, '99') ? undefined : { kind: 'alias', fact: 'is a package that only asks for tensorrt', instead: 'tensorrt' },
  // huggingface_hub's guide to 1.0, and its issue #4219.
  'hf-transfer': (_, { installed }) => {
    const hub = installed.get('huggingface-hub')?.version;
    if (hub === undefined || isBelow(hub, '1.0')) return undefined;
    return {
      kind: 'ended',
      fact: `is not used any more: huggingface-hub ${hub} downloads with hf-xet, and HF_HUB_ENABLE_HF_TRANSFER does nothing`,
      remedy: 'hf-xet, which comes with the hub, and set HF_XET_HIGH_PERFORMANCE=1 where speed matters',
    };
  },
};

const KNOWN = words(Object.keys(NAMES).join(' '));

/** What is wrong with the name of a package that is installed from PyPI; undefined for all others. */
export function wrongName(asked: InstalledPackage, around: NameSurroundings): WrongName | undefined {
  if (!KNOWN.has(asked.name) || asked.from !== 'registry' || asked.tool === 'conda' || asked.tool === 'pixi') return undefined;
  return NAMES[asked.name]?.(asked, around);
}
