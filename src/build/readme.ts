/**
 * The parts of README.md that are made by `npm run docs`: each stands between `<!-- name: npm run docs -->` and `<!-- end of name -->`.
 */
import { rules } from '../../rules/index.js';
import { keyTable } from '../config/schema.js';
import { FAMILIES } from '../rule.js';

/** What the parts are made of, besides the code. */
export interface Sources {
  /** Runs plimsoll in the root of the checkout, 100 columns wide, and returns what it prints on both streams. */
  readonly print: (args: readonly string[]) => Promise<string>;
  /** A file of the checkout. */
  readonly read: (file: string) => string;
}

/** What the README shows first: the run of its first command, on a day that stays. */
const EXAMPLE = ['fixtures/projects/serve', '--today', '2026-11-20'];

/** Where the picture of that run lies, from the root of the checkout. */
export const PICTURE = 'fixtures/reports/terminal.svg';

/** README.md with all that is made made anew. @throws {Error} where the marks of a part are missing */
export async function withParts(readme: string, { print, read }: Sources): Promise<string> {
  const parts = {
    example: codeBlock('', await print(EXAMPLE)),
    hook: codeBlock('yaml', read('fixtures/workflows/pre-commit-config.yaml')),
    'hook without Node': codeBlock('yaml', read('fixtures/workflows/pre-commit-config-python.yaml')),
    annotate: codeBlock('yaml', read('fixtures/workflows/annotate.yml')),
    'code scanning': codeBlock('yaml', read('fixtures/workflows/code-scanning.yml')),
    editors: EDITORS.map((editor) => editorSection(editor, read)).join('\n'),
    rules: rulesByFamily(),
    keys: keyTable(),
  };
  return Object.entries(parts).reduce((text, [name, part]) => withPart(text, name, part), readme);
}

/** The run of the README's first command as a picture (SVG). */
export async function pictureOfExample({ print }: Sources): Promise<string> {
  return picture(await print([...EXAMPLE, '--color', 'always']), { columns: 100, title: 'What plimsoll says of a Dockerfile' });
}

