/** What an editor offers at a place: the fixes of findings there, comments that silence them, and all safe fixes of the file at once. */
import path from 'node:path';
import { type IgnoreRemark, ignoreEdits, ignoreInFileEdits } from '../engine/add-ignores.js';
import { fixFile } from '../engine/fix.js';
import type { ReportedFinding, ReportedFix } from '../engine/report.js';
import { withLines } from '../source/amended-tree.js';
import { sourceFromText } from '../source/source-file.js';
import type { Client } from './client.js';
import { diagnosticOf, SOURCE } from './diagnostics.js';
import { type FileEdits, workspaceEdit } from './edits.js';
import { type CodeAction, CodeActionKind, type CodeActionParams, type Diagnostic } from './protocol.js';
import type { Checked, Workspace } from './workspace.js';

/** What the server can offer; a client that asks for `source.fixAll` gets plimsoll's own kind of it. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.plimsoll`;

/** The actions for a range of a file as it is now. @param today `YYYY-MM-DD` */
export async function codeActions(
  { range, context }: Pick<CodeActionParams, 'range' | 'context'>,
  check: Checked,
  { workspace, client, today }: { readonly workspace: Workspace; readonly client: Client; readonly today: string },
): Promise<readonly CodeAction[]> {
  const { document, linted } = check;
  const { source } = linted.report;
  const isWanted = (kind: string): boolean => context.only === undefined || context.only.some((only) => isWithinKind(kind, only));
  const actions: CodeAction[] = [];
  const action = (title: string, files: readonly FileEdits[], about: Diagnostic, isPreferred = false): void => {
    const edit = workspaceEdit(files, client);
    if (edit === undefined) return;
    actions.push({ title, kind: CodeActionKind.QuickFix, diagnostics: [about], ...(isPreferred && { isPreferred }), edit });
  };
  const own = (edits: FileEdits['edits']): readonly FileEdits[] => [{ uri: document.uri, version: document.version, source, edits }];
  if (isWanted(CodeActionKind.QuickFix)) {
    const remark: IgnoreRemark = { remark: '', today };
    const asked = findingsAt(check, range, context.diagnostics, client);
    for (const [finding, about] of asked) {
      const safest = finding.fixes.find(({ safety }) => safety === 'safe');
      for (const fix of inOrderOfSafety(finding)) {
        const title = fix.safety === 'unsafe' ? `${fix.title} (unsafe: ${fix.risk})` : fix.title;
        const files = [...(fix.edits.length > 0 ? own(fix.edits) : []), ...additions(fix, check, workspace)];
        action(title, files, about, fix === safest);
      }
    }
    for (const [finding, about] of asked) {
      const { ruleId } = finding;
      const here = document.kind === 'dockerfile' ? ignoreEdits(source, [finding], remark) : [];
      if (here.length > 0) action(`Ignore ${ruleId} for this instruction`, own(here), about);
      const inFile = ignoreInFileEdits(source, finding, remark);
      if (inFile.length > 0) action(`Ignore ${ruleId} in this file`, own(inFile), about);
    }
  }
  if (isWanted(FIX_ALL)) {
    const edits = await fixAllEdits(check);
    const edit = edits.length === 0 ? undefined : workspaceEdit(own(edits), client);
    if (edit !== undefined) actions.push({ title: 'Fix all that plimsoll can fix safely', kind: FIX_ALL, edit });
  }
  return actions;
}

/** SPEC: kinds are a hierarchy: who asks for `source` gets `source.fixAll.plimsoll`, too (LSP 3.17, CodeActionKind). */
function isWithinKind(kind: string, wanted: string): boolean {
  return wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
}

/** The findings that the client names, or that touch the range, each with the diagnostic it is known by. */
function findingsAt(
  { document, linted }: Checked,
  range: CodeActionParams['range'],
  named: readonly Diagnostic[],
  client: Client,
): readonly (readonly [ReportedFinding, Diagnostic])[] {
  const { source, findings } = linted.report;
  const span = client.positions.spanOf(source, range);
  const byFingerprint = new Map(
    (Array.isArray(named) ? named : [])
      .filter((diagnostic) => diagnostic?.source === SOURCE)
      .map((diagnostic) => [(diagnostic.data as { fingerprint?: unknown } | undefined)?.fingerprint, diagnostic]),
  );
  return findings.flatMap((finding) => {
    const diagnostic = byFingerprint.get(finding.fingerprint);
    const isTouched = finding.span.start <= span.end && span.start <= finding.span.end;
    if (diagnostic === undefined && !isTouched) return [];
    return [[finding, diagnostic ?? diagnosticOf(source, document.uri, finding, client)]];
  });
}

function inOrderOfSafety({ fixes }: ReportedFinding): readonly ReportedFix[] {
  return [...fixes.filter(({ safety }) => safety === 'safe'), ...fixes.filter(({ safety }) => safety === 'unsafe')];
}

/** What a fix adds to other files of the project. */
function additions({ additions: wanted = [] }: ReportedFix, { document, around }: Checked, workspace: Workspace): readonly FileEdits[] {
  if (around === undefined || document.file === undefined) return [];
  const { tree, dockerfile } = around();
  const root = path.resolve(document.file, ...dockerfile.split('/').map(() => '..'));
  return wanted.map(({ path: added, lines }) => {
    const known = tree.read(added);
    const source = known ?? sourceFromText(tree.shown(added), '');
    const uri = workspace.uriOf(path.join(root, added));
    const end = source.text.length;
    const text = withLines(source.text, lines).slice(end);
    const version = workspace.documents.get(uri)?.version ?? null;
    return { uri, version, source, isNew: known === undefined, edits: [{ span: { start: end, end }, text }] };
  });
}

/** What `--fix` does to the text; other files stay as they are, for nobody who saves a file expects them to change. */
async function fixAllEdits({ linter, linted, around }: Checked): Promise<FileEdits['edits']> {
  const { source } = linted.report;
  const { report } = fixFile(linter, source, { unsafe: false, alone: true }, around);
  if (report.source.text === source.text) return [];
  const { changedParts } = await import('../reporters/diff.js');
  return changedParts(source.text, report.source.text);
}
