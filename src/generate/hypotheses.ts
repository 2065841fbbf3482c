/**
 * Reads hypotheses from the records of decoding, following back-pointers from the last step to the
 * first.
 */

/** Special ids of the target vocabulary. */
export interface TargetIds {
  /** Fills rows that have ended; -1 for a model that may generate each of its ids. */
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
  /** Ids that are never generated, besides pad (default: bos). */
  readonly never?: readonly number[];
  /** The id of a token, for options that name tokens; undefined for an unknown one. */
  id?(token: string): number | undefined;
  /** The text of an id, for results that name tokens. */
  token?(id: number): string;
}

/** One decoded sequence. */
export interface Hypothesis {
  /** Token ids, without bos and eos. */
  readonly ids: readonly number[];
  /** Whether it ended with eos, rather than at the maximum length. */
  readonly finished: boolean;
  /** Sum of the log-probabilities of its tokens and eos, if the method computes them. */
  readonly score: number | undefined;
  /** What a search with a length penalty ranked it by, if the method tells. */
  readonly rank?: number;
  /** Log-probability of each token, and of eos if finished, if the method computes them. */
  readonly tokenScores: readonly number[] | undefined;
  /** Attention weights of each token over the source [tokens][S], if they were recorded. */
  readonly attention: readonly (readonly number[])[] | undefined;
  /**
   * The likeliest tokens instead of each token, and of eos if finished, in descending order (with
   * the option `alternatives`).
   */
  readonly alternatives?: readonly (readonly Alternative[])[];
  /** The search that it comes from, which the sentence's hypotheses share (with `searchTree`). */
  readonly tree?: SearchTree;
  /** Index of its last node in the tree; undefined if it has no token. */
  readonly node?: number | undefined;
}

/** A token that could have been chosen. */
export interface Alternative {
  readonly id: number;
  /** Its text, where the decoder knows the vocabulary. */
  readonly token: string | undefined;
  /** Its probability, after biases and before anything that restricts the choice. */
  readonly probability: number;
}

/** A token that was kept at a step. */
export interface SearchNode {
  readonly id: number;
  /** Its text, where the decoder knows the vocabulary. */
  readonly token: string | undefined;
  /** Index of the node before it, which is smaller than its own; undefined for a first token. */
  readonly parent: number | undefined;
  /** Log-probability of the token after those before it. */
  readonly logProbability: number;
}

/** Tokens of one sentence as a tree, or as several where hypotheses begin differently. */
export interface SearchTree {
  readonly nodes: readonly SearchNode[];
}

/**
 * Records of all decoding steps, each [rows, capacity, ...], and last values of the strategy's
 * states.
 */
export interface Records {
  readonly data: ReadonlyMap<string, ArrayLike<number>>;
  readonly capacity: number;
  readonly sourceLength: number;
  /** Number of steps so far. */
  readonly steps: number;
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

/**
 * The tokens of a hypothesis.
 * @param row the row of its last recorded token  @param steps number of its recorded tokens
 * @param last a further token that is not recorded, and the hypothesis' score with it
 */
export function followPath(
  { data, capacity, steps: total }: Records,
  row: number,
  steps: number,
  { eos, pad }: TargetIds,
  last?: { readonly id: number; readonly score: number },
): Path {
  const ids = data.get('ids') ?? [];
  const origins = data.get('origins');
  // The position of the first token; all rows of a sentence begin at the same one.
  const first = (data.get('position')?.[row] ?? total) - total;
  const next = first + steps;
  const path: PathToken[] = [];
  if (last !== undefined) path.push({ ...last, to: undefined, from: row * capacity + next });
  let at = row;
  for (let position = Math.min(next, capacity) - 1; position >= first; position--) {
    const to = at * capacity + position;
    at = origins?.[to] ?? at;
    path.unshift({ id: ids[to] ?? pad, to, from: at * capacity + position });
  }
  const end = path.findIndex(({ id }) => id === eos || id === pad);
  return end < 0 ? path : path.slice(0, path[end]?.id === eos ? end + 1 : end);
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
