/**
 * `--format html`: one page for people who look first. It needs nothing but itself: no request leaves it, its own policy forbids
 * any; without JavaScript everything is there, and only the filters are missing. Findings stand below the line they speak of,
 * the layers of each Dockerfile beside it: what is below the water line is built anew whenever the code is edited.
 */
import { createHash } from 'node:crypto';
import {
  type Failure,
  type FileReport,
  type Layer,
  type Report,
  type ReportedFinding,
  type ReportedFix,
  SEVERITY_RANK,
  type Severity,
  type Span,
  type StageLayers,
} from '../engine/report.js';
import { lineCount, lineSpan, placeName, placeOf } from '../source/position.js';
import { touches } from '../source/spans.js';
import { MARK, SCRIPT, STYLE } from './html-page.js';
import { isSuppressed, type ListingOptions, listedFindings } from './listed.js';
import { escaped } from './markup.js';
import { maskedText, showableFixes } from './masking.js';
import { counted, rebuildOf, severityCounts } from './words.js';

/** What the page says beside the findings. */
export interface HtmlOptions extends ListingOptions {
  /** plimsoll's own version. */
  readonly version: string;
  /** Why a rule is there: paragraphs, in Markdown; empty when nobody has written it down. */
  readonly why: (ruleId: string) => string;
  /** What a variable is for, in a sentence of Markdown; undefined for one that nothing is known of. */
  readonly explain: (variable: string) => string | undefined;
}

/** Writes the page with a call for each file; it ends in a line feed. */
export function html(report: Report, write: (text: string) => void, options: HtmlOptions): void {
  const files = report.files.map(
    (file, index): ShownFile => ({
      file,
      id: `f${index + 1}`,
      findings: listedFindings(file, options),
      isOnly: report.files.length === 1,
    }),
  );
  write(head(report));
  write(overview(report, files));
  write('<main id="files">\n');
  if (report.failures.length > 0) write(failureList(report.failures));
  for (const shown of files) write(fileSection(shown, options));
  write('</main>\n');
  write(`<footer><p>Made by plimsoll ${escaped(options.version)}. <code>plimsoll explain &lt;rule&gt;</code> says more of a rule, `);
  write('<code>plimsoll --fix</code> mends what is safe to mend.</p></footer>\n');
  write(`<script>${SCRIPT}</script>\n</body>\n</html>\n`);
}

/** A file and what its elements are called. */
interface ShownFile {
  readonly file: FileReport;
  readonly id: string;
  readonly findings: readonly ReportedFinding[];
  readonly isOnly: boolean;
}

/*
 * Text on its way into the page.
 */

/** A sentence in which `words` in backticks are code. */
function prose(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 0 ? escaped(part) : `<code>${escaped(part.slice(1, -1))}</code>`))
    .join('');
}

/** A remedy: its first line is a sentence, the lines below can be pasted. */
function remedy(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  const pasted = rest.length === 0 ? '' : `<pre>${rest.map(escaped).join('\n')}</pre>`;
  return text === '' ? '' : `<div class="help"><p>${prose(first)}</p>${pasted}</div>\n`;
}

/** Paragraphs and lists of a rule's page; a link is shown as it is written, for it leads out of this page. */
function paragraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => {
      const lines = paragraph.split('\n');
      if (!lines.every((line) => line.startsWith('- '))) return `<p>${prose(lines.join(' '))}</p>`;
      return `<ul>${lines.map((line) => `<li>${prose(line.slice(2))}</li>`).join('')}</ul>`;
    })
    .join('');
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const bySeverity = (a: Severity, b: Severity): number => SEVERITY_RANK[a] - SEVERITY_RANK[b];

/*
 * The head of the page: what was found, in numbers, and the filters.
 */

