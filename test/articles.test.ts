/**
 * The advice of the five articles this linter was made for, and what it says about each piece. fixtures/projects/article-N does what
 * article N shows, the good and the bad; a row holds when every rule of it that exists speaks in that project. Where an article is
 * dated or wrong the rule contradicts it: the row tells what the advice is about, not that it is followed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.js';

type Article = 0 | 1 | 2 | 3 | 4;

/** Advice, and the ids of the rules about it. */
const ADVICE: readonly (readonly [Article, string, string])[] = [
  [0, 'slim images that name Debian release and Python', 'base-image-not-slim base-image-unpinned base-image-floating-suite eol-python'],
  [0, 'DEBIAN_FRONTEND as ARG, or --yes', 'apt-interactive debian-frontend-env'],
  [0, 'ENV and ARG at the top', 'volatile-arg-before-install'],
  [0, 'PYTHONUNBUFFERED', 'python-output-buffered'],
  [0, 'ENV with a space', 'env-legacy-syntax'],
  [0, 'update and install in one RUN', 'apt-update-alone'],
  [0, '--no-install-recommends -y', 'apt-recommends apt-interactive'],
  [
    0,
    'compilers, python3-dev and libpq in the image',
    'build-toolchain-missing build-tools-in-final-image apt-python-in-python-image pip-missing-runtime-library',
  ],
  [0, 'system packages while still root', 'notebook-base-user-not-restored root-user'],
  [0, 'a group and a user', 'root-user'],
  [0, "the application in the user's home", 'copy-not-owned-by-user'],
  [0, 'requirements first, code last', 'copy-before-install manifest-copied-with-code'],
  [0, 'pip install wheel first', 'pip-self-upgrade-unpinned'],
  [0, '--no-cache-dir', 'pip-no-cache'],
  [0, 'pip as the user', 'user-site-not-on-path'],
  [0, 'cleaning up in a later RUN, as root again', 'cleanup-in-later-layer apt-no-cleanup user-switching'],
  [0, 'COPY ./ ./ without --chown', 'copy-not-owned-by-user dockerignore-missing'],
  [0, 'CMD in exec form', 'shell-form-cmd'],
  [0, 'two backslashes at the ends of lines', 'double-backslash-continuation'],
  [
    0,
    'what a .dockerignore lists',
    'dockerignore-missing dockerignore-incomplete dockerignore-root-anchored dockerignore-excludes-needed secret-file-copied',
  ],
  [0, 'compose: version "3"', 'compose-version-obsolete'],
  [0, 'compose: the code as a bind mount', 'compose-bind-mount-hides-image'],
  [0, 'compose: command with sh -c', 'shell-form-cmd'],
  [0, 'a loop of `schedule`, or cron', 'python-output-buffered cron-in-container timezone-or-locale-missing'],
  [0, 'a job that looks after the health', 'serving-without-healthcheck'],
  [0, 'C libraries make building hard', 'build-toolchain-missing pip-missing-runtime-library apt-package-removed-from-suite'],
  [
    0,
    'multi-stage given up for missing libraries',
    'build-tools-in-final-image copied-venv-interpreter-mismatch pip-missing-runtime-library',
  ],
  [0, 'production is no place for notebooks', 'jupyter-auth-disabled dev-server-in-image'],

  [1, 'versions', 'pip-unpinned requirements-file-unpinned lockfile-not-used'],
  [1, 'slim images', 'base-image-not-slim deprecated-base-image'],
  [1, 'requirements before the code', 'copy-before-install manifest-copied-with-code'],
  [1, 'data/ beside the code', 'dataset-in-image dockerignore-incomplete'],
  [1, '/health', 'serving-without-healthcheck healthcheck-tool-missing exposed-port-mismatch'],
  [1, 'model.pkl in the image', 'model-file-in-image model-layer-after-code model-download-unpinned'],
  [1, 'uvicorn on 0.0.0.0', 'server-binds-localhost'],
  [1, 'the database is `db`', 'compose-localhost-between-services'],
  [1, 'waiting for a healthy database', 'compose-depends-on-unhealthy compose-db-healthcheck healthcheck-tool-missing'],
  [1, 'a volume for the database', 'compose-db-no-volume compose-postgres-volume-path write-heavy-path-without-volume'],
  [1, 'cron in the foreground', 'cron-in-container'],
  [1, 'the same results for years', 'base-image-no-digest pip-no-hashes nvidia-cuda-eol-tag'],
  [1, 'users that are not root, slim images', 'root-user base-image-not-slim'],
  [1, 'compilers and CUDA drivers inside', 'build-tools-in-final-image nvidia-driver-in-image'],

  [2, 'python:3.8', 'eol-python base-image-not-slim base-image-floating-suite'],
  [2, 'images others have built', 'deprecated-base-image base-image-unpinned'],
  [2, 'seaborn without a version', 'requirements-file-unpinned'],
  [2, 'requirements, --no-cache-dir, then the script', 'copy-before-install pip-no-cache'],
  [2, 'a script in /', 'streamlit-in-root-dir'],
  [2, 'ENTRYPOINT runs Python', 'shell-form-cmd base-entrypoint-overridden'],
  [2, 'dashboards and APIs', 'server-binds-localhost exposed-port-mismatch serving-without-healthcheck streamlit-in-root-dir'],
  [2, 'data fetched at run time', 'model-cache-not-shared-or-writable'],

  [3, 'data, results and logs in volumes', 'write-heavy-path-without-volume volume-instruction dataset-in-image'],
  [
    3,
    'the size of the image',
    'base-image-not-slim pip-no-cache conda-no-clean apt-no-cleanup torch-default-cuda-wheel cuda-installed-twice cuda-devel-in-final-stage',
  ],
  [3, 'not ubuntu', 'eol-os-image distro-base-for-python'],
  [3, 'Alpine is small', 'alpine-compiled-wheels'],
  [3, 'Alpine and libc', 'alpine-compiled-wheels'],
  [3, '100 MB less under 1.8 GB', 'alpine-compiled-wheels base-image-not-slim'],
  [3, 'everything in one RUN', 'run-layer-splitting cleanup-in-later-layer apt-update-alone'],
  [3, 'EXPOSE', 'exposed-port-mismatch'],
  [3, 'python:2-slim', 'eol-python'],
  [3, 'requirements, code and model in one COPY', 'manifest-copied-with-code copy-before-install model-file-in-image'],
  [3, '--no-cache-dir', 'pip-no-cache'],
  [3, 'CMD or ENTRYPOINT', 'shell-form-cmd'],
  [3, 'a new version replaces the containers', 'base-image-unpinned compose-image-unpinned'],
  [3, 'jupyter/datascience-notebook', 'deprecated-base-image base-image-unpinned compose-image-unpinned'],
  [3, 'an environment for development', 'dev-dependencies-in-final pip-unpinned'],
  [3, 'data from S3, settings from the environment', 'secret-in-env-or-arg dataset-in-image'],

  [4, 'an official image, if there is one', 'deprecated-base-image base-image-unpinned'],
  [4, 'speed is a matter of the hardware', 'julia-cpu-target gpu-needed-at-build thread-oversubscription'],
  [4, 'Alpine not at any price', 'alpine-compiled-wheels build-toolchain-missing deprecated-base-image'],
  [4, 'stages', 'build-tools-in-final-image copied-venv-interpreter-mismatch'],
  [4, 'caches', 'pip-no-cache conda-no-clean cleanup-in-later-layer uv-cache-in-image'],
  [
    4,
    'a version for everything',
    'base-image-unpinned base-image-no-digest pip-unpinned conda-unpinned r-packages-unpinned julia-unpinned uv-unpinned poetry-unpinned ' +
      'conda-installer-unverified apt-unpinned git-clone-unpinned pip-vcs-unpinned model-download-unpinned latest-release-url',
  ],
  [4, 'the channel', 'conda-channel-not-fixed conda-defaults-channel-terms conda-pytorch-channel pip-extra-index-url'],
  [4, 'lists of packages copied by themselves', 'manifest-copied-with-code copy-before-install renv-layering-and-cache'],
  [
    4,
    'new packages leave the old ones alone',
    'pip-install-after-lock pip-upgrade-flag vendor-framework-overwritten multiple-python-package-managers',
  ],
  [
    4,
    'no credentials in the file',
    'secret-in-env-or-arg secret-literal secret-file-copied credential-in-url login-in-build compose-inline-secret',
  ],
  [4, 'secrets as build arguments', 'secret-in-env-or-arg secret-mount-leak'],
  [4, 'an RSA key in a builder', 'ssh-key-or-hostkey-unsafe secret-file-copied'],
  [4, 'code and credentials in a private registry', 'secret-file-copied dockerignore-incomplete'],
  [4, 'nothing updated on the go', 'install-at-container-start pip-upgrade-flag uv-run-at-container-start apt-upgrade conda-unpinned'],
  [4, 'no squashing', 'squash-used'],
];

