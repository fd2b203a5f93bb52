/** A sign of life on standard error. */
import type { OutputStream } from '../streams.js';

/** A counter on standard error, when that is a terminal and the run takes longer than a second. */
export class Progress {
  private readonly started = Date.now();
  private last = 0;

  constructor(
    private readonly stderr: OutputStream,
    private readonly total: number,
  ) {}

  /** @param index of the file that is begun: in the order of the files, also where threads share them */
  readonly step = (index: number): void => {
    if (!this.stderr.isTTY || this.total < 2) return;
    const now = Date.now();
    if (now - this.started < 1000 || now - this.last < 100) return;
    this.last = now;
    this.stderr.write(`\r${index + 1} of ${this.total} files`);
  };

  end(): void {
    if (this.last > 0) this.stderr.write('\r\u001b[K');
  }
}
