/**
 * Names that a user lists for a rule: images, users, programs, variables.
 */
import type { Command, ImageReference } from '../model/dockerfile.js';
import { baseName } from '../model/paths.js';

/** Whether one of the patterns names a text as a whole: `*` stands for any characters, `?` for one, and case means nothing. */
export function isNamedBy(patterns: readonly string[], text: string): boolean {
  return patterns.length > 0 && patterns.some((pattern) => fits(pattern.toLowerCase(), text.toLowerCase()));
}

/** Whether one of the patterns names an image: with or without tag and digest, as written or with its registry in front. */
export function isImageNamedBy(patterns: readonly string[], { text, registry, repository, tag, digest }: ImageReference): boolean {
  if (patterns.length === 0) return false;
  const name = `${registry}/${repository}`;
  const withTag = tag === undefined ? name : `${name}:${tag}`;
  const written = digest === undefined ? text : text.slice(0, -digest.length - 1);
  const names = [text, written, tag === undefined ? written : written.slice(0, -tag.length - 1), name, withTag];
  return names.some((each) => isNamedBy(patterns, each));
}

/** Whether a script runs one of the programs or script files behind a command, by name or by path: `clean.sh`, `sh /opt/clean.sh`. */
export function runsBehind(command: Command, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const { commands } = command.script;
  return commands.slice(commands.indexOf(command) + 1).some(({ name, words: [program], args }) => {
    const file = /^(?:sh|bash|ash|dash|zsh|ksh|source|\.)$/.test(name) ? args.find(({ text }) => !/^[-+]/.test(text)) : program;
    const path = file?.value ?? file?.text ?? name;
    return [name, path, baseName(path)].some((each) => isNamedBy(patterns, each));
  });
}

/** The last star takes as much as it must: going back to earlier ones would find nothing more. */
function fits(pattern: string, text: string): boolean {
  let [inPattern, inText, star, taken] = [0, 0, -1, 0];
  while (inText < text.length) {
    const wanted = pattern.charAt(inPattern);
    if (wanted === '*') {
      star = inPattern++;
      taken = inText;
    } else if (wanted === '?' || (wanted !== '' && wanted === text.charAt(inText))) {
      inPattern++;
      inText++;
    } else if (star >= 0) {
      inPattern = star + 1;
      inText = ++taken;
    } else return false;
  }
  while (pattern.charAt(inPattern) === '*') inPattern++;
  return inPattern === pattern.length;
}
