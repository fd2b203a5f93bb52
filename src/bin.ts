#!/usr/bin/env node
/** The executable. */
import { loadProgram } from './load-program.js';

const { program, keepCode } = loadProgram();
void program.run().then(() => {
  // Behind the run, so that what it has compiled by then is kept, too.
  keepCode();
  // Everything has been written: what Node does before it ends by itself (a last garbage collection) is 1 ms for nothing.
  process.exit();
});
