/** Classification as an app calls it: load a classifier, classify texts, dispose. */

import { checkOptions, defined } from '../core/errors';
import type { ValueNames } from '../inspect/describe';
import { sequenceClassifier } from '../models/classifier';
import { inspectionOf } from './generation';
import { type ClassifierDescription, readClassifierDescription } from './maskedFiles';
import { readMaskedText } from './maskedText';
import { OnDevice } from './onDevice';
import { likeliest } from './probabilities';
import { classifying } from './published/classifying';
import type { ReaderSource } from './publishedSource';
import type { Classified, ClassifyOptions, TextOrPair } from './readings';
import { READING_OPTIONS, type ReaderOptions, type TextReader } from './readings';
import { loadReader, oneText, readText } from './textReader';

/** Classifies texts with a model on a device. */
export class Classifier extends OnDevice<
  TextReader<ClassifierDescription, ClassifyOptions, Classified>
> {
  /**
   * Loads a classifier from a folder with model.json and model.safetensors, such as `fineTune` saves.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their
   *   contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import; AbortedError
   */
  static async load(source: ReaderSource, options: ReaderOptions): Promise<Classifier> {
    const task = {
      what: 'classifier',
      published: classifying,
      read: readClassifierDescription,
      labeller: ({ model, labels }: ClassifierDescription) =>
        sequenceClassifier(model, labels.length),
    } as const;
    return new Classifier(await loadReader(task, source, options));
  }

  /** The names of the classes. */
  get labels(): readonly string[] {
    return this.resident.value.description.labels;
  }

  /**
   * Classifies a text, or with a published model a pair of texts.
   * @throws InputError for an empty or over-long text or an unknown word; AbortedError;
   *   DisposedError; DeviceLostError
   */
  async classify(text: TextOrPair, options: ClassifyOptions = {}): Promise<Classified> {
    return defined((await this.classifyAll([text], options))[0], 'text');
  }

  /**
   * Classifies several texts; a published model reads them together, up to the `batch` that was
   * passed to `hubEncoder`.
   * @throws as `classify`
   */
  async classifyAll(
    texts: readonly TextOrPair[],
    options: ClassifyOptions = {},
  ): Promise<readonly Classified[]> {
    checkOptions('classify', options, READING_OPTIONS);
    return this.resident.run(async (reader) => {
      if (reader.published) return reader.published(texts, options);
      const all: Classified[] = [];
      for (const text of texts) {
        all.push(await classify(reader, oneText('classify', text), options));
      }
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

async function classify(
  reader: TextReader<ClassifierDescription>,
  typed: string,
  options: ClassifyOptions,
): Promise<Classified> {
  const { model, vocabulary, text, labels } = reader.description;
  const texts = { vocabulary, text, maskId: model.maskId, maxTokens: model.maxLength - 2 };
  const { ids } = readMaskedText('classify', typed, texts, options.unknown);
  const { logits, ...inside } = await readText(reader, ids, options);
  const found = likeliest(logits, labels.length).map(({ index, probability }) => ({
    label: defined(labels[index], 'label'),
    probability,
  }));
  return { label: defined(found[0], 'label').label, labels: found, ...inside };
}
