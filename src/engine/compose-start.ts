/**
 * Rules of Dockerfiles that are asked about compose files, too: what a service starts in the place of CMD, ENTRYPOINT and HEALTHCHECK
 * is put behind the image it starts from.
 */
import { buildModel } from '../model/build.js';
import type { Compose, ComposeService } from '../model/compose.js';
import { type StartInstructions, startInstructions } from '../model/compose-start.js';
import type { Dockerfile } from '../model/dockerfile.js';
import type { Finding } from '../rule.js';
import type { SourceFile, Span } from '../source/source-file.js';
import { parseSyntax } from '../syntax/parse.js';

/** A Dockerfile whose last instructions are those of a service. */
export interface StartedService {
  readonly dockerfile: Dockerfile;
  readonly service: ComposeService;
  /** A finding at a place of these instructions, moved to the compose file; undefined for any other. */
  readonly moved: (finding: Finding) => Finding | undefined;
}

/** Every service that starts a ready-made image with words of its own. */
export function* startedImages({ file, source }: Compose): Generator<StartedService> {
  for (const service of file?.services.values() ?? []) {
    const image = service.image?.text;
    if (service.build !== undefined || image === undefined || !/^[^\s$"'#]+$/.test(image)) continue;
    const started = startedFrom(`FROM ${image}\n`, service, source);
    if (started !== undefined) yield started;
  }
}

/**
 * A service that is built from a Dockerfile and starts it with words of its own; undefined where it has none, and where its stage
 * cannot be named.
 *
 * @param source of the compose file
 * @param target the stage that the service builds
 */
export function startedBuild(
  { syntax, stages }: Dockerfile,
  service: ComposeService,
  source: SourceFile,
  target?: string,
): StartedService | undefined {
  if (syntax.problems.length > 0) return undefined;
  const stage = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target.toLowerCase());
  const isLast = stage !== undefined && stage === stages.at(-1);
  if (stage === undefined || (!isLast && stage.name === undefined)) return undefined;
  const { text } = syntax.source;
  return startedFrom(`${text}${text.endsWith('\n') ? '' : '\n'}${isLast ? '' : `FROM ${stage.name}\n`}`, service, source);
}

function startedFrom(text: string, service: ComposeService, source: SourceFile): StartedService | undefined {
  const start = startInstructions(service);
  if (start === undefined) return undefined;
  const dockerfile = buildModel(parseSyntax({ ...source, text: text + start.text }));
  return { dockerfile, service, moved: (finding) => movedTo(finding, start, text.length) };
}

function movedTo({ at, related: _, fixes: __, ...finding }: Finding, { places }: StartInstructions, offset: number): Finding | undefined {
  const touched = places.filter(({ start, end }) => start + offset < at.end && at.start < end + offset);
  const [first] = touched;
  const last = touched.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const span: Span = { start: first.at.start, end: last.at.end };
  return { ...finding, at: span } as Finding;
}
