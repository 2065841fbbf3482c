/** What compilation is worth: kernels that run fastest take longest to compile. */

/** Multiply-adds that take 0.2 ms on SwiftShader: thousands of runs before compilation pays. */
const FEW_PRODUCTS = 2 ** 19;

/** What matters of the device and of what is asked of it. */
export interface StartupTarget {
  readonly software: boolean;
  /** Prefer kernels that compile quickly to those that run fastest. */
  readonly quickStart?: boolean;
}

/**
 * Whether a product of matrices should rather compile quickly.
 * @param products multiply-adds of a run
 */
export function startsQuickly(products: number, { software, quickStart }: StartupTarget): boolean {
  return software && (quickStart === true || products < FEW_PRODUCTS);
}
