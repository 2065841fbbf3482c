/** Timing: one run of each contestant in turn, so that a slow spell of the machine hits them all. */

export interface Timing {
  readonly medianMs: number;
  /** Quartiles: half of the samples lie between them. */
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly samples: number;
}

/**
 * Samples of every contestant, round-robin.
 * @param runs name -> one run
 */
export async function roundRobin(
  runs: ReadonlyMap<string, () => Promise<unknown>>,
  samples: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map([...runs.keys()].map((name) => [name, [] as number[]] as const));
  for (let i = 0; i < samples; i++) {
    for (const [name, run] of runs) times.get(name)?.push(await elapsedMs(run));
  }
  return times;
}

export async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function summarise(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    medianMs: quantile(sorted, 0.5),
    lowerMs: quantile(sorted, 0.25),
    upperMs: quantile(sorted, 0.75),
    samples: sorted.length,
  };
}

/** Linear between neighbours. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}
