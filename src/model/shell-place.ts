/**
 * Where a command stands in its script: what may keep it from running, and what becomes of its failure there.
 */

/** The surroundings of a command. Shared: the same surroundings are the same object. */
export interface Place {
  /** Whether the command may not run although all goes well. */
  readonly conditional: boolean;
  /** Whether the instruction fails when what stands here ends with a failure, `set -e` left aside; undefined where it is not known. */
  readonly status: boolean | undefined;
  /** Whether `set -e` passes over failures here; undefined where it is not known. */
  readonly exempt: boolean | undefined;
}

/** What can be known of a claim. */
export const TRUTHS = [false, true, undefined] as const;

/** Where a truth stands in {@link TRUTHS}. */
export function indexOfTruth(truth: boolean | undefined): number {
  return truth === undefined ? 2 : truth ? 1 : 0;
}

const PLACES: readonly Place[] = [false, true].flatMap((conditional) =>
  TRUTHS.flatMap((status) => TRUTHS.map((exempt): Place => ({ conditional, status, exempt }))),
);

/** The one object for these surroundings. */
export function placeOf(conditional: boolean, status: boolean | undefined, exempt: boolean | undefined): Place {
  return PLACES[(conditional ? 9 : 0) + indexOfTruth(status) * 3 + indexOfTruth(exempt)] as Place;
}

/** The same place, where what stands there may not run. */
export function conditionally(place: Place): Place {
  return place.conditional ? place : placeOf(true, place.status, place.exempt);
}

/** What a text has in it that lets a failure matter in a roundabout way; looked for once a text, and when first asked. */
export class TextTraits {
  private status: boolean | undefined;
  private endings: boolean | undefined;
  private functions: boolean | undefined;

  constructor(private readonly text: string) {}

  /**
   * What becomes of the status of a command that nothing looks at: false, or not known where the script asks for `$?` or
   * waits for its background jobs.
   */
  get swallowed(): boolean | undefined {
    this.status ??= HEEDING.some((piece) => this.text.includes(piece)) && HEEDED.test(this.text);
    return this.status ? undefined : false;
  }

  /** Whether `[start, end)` may end the shell, or fail on purpose: `exit`, `false`, `! x`, a function of the script. */
  mayEnd(start: number, end: number): boolean {
    this.functions ??= /\(\s*\)|\bfunction\b/.test(this.text);
    this.endings ??= ENDING.test(this.text);
    return this.functions || (this.endings && ENDING.test(this.text.slice(start, end)));
  }
}

// Plain pieces with a rare first letter are found several times as fast.
const HEEDING = ['?', 'STATUS', 'wait', 'xit'];
const HEEDED = /\$\{?\?|\bPIPESTATUS\b|\bwait\b|\bexit\s*(?:$|[;&|)}\n])/;
const ENDING = /\b(?:exit|return|false|exec|kill|eval|source)\b|(?:^|\s)\.\s|(?:^|[;&|({}\n]|\b(?:then|else|do))\s*!\s/;
