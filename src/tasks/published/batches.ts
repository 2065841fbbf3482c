/** Decoding many sequences in batches of similar length. */
import { defined } from '../../core/errors';
import type { Decoding } from '../../generate/decoder';
import type { Hypothesis } from '../../generate/hypotheses';
import type { ModelOnDevice } from '../loadModel';

/** How sequences are decoded. */
export interface BatchOptions {
  /** Largest number of sequences that are decoded together. */
  readonly maxBatch: number;
  readonly signal?: AbortSignal | undefined;
  readonly seed?: number | undefined;
  /** Called with the text that each id completes, and the index of its sequence. */
  readonly onToken?: ((token: string, index: number) => void) | undefined;
  /** Makes the function that turns successive ids of a sequence into text. */
  stream(): (id?: number) => string;
}

/**
 * Decodes sequences. The shortest come first, so that those of a batch need little padding; results
 * are in the order of the sequences.
 */
export async function decodeInBatches(
  model: ModelOnDevice,
  sequences: readonly (readonly number[])[],
  decoding: Decoding,
  { maxBatch, signal, seed, onToken, stream }: BatchOptions,
): Promise<readonly (readonly Hypothesis[])[]> {
  const results = new Map<number, readonly Hypothesis[]>();
  for (const batch of batchesByLength(sequences, maxBatch)) {
    const next = batch.map(stream);
    const report = (at: number, id?: number) => {
      const piece = next[at]?.(id) ?? '';
      if (piece !== '') onToken?.(piece, defined(batch[at], 'index'));
    };
    const rows = batch.map((index) => defined(sequences[index], 'sequence'));
    const onId = onToken && ((id: number, at: number) => report(at, id));
    const found = await model.decodeRows(rows, decoding, { signal, seed, onId });
    found.forEach((hypotheses, at) => {
      report(at);
      results.set(defined(batch[at], 'index'), hypotheses);
    });
  }
  return sequences.map((_, index) => defined(results.get(index), 'hypotheses'));
}

/** Indices of sequences in batches, the shortest first. */
export function batchesByLength(
  sequences: readonly (readonly number[])[],
  maxBatch: number,
): readonly (readonly number[])[] {
  const length = (index: number) => sequences[index]?.length ?? 0;
  const order = [...sequences.keys()].sort((a, b) => length(a) - length(b) || a - b);
  const count = Math.ceil(order.length / maxBatch);
  return Array.from({ length: count }, (_, i) => order.slice(i * maxBatch, (i + 1) * maxBatch));
}
