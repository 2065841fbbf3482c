/** Classification as an app calls it: load a classifier, classify texts, dispose. */
import { checkOptions, defined } from '../core/errors';
import type { ValueNames } from '../inspect/describe';
import type { FileSource } from '../io';
import { sequenceClassifier } from '../models/classifier';
import { inspectionOf } from './generation';
import { type ClassifierDescription, readClassifierDescription } from './maskedFiles';
import { readMaskedText } from './maskedText';
import type { Inspected } from './modelInspection';
import { OnDevice } from './onDevice';
import { likeliest } from './probabilities';
import {
  loadReader,
  READING_OPTIONS,
  type ReaderOptions,
  type ReadingOptions,
  readText,
  type TextReader,
} from './textReader';

/** Options of classifying. */
export type ClassifyOptions = ReadingOptions;

/** A label with its probability. */
export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** A classified text. */
export interface Classified {
  /** The likeliest label. */
  readonly label: string;
  /** All labels, the likeliest first. */
  readonly labels: readonly LabelProbability[];
  /** What the options `inspect` and `interventions` show. */
  readonly inspected?: Inspected;
}

/** Classifies texts with a model on a device. */
export class Classifier extends OnDevice<TextReader<ClassifierDescription>> {
  /**
   * Loads a classifier from a folder with model.json and model.safetensors, such as `fineTune` saves.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their
   *   contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import; AbortedError
   */
  static async load(source: FileSource, options: ReaderOptions): Promise<Classifier> {
    const task = {
      what: 'classifier',
      read: readClassifierDescription,
      labeller: ({ model, labels }: ClassifierDescription) =>
        sequenceClassifier(model, labels.length),
    };
    return new Classifier(await loadReader(task, source, options));
  }

  /** The names of the classes. */
  get labels(): readonly string[] {
    return this.resident.value.description.labels;
  }

  /**
   * Classifies a text.
   * @throws InputError for an empty or over-long text or an unknown word; AbortedError;
   *   DisposedError; DeviceLostError
   */
  async classify(text: string, options: ClassifyOptions = {}): Promise<Classified> {
    checkOptions('classify', options, READING_OPTIONS);
    return this.resident.run((reader) => classify(reader, text, options), options.signal);
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
