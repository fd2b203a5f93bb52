import { describe, expect, it } from 'vitest';
import { isConstrained, type PipInstall, pipCache, pipInstalls } from '../src/facts/pip.js';
import { describeLostConditions, readRequirement } from '../src/facts/requirement.js';
import { buildModel, scriptOf } from '../src/model/build.js';
import type { Command, RunInstruction } from '../src/model/dockerfile.js';
import { sourceFromText } from '../src/source/source-file.js';
import { parseSyntax } from '../src/syntax/parse.js';

/** The commands of the last RUN. */
function commands(dockerfile: string): readonly Command[] {
  const model = buildModel(parseSyntax(sourceFromText('Dockerfile', dockerfile)));
  const stage = model.stages.at(-1);
  const run = stage?.instructions.findLast((instruction): instruction is RunInstruction => instruction.keyword === 'RUN');
  if (stage === undefined || run === undefined) throw new Error('no RUN');
  return scriptOf(run, stage).commands;
}

function installs(dockerfile: string): readonly PipInstall[] {
  return commands(dockerfile).flatMap((command) => pipInstalls(command) ?? []);
}

function install(words: string, before = ''): PipInstall {
  const [first] = installs(`FROM python:3.13-slim-trixie\n${before}RUN ${words}\n`);
  if (first === undefined) throw new Error(`no install in ${words}`);
  return first;
}

const texts = (words: string): readonly string[] => install(words).packages.map(({ text }) => text);
const cacheOf = (run: string, before = ''): string => pipCache(install(run, before)).kind;

describe('a requirement', () => {
  it.each([
    ['pandas', 'unpinned'],
    ['pandas[excel]', 'unpinned'],
    ['pandas; python_version > "3.8"', 'unpinned'],
    ['pandas==3.0.5', 'pinned'],
    ['pandas[excel, plot] == 3.0.5', 'pinned'],
    ['pandas===3.0.5', 'pinned'],
    ['torch==2.11.0+cpu', 'pinned'],
    ['pandas==3.*', 'bounded'],
    ['pandas~=3.0', 'bounded'],
    ['pandas>=2,<4', 'bounded'],
    ['pandas (<4)', 'bounded'],
    ['pandas>=2', 'ranged'],
    ['pandas!=2.1', 'ranged'],
    ['pandas>=2,==2.1', 'pinned'],
  ])('%s is %s', (text, pinning) =>
    expect(readRequirement(text)).toMatchObject({ kind: 'name', name: text.startsWith('torch') ? 'torch' : 'pandas', pinning }),
  );

  it.each([
    '.',
    '.[dev]',
    './dist/app-1.0-py3-none-any.whl',
    '/wheels/x',
    '../app',
    'app-1.0.tar.gz',
    '*.whl',
    'file:///app',
    'app @ file:///app',
    'src/app',
  ])('%s is local', (text) => expect(readRequirement(text)).toEqual({ kind: 'local' }));

  it.each([
    ['git+https://github.com/example/x.git', 'unpinned'],
    ['git+https://github.com/example/x@main', 'unpinned'],
    ['git+https://github.com/example/x.git@v1.2#egg=x', 'pinned'],
    ['x @ git+https://github.com/example/x@0123456789012345678901234567890123456789', 'pinned'],
    ['x@git+https://github.com/example/x', 'unpinned'],
    ['git+ssh://git@github.com/example/x.git', 'unpinned'],
    ['git+ssh://git@github.com/example/x.git@1.0', 'pinned'],
    ['git+https://token@github.com/example/x.git', 'unpinned'],
    ['git+https://github.com/example/x.git@feature/main', 'pinned'],
  ])('%s is a repository, %s', (text, pinning) => expect(readRequirement(text)).toMatchObject({ kind: 'vcs', pinning }));

  it.each([
    ['https://example.org/x-1.0-py3-none-any.whl', 'pinned'],
    ['https://github.com/example/x/archive/master.zip', 'unpinned'],
    ['https://github.com/example/x/archive/refs/heads/fix.tar.gz', 'unpinned'],
    ['https://github.com/example/x/archive/refs/tags/v1.tar.gz', 'pinned'],
    ['https://github.com/example/x/archive/main.zip#sha256=0123', 'pinned'],
  ])('%s is an address, %s', (text, pinning) => expect(readRequirement(text)).toMatchObject({ kind: 'url', pinning }));

  it.each(['', '>=1', 'pandas==', 'pandas=1.0', 'a b'])('%j is none', (text) => expect(readRequirement(text)).toBeUndefined());
});

