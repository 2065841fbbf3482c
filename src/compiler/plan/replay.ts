/** The order in which a plan's steps run: one after the other, those of a loop over and over. */
import type { Dim } from '../../core/dim';

/** Items `first` to, without, `end` are repeated `length` times. Loops nest or lie apart. */
export interface LoopRange {
  readonly first: number;
  readonly end: number;
  readonly length: Dim;
}

/** An item, or a loop of such. */
export type Sequence = readonly (number | { readonly loop: number; readonly items: Sequence })[];

/** Items 0 to count with loops as parts of their own. */
export function nest(count: number, loops: readonly LoopRange[]): Sequence {
  const inside = (first: number, end: number, candidates: readonly number[]): Sequence => {
    const items: (number | { readonly loop: number; readonly items: Sequence })[] = [];
    for (let at = first; at < end; ) {
      const starting = candidates.filter((l) => loops[l]?.first === at);
      // Of loops that begin together the longest is outside; equal ones are listed outside first.
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
 * @param iterations kept up to date: the iteration each loop is in, and its count once it is done
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
