/**
 * Which packages of a lock a project's install reaches: a lock holds those of every extra, group and platform.
 */
import type { Lock, LockedDependency, LockedPackage } from '../files/locks.js';
import { type Machine, markerHolds } from './environment-markers.js';
import { normalizedName } from './python-packages.js';

/** What an install asks a lock for. */
export interface Wanted {
  readonly name: string;
  readonly extras: readonly string[];
  readonly version?: string;
  readonly marker?: string;
}

/** A package that an install reaches. */
export interface ReachedPackage {
  readonly locked: LockedPackage;
  readonly isDirect: boolean;
  /** The first condition on the way to it of which it is not known whether it holds; absent where nothing is in doubt. */
  readonly marker?: string;
}

/** The packages that are reached from what is asked for, itself included where the lock has it, in the order they are met. */
export function reachedPackages(lock: Lock, wanted: readonly Wanted[], machine: Machine): readonly ReachedPackage[] {
  const byName = new Map<string, LockedPackage[]>();
  for (const locked of lock.packages) {
    const name = normalizedName(locked.name);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [locked]);
    else same.push(locked);
  }
  const found = new Map<LockedPackage, ReachedPackage>();
  const seen = new Set<string>();
  const certain: Step[] = wanted.map((each) => ({ wanted: each, isDirect: true, marker: undefined }));
  // What is certain comes first, so that a package that is reached in both ways is certain.
  const doubtful: Step[] = [];
  for (let step = certain.pop() ?? doubtful.pop(); step !== undefined; step = certain.pop() ?? doubtful.pop()) {
    const { name, version, extras } = step.wanted;
    for (const locked of byName.get(normalizedName(name)) ?? []) {
      if (version !== undefined && locked.version !== version) continue;
      const doubt = doubtOf([step.wanted.marker, locked.marker], machine);
      if (doubt === 'does not hold') continue;
      const marker = step.marker ?? doubt;
      const known = found.get(locked);
      if (known === undefined) found.set(locked, { locked, isDirect: step.isDirect, ...(marker !== undefined && { marker }) });
      else if (step.isDirect && !known.isDirect) found.set(locked, { ...known, isDirect: true });
      for (const extra of ['', ...extras]) {
        const key = `${locked.name} ${locked.version} ${extra} ${marker !== undefined}`;
        if (seen.has(key)) continue;
        seen.add(key);
        for (const dependency of locked.dependencies ?? []) {
          if (!isAskedWith(dependency, extra)) continue;
          (marker === undefined ? certain : doubtful).push({ wanted: dependency, isDirect: false, marker });
        }
      }
    }
  }
  return [...found.values()];
}

interface Step {
  readonly wanted: Wanted;
  readonly isDirect: boolean;
  readonly marker: string | undefined;
}

/** The first of some markers of which it is not known whether it holds; undefined where all hold. */
function doubtOf(markers: readonly (string | undefined)[], machine: Machine): string | 'does not hold' | undefined {
  const judged = markers.flatMap((marker) => (marker === undefined ? [] : [{ marker, holds: markerHolds(marker, machine) }]));
  if (judged.some(({ holds }) => holds === false)) return 'does not hold';
  return judged.find(({ holds }) => holds === undefined)?.marker;
}

/** Without an extra (empty), or with this one; groups are a project's own affair. */
function isAskedWith({ only }: LockedDependency, extra: string): boolean {
  return extra === '' ? only === undefined : only?.kind === 'extra' && normalizedName(only.name) === normalizedName(extra);
}
