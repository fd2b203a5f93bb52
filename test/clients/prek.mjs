/** The hooks, run by prek. */
import path from 'node:path';
import { pythonEnvironment, run, temporaryFolder } from './client.mjs';
import { hookRepository, hooksOfRepository, project, reportsProject, worksInProject } from './hook-project.mjs';
import { hookOfWheel } from './pre-commit.mjs';
import { once, pathWithoutNode } from './wheel.mjs';

const PREK = '0.5.11';
/** prek makes Python's environments with uv, which it finds in PATH. */
const UV = '0.13.9';

const bin = once(() => path.join(pythonEnvironment(`prek==${PREK}`, `uv==${UV}`), 'bin'));
const home = once(() => temporaryFolder('prek'));

/** prek with these programs: `(args, options)` → `{ status, stdout, stderr }`. */
function prek(PATH) {
  const env = { ...process.env, PATH, PREK_HOME: home(), NO_COLOR: '1', LANG: 'C.UTF-8' };
  return { env, start: (args, options) => run(path.join(bin(), 'prek'), args, { env, ...options }) };
}

export const checks = {
  'a project: failing, mending, clean, configured, committed': () => {
    const { env, start } = prek([bin(), process.env.PATH].join(path.delimiter));
    const seconds = worksInProject(hooksOfRepository(), start, env);
    return `prek ${PREK}; second run ${seconds} s`;
  },
  'try-repo': () => {
    const { start } = prek([bin(), process.env.PATH].join(path.delimiter));
    reportsProject(start(['try-repo', hookRepository().path, 'plimsoll', '--all-files'], { cwd: project(), expect: [0, 1] }), 'try-repo');
    return `prek ${PREK}`;
  },
  'language: python, without Node': () => {
    const { start } = prek(pathWithoutNode(bin()));
    const cwd = project(hookOfWheel());
    reportsProject(start(['run', '--all-files'], { cwd, expect: [0, 1] }), 'the first run');
    return `prek ${PREK}, uv ${UV}`;
  },
};
