/** What Python packages load or are compiled with and have only because apt installs what packages recommend. */
import type { Dockerfile } from '../model/dockerfile.js';
import type { AptCall } from './apt.js';
import { importablePackages } from './importable-packages.js';
import { buildNeed, runtimeNeed } from './native-libraries.js';
import type { Project } from './project-files.js';
import { recommendedThings } from './system-packages.js';

/** Whether a Python package of the final image needs something that these calls bring as a recommendation. */
export function needsRecommended(calls: readonly AptCall[], dockerfile: Dockerfile, project: Project): boolean {
  const recommended = recommendedThings(calls);
  if (recommended.size === 0 || dockerfile.finalStage === undefined) return false;
  const packages = importablePackages(dockerfile.finalStage, dockerfile, project).map(({ installed }) => installed);
  const all = new Map(packages.map((each) => [each.name, each]));
  return packages.some((each) => {
    const build = buildNeed(each);
    const things = [...(runtimeNeed(each, all)?.things ?? []), ...(build?.things ?? []), ...(build?.runtime ?? [])];
    return things.some((thing) => recommended.has(thing));
  });
}