function head(report: Report): string {
  const policy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>plimsoll: ${headline(report)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#files">To the files</a>
`;
}

/** `9 problems in 3 of 4 files`. */
function headline({ files }: Report): string {
  const problems = files.reduce((sum, { findings }) => sum + findings.length, 0);
  const affected = files.filter(({ findings }) => findings.length > 0).length;
  if (files.length === 0) return 'No files were linted';
  const of = files.length === 1 ? '1 file' : `${affected === 0 ? '' : `${affected} of `}${files.length} files`;
  return `${problems === 0 ? 'No problems' : counted(problems, 'problem')} in ${of}`;
}

function overview(report: Report, files: readonly ShownFile[]): string {
  const findings = files.flatMap((shown) => shown.findings);
  const fixable = report.files.flatMap((file) => file.findings.map(({ fixes }) => fixes)).filter((fixes) => fixes.length > 0);
  const safe = fixable.filter((fixes) => fixes.some(({ safety }) => safety === 'safe')).length;
  const unsafe = fixable.length - safe;
  const silenced = findings.filter(isSuppressed).length;
  const facts = [
    severityCounts(report.files.flatMap((file) => file.findings.map(({ severity }) => severity))),
    safe > 0 ? `${safe} can be mended by <code>--fix</code>` : '',
    unsafe > 0 ? `${unsafe}${safe > 0 ? ' more' : ''} by <code>--fix --unsafe-fixes</code>` : '',
    silenced > 0 ? `${silenced} silenced or accepted` : '',
    report.failures.length > 0 ? `${counted(report.failures.length, 'file')} could not be linted` : '',
  ].filter((fact) => fact !== '');
  return `<header class="top">
<p class="brand">${MARK} plimsoll</p>
<h1>${headline(report)}</h1>
${facts.length === 0 ? '' : `<p class="facts">${facts.join(' · ')}</p>\n`}${findings.length === 0 ? '' : filters(findings)}${
  files.length < 2 ? '' : fileList(files)
}</header>
`;
}

/** Hidden until the script that makes them work has run. */
function filters(findings: readonly ReportedFinding[]): string {
  const count = new Map<string, number>();
  for (const { severity, ruleId } of findings) for (const key of [severity, ruleId]) count.set(key, (count.get(key) ?? 0) + 1);
  const box = (kind: string, value: string, label: string): string =>
    `<label><input type="checkbox" data-${kind}="${value}" checked> ${label} <span class="n">${count.get(value) ?? 0}</span></label>\n`;
  const severities = [...new Set(findings.map(({ severity }) => severity))].sort(bySeverity);
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].sort();
  return `<form class="filters" id="filters" hidden>
<fieldset><legend>Severity</legend>
${severities.map((severity) => box('severity', severity, `<span class="sev ${severity}">${severity}</span>`)).join('')}</fieldset>
<label class="search">Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
<label><input type="checkbox" id="around"> Only lines around problems</label>
<details><summary>Rules <span class="n">${rules.length}</span></summary>
<p><button type="button" data-all="true">All</button> <button type="button" data-all="false">None</button></p>
<fieldset class="rules"><legend>Rules</legend>
${rules.map((id) => box('rule', escaped(id), `<code>${escaped(id)}</code>`)).join('')}</fieldset></details>
<output id="shown" aria-live="polite"></output>
</form>
`;
}

function fileList(files: readonly ShownFile[]): string {
  const items = files.map(
    ({ file, id, findings }) =>
      `<li${findings.length === 0 ? ' class="clean"' : ''} data-file="${id}"><a href="#${id}">${breakable(file.source.path)}</a> ${countsOf(findings)}</li>\n`,
  );
  return `<nav aria-label="Files"><ul class="files">\n${items.join('')}</ul></nav>\n`;
}

/** A path that may be broken behind its slashes. */
function breakable(path: string): string {
  return escaped(path).replaceAll('/', '/<wbr>');
}

function countsOf(findings: readonly ReportedFinding[]): string {
  const counting = findings.filter((finding) => !isSuppressed(finding));
  if (counting.length === 0) return '<span class="n">no problems</span>';
  const severities = [...new Set(counting.map(({ severity }) => severity))].sort(bySeverity);
  return severities
    .map((each) => `<span class="sev ${each}">${counted(counting.filter(({ severity }) => severity === each).length, each)}</span>`)
    .join(' ');
}

function failureList(failures: readonly Failure[]): string {
  const items = failures.map(({ path, place, message }) => `<li><b>${breakable(placeName(path, place))}</b>: ${prose(message)}</li>\n`);
  return `<section class="failures"><h2>Could not be linted</h2>\n<ul>\n${items.join('')}</ul></section>\n`;
}

/*
 * A file: its text, with findings in place, and its layers beside it.
 */

function fileSection(shown: ShownFile, options: HtmlOptions): string {
  const { file, id, findings, isOnly } = shown;
  const isClean = findings.length === 0;
  const title = `<h2>${breakable(file.source.path)}</h2> ${countsOf(findings)}`;
  const layers = file.stages === undefined || file.stages.length === 0 ? '' : layerPanel(shown, file.stages);
  const body = `<div class="file${layers === '' ? '' : ' with-layers'}">\n${layers}${sourceList(shown, options)}</div>\n`;
  const inside = isClean
    ? `<details${isOnly ? ' open' : ''}><summary>${title}</summary>\n${body}</details>`
    : `<header>${title}</header>\n${mended(file)}${body}`;
  return `<article id="${id}"${isClean ? ' class="clean"' : ''}>\n${isClean ? mended(file) : ''}${inside}</article>\n`;
}

function mended({ applied = [] }: FileReport): string {
  if (applied.length === 0) return '';
  const items = applied.map(({ title, ruleId }) => `<li>${prose(title)} <code>${escaped(ruleId)}</code></li>`);
  return `<details class="mended"><summary>${counted(applied.length, 'problem')} mended in this run</summary><ul>${items.join('')}</ul></details>\n`;
}

function sourceList({ file, id, findings }: ShownFile, options: HtmlOptions): string {
  const { source } = file;
  const byLine = new Map<number, { readonly finding: ReportedFinding; readonly id: string }[]>();
  findings.forEach((finding, i) => {
    const { line } = placeOf(source, finding.span.start);
    const ofLine = byLine.get(line) ?? [];
    ofLine.push({ finding, id: `${id}p${i + 1}` });
    byLine.set(line, ofLine);
  });
  const variables = explained(file, options);
  const count = lineCount(source);
  // The empty line behind the last line end is none that anybody wrote.
  const last = count > 1 && lineSpan(source, count).start === source.text.length && !byLine.has(count) ? count - 1 : count;
  const lines: string[] = [];
  let continues = false;
  for (let line = 1; line <= last; line++) {
    const span = lineSpan(source, line);
    const text = source.text.slice(span.start, span.end);
    const isComment = /^\s*#/.test(text);
    const keyword = continues || isComment ? undefined : KEYWORD.exec(text);
    const here = byLine.get(line) ?? [];
    const marks: Mark[] = here.map(({ finding, id: of }) => ({
      start: finding.span.start,
      end: Math.min(finding.span.end, span.end),
      of,
      look: finding.severity,
    }));
    const known = variables.get(line) ?? [];
    const noteId = `${id}l${line}v`;
    for (const { at } of known) marks.push({ ...at, of: noteId, look: 'variable' });
    if (keyword != null) {
      const start = span.start + (keyword[1] ?? '').length;
      marks.push({ start, end: start + (keyword[2] ?? '').length, look: 'keyword' });
    }
    const cards = here.map((each) => card(file, each.finding, each.id, id, options)).join('');
    lines.push(
      `<li value="${line}" id="${id}l${line}"${isComment ? ' class="comment"' : ''}><code>${marked(file, span, marks)}</code>${note(known, noteId)}${cards}</li>\n`,
    );
    // LIMIT: a guess that decides nothing but what is set in bold; the reporter does not read Dockerfiles.
    if (!isComment) continues = /\\\s*$/.test(text);
  }
  return `<ol class="source" aria-label="Text of ${escaped(source.path)}">\n${lines.join('')}</ol>\n`;
}

const KEYWORD =
  /^(\s*)(FROM|RUN|CMD|LABEL|MAINTAINER|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|ONBUILD|STOPSIGNAL|HEALTHCHECK|SHELL)(?=\s)/;

/** A variable of a line that something is known of. */
interface Explained {
  readonly at: Span;
  readonly name: string;
  readonly explanation: string;
}

/** What is known of the variables that a file sets, by line; one that a line break tears apart is left out. */
function explained({ source, variables = [] }: FileReport, { explain }: HtmlOptions): ReadonlyMap<number, readonly Explained[]> {
  const byLine = new Map<number, Explained[]>();
  for (const at of variables) {
    const name = source.text.slice(at.start, at.end);
    const explanation = explain(name);
    if (explanation === undefined) continue;
    const { line } = placeOf(source, at.start);
    const ofLine = byLine.get(line) ?? [];
    ofLine.push({ at, name, explanation });
    byLine.set(line, ofLine);
  }
  return byLine;
}

/** What the variables of a line are for: shown where somebody points at one or comes to it with keys, and on paper. */
function note(variables: readonly Explained[], id: string): string {
  if (variables.length === 0) return '';
  const texts = variables.map(({ name, explanation }) => `<p><b>${escaped(name)}</b> ${prose(explanation)}</p>`);
  return `<div class="about" id="${id}" role="tooltip">${texts.join('')}</div>`;
}

/** A part of a line that looks different from the rest; `of` is the id of the finding or of the note it belongs to. */
interface Mark extends Span {
  readonly of?: string;
  readonly look: Severity | 'keyword' | 'variable';
}

/** The text of a line in pieces, each under the worst of the marks that cover it. */
function marked(file: FileReport, line: Span, marks: readonly Mark[]): string {
  const bounds = [...new Set([line.start, line.end, ...marks.flatMap(({ start, end }) => [start, end])])]
    .filter((at) => at >= line.start && at <= line.end)
    .sort((a, b) => a - b);
  const opening = [...marks].filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const active = new Set<Mark>();
  let next = 0;
  let text = '';
  for (const [i, start] of bounds.entries()) {
    const end = bounds[i + 1];
    if (end === undefined) break;
    for (; (opening[next]?.start ?? Infinity) <= start; next++) active.add(opening[next] as Mark);
    for (const mark of active) if (mark.end <= start) active.delete(mark);
    const piece = escaped(maskedText(file, start, end));
    text += active.size === 0 ? piece : underlined(piece, [...active]);
  }
  return text;
}

function underlined(piece: string, marks: readonly Mark[]): string {
  const variable = marks.find(({ look }) => look === 'variable');
  const isKeyword = marks.some(({ look }) => look === 'keyword');
  const word = variable === undefined ? piece : `<dfn tabindex="0" aria-describedby="${variable.of ?? ''}">${piece}</dfn>`;
  const inner = isKeyword ? `<b>${word}</b>` : word;
  const found = marks.flatMap(({ of, look }) => (look === 'keyword' || look === 'variable' ? [] : [{ of, severity: look }]));
  const [worst] = found.map(({ severity }) => severity).sort(bySeverity);
  return worst === undefined ? inner : `<mark class="${worst}" data-of="${found.map(({ of }) => of).join(' ')}">${inner}</mark>`;
}

/** A finding, below its line. @param of the id of the file's section */
function card(file: FileReport, finding: ReportedFinding, id: string, of: string, { why }: HtmlOptions): string {
  const { severity, ruleId, message, help, related } = finding;
  const silenced = isSuppressed(finding) ? finding : undefined;
  const by = silenced && (silenced.by === 'baseline' ? 'accepted by the baseline' : 'silenced by a comment');
  const reason = silenced === undefined || silenced.reason === '' ? '' : `: ${escaped(silenced.reason)}`;
  const notes = related.map(({ at, note }) => {
    const { line } = placeOf(file.source, at.start);
    return `<p class="note"><a href="#${of}l${line}">Line ${line}</a>: ${prose(note)}</p>\n`;
  });
  const page = why(ruleId);
  const rule = `<code>${escaped(ruleId)}</code>`;
  return `<div class="finding ${severity}${silenced === undefined ? '' : ' silenced'}" id="${id}" data-severity="${severity}" data-rule="${escaped(ruleId)}">
<p class="fact"><span class="sev ${severity}">${severity}</span> ${prose(message)}${by === undefined ? '' : ` <i>(${by}${reason})</i>`}</p>
${remedy(help)}${showableFixes(file, finding)
  .map((fix) => fixBlock(file, fix))
  .join('')}${notes.join('')}${
  page === '' ? `<p class="why">${rule}</p>\n` : `<details class="why"><summary>Why: ${rule}</summary>${paragraphs(page)}</details>\n`
}</div>`;
}

/** What a fix does, and what it may break. */
function fixBlock(file: FileReport, fix: ReportedFix): string {
  const rebuild = rebuildOf(file, fix);
  const facts = [`<code>plimsoll --fix${fix.safety === 'safe' ? '' : ' --unsafe-fixes'}</code>`, ...(rebuild === '' ? [] : [rebuild])];
  const title = `<b>Fix:</b> ${prose(fix.title)} <span class="safety ${fix.safety}">${fix.safety}</span>`;
  const risk = fix.risk === undefined ? '' : `<p class="risk"><b>Risk:</b> ${prose(fix.risk)}</p>`;
  const change = changeOf(file, fix);
  return `<details class="fix"><summary>${title}</summary>${change}<p>${facts.join(' · ')}</p></details>${risk}\n`;
}

/** A change of more lines than this says less than its title. */
const MOST_CHANGED = 30;

/** The lines that a fix takes away and puts in their place; empty where that is too much to look at. */
function changeOf(file: FileReport, { edits }: ReportedFix): string {
  const { source } = file;
  const blocks: { start: number; end: number; text: string; at: number }[] = [];
  for (const { span, text } of edits) {
    const start = lineSpan(source, placeOf(source, span.start).line).start;
    const end = lineSpan(source, placeOf(source, span.end).line).end;
    const last = blocks.at(-1);
    if (last !== undefined && start <= last.end) {
      last.text += maskedText(file, last.at, span.start) + text;
      last.at = span.end;
      last.end = Math.max(last.end, end);
    } else blocks.push({ start, end, text: maskedText(file, start, span.start) + text, at: span.end });
  }
  const lines = blocks.flatMap(({ start, end, text, at }) => {
    const before = maskedText(file, start, end).split(/\r?\n/);
    const after = (text + maskedText(file, Math.min(at, end), end)).split(/\r?\n/);
    return difference(before, after);
  });
  if (lines.length === 0 || lines.length > MOST_CHANGED) return '';
  return `<pre class="change">${lines.join('\n')}</pre>`;
}

/** Lines that both have at the beginning and the end are left out. */
function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const gone = before.slice(head, before.length - tail).map((line) => `<del>− ${escaped(line)}</del>`);
  return [...gone, ...after.slice(head, after.length - tail).map((line) => `<ins>+ ${escaped(line)}</ins>`)];
}

/*
 * The layers: what is above the water line comes out of the cache when the code is edited, what is below is built anew.
 */

function layerPanel({ file, id, findings }: ShownFile, stages: readonly StageLayers[]): string {
  const shipped = stages.filter(({ role }) => role === 'image').flatMap(({ layers }) => layers);
  const rebuilt = stages
    .filter(({ role }) => role !== 'unused')
    .flatMap(({ layers }) => layers.filter(({ rebuild }) => rebuild === 'always'));
  const sum = `${counted(shipped.length, 'layer')} in the image, on top of its base`;
  const line =
    rebuilt.length === 0 ? 'No COPY is known to bring code.' : `An edit of the code builds ${counted(rebuilt.length, 'layer')} anew.`;
  const names = new Map(stages.map((stage, index) => [stage.from.start, stageName(file, stage, index)]));
  const at = atLayers(stages, findings);
  return `<aside class="layers" aria-label="Layers of ${escaped(file.source.path)}"><details open><summary><h3>Layers</h3></summary>
<p>${sum}. ${line}</p>
${stages.map((stage) => stageBlock(file, stage, id, names, at)).join('')}</details></aside>
`;
}

/** The findings of each layer, with their place in the list of the file's findings. */
function atLayers(stages: readonly StageLayers[], findings: readonly ReportedFinding[]): ReadonlyMap<number, readonly Indexed[]> {
  const found = new Map<number, Indexed[]>();
  const starts = stages.flatMap(({ layers }) => layers.map(({ at }) => at)).sort((a, b) => a.start - b.start);
  let next = 0;
  findings.forEach((finding, index) => {
    while ((starts[next + 1]?.start ?? Infinity) <= finding.span.start) next++;
    const layer = starts[next];
    if (layer === undefined || finding.span.start < layer.start || finding.span.start > layer.end) return;
    const ofLayer = found.get(layer.start) ?? [];
    ofLayer.push({ finding, index });
    found.set(layer.start, ofLayer);
  });
  return found;
}

interface Indexed {
  readonly finding: ReportedFinding;
  readonly index: number;
}

function stageName(file: FileReport, { name }: StageLayers, index: number): string {
  return name === undefined ? `Stage ${index + 1}` : escaped(maskedText(file, name.start, name.end));
}

const ROLES: Readonly<Record<StageLayers['role'], string>> = {
  image: 'in the image',
  build: 'not in the image',
  unused: 'never built',
};

function stageBlock(
  file: FileReport,
  { from, role, parent, takenBy, rebuildBelow, layers }: StageLayers,
  id: string,
  names: ReadonlyMap<number, string>,
  found: ReadonlyMap<number, readonly Indexed[]>,
): string {
  const line = (span: Span): number => placeOf(file.source, span.start).line;
  const link = (span: Span): string => `<a href="#${id}l${line(span)}">${line(span)}</a>`;
  const taken = takenBy.length === 0 ? '' : `; files taken from it in line ${takenBy.map(link).join(', ')}`;
  const base = parent === undefined ? '' : `<p class="known">Built on ${names.get(parent.start) ?? ''}</p>`;
  const row = (at: Span, more: string, isRebuilt: boolean): string =>
    `<li${isRebuilt ? ' class="below"' : ''}><a href="#${id}l${line(at)}"><span class="n">${line(at)}</span> <code>${instructionText(file, at)}</code></a>${more}</li>\n`;
  let state = rebuildBelow;
  let rows = state === 'never' ? '' : waterLine(state);
  rows += row(from, base, state !== 'never');
  for (const layer of layers) {
    // Above the water line of a layer that is kept in spite of what lies below it (--link) there is no new one.
    if (layer.rebuild !== state && layer.rebuild !== 'never' && state !== 'always') {
      state = layer.rebuild;
      rows += waterLine(state);
    }
    rows += row(layer.at, known(file, layer, id, found.get(layer.at.start) ?? []), layer.rebuild !== 'never');
  }
  return `<section class="stage ${role}"><h4>${names.get(from.start) ?? ''}</h4> <span class="role">${ROLES[role]}${taken}</span>
<ol>
${rows}</ol></section>
`;
}

function waterLine(state: 'perhaps' | 'always'): string {
  const text = state === 'always' ? 'every edit of the code builds anew from here' : 'built anew from here, if the files it takes differ';
  return `<li class="water ${state}">${MARK} <span>${text}</span></li>\n`;
}

/** As much of an instruction as a line of the panel may show, on one line. */
function instructionText(file: FileReport, { start, end }: Span): string {
  const shown = maskedText(file, start, Math.min(end, start + LONGEST_INSTRUCTION));
  return escaped(shown.replace(/[\\`]?\s*\r?\n\s*/g, ' '));
}

