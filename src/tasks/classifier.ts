/** Classification as an app calls it: load a classifier, classify texts, dispose. */
import { checkOptions, defined } from '../core/errors';
import type { FileSource } from '../io';
import { sequenceClassifier } from '../models/classifier';
import { type ClassifierDescription, readClassifierDescription } from './maskedFiles';
import { readMaskedText } from './maskedText';
import type { UnknownPolicy } from './modelFiles';
import { OnDevice } from './onDevice';
import { likeliest } from './probabilities';
import { loadReader, type ReaderOptions, type TextReader } from './textReader';

/** Options of classifying. */
export interface ClassifyOptions {
  /** What becomes of unknown words (default: the model's policy). */
  readonly unknown?: UnknownPolicy;
  readonly signal?: AbortSignal;
}

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
  classify(text: string, options: ClassifyOptions = {}): Promise<Classified> {
    checkOptions('classify', options, ['unknown', 'signal']);
    return this.resident.run((reader) => classify(reader, text, options), options.signal);
  }
}

async function classify(
  { description, logits }: TextReader<ClassifierDescription>,
  typed: string,
  { unknown }: ClassifyOptions,
): Promise<Classified> {
  const { model, vocabulary, text, labels } = description;
  const texts = { vocabulary, text, maskId: model.maskId, maxTokens: model.maxLength - 2 };
  const { ids } = readMaskedText('classify', typed, texts, unknown);
  const scores = await logits([vocabulary.bos, ...ids, vocabulary.eos]);
  const found = likeliest(scores, labels.length).map(({ index, probability }) => ({
    label: defined(labels[index], 'label'),
    probability,
  }));
  return { label: defined(found[0], 'label').label, labels: found };
}
