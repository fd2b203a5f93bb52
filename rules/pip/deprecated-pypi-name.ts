import { replacedWord, withoutWord } from '../../src/edits/words.js';
import { isMusl } from '../../src/facts/alpine.js';
import { factsOfBase } from '../../src/facts/images.js';
import { type WrongName, wrongName } from '../../src/facts/pypi-names.js';
import { isFromPypi } from '../../src/facts/pypi-origin.js';
import { type InstalledPackage, pythonPackages } from '../../src/facts/python-installs.js';
import { normalizedName } from '../../src/facts/python-packages.js';
import { defineRule, type Fix, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'deprecated-pypi-name',
  family: 'pip',
  summary: 'A name on PyPI that cannot be installed, or is not what it seems',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  fixable: 'safe',
  messages: {
    fails: { text: '`{name}`{listed} {fact}', help: 'Use {remedy}' },
    ended: { text: '`{name}`{listed} {fact}', help: 'Use {remedy}' },
    alias: { text: '`{name}`{listed} {fact}', help: 'Use {remedy}' },
  },
  on: {
    *stage(stage, ctx) {
      const packages = pythonPackages(stage, ctx);
      const installed = new Map(packages.map((each) => [each.name, each]));
      const around = { python: factsOfBase(stage.base)?.python?.minor, installed };
      const seen = new Set<string>();
      for (const asked of packages) {
        const { name, command, marker, requirement, word, file } = asked;
        // A lock that holds such a name was made where it could be installed.
        if (command.script.stage !== stage || marker !== undefined || requirement?.kind !== 'name' || seen.has(name)) continue;
        const wrong = isFromPypi(asked) ? wrongName(asked, around) : undefined;
        if (wrong === undefined) continue;
        seen.add(name);
        yield {
          at: word.span,
          message: wrong.kind,
          severity: severityOf(wrong, asked),
          data: {
            name: requirement.name,
            listed: file === undefined ? '' : ` (in ${file.source.path})`,
            fact: wrong.fact,
            remedy: wrong.remedy ?? `\`${wrong.instead}\` in its place`,
          },
          fixes: fixesOf(asked, wrong, ctx),
        };
      }
    },
  },
});

const SEVERITIES: Readonly<Record<WrongName['kind'], Severity>> = { fails: 'error', ended: 'warning', alias: 'info' };

/** An install whose failure stops nothing is no error. */
function severityOf({ kind, isDoubtful }: WrongName, { command }: InstalledPackage): Severity {
  const mayGoOn = isDoubtful === true || command.failureIsFatal === false || command.conditional;
  return kind === 'fails' && mayGoOn ? 'warning' : SEVERITIES[kind];
}

/** The other name in the command itself; a version belongs to the old name. */
function fixesOf(asked: InstalledPackage, { kind, instead }: WrongName, { dockerfile: { syntax: tree } }: RuleContext): readonly Fix[] {
  const { command, word, install, requirement, file, extras } = asked;
  if (instead === undefined || install === undefined || file !== undefined || requirement?.kind !== 'name' || extras.length > 0) return [];
  // What has a wheel for the other C library is a question of its own on Alpine.
  if (isMusl(command.script.stage)) return [];
  const isThere = install.packages.some(({ requirement: other }) => other.kind === 'name' && normalizedName(other.name) === instead);
  // Which version of the other one is meant, nobody here knows; without any it would float.
  if (!isThere && requirement.pinning === 'pinned') return [];
  const edit = isThere ? withoutWord(tree, command, word) : replacedWord(tree, command, word, instead);
  if (edit === undefined || word.value === undefined) return [];
  const title = isThere ? `Leave out ${requirement.name}` : `Write ${instead}`;
  if (requirement.specifier === '' && kind === 'fails') return [{ title, safety: 'safe', edits: [edit] }];
  const risk =
    requirement.specifier !== ''
      ? `the version that ${requirement.name} had is no version of ${instead}`
      : kind === 'alias'
        ? 'the package itself takes the place of the one that asks for it'
        : `${instead} and what it depends on come in, which nothing has installed here`;
  return [{ title, safety: 'unsafe', risk, edits: [edit] }];
}