const LONGEST_INSTRUCTION = 160;

/** What is known of a layer: what it installs and brings, what it keeps outside the image, what its findings measure. */
function known(file: FileReport, { contents }: Layer, id: string, found: readonly Indexed[]): string {
  const { installs, files, cacheMounts } = contents;
  const facts = installs.map((each) => escaped(installPhrase(each)));
  if (files !== undefined)
    facts.push(`${files.complete ? '' : 'at least '}${counted(files.count, 'file')}, ${sizePhrase(files.bytes)}, from the context`);
  for (const span of cacheMounts) {
    const target = touches(file.secrets, span) ? undefined : CACHE_TARGET.exec(file.source.text.slice(span.start, span.end))?.[1];
    facts.push(`cache outside the image${target === undefined ? '' : `: <code>${escaped(target)}</code>`}`);
  }
  const links = found.map(({ finding, index }) => {
    const sizes = finding.message.match(SIZE) ?? [];
    const size = sizes.length === 1 ? ` ${escaped(sizes[0] ?? '')}` : '';
    return `<a class="sev ${finding.severity}" href="#${id}p${index + 1}">${escaped(finding.ruleId)}${size}</a>`;
  });
  const lines = [...facts.map((fact) => `<span>${fact}</span>`), ...links];
  return lines.length === 0 ? '' : `<p class="known">${lines.join('<br>')}</p>`;
}

const CACHE_TARGET = /(?:^|[,=])(?:target|dst|destination)=([^,\s"]+)/;

/** What a message measures. Where it names two sizes, neither alone is the cost. */
const SIZE = /\d[\d.,]* (?:kB|KB|MB|GB)\b/g;

function installPhrase({ from, packages, lists, complete }: Layer['contents']['installs'][number]): string {
  const count = packages === 0 ? '' : `${complete ? '' : 'at least '}${counted(packages, 'package')}`;
  const listed = lists.length === 0 ? '' : `what ${lists.join(' and ')} ${lists.length === 1 ? 'lists' : 'list'}`;
  const what = [count, listed].filter((part) => part !== '').join(' and ');
  return `installs ${what === '' ? 'packages' : what} (${from})`;
}

/** `312 bytes`, `1.2 MB`: in thousands, as Docker counts. */
function sizePhrase(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const exponent = Math.min(Math.floor(Math.log10(bytes) / 3), 3);
  return `${(bytes / 1000 ** exponent).toFixed(1)} ${['', 'kB', 'MB', 'GB'][exponent]}`;
}
