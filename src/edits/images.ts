/** How a fix changes the image that a stage stands on. */
import type { Dockerfile, ImageReference, Stage } from '../model/dockerfile.js';
import { placeInImage } from '../model/written-place.js';
import type { Edit } from '../rule.js';

/**
 * Puts a text in the place of a part of an image's name, in the FROM or in the default of the ARG it comes from. Undefined where the part is
 * put together from several places, a digest would contradict the new name, and where another stage stands on the same words: what
 * that one needs is another matter.
 */
export function imagePartReplaced(
  dockerfile: Dockerfile,
  stage: Stage,
  { digest }: ImageReference,
  part: string,
  text: string,
): Edit | undefined {
  const { span } = placeInImage(dockerfile, stage, part);
  const isWritten = part !== '' && dockerfile.syntax.source.text.slice(span.start, span.end) === part;
  const isShared = dockerfile.stages.some((other) => other !== stage && other.from.image?.text === stage.from.image?.text);
  return isWritten && !isShared && digest === undefined && part !== text ? { span, text } : undefined;
}
