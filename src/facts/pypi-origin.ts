/** Whether what an install asks for comes from PyPI: what is known of PyPI's files says nothing of another index. */
import { isGiven, seenBy } from './caches.js';
import { indexOwner } from './package-indexes.js';
import type { InstalledPackage } from './python-installs.js';

/** Settings that put another index in PyPI's place. */
const INDEXES = ['PIP_INDEX_URL', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'PIP_CONFIG_FILE', 'UV_INDEX'];
/** Settings that put files or an index beside it. */
const BESIDE = ['PIP_EXTRA_INDEX_URL', 'UV_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'UV_FIND_LINKS', 'PIP_NO_INDEX', 'UV_NO_INDEX'];

/** Whether a package is taken from PyPI or a mirror of it and from nowhere else; false where that is not known. */
export function isFromPypiAlone(asked: InstalledPackage): boolean {
  const { install, command, from } = asked;
  if (from !== 'registry' || !isFromPypi(asked) || BESIDE.some((name) => isGiven(command, name))) return false;
  if (install === undefined) return true;
  const { findLinks, indexes, options } = install;
  return findLinks.length === 0 && indexes.every(isPypi) && !options.has('--no-index') && !options.has('--platform');
}

/** Whether PyPI, or a mirror of it, is one of the places a package may be taken from. */
export function isFromPypi({ install, command, from }: InstalledPackage): boolean {
  if (from !== 'registry') return false;
  const main = install?.options.get('--index-url');
  if (main !== undefined) return main.value !== undefined && isPypi(main.value);
  if (install?.options.has('--no-index') === true) return false;
  return INDEXES.every((name) => {
    const seen = seenBy(command, name);
    return seen.kind === 'absent' || (seen.kind === 'known' && (seen.value === '' || isPypi(seen.value)));
  });
}

const isPypi = (address: string): boolean => indexOwner(address) === 'pypi';