/** Ids of the catalogue that are no rules yet. */
const TIER_2 = `
  apt-unpinned apt-upgrade base-entrypoint-overridden base-image-no-digest compose-bind-mount-hides-image compose-db-healthcheck
  compose-db-no-volume compose-image-unpinned compose-localhost-between-services compose-postgres-volume-path conda-installer-unverified
  conda-pytorch-channel copy-not-owned-by-user debian-frontend-env dev-dependencies-in-final dev-server-in-image distro-base-for-python
  dockerignore-excludes-needed dockerignore-root-anchored double-backslash-continuation exposed-port-mismatch git-clone-unpinned
  gpu-needed-at-build julia-cpu-target latest-release-url login-in-build model-cache-not-shared-or-writable model-download-unpinned
  model-layer-after-code multiple-python-package-managers notebook-base-user-not-restored nvidia-driver-in-image pip-install-after-lock
  pip-no-hashes pip-self-upgrade-unpinned pip-vcs-unpinned renv-layering-and-cache run-layer-splitting secret-mount-leak squash-used
  ssh-key-or-hostkey-unsafe streamlit-in-root-dir thread-oversubscription timezone-or-locale-missing user-site-not-on-path user-switching
  uv-cache-in-image vendor-framework-overwritten volatile-arg-before-install volume-instruction write-heavy-path-without-volume
`
  .trim()
  .split(/\s+/);

