import { isDevelopmentPath } from '../../src/facts/development.js';
import { isConstrained, pipCalls } from '../../src/facts/pip.js';
import { type ListedRequirement, listedRequirements } from '../../src/facts/project-files.js';
import { normalizedName } from '../../src/facts/python-packages.js';
import { listed } from '../../src/facts/requirement.js';
import { words } from '../../src/facts/words.js';
import { defineRule, type RuleContext, type RuleDocs } from '../../src/rule.js';

export default defineRule({
  id: 'requirements-file-unpinned',
  family: 'pip',
  summary: 'A requirements file that the build installs leaves versions open',
  severity: 'warning',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  messages: {
    unpinned: {
      text: '{count} that `{command}` installs from this file {have} exact version: {packages}',
      help: 'Write `{example}` with the version you have tested: `pip freeze` in an image that works lists them all, pip-compile and `uv pip compile` keep a file with them',
    },
    binary: {
      text: '{count} that `{command}` installs from this file {have} exact version: {packages}; a new major release of {binary} breaks what was made for the old one',
      help: 'Write `{example}` with the version you have tested: `pip freeze` in an image that works lists them all, pip-compile and `uv pip compile` keep a file with them',
    },
    bounded: {
      text: '`{command}` installs {loose} from this file whose release is open within bounds: {packages}',
      help: 'Write `{example}` with the version you have tested, or compile this file to one with exact versions: pip-compile, `uv pip compile`',
    },
  },
  on: {
    *file({ stages }, ctx) {
      const seen = new Set<string>();
      for (const instruction of stages.flatMap((stage) => stage.instructions)) {
        const script = instruction.keyword === 'RUN' ? ctx.script(instruction) : undefined;
        for (const install of script === undefined ? [] : pipCalls(script)) {
          if (install.requirementFiles.length === 0 || isConstrained(install)) continue;
          for (const [path, requirements] of byFile(install, ctx)) {
            if (seen.has(path)) continue;
            seen.add(path);
            yield* judged(requirements, `${install.title} -r`, ctx);
          }
        }
      }
    },
  },
});

/** What is installed by name from each file; constraints that files name give versions, too. */
function byFile(install: Parameters<typeof listedRequirements>[0], ctx: RuleContext): ReadonlyMap<string, readonly ListedRequirement[]> {
  const { requirements, constraints } = listedRequirements(install, ctx);
  const fixed = new Set(constraints.flatMap(({ requirement }) => (isPinned(requirement) ? [nameOf(requirement)] : [])));
  const files = new Map<string, ListedRequirement[]>();
  for (const each of requirements) {
    // What packages are built with is no part of the program, and a lower bound on it mends a hole: pip-unpinned leaves it alone as well.
    if (each.requirement.kind !== 'name' || fixed.has(nameOf(each.requirement)) || TOOLS.has(nameOf(each.requirement))) continue;
    const known = files.get(each.file.path);
    if (known === undefined) files.set(each.file.path, [each]);
    else known.push(each);
  }
  return files;
}

function* judged(requirements: readonly ListedRequirement[], command: string, { dockerfile }: RuleContext) {
  const pinning = ({ requirement }: ListedRequirement) => (requirement.kind === 'name' ? requirement.pinning : 'pinned');
  const open = requirements.filter((each) => pinning(each) === 'unpinned' || pinning(each) === 'ranged');
  const loose = open.length > 0 ? open : requirements.filter((each) => pinning(each) === 'bounded');
  const [first] = loose;
  if (first === undefined) return;
  const { file, entry, word } = first;
  const [binary] = loose.map(({ requirement }) => nameOf(requirement)).filter((name) => BINARY.has(name));
  const isAll = loose.length === requirements.length;
  const data = {
    count: isAll
      ? loose.length === 1
        ? 'The only package'
        : `None of the ${loose.length} packages`
      : `${loose.length} of ${requirements.length} packages`,
    loose: isAll ? counted(loose.length) : `${loose.length} of ${counted(requirements.length)}`,
    command: `${command} ${word.value?.replace(/^(?:-r|--requirement=?)/, '') ?? file.path}`,
    have: isAll ? (loose.length === 1 ? 'has no' : 'has an') : loose.length === 1 ? 'has no' : 'have no',
    packages: listed(loose.map((each) => (each.entry.requirement.text.split(';', 1)[0] ?? '').trim())),
    example: `${nameAsWritten(first)}==VERSION`,
    binary: `\`${binary}\``,
  };
  const place = { at: entry.requirement.span, elsewhere: { source: file.source, from: word.span } };
  const isTrial = isDevelopmentPath(dockerfile.syntax.source.path) || isDevelopmentPath(file.path);
  if (open.length === 0) yield { ...place, message: 'bounded' as const, severity: 'info' as const, data };
  else {
    const message = binary === undefined ? ('unpinned' as const) : ('binary' as const);
    yield { ...place, message, severity: isTrial ? ('info' as const) : ('warning' as const), data };
  }
}