function codeBlock(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** What to write into an editor's configuration. */
interface Editor {
  readonly name: string;
  /** In fixtures/editors. */
  readonly file: string;
  readonly language: string;
  /** What it was tried with, or that it was not. */
  readonly tried: string;
}

const EDITORS: readonly Editor[] = [
  { name: 'Neovim', file: 'neovim-lsp.lua', language: 'lua', tried: 'language server; tried with 0.11.4' },
  { name: 'Emacs, eglot', file: 'eglot.el', language: 'elisp', tried: 'language server; tried with Emacs 28.2 and eglot 1.9' },
  { name: 'Helix', file: 'helix-languages.toml', language: 'toml', tried: 'language server; untried' },
  { name: 'Vim and Neovim, ALE', file: 'ale.vim', language: 'vim', tried: 'with :ALEFix; tried with Vim 9.0 and ALE 3.3.0' },
  { name: 'Vim, :make', file: 'compiler.vim', language: 'vim', tried: 'tried with Vim 9.0' },
  {
    name: 'Neovim, nvim-lint',
    file: 'nvim-lint.lua',
    language: 'lua',
    tried: 'tried with Neovim 0.11.4, once with nvim-lint itself (2026-08)',
  },
  { name: 'Neovim, none-ls', file: 'none-ls.lua', language: 'lua', tried: 'tried once, with none-ls of 2026-05' },
  { name: 'Emacs, flycheck', file: 'flycheck.el', language: 'elisp', tried: 'tried with Emacs 28.2 and flycheck of 2020-05' },
  {
    name: 'Sublime Text, SublimeLinter',
    file: 'sublimelinter.py',
    language: 'python',
    tried: 'its expression was tried on our output, not in the editor',
  },
  {
    name: 'VS Code, a task',
    file: 'vscode-tasks.json',
    language: 'json',
    tried: 'its expression was tried on our output, not in the editor',
  },
];

/** Folded: who reads on needs one of them at most. */
function editorSection({ name, file, language, tried }: Editor, read: Sources['read']): string {
  const text = codeBlock(language, read(`fixtures/editors/${file}`));
  return `<details><summary><b>${name}</b>: ${tried}</summary>\n\n${text}\n\n</details>\n`;
}

function withPart(readme: string, name: string, part: string): string {
  const marks = new RegExp(`(<!-- ${name}: npm run docs -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
  if (!marks.test(readme)) throw new Error(`README.md has no marks around the part \`${name}\``);
  return readme.replace(marks, (_, start: string, end: string) => `${start}${part.trimEnd()}\n${end}`);
}

/** A table of the rules: a row for each family, each rule with a link to its page. */
function rulesByFamily(): string {
  const rows = FAMILIES.flatMap((family) => {
    const own = rules.filter((rule) => rule.family === family).map(({ id }) => `[${id}](rules/README.md#${id})`);
    return own.length === 0 ? [] : [`| [${family}](rules/README.md#${family}) | ${own.join(', ')} |`];
  });
  return ['| family | rules |', '| --- | --- |', ...rows].join('\n');
}

/** In pixels, of a monospaced font of {@link FONT_SIZE}: DejaVu Sans Mono and its like are 0.602 em wide. */
const COLUMN = 8.43;
const LINE = 19;
const FONT_SIZE = 14;
const MARGIN = 18;

/** What a terminal's colours look like, by their codes (ECMA-48, 8.3.117), on a dark ground. */
const STYLE: Readonly<Record<string, string>> = {
  1: 'font-weight:bold',
  2: 'fill:#9aa4b2',
  4: 'text-decoration:underline',
  31: 'fill:#ff7b72',
  32: 'fill:#7ee787',
  33: 'fill:#e3b341',
  34: 'fill:#79c0ff',
  35: 'fill:#d2a8ff',
  36: 'fill:#76e3ea',
};

/** What takes a style back: the codes it ends. */
const END: Readonly<Record<string, readonly string[]>> = { 22: ['1', '2'], 24: ['4'], 39: ['31', '32', '33', '34', '35', '36'] };

/** What a terminal shows, as a picture. @param output with colours @throws {Error} for a colour that {@link STYLE} does not know */
function picture(output: string, { columns, title }: { readonly columns: number; readonly title: string }): string {
  const lines = output.trimEnd().split('\n');
  const width = Math.ceil(columns * COLUMN) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const on = new Set<string>();
  const rows = lines.map((line, i) => {
    const spans = spansOf(line, on).map(({ text, column, style }) => {
      const x = (MARGIN + column * COLUMN).toFixed(1);
      const length = (text.length * COLUMN).toFixed(1);
      return `<tspan x="${x}" textLength="${length}"${style === '' ? '' : ` style="${style}"`}>${escaped(text)}</tspan>`;
    });
    return spans.length === 0 ? '' : `<text y="${MARGIN + (i + 0.75) * LINE}">${spans.join('')}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace" font-size="${FONT_SIZE}" fill="#e6edf3" xml:space="preserve">
${rows.join('')}</g>
</svg>
`;
}

interface StyledText {
  readonly text: string;
  /** 0-based. */
  readonly column: number;
  readonly style: string;
}

/** The parts of a line by their styles, without blank ones. @param on the codes in force, which go on from line to line */
function spansOf(line: string, on: Set<string>): readonly StyledText[] {
  const spans: StyledText[] = [];
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  for (const [, code, text] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
    for (const each of code?.split(';') ?? []) switchStyle(each, on);
    if (text === undefined) continue;
    const blank = text.length - text.trimStart().length;
    const words = text.trim();
    const style = [...on].map((each) => STYLE[each]).join(';');
    if (words !== '') spans.push({ text: words, column: column + blank, style });
    column += text.length;
  }
  return spans;
}

function switchStyle(code: string, on: Set<string>): void {
  if (code in STYLE) on.add(code);
  else if (code in END) for (const each of END[code] ?? []) on.delete(each);
  else if (code === '0' || code === '') on.clear();
  else throw new Error(`what does the colour ${code} look like?`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
