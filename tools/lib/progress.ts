/**
 * Prints progress on standard error: a rewritten line on a terminal, occasional lines elsewhere.
 */

/** Seconds between lines if standard error is not a terminal. */
const PLAIN_INTERVAL = 30;

export class Progress {
  readonly #start = performance.now();
  readonly #first: number;
  readonly #total: number;
  #shown = Number.NEGATIVE_INFINITY;
  #width = 0;

  /** @param first amount of work done before, which does not count for the rate */
  constructor(total: number, first = 0) {
    this.#total = total;
    this.#first = first;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** Prints `done / total`, the rate, the remaining time and further figures. */
  update(done: number, figures: string): void {
    const interactive = process.stderr.isTTY;
    const interval = interactive ? 0.1 : PLAIN_INTERVAL;
    if (this.seconds - this.#shown < interval && done < this.#total) return;
    this.#shown = this.seconds;
    const rate = (done - this.#first) / Math.max(1e-9, this.seconds);
    const speed = rate >= 1 ? `${rate.toFixed(1)}/s` : `${(1 / rate).toFixed(1)} s each`;
    const left = `${duration((this.#total - done) / rate)} left`;
    // The rate is unknown until some work is done.
    const line = [`${done}/${this.#total}`, figures, ...(rate > 0 ? [speed, left] : [])].join('  ');
    if (!interactive) {
      process.stderr.write(`${line}\n`);
      return;
    }
    process.stderr.write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }

  /** Ends the rewritten line. */
  end(): void {
    if (process.stderr.isTTY && this.#width > 0) process.stderr.write('\n');
  }
}

/** '3 s', '2 min 10 s', '1 h 4 min'. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
