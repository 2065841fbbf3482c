/** A way of decoding that follows given ids, and shows the scores from which it would choose. */
import type { DecodingMethod, HypothesisPath, Strategy } from 'qkv/generate';
import { ops } from 'qkv/graph';

/** The kind of `scoreProbe`. */
export const PROBE = 'probe';

/** Follows ids [rows][steps], and calls `onScores` with those of step `at`, row after row. */
export function scoreProbe(
  ids: readonly (readonly number[])[],
  at: number,
  onScores: (scores: readonly number[]) => void,
): DecodingMethod {
  const create = (): Strategy => ({
    key: PROBE,
    width: 1,
    reorders: false,
    scores: false,
    needsAttention: false,
    states: ({ rows, maxLength }) => ({
      follow: { dtype: 'i32', shape: [maxLength, rows] },
      time: { dtype: 'i32', shape: [1] },
    }),
    inputs: ({ batch, maxLength }) => ({ follow: { dtype: 'i32', shape: [maxLength, batch] } }),
    values: ({ batch, maxLength }) => ({
      follow: {
        shape: [maxLength, batch],
        data: Int32Array.from(
          { length: maxLength * batch },
          (_, i) => ids[i % batch]?.[Math.floor(i / batch)] ?? 0,
        ),
      },
    }),
    start: (_, inputs) => ({ follow: inputs('follow'), time: ops.fill([1], 0, 'i32') }),
    records: ({ rows, vocabulary }) => ({ seen: { dtype: 'f32', shape: [rows, vocabulary] } }),
    choose: ({ open, logits, state, token }) => ({
      token: ops.reshape(ops.takeRow(state('follow'), state('time')), token.shape),
      origins: undefined,
      state: { time: ops.increment(state('time')) },
      records: { seen: open(logits) },
    }),
    paths: (_, { steps }) => {
      const path: HypothesisPath = [{ id: 0, to: 0, from: 0 }];
      return steps > at ? [path.slice(1)] : [Array(steps).fill(path[0])];
    },
    describe: (_, { data, capacity }) => {
      const seen = data.get('seen') ?? [];
      const positions = data.get('position') ?? [];
      const vocabulary = seen.length / capacity / ids.length;
      onScores(
        ids.flatMap((_ids, b) => {
          const total = data.get('time')?.[0] ?? 0;
          const place = b * capacity + (positions[b] ?? 0) - total + at;
          return Array.from({ length: vocabulary }, (_, id) => seen[place * vocabulary + id] ?? 0);
        }),
      );
      return {};
    },
  });
  return { kind: PROBE, create };
}
