/**
 * A run on several threads. Loaded only by runs that are long enough to gain by it.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism, constants, setPriority } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Linters } from './linters.js';
import { type Batch, FILES_A_THREAD, lintPath, lintShare, type Outcome, treesOf } from './share.js';

/** Lints a batch on as many threads as its length and the machine allow; the outcomes are in the order of its files. */
export async function lintOnThreads(batch: Batch, linters: Linters, step: (index: number) => void): Promise<readonly Outcome[]> {
  const count = Math.min(availableParallelism(), Math.floor(batch.files.length / FILES_A_THREAD));
  if (count > 1) yieldToThreads();
  const others = Array.from({ length: count - 1 }, () => startThread(batch));
  const outcomes = lintShare(batch, linters, step);
  for (const share of await Promise.all(others)) for (const [index, outcome] of share) outcomes.set(index, outcome);
  // What a thread had taken when it died is linted here.
  const trees = treesOf(batch);
  return batch.files.map((file, index) => outcomes.get(index) ?? lintPath(file, batch, linters, trees));
}

/** The outcomes of the files that another thread takes; none if it dies, or cannot start (no threads left, no permission). */
async function startThread(batch: Batch): Promise<ReadonlyMap<number, Outcome>> {
  try {
    const worker = new Worker(path.join(__dirname, 'worker.cjs'), { workerData: batch });
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('ended without a word')));
    });
  } catch {
    return new Map();
  }
}

/**
 * V8 compiles what is hot on four threads of its own. On two cores they take the turns of the threads that lint: with Node 20
 * 1,000 files took 1.42 s on one thread, 1.47 s on two, and take 0.84 s on two with the compilers behind them; with Node 24
 * it is 0.80, 0.82 and 0.83 s (2026-11-21, medians of 11).
 * LIMIT: only Linux knows priorities of threads; elsewhere nothing changes.
 */
function yieldToThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      if (Number(thread) !== process.pid) setPriority(Number(thread), constants.priority.PRIORITY_LOW);
    }
  } catch {
    // Without /proc, or where it is forbidden, they stay as they are.
  }
}