describe('an install', () => {
  it.each([
    ['pip install pandas', 'pip install'],
    ['pip3.11 install pandas', 'pip3.11 install'],
    ['/opt/venv/bin/pip install pandas', 'pip install'],
    ['python -m pip install pandas', 'python -m pip install'],
    ['python3 -I -W ignore -mpip --no-input install pandas', 'python3 -m pip install'],
    ['pip --no-cache-dir install pandas', 'pip install'],
    ['pip --proxy http://proxy install pandas', 'pip install'],
    ['uv pip install --system pandas', 'uv pip install'],
    ['uv --cache-dir /tmp pip install pandas', 'uv pip install'],
    ['sudo -H pip install pandas', 'pip install'],
    ['pipx install pandas', 'pipx install'],
    ['pip wheel -w /wheels pandas', 'pip wheel'],
    ['bash -c "pip install pandas"', 'pip install'],
  ])('%s', (words, title) => {
    expect(install(words).title).toBe(title);
    expect(texts(words)).toEqual(['pandas']);
  });

  it.each([
    'pip uninstall -y pandas',
    'pip list',
    'pip',
    'pip install --dry-run pandas',
    'uv add pandas',
    'uv pip sync requirements.txt',
    'python -m venv /venv',
    'python install.py',
    'conda install pandas',
    'pip-compile install',
  ])('%s is none', (words) => expect(installs(`FROM a\nRUN ${words}\n`)).toEqual([]));

  it('never takes an option’s value for a package', () => {
    expect(
      texts(
        'pip install -q --timeout 100 --retries 5 -i https://a/simple --extra-index-url https://b/simple -f /wheels --no-binary numpy ' +
          '--only-binary=:all: -t /out --root / --prefix /p --src /s --platform p --python-version 3.9 --implementation cp --abi cp39 ' +
          '--upgrade-strategy eager --trusted-host a --progress-bar off --root-user-action ignore --report r.json -C a=b --config-settings c=d ' +
          '--global-option x --install-option y --group dev --cert c --client-cert d --proxy p --log l --exists-action w --cache-dir /c ' +
          '--use-feature f --use-deprecated g --build-constraint h --no-cache-dir --pre -U --user pandas==1',
      ),
    ).toEqual(['pandas==1']);
    expect(
      texts(
        'uv pip install --python 3.12 -p 3.12 --torch-backend auto --index x --default-index y --index-strategy z --link-mode copy ' +
          '--exclude-newer 2026-01-01 -P numpy --prerelease allow --resolution highest --group g --color never -b c --system pandas',
      ),
    ).toEqual(['pandas']);
    expect(texts('pip install -Ur requirements.txt --extra-index https://a/simple pandas')).toEqual(['pandas']);
    expect(texts('pip install -rrequirements.txt -- pandas')).toEqual(['pandas']);
  });

  it('reads files, links and indexes', () => {
    const read = install(
      'pip install -r a.txt --requirement=b.txt -c c.txt -f /wheels -i https://a/simple --extra-index-url https://b/simple x',
    );
    expect(read.requirementFiles).toEqual(['a.txt', 'b.txt']);
    expect(read.constraintFiles).toEqual(['c.txt']);
    expect(read.findLinks).toEqual(['/wheels']);
    expect(read.indexes).toEqual(['https://a/simple', 'https://b/simple']);
  });

  it('leaves words alone that nobody knows', () => {
    const read = install('pip install "$PACKAGES" $(cat list.txt) "pandas==$PANDAS" numpy');
    expect(read.packages.map(({ text }) => text)).toEqual(['numpy']);
    expect(read.dynamic).toHaveLength(3);
    expect(install('pip $OPTIONS install numpy').packages).toHaveLength(1);
    expect(install('pip install $PACKAGES', 'ENV PACKAGES="numpy pandas==3.0.5"\n').packages.map(({ text }) => text)).toEqual([
      'numpy',
      'pandas==3.0.5',
    ]);
  });

  it('takes an editable name for a directory', () => {
    expect(install('pip install -e app').packages[0]?.requirement).toEqual({ kind: 'local' });
    expect(install('pip install -e git+https://github.com/example/x').packages[0]?.requirement.kind).toBe('vcs');
  });

  it('sees the conditions the shell takes', () => {
    const [command] = commands('FROM a\nRUN pip install numpy>=1.2,<2 pandas >log 2>&1\n');
    const lost = command === undefined ? undefined : describeLostConditions(command);
    expect(lost?.data).toMatchObject({ file: '2', words: '`numpy`' });
    const [other] = commands('FROM a\nRUN pip install numpy>=1.2 pandas>/dev/null\n');
    expect(other === undefined ? undefined : describeLostConditions(other)?.data).toMatchObject({ written: '`numpy>=1.2`', file: '=1.2' });
  });
});

