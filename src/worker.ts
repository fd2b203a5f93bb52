/** What a thread of a long run does: it lints its part and sends what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadProgram } from './load-program.js';

parentPort?.postMessage(loadProgram().program.lintPart(workerData));
