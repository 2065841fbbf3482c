/**
 * Reads hypotheses from the records of decoding, following back-pointers from the last step to the
 * first.
 */
import type { TargetIds } from './strategy';

/** One decoded sequence. */
export interface Hypothesis {
  /** Token ids, without bos and eos. */
  readonly ids: readonly number[];
  /** Whether it ended with eos, rather than at the maximum length. */
  readonly finished: boolean;
  /** Sum of the log-probabilities of its tokens and eos, if the method computes them. */
  readonly score: number | undefined;
  /** Log-probability of each token, and of eos if finished, if the method computes them. */
  readonly tokenScores: readonly number[] | undefined;
  /** Attention weights of each token over the source [tokens][S], if they were recorded. */
  readonly attention: readonly (readonly number[])[] | undefined;
}

/** Records of all decoding steps: [rows, capacity] each, attention weights [rows, capacity, S]. */
export interface Records {
  readonly ids: ArrayLike<number>;
  readonly origins: ArrayLike<number> | undefined;
  readonly scores: ArrayLike<number> | undefined;
  readonly attention: ArrayLike<number> | undefined;
  readonly capacity: number;
  readonly sourceLength: number;
}

/** The hypothesis of a row after a number of decoding steps. */
export function followRow(
  records: Records,
  row: number,
  steps: number,
  { eos, pad }: TargetIds,
): Hypothesis {
  const { capacity, sourceLength } = records;
  const ids: number[] = [];
  const sums: number[] = [];
  const attention: (readonly number[])[] = [];
  let at = row;
  for (let step = steps - 1; step >= 0; step--) {
    const place = at * capacity + step;
    ids.unshift(records.ids[place] ?? pad);
    sums.unshift(records.scores?.[place] ?? 0);
    at = records.origins?.[place] ?? at;
    const weights = records.attention;
    if (weights !== undefined) {
      const from = (at * capacity + step) * sourceLength;
      attention.unshift(Array.from({ length: sourceLength }, (_, s) => weights[from + s] ?? 0));
    }
  }
  const end = ids.findIndex((id) => id === eos || id === pad);
  const finished = end >= 0 && ids[end] === eos;
  const tokens = end < 0 ? ids.length : end;
  const scored = sums.slice(0, finished ? tokens + 1 : tokens);
  const tokenScores = scored.map((sum, i) => sum - (scored[i - 1] ?? 0));
  const hasScores = records.scores !== undefined;
  return {
    ids: ids.slice(0, tokens),
    finished,
    score: hasScores ? (scored.at(-1) ?? 0) : undefined,
    tokenScores: hasScores ? tokenScores : undefined,
    attention: records.attention === undefined ? undefined : attention.slice(0, tokens),
  };
}
