/** How many inputs and outputs an op has: checked once, where it is applied, and relied on from there. */
import { ShapeError } from '../core/errors';
import type { Repeated } from '../core/repeated';

/** So many, or from the least to the most: `2`, `[1, 3]`, and `[1, Infinity]` for one or more. */
export type Count = number | readonly [least: number, most: number];

/** So many or more: `[N, Infinity]`. */
export type AtLeast<N extends number> = readonly [least: N, most: number];

/** A list of a count of values: a tuple, or at least so many and the others that there are. */
export type Counted<T, C extends Count> = ListOf<T, Places<C>>;

/**
 * A list with a value for each place of another. TypeScript compares mapped types by their members, so that
 * an op of two inputs is an op.
 */
export type ListOf<T, List extends readonly unknown[]> = { readonly [I in keyof List]: T };

/** The places of a list of a count. */
export type Places<C extends Count> = [Count] extends [C]
  ? readonly unknown[]
  : C extends number
    ? Repeated<unknown, C>
    : C extends readonly [infer Least extends number, number]
      ? readonly [...Repeated<unknown, Least>, ...unknown[]]
      : never;

/**
 * Checks the length of a list against a count, which is 1 when left out.
 * @throws ShapeError with expected and found when there are more or fewer
 */
export function checkCount(what: string, { length }: ArrayLike<unknown>, count: Count = 1): void {
  const [least, most] = typeof count === 'number' ? [count, count] : count;
  if (length >= least && length <= most) return;
  const text = least === most ? least : `${least} to ${most}`;
  throw new ShapeError(`${what}: expected ${text}, found ${length}`);
}
