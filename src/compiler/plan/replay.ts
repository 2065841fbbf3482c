/**
 * The order in which a plan's steps run: one after the other, and those of a loop in each
 * iteration.
 */
import type { Dim } from '../../core/dim';

/** Items `first` to `end - 1` are repeated `length` times. Any two loops are nested or disjoint. */
export interface LoopRange {
  readonly first: number;
  readonly end: number;
  readonly length: Dim;
}

/** Items and loops of items, in order. */
export type Sequence = readonly (number | { readonly loop: number; readonly items: Sequence })[];

/** The items 0 to `count - 1`, nested by the loops that they are in. */
export function nest(count: number, loops: readonly LoopRange[]): Sequence {
  const inside = (first: number, end: number, candidates: readonly number[]): Sequence => {
    const items: (number | { readonly loop: number; readonly items: Sequence })[] = [];
    for (let at = first; at < end; ) {
      const starting = candidates.filter((l) => loops[l]?.first === at);
      // Of loops that begin together the longest is outermost; of equal ones, the first in the
      // list.
      const lengthOf = (l: number) => loops[l]?.end ?? 0;
      const [outer] = starting.sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
      const range = outer === undefined ? undefined : loops[outer];
      if (outer === undefined || range === undefined) {
        items.push(at++);
        continue;
      }
      const rest = candidates.filter((l) => l !== outer);
      items.push({ loop: outer, items: inside(at, range.end, rest) });
      at = range.end;
    }
    return items;
  };
  return inside(
    0,
    count,
    loops.map((_, l) => l),
  );
}

/**
 * Visits every item in the order of execution.
 * @param counts iterations of each loop
 * @param iterations updated: the current iteration of each loop, and its count after the last one
 */
export function replay(
  sequence: Sequence,
  counts: readonly number[],
  iterations: number[],
  visit: (item: number) => void,
): void {
  for (const part of sequence) {
    if (typeof part === 'number') {
      visit(part);
      continue;
    }
    const count = counts[part.loop] ?? 0;
    for (let i = 0; i < count; i++) {
      iterations[part.loop] = i;
      replay(part.items, counts, iterations, visit);
    }
    iterations[part.loop] = count;
  }
}
