/**
 * Reads hypotheses from the records of decoding, following back-pointers from the last step to the
 * first.
 */

/** Special ids of the target vocabulary. */
export interface TargetIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
}

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

/** Records of all decoding steps, each [rows, capacity, ...]. */
export interface Records {
  readonly data: ReadonlyMap<string, ArrayLike<number>>;
  readonly capacity: number;
  readonly sourceLength: number;
  /** The position in the records of each row's first token; 0 where there is none. */
  readonly firsts: ArrayLike<number>;
}

/** Where a hypothesis ends. */
export interface PathEnd {
  /** The row of its last recorded token. */
  readonly row: number;
  /** Number of its recorded tokens. */
  readonly steps: number;
  /** A further token, which is not in the records, and the hypothesis' score with it. */
  readonly last?: { readonly id: number; readonly score: number };
}

/** A token of a hypothesis. */
export interface PathToken {
  readonly id: number;
  /** Its row and position in records of what was chosen, as one index; undefined if not recorded. */
  readonly to: number | undefined;
  /** The row that it continues and its position, for records of what the choice was made from. */
  readonly from: number;
  /** The hypothesis' score up to here, if `to` is undefined. */
  readonly score?: number;
}

/** The tokens of a hypothesis in their order, up to eos. */
export type Path = readonly PathToken[];

/** The tokens of the hypothesis that ends there. */
export function followPath(records: Records, end: PathEnd, { eos, pad }: TargetIds): Path {
  const { data, capacity, firsts } = records;
  const [ids = [], origins] = [data.get('ids'), data.get('origins')];
  let { row } = end;
  // All rows of a sentence begin at the same position.
  const first = firsts[row] ?? 0;
  const path: PathToken[] = [];
  const next = first + end.steps;
  if (end.last !== undefined)
    path.push({ ...end.last, to: undefined, from: row * capacity + next });
  for (let position = Math.min(next, capacity) - 1; position >= first; position--) {
    const to = row * capacity + position;
    row = origins?.[to] ?? row;
    path.unshift({ id: ids[to] ?? pad, to, from: row * capacity + position });
  }
  const last = path.findIndex(({ id }) => id === eos || id === pad);
  return last < 0 ? path : path.slice(0, path[last]?.id === eos ? last + 1 : last);
}

/** The row of a record [rows, capacity, width] at an index of a path. */
export function recordAt(record: ArrayLike<number>, at: number, width: number): readonly number[] {
  return Array.from({ length: width }, (_, i) => record[at * width + i] ?? 0);
}

/** The hypothesis of a path. @param more what the strategy tells of it */
export function hypothesisOf(
  path: Path,
  { data, sourceLength }: Records,
  more: Partial<Hypothesis>,
  { eos }: TargetIds,
): Hypothesis {
  const finished = path.at(-1)?.id === eos;
  const tokens = finished ? path.slice(0, -1) : path;
  const weights = data.get('attention');
  return {
    ids: tokens.map(({ id }) => id),
    finished,
    score: undefined,
    tokenScores: undefined,
    attention: weights && tokens.map(({ from }) => recordAt(weights, from, sourceLength)),
    ...more,
  };
}
