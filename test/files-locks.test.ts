import { describe, expect, it } from 'vitest';
import { readLock } from '../src/files/locks.js';

/** Each package in a line: name, version, manager, source, what else there is. */
const packages = (fileName: string, text: string): readonly string[] | undefined =>
  readLock(fileName, text)?.packages.map(({ name, version, manager, source, groups, platform }) =>
    [name, version ?? '-', manager, source.kind, source.location, source.commit, groups?.join('+'), platform]
      .filter((part) => part !== undefined)
      .join(' '),
  );

describe('locks', () => {
  it('of uv', () => {
    const text = `version = 1
requires-python = ">=3.12"
[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "lib"
version = "0.1"
source = { git = "https://host/lib?rev=v1#abc" }
[[package]]
name = "demo"
source = { virtual = "." }
[[package]]
name = "wheel"
version = "1"
source = { url = "https://host/a.whl" }
`;
    expect(packages('uv.lock', text)).toEqual([
      'numpy 2.1.0 pip registry https://pypi.org/simple',
      'lib 0.1 pip git https://host/lib?rev=v1 abc',
      'demo - pip path .',
      'wheel 1 pip url https://host/a.whl',
    ]);
    expect(readLock('uv.lock', text)).toMatchObject({ kind: 'uv', requiresPython: '>=3.12' });
    expect(readLock('uv.lock', 'version = ')).toBeUndefined();
  });

  it('of Poetry, PDM and pip', () => {
    const poetry = `[[package]]
name = "a"
version = "1"
groups = ["main", "dev"]
[[package]]
name = "b"
version = "2"
category = "dev"
[package.source]
type = "git"
url = "https://host/b"
reference = "v2"
resolved_reference = "abc"
[metadata]
python-versions = "^3.11"
`;
    expect(packages('poetry.lock', poetry)).toEqual(['a 1 pip registry main+dev', 'b 2 pip git https://host/b abc dev']);
    expect(readLock('poetry.lock', poetry)?.requiresPython).toBe('^3.11');
    const pdm = `[metadata]
[[metadata.targets]]
requires_python = ">=3.9"
[[package]]
name = "a"
version = "1"
groups = ["default"]
[[package]]
name = "b"
version = "2"
git = "https://host/b"
revision = "abc"
`;
    expect(packages('pdm.lock', pdm)).toEqual(['a 1 pip registry default', 'b 2 pip git https://host/b abc']);
    expect(readLock('pdm.lock', pdm)?.requiresPython).toBe('>=3.9');
    const pylock = `lock-version = "1.0"
requires-python = ">=3.12"
[[packages]]
name = "a"
version = "1"
index = "https://pypi.org/simple"
[[packages]]
name = "b"
[packages.vcs]
type = "git"
url = "https://host/b"
commit-id = "abc"
[[packages]]
name = "c"
[packages.directory]
path = "."
`;
    expect(packages('pylock.cpu.toml', pylock)).toEqual([
      'a 1 pip registry https://pypi.org/simple',
      'b - pip git https://host/b abc',
      'c - pip path .',
    ]);
  });

  it('of Pipenv and renv', () => {
    const pipenv = JSON.stringify({
      _meta: { requires: { python_version: '3.11' } },
      default: { a: { version: '==1.0', hashes: [] }, b: { git: 'https://host/b', ref: 'abc' } },
      develop: { c: { path: '.' } },
    });
    expect(packages('Pipfile.lock', pipenv)).toEqual([
      'a 1.0 pip registry main',
      'b - pip git https://host/b abc main',
      'c - pip path . dev',
    ]);
    const renv = JSON.stringify({
      R: { Version: '4.4.1' },
      Packages: {
        DBI: { Package: 'DBI', Version: '1.2', Source: 'Repository', Repository: 'CRAN' },
        x: { Package: 'x', Version: '0.1', Source: 'GitHub', RemoteUsername: 'me', RemoteRepo: 'x', RemoteSha: 'abc' },
      },
    });
    expect(packages('renv.lock', renv)).toEqual(['DBI 1.2 r registry CRAN', 'x 0.1 r git me/x abc']);
    expect(readLock('renv.lock', renv)?.language).toBe('4.4.1');
    expect(readLock('renv.lock', '{')).toBeUndefined();
  });

  it('of conda', () => {
    const condaLock = `version: 1
metadata:
  content_hash:
    linux-64: aa
package:
- name: python
  version: '3.12'
  manager: conda
  platform: linux-64
  dependencies:
    version: '>=1'
  url: https://host/python.conda
  category: main
- name: requests
  version: 2.32.0
  manager: pip
  platform: linux-64
  category: dev
`;
    expect(packages('conda-lock.yml', condaLock)).toEqual([
      'python 3.12 conda registry https://host/python.conda main linux-64',
      'requests 2.32.0 pip registry dev linux-64',
    ]);
    const explicit =
      '# platform: linux-64\n@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/ca-certificates-2024.2.2-hbcca054_0.conda#aa\n';
    expect(readLock('conda-linux-64.lock', explicit)?.packages).toMatchObject([
      { name: 'ca-certificates', version: '2024.2.2', manager: 'conda' },
    ]);
    const pixi = `version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.12.3-h1_0.conda
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.12.3-h1_0.conda
  sha256: aa
  depends:
  - name: no
- pypi: https://files.pythonhosted.org/a-1.0-py3-none-any.whl
  name: a
  version: '1.0'
- pypi: ./
  name: demo
`;
    expect(packages('pixi.lock', pixi)).toEqual([
      'python 3.12.3 conda registry https://conda.anaconda.org/conda-forge/linux-64/python-3.12.3-h1_0.conda linux-64',
      'a 1.0 pip registry https://files.pythonhosted.org/a-1.0-py3-none-any.whl',
      'demo - pip path ./',
    ]);
  });

  it('of Julia, in both formats', () => {
    const two =
      'julia_version = "1.11.0"\nmanifest_format = "2.0"\n[[deps.A]]\nversion = "1.0"\ngit-tree-sha1 = "a"\n[[deps.Dates]]\nuuid = "b"\n[[deps.C]]\npath = "../C"\n';
    expect(packages('Manifest.toml', two)).toEqual(['A 1.0 julia registry', 'Dates - julia bundled', 'C - julia path ../C']);
    expect(readLock('Manifest-v1.11.toml', two)?.language).toBe('1.11.0');
    expect(packages('Manifest.toml', '[[A]]\nversion = "1.0"\ngit-tree-sha1 = "a"\n')).toEqual(['A 1.0 julia registry']);
  });

  it('have known names', () => {
    expect(readLock('yarn.lock', 'a')).toBeUndefined();
    expect(readLock('requirements.txt', 'numpy==1\n')).toBeUndefined();
  });
});
