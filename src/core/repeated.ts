/** Lists whose length TypeScript knows. */
import { assert } from './errors';

/** A list of exactly N values, `Found` and more of them; of any number where N is not known. */
export type Repeated<
  T,
  N extends number,
  Found extends readonly T[] = readonly [],
> = number extends N
  ? readonly T[]
  : Found['length'] extends N
    ? Found
    : Repeated<T, N, readonly [...Found, T]>;

/** The list as a tuple of N values, or an internal error. */
export function exactly<T, const N extends number>(
  list: readonly T[],
  count: N,
  what: string,
): Repeated<T, N>;
export function exactly<T>(list: readonly T[], count: number, what: string): readonly T[] {
  assert(list.length === count, `expected ${count} ${what}, found ${list.length}`);
  return list;
}
