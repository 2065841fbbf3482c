/** Static options of a loop, and the positions of its parts among a node's inputs and outputs. */
import type { Dim } from '../../core/dim';
import type { LoopBody } from '../../graph/op';

export type ScanAttrs = {
  readonly body: LoopBody;
  readonly length: Dim;
  readonly reverse: boolean;
  /** For each sequence, the shift with which iteration t reads row t + shift. */
  readonly shifts: readonly number[];
};

/** Parts of a list, one for each length, and the rest. */
export type Parts<T, Lengths extends readonly number[]> = readonly [
  ...{ readonly [I in keyof Lengths]: readonly T[] },
  readonly T[],
];

/** Splits a list into consecutive parts of the given lengths and the rest. */
export function split<T, const Lengths extends readonly number[]>(
  items: readonly T[],
  ...lengths: Lengths
): Parts<T, Lengths>;
export function split<T>(
  items: readonly T[],
  ...lengths: readonly number[]
): readonly (readonly T[])[] {
  let at = 0;
  const parts = lengths.map((length) => {
    at += length;
    return items.slice(at - length, at);
  });
  return [...parts, items.slice(at)];
}
