/** What is known of a base image, for somebody who points at a FROM. */
import { factsOfBase, type ImageFacts } from '../facts/images.js';
import { nameOfSystem, type Release, release, standing } from '../facts/lifecycles.js';
import type { Stage } from '../model/dockerfile.js';
import { code } from './markdown.js';

/** A few lines of Markdown; undefined for an image that nobody knows. @param today `YYYY-MM-DD` */
export function aboutImage({ base, parent, from }: Stage, today: string): string | undefined {
  if (base.kind === 'unknown') return undefined;
  const through = parent === undefined ? '' : `${code(from.image?.text ?? '')} is a stage above, built on `;
  if (base.kind === 'scratch') return `${through}\`scratch\`: an empty image, without shell, system or users.`;
  const facts = factsOfBase(base);
  if (facts === undefined) return undefined;
  const lines = [system(facts, today), python(facts, today), user(facts), cuda(facts), environment(facts), ...fate(facts)];
  const known = lines.filter((line) => line !== undefined);
  return known.length === 0 ? undefined : `${through}${code(base.reference.text)}\n\n${known.map((line) => `- ${line}`).join('\n')}`;
}

function system({ distribution, packageManager, libc, frozen }: ImageFacts, today: string): string | undefined {
  if (distribution === undefined) return undefined;
  const { id, cycle, floating } = distribution;
  const found = cycle === undefined ? undefined : release(id, cycle);
  const name = found === undefined ? `${id}${cycle === undefined ? '' : ` ${cycle}`}` : nameOfSystem(found);
  const tools = packageManager === undefined || packageManager === 'none' ? [] : [`packages with ${packageManager}`];
  const rest = [...(found === undefined ? [] : [life(found, today)]), ...(libc === undefined ? [] : [libc]), ...tools];
  const moving = floating && frozen !== true ? ' today (the tag leaves the release open)' : '';
  return `System: ${[`${name}${moving}`, ...rest].join(', ')}`;
}

function python({ python: own, frozen }: ImageFacts, today: string): string | undefined {
  if (own === undefined) return undefined;
  const { kind, minor, floating, conda } = own;
  const origin: Readonly<Record<NonNullable<typeof kind>, string>> = {
    official: 'built into /usr/local',
    conda: `with conda${conda === undefined ? '' : ` ${conda}`}`,
    system: 'the system’s own',
    venv: 'in a virtual environment',
    none: 'none',
  };
  const found = minor === undefined ? undefined : release('python', minor);
  const parts = [
    ...(minor === undefined ? [] : [`${minor}${floating && frozen !== true ? ' today (the tag leaves the version open)' : ''}`]),
    ...(kind === undefined ? [] : [origin[kind]]),
    // Python of a distribution is mended by the distribution, whatever python.org does.
    ...(found === undefined || kind === 'system' ? [] : [life(found, today)]),
  ];
  return parts.length === 0 ? undefined : `Python: ${parts.join(', ')}`;
}

/** How long a release gets security fixes for nothing. */
function life(found: Release, today: string): string {
  const now = standing(found, today);
  switch (now.kind) {
    case 'unreleased':
      return `to be released on ${now.on}`;
    case 'supported':
      return `security fixes until ${now.until}`;
    case 'lts':
      return `long-term support until ${now.until}`;
    case 'ending':
      return `**security fixes end on ${now.on}**`;
    case 'ended':
      return `**no security fixes since ${now.on}**${now.archiveGone === undefined ? '' : `, package archive gone since ${now.archiveGone}`}`;
  }
}

function user({ user: own, dropsPrivileges, uid1000 }: ImageFacts): string | undefined {
  if (own === undefined) return undefined;
  const uid = own.uid === undefined || own.root ? '' : ` (uid ${own.uid})`;
  const drops = dropsPrivileges === true ? '; its entrypoint changes to another user' : '';
  const taken = uid1000 === undefined || uid1000 === own.name ? '' : `; uid 1000 is \`${uid1000}\``;
  return `User: \`${own.name}\`${uid}${drops}${taken}`;
}

function cuda({ cuda: own }: ImageFacts): string | undefined {
  if (own === undefined) return undefined;
  const contents = { base: 'the runtime alone', runtime: 'libraries', devel: 'libraries, headers and compiler' };
  const parts = [
    `${own.version ?? 'version not known'}`,
    ...(own.flavour === undefined ? [] : [contents[own.flavour]]),
    ...(own.cudnn ? ['cuDNN'] : []),
  ];
  return `CUDA: ${parts.join(', ')}`;
}

/** Those of which the value is known; the search path says nothing. */
function environment({ environment: variables }: ImageFacts): string | undefined {
  const set = [...variables].filter(([name, value]) => value !== '' && name !== 'PATH').map(([name, value]) => code(`${name}=${value}`));
  const rest = set.length > MOST_VARIABLES ? ` and ${set.length - MOST_VARIABLES} more` : '';
  return set.length === 0 ? undefined : `Sets ${set.slice(0, MOST_VARIABLES).join(', ')}${rest}`;
}

const MOST_VARIABLES = 8;

function fate({ frozen, retired, hasShell, hasHealthcheck }: ImageFacts): readonly string[] {
  return [
    ...(hasShell === false ? ['Has no shell: a RUN in shell form fails'] : []),
    ...(hasHealthcheck === true ? ['Has a HEALTHCHECK of its own'] : []),
    ...(retired === undefined ? [] : [`**${STATES[retired.state]}**: ${retired.reason}. Instead: ${retired.instead}`]),
    ...(frozen === true && retired === undefined ? ['**This tag gets no new builds**'] : []),
  ];
}

const STATES: Readonly<Record<NonNullable<ImageFacts['retired']>['state'], string>> = {
  moved: 'New builds appear elsewhere',
  frozen: 'No new builds',
  gone: 'Cannot be pulled any more',
  deprecated: 'Deprecated by its makers',
  maintenance: 'In maintenance only',
};