describe('versions', () => {
  it.each([
    'pip install -c constraints.txt x',
    'pip install --constraint=https://example.org/c.txt x',
    'pip install --require-hashes -r r.txt x',
    'pip install --no-index --find-links /wheels x',
    'pip install -r requirements.lock x',
    'pip install -i https://packagemanager.posit.co/pypi/2026-01-05/simple x',
    'PIP_CONSTRAINT=c.txt pip install x',
    'export PIP_CONSTRAINT=c.txt && pip install x',
    'pip install $PIP_OPTIONS x',
    'uv pip install --exclude-newer 2026-01-01 x',
    "pipx install --pip-args='-c constraints.txt' x",
  ])('come from elsewhere in %s', (words) => expect(installs(`FROM a\nRUN ${words}\n`).map(isConstrained)).toEqual([true]));

  it.each([
    'pip install -r requirements.txt x',
    'pip install -i https://download.pytorch.org/whl/cu128 x',
    'PIP_CONSTRAINT= pip install x',
    'uv pip install x',
  ])('are open in %s', (words) => expect(installs(`FROM a\nENV PIP_CONSTRAINT=\nRUN ${words}\n`).map(isConstrained)).toEqual([false]));

  it('come from the environment', () => {
    expect(isConstrained(install('pip install x', 'ENV PIP_CONSTRAINT=/c.txt\n'))).toBe(true);
    expect(isConstrained(install('uv pip install x', 'ENV PIP_CONSTRAINT=/c.txt\n'))).toBe(false);
    expect(isConstrained(install('uv pip install x', 'ARG UV_CONSTRAINT=/c.txt\n'))).toBe(true);
    expect(installs('FROM nvcr.io/nvidia/pytorch:25.03-py3\nRUN pip install x\n').map(isConstrained)).toEqual([true]);
    expect(installs('FROM nvcr.io/nvidia/pytorch:25.03-py3\nRUN PIP_CONSTRAINT= pip install x\n').map(isConstrained)).toEqual([false]);
  });
});

describe("pip's cache", () => {
  it.each([
    'pip install --no-cache-dir x',
    'pip --no-cache-dir install x',
    'pip install --no-cache x',
    'PIP_NO_CACHE_DIR=off pip install x',
    'export PIP_NO_CACHE_DIR=1; pip install x',
    '--mount=type=cache,target=/root/.cache/pip pip install x',
    '--mount=type=cache,target=/root/.cache pip install x',
    '--mount=type=cache,id=pip,target=$HOME/.cache/pip pip install x',
    '--mount=type=tmpfs,target=/root/.cache pip install x',
    '--mount=type=cache,target=/pip pip install --cache-dir /pip x',
    'pip install x && pip cache purge',
    'pip install x && rm -rf ~/.cache/pip',
    'pip install x && rm -rf /root/.cache/* /tmp/*',
    'pip install x && rm -rf "$HOME/.cache"',
    'pip install x && rm -rf /root',
    'pip install x && find /root/.cache -delete',
    'pip install x && /tmp/clean-layer.sh',
    'pip install $PIP_ARGS x',
    'pip install --no-deps -e .',
    'pip install --no-index -f /wheels x',
  ])('is gone after %s', (run) => expect(cacheOf(run)).toBe('gone'));

  it.each([
    'pip install x',
    'rm -rf ~/.cache/pip && pip install x',
    'pip install x && rm -rf /tmp/*',
    'pip install x && rm -f /root/.cache/pip',
    "pip install x && find / -name '*.pyc' -delete",
    '--mount=type=cache,target=/var/cache/apt pip install x',
    '--mount=type=cache,target=/root/.cache/uv pip install x',
    'PIP_NO_CACHE_DIR= pip install x',
    'pip install x && apt-get clean',
  ])('stays after %s', (run) => expect(cacheOf(run)).toBe('kept'));

  it('is where the user of the RUN has it', () => {
    expect(cacheOf('--mount=type=cache,target=/root/.cache/pip pip install x', 'USER app\n')).toBe('misplaced');
    expect(cacheOf('--mount=type=cache,target=/home/app/.cache/pip,uid=1000 pip install x', 'USER app\n')).toBe('gone');
    expect(cacheOf('--mount=type=cache,target=/home/app/.cache/pip pip install x')).toBe('misplaced');
    expect(cacheOf('--mount=type=cache,target=/cache/pip pip install x', 'ENV PIP_CACHE_DIR=/cache/pip\n')).toBe('gone');
    expect(cacheOf('--mount=type=cache,target=/root/.cache/pip pip install x', 'ENV XDG_CACHE_HOME=/cache\n')).toBe('misplaced');
    expect(cacheOf('--mount=type=cache,target=/root/.cache/pip pip install x', 'USER app\nENV HOME=/root\n')).toBe('gone');
  });

  it('is off for a user who may not write to his home', () => {
    expect(cacheOf('pip install x', 'USER 1001\n')).toBe('gone');
    expect(cacheOf('pip install x', 'ENV HOME=/app\nUSER 1001\n')).toBe('kept');
  });

  it('is of no use with a mount', () => {
    expect(pipCache(install('--mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir x'))).toMatchObject({
      unusedMount: '/root/.cache/pip',
    });
    expect(pipCache(install('--mount=type=cache,target=/root/.cache pip install --no-cache-dir x'))).toEqual({ kind: 'gone' });
  });
});
