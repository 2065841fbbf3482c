/** Static options of a loop, and where its parts are among a node's inputs and outputs. */
import type { Dim } from '../../core/dim';
import type { LoopBody } from '../../graph/op';

export type ScanAttrs = {
  readonly body: LoopBody;
  readonly length: Dim;
  readonly reverse: boolean;
  /** For each sequence: iteration t reads its row t + shift. */
  readonly shifts: readonly number[];
};

/** Parts of a list, as many as there are lengths, and what remains. */
export type Parts<T, Lengths extends readonly number[]> = readonly [
  ...{ readonly [I in keyof Lengths]: readonly T[] },
  readonly T[],
];

/** A list cut into consecutive parts of the given lengths, and what remains. */
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