const counted = (count: number): string => (count === 1 ? 'a package' : `${count} packages`);

/** Packages with a compiled interface that others are built against, or whose major releases broke many images (NumPy 2, pydantic 2). */
const BINARY = words('numpy torch tensorflow pyarrow pandas scikit-learn transformers pydantic');

const TOOLS = words('pip setuptools wheel');

type Asked = ListedRequirement['requirement'];

const isPinned = (requirement: Asked): boolean => requirement.kind === 'name' && requirement.pinning === 'pinned';
const nameOf = (requirement: Asked): string => (requirement.kind === 'name' ? normalizedName(requirement.name) : '');

function nameAsWritten({ requirement }: ListedRequirement): string {
  return requirement.kind === 'name' ? requirement.name + (requirement.extras.length > 0 ? `[${requirement.extras}]` : '') : '';
}

export const docs: RuleDocs = {
  why: 'The Dockerfile looks as if nothing could change, for it names a file; but each build installs the newest release of every package in it that has no exact version. In June 2024 NumPy 2.0 broke images overnight whose compiled neighbours had been built for NumPy 1. A layer from the cache hides it until the cache is gone.',
  remedy:
    'Keep two files: one that people write (`requirements.in`), and one with the exact versions of everything that is made from it: `pip-compile requirements.in`, or `uv pip compile requirements.in -o requirements.txt`. Install the second one. `pip freeze` in an image that works gives a first one.',
  limits:
    'One finding speaks for a file, at the first package without a version. Read are the files of the build context that pip and uv install with `-r`, and what they include; without a build context nothing is said. Nothing is said where constraints, hashes, a date or a dated index fix the versions (see pip-unpinned), of files that a command has changed before, of repositories and local projects, and of pip, setuptools and wheel. Ranges with an upper bound are worth knowing only, and so is everything in files for development or tests. A comment in the file, `# plimsoll: ignore-file[requirements-file-unpinned]`, or above the RUN silences it.',
  references: [
    'https://pip.pypa.io/en/stable/topics/repeatable-installs/',
    'https://docs.astral.sh/uv/pip/compile/ (uv 0.13, 2026)',
    'https://github.com/jupyter/notebook/issues/7522 (NumPy 2.0, 2024-06)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'flask==3.1.2\npandas\nseaborn>=0.12\n' },
      reports: [[2, 'binary', 'requirements.txt']],
    },
    {
      title: 'Bounds leave less open',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'flask==3.1.2\nseaborn>=0.12,<0.14\n' },
      reports: [[2, 'bounded', 'requirements.txt']],
    },
    {
      title: 'A file that another one includes',
      dockerfile:
        'FROM python:3.13-slim-trixie\nWORKDIR /app\nCOPY requirements ./requirements\nRUN uv pip install --system -r requirements/prod.txt\n',
      files: { 'requirements/prod.txt': '-r base.txt\ngunicorn==23.0.0\n', 'requirements/base.txt': '# for all\nflask\n' },
      reports: [[2, 'unpinned', 'requirements/base.txt']],
    },
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'flask==3.1.2\npandas==3.0.5 ; python_version >= "3.11"\n-e .\n' },
      reports: [],
    },
    {
      title: 'Constraints give the versions',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY *.txt ./\nRUN pip install --no-cache-dir -r requirements.txt -c constraints.txt\n',
      files: { 'requirements.txt': 'flask\npandas\n', 'constraints.txt': 'flask==3.1.2\npandas==3.0.5\n' },
      reports: [],
    },
    {
      title: 'Without a build context',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      reports: [],
    },
    {
      title: 'The file says so itself',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': '# plimsoll: ignore-file[requirements-file-unpinned] always the newest, on purpose\npandas\n' },
      reports: [],
    },
    {
      title: 'What packages are built with',
      dockerfile: 'FROM python:3.13-slim-trixie\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'setuptools>=78.1.1\nnumpy==2.3.4\n' },
      reports: [],
    },
  ],
};
