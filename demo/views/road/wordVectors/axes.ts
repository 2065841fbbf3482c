/** Principal axes of one picture after another, so that what is shown does not flip between them. */

type Rows = readonly (readonly number[])[];

/** How two axes are taken: in which order, and with which signs. */
export interface Turn {
  readonly order: readonly [first: number, second: number];
  readonly signs: readonly [first: 1 | -1, second: 1 | -1];
}

/**
 * Principal components have no sign of their own, and two of similar variance change places. Chooses
 * the order and the signs in which each of two axes is as near as possible to the previous one.
 * @param previous the axes of the picture before, [2][d]; undefined for none
 * @param found [2][d]
 */
export function turnOf(previous: Rows | undefined, found: Rows): Turn {
  if (previous === undefined) return { order: [0, 1], signs: [1, 1] };
  const product = (old: number, own: number) => dot(previous[old] ?? [], found[own] ?? []);
  const kept = Math.abs(product(0, 0)) + Math.abs(product(1, 1));
  const swapped = Math.abs(product(0, 1)) + Math.abs(product(1, 0));
  const order = swapped > kept ? ([1, 0] as const) : ([0, 1] as const);
  const sign = (axis: 0 | 1) => (product(axis, order[axis]) < 0 ? -1 : 1);
  return { order, signs: [sign(0), sign(1)] };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}
