/**
 * What a terminal can show, decided here and not by picocolors, whose own guess takes `FORCE_COLOR=0` and `CI=1` for a
 * wish for colour (shared/conventions.md §8.3). The only user of picocolors.
 */
import type { Colors } from './reporters/text.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether to colour: `--color`, then NO_COLOR, FORCE_COLOR, TERM, then whether the destination is a terminal. */
export function wantsColor(flag: 'auto' | 'always' | 'never', env: Environment, isTTY: boolean, toFile: boolean): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (toFile) return false;
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (TERM === 'dumb') return false;
  // GitHub's and GitLab's logs show colour although nothing there is a terminal.
  return isTTY || env['GITHUB_ACTIONS'] === 'true' || env['GITLAB_CI'] === 'true';
}

/** The paints a report uses. picocolors is loaded only for colour: its module body builds the standard output stream. */
export async function colorsFor(enabled: boolean): Promise<Colors> {
  const { default: picocolors } = enabled ? await import('picocolors') : { default: undefined };
  if (picocolors !== undefined) return picocolors.createColors(true);
  const plain = (part: string): string => part;
  return { bold: plain, dim: plain, underline: plain, red: plain, yellow: plain, blue: plain, cyan: plain, green: plain };
}

/** Whether the locale is UTF-8, so that more than ASCII can be drawn. */
export function isUtf8Locale(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  if (locale === undefined) return process.platform === 'darwin' || process.platform === 'win32' || env['CI'] !== undefined;
  return /utf-?8/i.test(locale);
}
