/** What compilation is worth: kernels that run fastest take longest to compile. */

/**
 * How often a plan will run, roughly: a few times, so that it had better be ready soon; some hundred
 * times; or for so long that what its kernels take to compile hardly counts.
 */
export type Startup = 'quick' | 'balanced' | 'thorough';

/** Multiply-adds that take 0.2 ms on SwiftShader: thousands of runs before compilation pays. */
const FEW_PRODUCTS = 2 ** 19;

/** What matters of the device and of what is asked of it. */
export interface StartupTarget {
  readonly software: boolean;
  /** 'balanced' by default. */
  readonly startup?: Startup;
}

/**
 * Whether a product of matrices should rather compile quickly.
 * @param products multiply-adds of a run
 */
export function startsQuickly(products: number, { software, startup }: StartupTarget): boolean {
  if (!software || startup === 'thorough') return false;
  return startup === 'quick' || products < FEW_PRODUCTS;
}

/** Runs after which the slowest kernels to compile have paid on SwiftShader, and the next to them. */
const MANY_RUNS = 1000;
const SOME_RUNS = 50;

/** The startup that suits a number of runs, such as training steps. */
export function startupFor(runs: number): Startup {
  if (runs >= MANY_RUNS) return 'thorough';
  return runs >= SOME_RUNS ? 'balanced' : 'quick';
}
