/** Cold start: the time from navigation to a page's first matrix product. */
import { relativeDifference } from './agreement';
import { matmulData } from './data/ops';
import { reference, taken } from './reference';
import type { Task } from './spec';

export const COLD_SPEC = { batch: 1, m: 256, k: 256, n: 256 } as const;

const TASK: Task = { kind: 'matmul', spec: COLD_SPEC };
/** The relative rounding error of a sum of 256 products. */
const TOLERANCE = 256 * 2 ** -24;

/**
 * Leaves the milliseconds since navigation in the document, as `data-cold-ms`, or what went wrong
 * as `data-cold-error`. While the device opens the operands are drawn, which `matmulData`
 * remembers.
 * @param multiply takes what was opened
 */
export async function coldStart<Opened>(
  open: () => Promise<Opened>,
  multiply: (opened: Opened) => Promise<Float32Array>,
): Promise<void> {
  const { dataset } = document.documentElement;
  try {
    const opening = open();
    matmulData(COLD_SPEC);
    const values = await multiply(await opening);
    // The clock of a page starts with its navigation.
    const elapsed = performance.now();
    const expected = reference(TASK);
    if (expected === undefined) throw new Error('cold start: no reference');
    const difference = relativeDifference(taken(values, expected), expected.values);
    if (!(difference <= TOLERANCE)) throw new Error(`cold start: wrong by ${difference}`);
    dataset.coldMs = String(elapsed);
  } catch (error) {
    dataset.coldError = error instanceof Error ? error.message : String(error);
  }
}
