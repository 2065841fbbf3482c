/** Runs a check over drawn graphs, and reports the smallest one that fails, ready to paste. */
import fc from 'fast-check';
import { anyProgram, type Built, build, type Program } from './program';

/** The same graphs every time in `npm test`; new ones in each full run, whose seed is printed. */
export function seedOf(fallback: number): number {
  const given = process.env.QKV_SEED;
  if (given !== undefined) return Number(given);
  return process.env.QKV_TEST === 'full' ? Date.now() % 2 ** 31 : fallback;
}

export interface Property {
  readonly graphs: number;
  readonly seed: number;
  /** What is wrong with a graph; undefined when nothing is. */
  readonly check: (built: Built) => string | undefined | Promise<string | undefined>;
}

/**
 * Attempts to make a failing graph smaller: each takes up to seconds, and the first hundreds take away most.
 */
const SHRINKS = 400;

/** @throws Error with the smallest graph that fails, what is wrong with it, and the seed */
export async function holdsForGraphs({ graphs, seed, check }: Property): Promise<Counts> {
  const counts = new Counts();
  let shrinks: number | undefined;
  const property = fc.asyncProperty(anyProgram, async (program) => {
    if (shrinks !== undefined && ++shrinks > SHRINKS) return;
    const built = build(program);
    counts.add(built);
    const fault = await check(built);
    if (fault === undefined) return;
    if (shrinks === undefined) {
      shrinks = 0;
      console.error(
        `graph ${counts.graphs} of seed ${seed} fails, and is made smaller:\n${built.text}\n${fault}`,
      );
    }
    throw new Error(fault);
  });
  const details = await fc.check(property, { numRuns: graphs, seed });
  if (!details.failed) return counts;
  const [smallest] = details.counterexample ?? [];
  const found = details.errorInstance;
  throw new Error(
    `graph ${details.numRuns} of seed ${seed} fails, smaller by ${details.numShrinks} steps:\n` +
      `${smallest === undefined ? '' : textOf(smallest)}\n` +
      `${found instanceof Error ? found.stack : String(found)}`,
  );
}

function textOf(program: Program): string {
  try {
    return build(program).text;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How often each op was in the graphs. */
export class Counts {
  readonly applied = new Map<string, number>();
  graphs = 0;

  add(built: Built): void {
    this.graphs++;
    for (const [name, count] of built.applied) {
      this.applied.set(name, (this.applied.get(name) ?? 0) + count);
    }
  }
}
