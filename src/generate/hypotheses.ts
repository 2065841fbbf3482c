/** Reads the records of decoding: hypotheses, followed back through the rows that they came from. */
import type { TargetIds } from './strategy';

/** One decoded sequence. */
export interface Hypothesis {
  /** Without bos, ending before eos. */
  readonly ids: readonly number[];
  /** Whether it ended with eos, rather than with the longest length. */
  readonly finished: boolean;
  /** Sum of the tokens' log-probabilities, with that of eos; when kept. */
  readonly score: number | undefined;
  /** Log-probability of each token, and of eos when finished; when kept. */
  readonly tokenScores: readonly number[] | undefined;
  /** Attention of each token over the source [tokens][S]; when kept. */
  readonly weights: readonly (readonly number[])[] | undefined;
}

/** What was written down of each step: [rows, capacity] each, weights [rows, capacity, S]. */
export interface Records {
  readonly ids: ArrayLike<number>;
  readonly origins: ArrayLike<number> | undefined;
  readonly scores: ArrayLike<number> | undefined;
  readonly weights: ArrayLike<number> | undefined;
  readonly capacity: number;
  readonly sourceLength: number;
}

/** The hypothesis of a row after so many steps. */
export function followRow(
  records: Records,
  row: number,
  steps: number,
  { eos, pad }: TargetIds,
): Hypothesis {
  const { capacity, sourceLength } = records;
  const ids: number[] = [];
  const sums: number[] = [];
  const weights: (readonly number[])[] = [];
  let at = row;
  for (let step = steps - 1; step >= 0; step--) {
    const place = at * capacity + step;
    ids.unshift(records.ids[place] ?? pad);
    sums.unshift(records.scores?.[place] ?? 0);
    at = records.origins?.[place] ?? at;
    const kept = records.weights;
    if (kept !== undefined) {
      const from = (at * capacity + step) * sourceLength;
      weights.unshift(Array.from({ length: sourceLength }, (_, s) => kept[from + s] ?? 0));
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
    weights: records.weights === undefined ? undefined : weights.slice(0, tokens),
  };
}
