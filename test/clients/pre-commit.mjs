/** The hooks, run by pre-commit: installed with each npm there is, and without Node. */
import path from 'node:path';
import { npmFolder, pythonEnvironment, root, run, temporaryFolder } from './client.mjs';
import { configured, hookRepository, hooksOfRepository, project, reportsProject, worksInProject } from './hook-project.mjs';
import { builtWheel, once, pathWithoutNode } from './wheel.mjs';

const PRE_COMMIT = '4.7.0';
/** npm 10 and 11 come with Node 20 to 24. They leave out what the build needs (src/build/prepare.mjs); npm 12 runs no install scripts. */
const NPMS = { 10: '10.9.9', 11: '11.21.2', 12: '12.2.0' };

const bin = once(() => path.join(pythonEnvironment(`pre-commit==${PRE_COMMIT}`), 'bin'));
const npm = (version) => path.join(npmFolder(`npm@${version}`), 'node_modules/.bin');

/** pre-commit with a new home and these programs first: `(args, options)` → `{ status, stdout, stderr }`. */
function preCommit(PATH) {
  const env = { ...process.env, PATH, PRE_COMMIT_HOME: temporaryFolder('pre-commit'), NO_COLOR: '1', LANG: 'C.UTF-8' };
  return { env, start: (args, options) => run(path.join(bin(), 'pre-commit'), args, { env, ...options }) };
}

function triesRepository(version) {
  const { start } = preCommit([npm(version), bin(), process.env.PATH].join(path.delimiter));
  const { path: repository } = hookRepository();
  const began = performance.now();
  const tried = start(['try-repo', repository, 'plimsoll', '--all-files'], { cwd: project(), expect: [0, 1] });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  reportsProject(tried, `npm ${version}`);
  return `pre-commit ${PRE_COMMIT}, npm ${version}; ${seconds} s with its installation`;
}

export const checks = {
  'the manifest is valid': () => {
    run(path.join(bin(), 'pre-commit'), ['validate-manifest', path.join(root, '.pre-commit-hooks.yaml')]);
    return `pre-commit ${PRE_COMMIT}`;
  },
  'try-repo, with npm 10': () => triesRepository(NPMS[10]),
  'try-repo, with npm 12': () => triesRepository(NPMS[12]),
  'a project: failing, mending, clean, configured, committed, with npm 11': () => {
    const { env, start } = preCommit([npm(NPMS[11]), bin(), process.env.PATH].join(path.delimiter));
    const seconds = worksInProject(hooksOfRepository(), start, env);
    return `pre-commit ${PRE_COMMIT}, npm ${NPMS[11]}; second run ${seconds} s`;
  },
  'language: python, without Node': () => {
    const { start } = preCommit(pathWithoutNode(bin()));
    const cwd = project(hookOfWheel());
    const began = performance.now();
    reportsProject(start(['run', '--all-files'], { cwd, expect: [0, 1] }), 'the first run');
    const first = performance.now();
    reportsProject(start(['run', '--all-files'], { cwd, expect: [0, 1] }), 'the second run');
    const [installed, second] = [first - began, performance.now() - first].map((time) => (time / 1000).toFixed(2));
    return `pre-commit ${PRE_COMMIT}; ${installed} s with its installation, second run ${second} s`;
  },
};

/** The hook that the README has for people without Node, with the wheel of this checkout. */
export function hookOfWheel() {
  return configured('pre-commit-config-python.yaml', { 'plimsoll-lint==0.1.0': JSON.stringify(builtWheel()) });
}
