/** A recurrent network that guesses the next word (Elman 1990), in float64 and plain loops. No DOM. */

/** Its weights, by rows. */
export interface Network {
  /** The words that it knows; the first ones are not words. */
  readonly vocabulary: readonly string[];
  /** Units of the state, and numbers of a word's vector. */
  readonly size: number;
  /** [vocabulary, size]: the vectors of words. */
  readonly vectors: ArrayLike<number>;
  /** [size, size] */
  readonly ofInput: ArrayLike<number>;
  /** [size, size] */
  readonly ofState: ArrayLike<number>;
  /** [size] */
  readonly bias: ArrayLike<number>;
  /** [vocabulary, size] */
  readonly ofOutput: ArrayLike<number>;
  /** [vocabulary] */
  readonly outputBias: ArrayLike<number>;
}

/** Ids of what are no words. */
export const BEGIN = 1;
export const END = 2;
export const UNKNOWN = 3;

/** What one step computes, term by term. */
export interface Step {
  readonly x: readonly number[];
  /** W_x x_t */
  readonly fromInput: readonly number[];
  /** h_(t-1) */
  readonly before: readonly number[];
  /** W_h h_(t-1) */
  readonly fromState: readonly number[];
  /** The sum with the bias. */
  readonly sum: readonly number[];
  /** tanh of the sum. */
  readonly h: readonly number[];
  /** Odds of each word to be the next one. */
  readonly z: readonly number[];
}

/** matrix @ vector, for as many rows as there are. */
function times(matrix: ArrayLike<number>, vector: readonly number[]): readonly number[] {
  const columns = vector.length;
  return Array.from({ length: matrix.length / columns }, (_, row) => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += (matrix[row * columns + i] ?? 0) * (vector[i] ?? 0);
    return sum;
  });
}

/** One time step. @param before the state before it */
function stepOf(network: Network, id: number, before: readonly number[]): Step {
  const { size, vectors, ofInput, ofState, bias, ofOutput, outputBias } = network;
  const x = Array.from({ length: size }, (_, i) => vectors[id * size + i] ?? 0);
  const [fromInput, fromState] = [times(ofInput, x), times(ofState, before)];
  const sum = fromInput.map((value, i) => value + (fromState[i] ?? 0) + (bias[i] ?? 0));
  const h = sum.map(Math.tanh);
  const logits = times(ofOutput, h).map((value, i) => value + (outputBias[i] ?? 0));
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const total = powers.reduce((all, power) => all + power, 0);
  return { x, fromInput, before, fromState, sum, h, z: powers.map((power) => power / total) };
}

/** Reads words one after the other, from a state of zeros. */
export function read(network: Network, ids: readonly number[]): readonly Step[] {
  const steps: Step[] = [];
  for (const id of ids) {
    steps.push(stepOf(network, id, steps.at(-1)?.h ?? new Array<number>(network.size).fill(0)));
  }
  return steps;
}

/** The words of a text, with the beginning before them, as the network knows them. */
export function idsOf({ vocabulary }: Network, words: readonly string[]): readonly number[] {
  return words.map((word) => {
    const id = vocabulary.indexOf(word);
    return id < 0 ? UNKNOWN : id;
  });
}

/** The words of a typed text. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');

/** The Euclidean distance between two states. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));
}

/** The likeliest next words, and their odds. */
export function likeliest(
  { vocabulary }: Network,
  z: readonly number[],
  count: number,
): readonly { readonly word: string; readonly odds: number; readonly id: number }[] {
  return z
    .map((odds, id) => ({ word: vocabulary[id] ?? '', odds, id }))
    .toSorted((a, b) => b.odds - a.odds)
    .slice(0, count);
}
