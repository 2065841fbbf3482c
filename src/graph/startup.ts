/** How often a plan will run decides how long its kernels may take to compile. */

/**
 * How often a plan will run, roughly: a few times, so that it should be ready soon; some hundred times; or
 * so often that the time its kernels take to compile hardly matters.
 */
export type Startup = 'quick' | 'balanced' | 'thorough';

/** Runs from which the slowest kernels to compile pay off on SwiftShader, and those just below them. */
const MANY_RUNS = 1000;
const SOME_RUNS = 50;

/** The startup that suits a number of runs, such as training steps. */
export function startupFor(runs: number): Startup {
  if (runs >= MANY_RUNS) return 'thorough';
  return runs >= SOME_RUNS ? 'balanced' : 'quick';
}
