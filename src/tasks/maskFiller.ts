/** Filling in masks as an app calls it: load a model, fill in, dispose. */

import { checkOptions, defined, InputError, OptionError } from '../core/errors';
import type { ValueNames } from '../inspect/describe';
import { inspectionOf } from './generation';
import { type MaskedDescription, readMaskedDescription } from './maskedFiles';
import { MASK, readMaskedText } from './maskedText';
import { OnDevice } from './onDevice';
import { likeliest } from './probabilities';
import { filling } from './published/filling';
import type { ReaderSource } from './publishedSource';
import type { FilledText, FillOptions, TextOrPair } from './readings';
import { READING_OPTIONS, type ReaderOptions, type TextReader } from './readings';
import { loadReader, oneText, readText } from './textReader';

/** Fills in masks with a model on a device. */
export class MaskFiller extends OnDevice<TextReader<MaskedDescription, FillOptions, FilledText>> {
  /**
   * Loads a model from a folder with model.json and model.safetensors.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their
   *   contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import; AbortedError
   */
  static async load(source: ReaderSource, options: ReaderOptions): Promise<MaskFiller> {
    const task = {
      what: 'mask filler',
      published: filling,
      read: readMaskedDescription,
      labeller: ({ model }: MaskedDescription) => model,
    } as const;
    return new MaskFiller(await loadReader(task, source, options));
  }

  /**
   * Predicts the tokens behind each `[MASK]` of a text from the words on both sides of it. In texts
   * for published models, a mask is written as their tokenizer has it, such as `<mask>`.
   * @param text for published models also two texts, of which the second follows the first
   * @throws InputError for a text without masks, an over-long one or an unknown word; OptionError;
   *   AbortedError; DisposedError; DeviceLostError
   */
  async fill(text: TextOrPair, options: FillOptions = {}): Promise<FilledText> {
    return defined((await this.fillAll([text], options))[0], 'text');
  }

  /**
   * Fills in several texts; a published model reads them together, up to the `batch` that was passed
   * to `hubEncoder`.
   * @throws as `fill`
   */
  async fillAll(
    texts: readonly TextOrPair[],
    options: FillOptions = {},
  ): Promise<readonly FilledText[]> {
    checkOptions('fill', options, ['count', ...READING_OPTIONS]);
    return this.resident.run(async (reader) => {
      if (reader.published) return reader.published(texts, options);
      const all: FilledText[] = [];
      for (const text of texts) all.push(await fill(reader, oneText('fill', text), options));
      return all;
    }, options.signal);
  }

  /**
   * Names of the values inside the model, for the option `inspect`. Nothing runs.
   * @throws OptionError without the load option `inspection`
   */
  valueNames(): Promise<ValueNames> {
    return this.resident.runNow(async (reader) => inspectionOf(reader).names());
  }
}

async function fill(reader: TextReader, typed: string, options: FillOptions): Promise<FilledText> {
  const { count = 5, unknown } = options;
  const { model, vocabulary, text } = reader.description;
  if (!(Number.isInteger(count) && count >= 1 && count <= vocabulary.size)) {
    throw new OptionError(`fill: count must be 1 to ${vocabulary.size}, found ${count}`);
  }
  const texts = { vocabulary, text, maskId: model.maskId, maxTokens: model.maxLength - 2 };
  const { ids, masks } = readMaskedText('fill', typed, texts, unknown);
  if (masks.length === 0) {
    throw new InputError(`fill: the text has no ${MASK}; write it in place of a word`);
  }
  const { logits, ...inside } = await readText(reader, ids, options);
  const never = new Set([vocabulary.pad, vocabulary.bos, vocabulary.eos, model.maskId]);
  const candidates = masks.map((place) => {
    // The first row is that of bos.
    const row = logits.subarray((place + 1) * model.vocabulary, (place + 2) * model.vocabulary);
    return likeliest(row, count, never).map(({ index, probability }) => ({
      token: vocabulary.token(index),
      probability,
    }));
  });
  const words = candidates.map(([best]) => best?.token ?? MASK);
  return {
    text: typed.split(MASK).reduce((a, b, i) => a + (words[i - 1] ?? MASK) + b),
    masks: candidates,
    ...inside,
  };
}
