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

/** A list cut into consecutive parts of the given lengths, and what remains. */
export function split<T>(items: readonly T[], ...lengths: readonly number[]): readonly T[][] {
  let at = 0;
  const parts = lengths.map((length) => {
    at += length;
    return items.slice(at - length, at);
  });
  return [...parts, items.slice(at)];
}
