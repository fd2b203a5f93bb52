/**
 * Where apt may find packages beside the release of the base image: repositories that a stage adds, and other releases of the
 * distribution. Knows how sources are written (sources.list(5), deb822) and what people add them with; no findings.
 */
import type { Command, Instruction, Script, ScriptOf, Stage } from '../model/dockerfile.js';
import { inheritedInstructions } from '../model/stages.js';
import { isProjectScript } from './apt.js';
import { once } from './once.js';
import { packageSources } from './package-sources.js';

/** Offsets from which on packages may come from elsewhere, too. */
export interface Elsewhere {
  /** Somebody else's repository. */
  readonly extended: number;
  /** Perhaps another release of the distribution, which may have what this one lacks. */
  readonly otherRelease: number;
}

/** Where in a stage, and in those it is built from, that begins. NOTE: all of a RUN counts, wherever in it the sources are changed. */
export const elsewhere = once((stage: Stage, script: ScriptOf): Elsewhere => {
  const instructions = inheritedInstructions(stage);
  const from = (isSo: (instruction: Instruction) => boolean): number => instructions.find(isSo)?.span.start ?? Number.POSITIVE_INFINITY;
  const scriptOf = (instruction: Instruction): Script | undefined => (instruction.keyword === 'RUN' ? script(instruction) : undefined);
  return {
    otherRelease: from((each) => mayChangeRelease(each) || packageSources([each]) === 'archive' || scriptOf(each)?.complete === false),
    extended: from(
      (each) =>
        copiesSources(each) ||
        packageSources([each]) === 'other' ||
        scriptOf(each)?.commands.some((command) => addsRepository(command) || isProjectScript(command)) === true,
    ),
  };
});

/** A host of the distribution, or the name of a release, beside words that are about sources. */
function mayChangeRelease({ logical, heredocs, keyword }: Instruction): boolean {
  if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD') return false;
  const text = [logical.text, ...heredocs.map(({ content }) => content)].join('\n');
  const isAboutSources = /sources|\/etc\/apt|add-apt-repository|apt-add-repository|debian\.org|ubuntu\.com|dist-upgrade|full-upgrade/.test(
    text,
  );
  return (
    isAboutSources &&
    /debian\.org|ubuntu\.com|mirror|\b(?:sid|unstable|testing|oldstable|buster|bullseye|bookworm|focal|jammy|noble|backports|contrib|non-free)\b|dist-upgrade|full-upgrade/.test(
      text,
    )
  );
}

function copiesSources({ keyword, logical }: Instruction): boolean {
  return (keyword === 'COPY' || keyword === 'ADD') && /\/etc(?:\/apt|\/?\s*$)|sources\.list|\.sources\b/.test(logical.text);
}

/** `curl … | bash`, a repository's own package, a tool that adds one. */
function addsRepository({ name, args, connector }: Command): boolean {
  if (/^(?:add-apt-repository|apt-add-repository|extrepo|apt-key|gpg|dpkg)$/.test(name)) return true;
  return /^(?:bash|sh)$/.test(name) && (connector === '|' || args.length > 0);
}