/** Advice that no rule can judge, and why. */
const NOT_LINTABLE: readonly (readonly [Article, string, string])[] = [
  [0, 'mkdir in front of WORKDIR', 'WORKDIR makes the directory; style, and the ground of every other linter'],
  [0, 'restart on failure, or a CronJob', 'a choice of who runs it'],
  [0, 'another CMD at docker run, a Dockerfile kept up to date', 'usage and process'],
  [1, 'Pydantic, and 422 for what does not fit', 'code of the application'],
  [1, 'Airflow is too much; when not to use Docker; the market', 'opinions on planning'],
  [2, 'docker build, run, list; servers and virtual machines', 'usage'],
  [3, 'WORKDIR /usr/src/app', 'any directory will do; a missing WORKDIR is the ground of every other linter'],
  [3, 'spot instances, orchestration, what a grid search costs', 'planning of infrastructure'],
  [4, 'reproducible or light', 'intent; the presets are the answer'],
  [4, 'deleting images on the host', 'housekeeping of a machine'],
  [4, 'VS Code in a running container', 'set-up of an editor'],
];

const known = new Set(rules.map(({ id }) => id));

/** The rules that speak in an article's project, in any of its files. */
function speaking(article: Article): ReadonlySet<string> {
  const golden = readFileSync(new URL(`../fixtures/projects/article-${article}/expected.out`, import.meta.url), 'utf8');
  return new Set([...golden.matchAll(/\[([a-z0-9-]+)\]$/gm)].map(([, id]) => id ?? ''));
}

describe.each([0, 1, 2, 3, 4] as const)('article %i', (article) => {
  const heard = speaking(article);
  for (const [, advice, ids] of ADVICE.filter((row) => row[0] === article)) {
    it(advice, () => {
      const missing = ids.split(' ').filter((id) => !heard.has(id) && !TIER_2.includes(id));
      expect(missing, 'rules that say nothing in this project').toEqual([]);
    });
  }
});

it('what is said to come later is no rule yet, and is waited for', () => {
  const asked = new Set(ADVICE.flatMap(([, , ids]) => ids.split(' ')));
  expect(
    TIER_2.filter((id) => known.has(id)),
    'rules now: let the project of the article show them',
  ).toEqual([]);
  expect(TIER_2.filter((id) => !asked.has(id))).toEqual([]);
});

it('what no rule can judge has a reason', () => {
  for (const [article, advice, reason] of NOT_LINTABLE) expect(reason, `${article}: ${advice}`).not.toBe('');
});
