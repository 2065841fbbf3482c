/** Timing: one run of each contestant in turn, so that a slow spell of the machine hits them all. */

export interface Timing {
  readonly medianMs: number;
  /** Quartiles: half of the samples lie between them. */
  readonly lowerMs: number;
  readonly upperMs: number;
  /** Four fifths of the samples lie between them. */
  readonly p10Ms: number;
  readonly p90Ms: number;
  readonly samples: number;
}

/** A contestant that has so many samples, and took so long for them, has no further turn. */
const ENOUGH_SAMPLES = 3;
const LONG_MS = 30_000;

/**
 * Samples of every contestant, round-robin; fewer of a very slow one.
 * @param runs name -> one run
 * @param onRound called after each round with how many there were
 */
export async function roundRobin(
  runs: ReadonlyMap<string, () => Promise<unknown>>,
  samples: number,
  onRound: (done: number) => void = () => undefined,
  longMs = LONG_MS,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map([...runs.keys()].map((name) => [name, [] as number[]] as const));
  for (let i = 0; i < samples; i++) {
    for (const [name, run] of runs) {
      const own = times.get(name) ?? [];
      const spent = own.reduce((sum, time) => sum + time, 0);
      if (own.length < ENOUGH_SAMPLES || spent < longMs) own.push(await elapsedMs(run));
    }
    onRound(i + 1);
  }
  return times;
}

export async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** @param parts equal parts of a sample that the times are wanted of */
export function summarise(times: readonly number[], parts = 1): Timing {
  const sorted = times.map((time) => time / parts).toSorted((a, b) => a - b);
  return {
    medianMs: quantile(sorted, 0.5),
    lowerMs: quantile(sorted, 0.25),
    upperMs: quantile(sorted, 0.75),
    p10Ms: quantile(sorted, 0.1),
    p90Ms: quantile(sorted, 0.9),
    samples: sorted.length,
  };
}

/** Linear between neighbours; NaN of nothing. @param sorted in rising order */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}
