/**
 * What an editor waits for: from a change of a file of 500 lines to its diagnostics, by a real server over standard input and output, in
 * a project with 2,000 files around the Dockerfile. The bound is 50 ms (issue 6).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node';
import { dockerfile } from './generate.mjs';

const LINES = 500;
const EDITS = 200;
/** What V8 has not compiled yet is slow; these are reported as the first ones. */
const WARM_UP = 20;

/** Times in milliseconds and growth in megabytes, for a client that is sent diagnostics and for one that asks. @param folder an empty one */
export async function editorTimes(cli, folder) {
  const around = path.join(folder, 'src');
  mkdirSync(around, { recursive: true });
  for (let i = 0; i < 2000; i++) writeFileSync(path.join(around, `module_${i}.py`), 'print()\n');
  writeFileSync(path.join(folder, 'requirements.txt'), 'pandas==2.3.3\nnumpy\n');
  return {
    'is sent them (publishDiagnostics)': await times(cli, folder, {}),
    'asks for them (textDocument/diagnostic)': await times(cli, folder, { textDocument: { diagnostic: { relatedDocumentSupport: true } } }),
  };
}

async function times(cli, folder, capabilities) {
  const server = spawn(process.execPath, [cli, 'lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  let arrived = () => {};
  connection.onNotification('textDocument/publishDiagnostics', ({ uri: of, version }) => of === uri && arrived(version));
  connection.listen();
  const uri = pathToFileURL(path.join(folder, 'Dockerfile')).href;
  const started = process.hrtime.bigint();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities });
  await connection.sendNotification('initialized', {});
  const answer = async (version, method, params) => {
    const start = process.hrtime.bigint();
    const isPublished = new Promise((resolve) => {
      arrived = (of) => of === version && resolve();
    });
    await connection.sendNotification(method, params);
    await (capabilities.textDocument ? connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }) : isPublished);
    return Number(process.hrtime.bigint() - start) / 1e6;
  };
  let text = fiveHundredLines();
  await answer(1, 'textDocument/didOpen', { textDocument: { uri, languageId: 'dockerfile', version: 1, text } });
  const opened = Number(process.hrtime.bigint() - started) / 1e6;
  let version = 1;
  /** One letter more, somewhere in the file, as it is typed. */
  const edit = () => {
    const at = (version * 7919) % text.length;
    text = `${text.slice(0, at)}x${text.slice(at + 1)}`;
    version++;
    return answer(version, 'textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
  };
  const measured = [];
  for (let i = 0; i < WARM_UP + EDITS; i++) {
    if (i % 50 === 0) text = fiveHundredLines();
    measured.push(await edit());
  }
  const before = memory(server.pid);
  for (let i = 0; i < 3 * EDITS; i++) {
    if (i % 50 === 0) text = fiveHundredLines();
    await edit();
  }
  const growth = memory(server.pid) - before;
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  const sorted = measured.slice(WARM_UP).sort((a, b) => a - b);
  const [first] = measured.slice(0, WARM_UP).sort((a, b) => b - a);
  return { opened, first, best: sorted[0], median: sorted[EDITS >> 1], p95: sorted[Math.floor(EDITS * 0.95)], growth };
}

function fiveHundredLines() {
  const lines = [];
  for (let seed = 1; lines.length < LINES; seed++) lines.push(...dockerfile(seed).trimEnd().split('\n'));
  return `${lines.slice(0, LINES).join('\n')}\n`;
}

/** Megabytes that a process holds; 0 where the system does not say (only Linux does here). */
function memory(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return 0;
  }
}
