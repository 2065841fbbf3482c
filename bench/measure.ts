/**
 * Times contestants round-robin, so that a temporary slowdown of the machine affects all of them.
 */

export interface Timing {
  readonly medianMs: number;
  /** Quartiles. */
  readonly lowerMs: number;
  readonly upperMs: number;
  /** 10th and 90th percentiles. */
  readonly p10Ms: number;
  readonly p90Ms: number;
  readonly samples: number;
}

/** A contestant with this many samples that took this long is not run further. */
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

/** Statistics of samples. @param parts number of equal parts of a run, for times of one part */
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

/** A quantile with linear interpolation; NaN without samples. @param sorted in ascending order */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}