export const docs: RuleDocs = {
  why: 'The name of a module is not always the name of its project. What stands on PyPI under the wrong one is a dummy that refuses to be installed (sklearn since December 2023 unless it is pinned to 0.0, tensorflow-gpu since January 2023, pytorch, skimage), nothing at all (opencv, pkg_resources, PIL), or a project that ended years ago – and a name that nobody holds may be taken by anybody tomorrow. In two collections of public Dockerfiles 4 of 604 and 27 of 2,253 still ask for one of them.',
  remedy:
    'Write the name of the project: scikit-learn, scikit-image, torch, opencv-python-headless, pillow, beautifulsoup4, python-dotenv, faiss-cpu, tensorflow[and-cuda].',
  limits:
    'An error where the install fails, a warning for a project that ended or does nothing, an info for a package that only asks for the right one. Names are seen in the commands of pip, uv and pipx and in the requirements and project files of the build context, which are reported at the word that names the file; what only a lock names is left alone, and so is what a marker keeps for other machines, what comes from conda, and everything where an index of your own takes the place of PyPI. hf_transfer is only mentioned beside a huggingface-hub of 1.0 or later. A condition and `|| true` make a warning of the error. SKLEARN_ALLOW_DEPRECATED_SKLEARN_PACKAGE_INSTALL=True does so for sklearn, which is installed then and brings nothing. The safe fix is for a bare name; there is none with an exact version, which is none of the other project, nor on Alpine.',
  references: [
    'https://pypi.org/project/sklearn/ (0.0.post12: setup.py raises unless the switch is set, and asks for no other package; 2026-11-22)',
    'https://pypi.org/project/tensorflow-gpu/',
    'https://huggingface.co/docs/huggingface_hub/concepts/migration',
    'https://github.com/huggingface/huggingface_hub/issues/4219',
    'Files and setup.py of each project on PyPI, 2026-11-22 (src/facts/pypi-names.ts)',
    'measured: 604 public data-science Dockerfiles of 129 repositories, and 2,253 of the shipwright set that no longer build (2026-08)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir sklearn pandas==3.0.5\n',
      reports: [[2, 'fails']],
      fixed: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir scikit-learn pandas==3.0.5\n',
    },
    {
      title: 'In a requirements file, written by an old pip',
      dockerfile: 'FROM python:3.11-slim\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n',
      files: { 'requirements.txt': 'numpy==1.26.4\npkg-resources==0.0.0\n' },
      reports: [[3, 'fails']],
    },
    {
      title: 'Ended, and an alias',
      dockerfile: 'FROM python:3.9\nRUN pip install --no-cache-dir mxnet==1.9.1 dotenv\n',
      reports: [
        [2, 'ended'],
        [2, 'alias'],
      ],
      fixed: 'FROM python:3.9\nRUN pip install --no-cache-dir mxnet==1.9.1 python-dotenv\n',
    },
    {
      title: 'The same release is there under the other name',
      dockerfile: 'FROM python:3.9\nRUN pip install --no-cache-dir tensorflow-gpu==2.8.0\n',
      reports: [[2, 'ended']],
    },
    {
      title: 'Its own switch lets it be installed, and nothing comes with it',
      dockerfile:
        'FROM python:3.13-slim\nENV SKLEARN_ALLOW_DEPRECATED_SKLEARN_PACKAGE_INSTALL=True\nRUN pip install --no-cache-dir sklearn\n',
      reports: [[3, 'ended']],
      fixed:
        'FROM python:3.13-slim\nENV SKLEARN_ALLOW_DEPRECATED_SKLEARN_PACKAGE_INSTALL=True\nRUN pip install --no-cache-dir scikit-learn\n',
    },
    {
      title: 'Both names',
      dockerfile: 'FROM python:3.12-slim\nRUN pip install scikit-learn==1.9.0 sklearn==0.0\n',
      reports: [[2, 'alias']],
      fixed: 'FROM python:3.12-slim\nRUN pip install scikit-learn==1.9.0\n',
    },
    { dockerfile: 'FROM python:3.13-slim\nRUN pip install --no-cache-dir scikit-learn==1.9.0 pandas==3.0.5\n', reports: [] },
    {
      title: 'An index of your own may have it',
      dockerfile: 'FROM python:3.13-slim\nRUN pip install --index-url https://pypi.example.org/simple opencv\n',
      reports: [],
    },
    {
      title: 'conda has its own names',
      dockerfile: 'FROM condaforge/miniforge3:26.1.0-0\nRUN mamba install -y pytorch opencv\n',
      reports: [],
    },
    {
      title: 'The last release with wheels, on a Python it was made for',
      // By its digest, so that no other rule offers a newer Python, for which there is no wheel.
      dockerfile:
        'FROM python:3.7-slim@sha256:53d6284a40eae6b625f22870f5faba6c54f2a28db9027408f4dee111f1e885a2\nRUN pip install faiss==1.5.3\n',
      reports: [],
    },
  ],
};
