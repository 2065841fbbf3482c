/** Pads labelled sequences to batches, with one label for each sequence or for each token. */
import { InputError } from '../core/errors';

/** A sequence of ids with one label, or with one label for each token. */
export interface Labelled {
  readonly tokens: readonly number[];
  readonly labels: readonly number[];
}

/** The label of padding, which is ignored in the loss. */
export const NO_LABEL = -1;

/** A batch of labelled sequences, padded at the right. Arrays are row-major. */
export interface LabelledBatch {
  /** B. */
  readonly size: number;
  /** T. */
  readonly length: number;
  /** [B, T]. */
  readonly tokens: Int32Array;
  /** [B]. */
  readonly lengths: Int32Array;
  /** [B, T] with a label for each token, else [B]. */
  readonly labels: Int32Array;
}

/**
 * Pads sequences to one batch, in the given order.
 * @param perToken whether every token has a label, rather than every sequence
 * @throws InputError if there is no sequence, or naming one that is empty or has a wrong number of
 *   labels
 */
export function labelledBatch(
  sequences: readonly Labelled[],
  { perToken, padId = 0 }: { readonly perToken: boolean; readonly padId?: number },
): LabelledBatch {
  if (sequences.length === 0) {
    throw new InputError('labelledBatch: expected at least one sequence, found none');
  }
  for (const [i, { tokens, labels }] of sequences.entries()) {
    const wanted = perToken ? tokens.length : 1;
    if (tokens.length > 0 && labels.length === wanted) continue;
    throw new InputError(
      `labelledBatch: sequence ${i} has ${tokens.length} tokens and ${labels.length} labels; ` +
        (perToken ? 'give each token one label' : 'give at least one token and exactly one label'),
    );
  }
  const size = sequences.length;
  const length = Math.max(...sequences.map(({ tokens }) => tokens.length));
  const pad = (value: number, columns: number, rows: readonly (readonly number[])[]) => {
    const ids = new Int32Array(size * columns).fill(value);
    rows.forEach((row, b) => {
      ids.set(row, b * columns);
    });
    return ids;
  };
  const labels = sequences.map((sequence) => sequence.labels);
  return {
    size,
    length,
    tokens: pad(
      padId,
      length,
      sequences.map(({ tokens }) => tokens),
    ),
    lengths: Int32Array.from(sequences, ({ tokens }) => tokens.length),
    labels: pad(NO_LABEL, perToken ? length : 1, labels),
  };
}
