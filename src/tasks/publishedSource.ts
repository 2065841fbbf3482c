/**
 * The interface of published models as a source of loads. What reads them is in the folder
 * published, and comes with the source, so that apps without published models do not bundle it.
 */
import type { Decoding } from '../generate/decoder';
import type { FileSource, OpenOptions } from '../io';
import type { ChatMessage } from '../text/published/chatTemplate';
import type { Classified, ClassifyOptions } from './classifier';
import type { EmbedOptions } from './embedder';
import type { ModelOnDevice } from './loadModel';
import type { LoadMeter } from './loadProgress';
import type { ClassifierDescription } from './maskedFiles';
import type { FilledText, FillOptions } from './maskFiller';
import type { AnyDescription, DescriptionReaders } from './modelFiles';
import type { OpenedParameters } from './parameterFiles';
import type { CreationContext } from './resident';
import type { ReaderOptions, TextReader } from './textReader';
import type { Translation, TranslationOptions } from './translator';
import type { WritingOptions, Written } from './writer';

/** A published model, made by `hub`: a source that loads take in place of files. */
export interface PublishedSource {
  /**
   * Opens its files, and reads what describes a model that decodes.
   * @throws DownloadError; FormatError for a damaged file; OptionError for a missing import or a
   *   value that is not supported; AbortedError
   */
  open(options: DescriptionReaders & OpenOptions, meter: LoadMeter): Promise<OpenedModel>;
  /**
   * Loads a model that reads texts.
   * @throws as `open`; DeviceError
   */
  createReader(
    task: ReadingTask,
    options: ReaderOptions,
    context: CreationContext,
  ): Promise<PublishedReader>;
}

/** What is done with texts that are read. */
export type ReadingTask = 'fill' | 'classify' | 'embed';

/** A published model that reads texts, with what its task does. */
export interface PublishedReader extends TextReader<ClassifierDescription> {
  readonly published: PublishedReading;
}

/** What is done with a text, or a pair of texts. */
export type TextOrPair = string | readonly [text: string, pair: string];

/** How a published model reads texts: its task has one of these. */
export interface PublishedReading {
  /** @throws as MaskFiller.fill */
  fill(texts: readonly TextOrPair[], options: FillOptions): Promise<readonly FilledText[]>;
  /** @throws as Classifier.classify */
  classify(texts: readonly TextOrPair[], options: ClassifyOptions): Promise<readonly Classified[]>;
  /** @throws as Embedder.embed */
  embed(texts: readonly string[], options: EmbedOptions): Promise<readonly Float32Array[]>;
}

/** A model that decodes, of which the description has been read. */
export interface OpenedModel {
  /** The files with the parameters, to be read once. */
  readonly files: OpenedParameters;
  /** Bytes that have been reported as downloaded. */
  readonly received: number;
  readonly description: AnyDescription;
  /** Largest number of texts that are decoded together (default 1). */
  readonly maxBatch?: number;
  /** The decoding that is compiled during the load (default: the task's). */
  readonly decoding?: Decoding;
}

/** How a published model translates. */
export interface PublishedTranslation {
  /** @throws as Translator.translate */
  translate(
    model: ModelOnDevice,
    texts: readonly string[],
    options: TranslationOptions,
    adapter: string,
  ): Promise<readonly Translation[]>;
}

/** How a published model continues prompts. */
export interface PublishedWriting {
  /** @param prompts texts, or conversations  @throws as Writer.write */
  write(
    model: ModelOnDevice,
    prompts: readonly (string | readonly ChatMessage[])[],
    options: WritingOptions,
    adapter: string,
  ): Promise<readonly Written[]>;
}

/** What a model is loaded from: a folder with model.json, or a published model. */
export type ModelSource = FileSource | PublishedSource;

/** Whether a source says itself how it is read. */
export function isPublished(source: ModelSource): source is PublishedSource {
  return typeof Object(source).open === 'function';
}
