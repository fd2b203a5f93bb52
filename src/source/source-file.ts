/**
 * The room that knows bytes and text: decoding, lines, positions, finding files. It knows nothing of Dockerfiles.
 */

/** A half-open range `[start, end)` of offsets into {@link SourceFile.text}, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One file's text, decoded. Every offset in plimsoll is an offset into `text`. */
export interface SourceFile {
  /** The path as the user knows it, with forward slashes; `<stdin>` when there is none. */
  readonly path: string;
  /** The decoded text without a byte order mark; line ends are as in the file. */
  readonly text: string;
  /** Whether the file began with a UTF-8 byte order mark, which a rewrite must restore. */
  readonly hasByteOrderMark: boolean;
  /** Offset of the first byte sequence that is not UTF-8 and was read as U+FFFD; absent when the file is clean. */
  readonly invalidUtf8At?: number;
}

/** Why bytes cannot be read as a Dockerfile at all. `reason` is a sentence for the user that ends in the way out. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
}

/**
 * The largest file plimsoll reads, in bytes. The longest Dockerfile in public repositories has a few thousand lines;
 * what is larger is a mistake (a tarball, a generated log) and would hold up the files behind it.
 */
export const MAX_SOURCE_BYTES = 4 * 1024 * 1024;

/**
 * Decodes a file as UTF-8. Bytes that are not UTF-8 become U+FFFD, as Docker does not mind them either (Latin-1 in a
 * comment is common); the first such place is kept in `invalidUtf8At`.
 *
 * @throws {UnreadableSource} for UTF-16 or UTF-32 with a byte order mark, for binary content, and above
 *   {@link MAX_SOURCE_BYTES}.
 */
export function decodeSource(path: string, bytes: Uint8Array): SourceFile {
  if (bytes.length > MAX_SOURCE_BYTES) {
    const megabytes = (bytes.length / 1024 / 1024).toFixed(1);
    throw new UnreadableSource(
      `is ${megabytes} MB; plimsoll reads Dockerfiles of up to ${MAX_SOURCE_BYTES / 1024 / 1024} MB. Is this a Dockerfile?`,
    );
  }
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) {
    throw new UnreadableSource(
      'is encoded as UTF-16, which Docker cannot read. Save it as UTF-8 (in PowerShell: Set-Content -Encoding utf8).',
    );
  }
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', hasByteOrderMark ? 3 : 0);
  if (looksBinary(text)) {
    throw new UnreadableSource('looks like a binary file, not a Dockerfile. Name the Dockerfile itself.');
  }
  const file = { path, text, hasByteOrderMark };
  const invalidUtf8At = firstInvalidSequence(text, bytes);
  return invalidUtf8At === undefined ? file : { ...file, invalidUtf8At };
}

/** Wraps text that is already decoded (an editor's buffer, a test). A leading U+FEFF is taken off as a byte order mark. */
export function sourceFromText(path: string, text: string): SourceFile {
  const hasByteOrderMark = text.charCodeAt(0) === 0xfeff;
  return { path, text: hasByteOrderMark ? text.slice(1) : text, hasByteOrderMark };
}

/** The way out for a file that can be read in spite of a few bytes, but must not be written. */
export const SAVE_AS_UTF8 = 'Save it as UTF-8 first (iconv -f LATIN1 -t UTF-8).';

/** The text as it is written to a file: with its byte order mark. */
export function encodeSource({ text, hasByteOrderMark }: SourceFile): string {
  return hasByteOrderMark ? `\uFEFF${text}` : text;
}

/** NUL is legal data in a Dockerfile, so a single one is no proof; a text in which they are common is no text. */
function looksBinary(text: string): boolean {
  const sample = text.slice(0, 8192);
  let control = 0;
  for (let i = 0; i < sample.length; i++) {
    const code = sample.charCodeAt(i);
    if (code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13 && code !== 27) control++;
  }
  return control > 0 && control * 20 > sample.length;
}

/** U+FFFD in the text may be the user's own character; only where the bytes do not spell it was something replaced. */
function firstInvalidSequence(text: string, bytes: Uint8Array): number | undefined {
  if (!text.includes('\uFFFD')) return undefined;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return undefined;
  } catch {
    return text.indexOf('\uFFFD');
  }
}
