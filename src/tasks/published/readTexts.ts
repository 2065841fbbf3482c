/** Reading texts with a published encoder, in batches or one at a time: what its tasks share. */
import { checkIds, defined, throwIfAborted } from '../../core/errors';
import type { EncodedText } from '../../text/published/tokenizer';
import { inspectionOf } from '../generation';
import type { ReadingOptions, TextOrPair } from '../readings';
import type { BatchReader, ReadingSetting } from '../readingTask';
import { batchesByLength } from './batches';
import { batchOf } from './reader';
import { encodeText } from './translation';

/** One row of the output for each text, in their order. */
export async function rowsOfBatches(
  { maxBatch, model }: ReadingSetting,
  reader: BatchReader,
  texts: readonly EncodedText[],
  signal: AbortSignal | undefined,
): Promise<readonly Float32Array[]> {
  const rows = new Map<number, Float32Array>();
  const lengths = texts.map(({ ids }) => ids);
  for (const ids of lengths) checkIds('read', ids, model.vocabulary);
  for (const batch of batchesByLength(lengths, maxBatch)) {
    throwIfAborted(signal, 'read');
    const { shape, data } = await reader.run(batch.map((i) => defined(texts[i], 'text')));
    const size = data.length / defined(shape[0], 'batch');
    batch.forEach((index, i) => {
      rows.set(index, Float32Array.from(data.subarray(i * size, (i + 1) * size)));
    });
  }
  return texts.map((_, i) => defined(rows.get(i), 'row'));
}

/** Whether the options look inside the model. */
export const looksInside = ({ inspect, interventions }: ReadingOptions): boolean =>
  inspect !== undefined || interventions !== undefined;

/** The output for one text, and what the options show inside. */
export async function readOne(
  { tokenizer, model }: ReadingSetting,
  reader: BatchReader,
  text: EncodedText,
  options: ReadingOptions,
  places?: readonly number[],
) {
  checkIds('read', text.ids, model.vocabulary);
  if (!looksInside(options)) {
    return { logits: Float32Array.from((await reader.run([text], places)).data) };
  }
  const reads = text.ids.map((id) => tokenizer.token(id));
  return inspectionOf(reader).look({ inputs: batchOf([text], places), reads, options });
}

/** @throws InputError for what is no text, or too long */
export function encodedText(
  where: string,
  { tokenizer, maxLength }: ReadingSetting,
  given: TextOrPair,
): EncodedText {
  const [text, pair] = typeof given === 'string' ? [given] : given;
  return encodeText(where, text, tokenizer, maxLength, pair === undefined ? {} : { pair });
}
