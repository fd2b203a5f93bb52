/** What an editor shows of a place: what is known there, and the pages of rules that found something. */
import { fixRisks } from '../commands/fix-risks.js';
import { ruleContext } from '../engine/walk.js';
import { environmentVariable, explanationOf } from '../facts/environment-variables.js';
import { buildModel } from '../model/build.js';
import type { Instruction } from '../model/dockerfile.js';
import { terminalPage } from '../reporters/terminal-page.js';
import type { Rule } from '../rule.js';
import { briefRulePage } from '../rule-page.js';
import type { Span } from '../source/source-file.js';
import { parseSyntax } from '../syntax/parse.js';
import { aboutImage } from './about-images.js';
import { aboutPackage } from './about-packages.js';
import { nameInComment } from './comments.js';
import { code } from './markdown.js';
import type { Checked } from './workspace.js';

/** What there is to show, and of which part of the text. */
export interface Shown {
  readonly markdown: string;
  readonly span: Span;
}

/** More findings at one place are named only: nobody scrolls through more pages. */
const MOST_PAGES = 3;

/** What is known of a place; undefined for most. @param today `YYYY-MM-DD` */
export async function shownAt(check: Checked, offset: number, registry: readonly Rule[], today: string): Promise<Shown | undefined> {
  const named = nameInComment(check.document, offset);
  const rule = named && registry.find(({ id }) => id === named.name);
  if (named !== undefined && rule !== undefined) return { markdown: await page(rule), span: named.span };
  const here = ({ span }: { readonly span: Span }): boolean => span.start <= offset && offset <= span.end;
  const findings = check.linted.report.findings.filter(here).sort((a, b) => length(a.span) - length(b.span));
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].flatMap((id) => registry.find((each) => each.id === id) ?? []);
  const known = check.document.kind === 'dockerfile' ? knownAt(check, offset, today) : undefined;
  const more = rules.slice(MOST_PAGES).map(({ id }) => `\`${id}\``);
  const parts = [
    ...(known === undefined ? [] : [known.markdown]),
    ...(await Promise.all(rules.slice(0, MOST_PAGES).map(page))),
    ...(more.length === 0 ? [] : [`Also found here: ${more.join(', ')}`]),
  ];
  const span = known?.span ?? findings[0]?.span;
  return span === undefined ? undefined : { markdown: parts.join('\n\n---\n\n'), span };
}

/** The same for who shows no Markdown. */
export function asPlainText(markdown: string): string {
  const plain = (text: string | number | null | undefined): string => String(text);
  return terminalPage(markdown.replace(/\*\*([^*`\n]+)\*\*/g, '$1'), { colors: { bold: plain, cyan: plain, underline: plain }, width: 80 });
}

/** Pages are loaded when the first is asked for: they are as much code as the rest of the server. */
async function page(rule: Rule): Promise<string> {
  const { documentation } = await import('../../rules/documentation.js');
  const docs = documentation[rule.id];
  return docs === undefined ? `### ${rule.id}\n\n${rule.summary}.` : briefRulePage(rule, docs, { level: 3, risks: fixRisks(rule, docs) });
}

function length({ start, end }: Span): number {
  return end - start;
}

/** What is known without any rule: of images, packages and variables. */
function knownAt({ document: { source }, target, around }: Checked, offset: number, today: string): Shown | undefined {
  const dockerfile = buildModel(parseSyntax(source), target);
  const instruction = dockerfile.syntax.instructions.map(innermost).find((each) => isWithin(offset, each));
  if (instruction === undefined) return undefined;
  if (instruction.keyword === 'FROM') {
    const stage = dockerfile.stages.find(({ from }) => from === instruction);
    const markdown = stage && aboutImage(stage, today);
    const span = instruction.image?.span;
    return markdown === undefined || span === undefined || !isInside(offset, span) ? undefined : { markdown, span };
  }
  if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') {
    const key = instruction.pairs.map((pair) => pair.key).find(({ span }) => isInside(offset, span));
    const variable = key && environmentVariable(key.text);
    return key === undefined || variable === undefined
      ? undefined
      : { markdown: `${code(key.text)}\n\n${explanationOf(variable)}`, span: key.span };
  }
  if (instruction.keyword !== 'RUN') return undefined;
  const found = aboutPackage(instruction, offset, ruleContext(dockerfile, today, around));
  return found && { markdown: found.text, span: found.span };
}

function innermost(instruction: Instruction): Instruction {
  return instruction.keyword === 'ONBUILD' && instruction.trigger !== undefined ? instruction.trigger : instruction;
}

/** A RUN goes on in its heredocs. */
function isWithin(offset: number, { span, heredocs }: Instruction): boolean {
  return isInside(offset, span) || heredocs.some(({ contentSpan }) => isInside(offset, contentSpan));
}

function isInside(offset: number, { start, end }: Span): boolean {
  return start <= offset && offset <= end;
}
