/** Decoding many sequences in batches of similar length. */
import { defined } from '../../core/errors';
import type { HostTensor } from '../../core/hostTensor';
import type { Decoding } from '../../generate/decoder';
import type { Hypothesis } from '../../generate/hypotheses';
import type { ModelOnDevice } from '../decodingModel';

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
  const decoder = await model.decoder(decoding);
  const results = new Map<number, readonly Hypothesis[]>();
  for (const batch of batchesByLength(sequences, maxBatch)) {
    const reports = batch.map((index) => reporter(stream(), (token) => onToken?.(token, index)));
    const { source, lengths } = padded(batch.map((i) => defined(sequences[i], 'sequence')));
    const onIds = (rows: readonly (readonly number[])[]) => {
      // A search may still replace its tokens.
      if (decoder.revises) return;
      for (const [at, ids] of rows.entries()) reports[at]?.(ids);
    };
    const found = await decoder.decode(source, lengths, { signal, seed, decoding, onIds });
    found.forEach((hypotheses, at) => {
      reports[at]?.(hypotheses[0]?.ids ?? [], true);
      results.set(defined(batch[at], 'index'), hypotheses);
    });
  }
  return sequences.map((_, index) => defined(results.get(index), 'hypotheses'));
}

/** Passes on the text that further ids complete. */
function reporter(next: (id?: number) => string, onText: (text: string) => void) {
  let reported = 0;
  return (ids: readonly number[], isEnd = false): void => {
    for (const id of ids.slice(reported)) pass(next(id));
    reported = Math.max(reported, ids.length);
    if (isEnd) pass(next());
  };

  function pass(text: string): void {
    if (text !== '') onText(text);
  }
}

/** Sequences as a batch, padded on the right. */
function padded(rows: readonly (readonly number[])[]): {
  readonly source: HostTensor;
  readonly lengths: HostTensor;
} {
  const longest = Math.max(...rows.map((ids) => ids.length));
  const data = new Int32Array(rows.length * longest);
  rows.forEach((ids, i) => {
    data.set(ids, i * longest);
  });
  return {
    source: { shape: [rows.length, longest], data },
    lengths: { shape: [rows.length], data: Int32Array.from(rows, (ids) => ids.length) },
  };
}

/**
 * Indices of sequences in batches, the shortest first. A sequence that would more than double the
 * tokens of its batch by padding begins another one.
 */
export function batchesByLength(
  sequences: readonly (readonly number[])[],
  maxBatch: number,
): readonly (readonly number[])[] {
  const length = (index: number) => sequences[index]?.length ?? 0;
  const order = [...sequences.keys()].sort((a, b) => length(a) - length(b) || a - b);
  const batches: number[][] = [];
  let tokens = 0;
  for (const index of order) {
    const batch = batches.at(-1);
    const sum = tokens + length(index);
    const fits = batch !== undefined && batch.length < maxBatch;
    if (fits && (batch.length + 1) * length(index) <= 2 * sum) {
      batch.push(index);
      tokens = sum;
    } else {
      batches.push([index]);
      tokens = length(index);
    }
  }
  return batches;
}
