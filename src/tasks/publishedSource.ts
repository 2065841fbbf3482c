/**
 * The interface of published models as a source of loads. What reads them is in the folder
 * published, and comes with the source, so that apps without published models do not bundle it.
 */

import type { Decoding } from '../generate/decoder';
import type { FileSource, OpenOptions } from '../io';
import type { PublishedTranslation, PublishedWriting } from './decodingModel';
import type { LoadMeter } from './loadProgress';
import type { ClassifierDescription } from './maskedFiles';
import type { AnyDescription, DescriptionReaders } from './modelFiles';
import type { OpenedParameters } from './parameterFiles';
import type { PublishedReading, ReaderOptions, TextReader } from './readings';
import type { ReadingTask } from './readingTask';
import type { CreationContext } from './resident';

/** A published model that generates, made by `hub`: a source that loads take in place of files. */
export interface PublishedSource {
  /**
   * Opens its files, and reads what describes the model.
   * @throws DownloadError; FormatError for a damaged file; OptionError for a missing import or a
   *   value that is not supported; AbortedError
   */
  open(options: DescriptionReaders & OpenOptions, meter: LoadMeter): Promise<OpenedModel>;
}

/** A published model that reads texts, made by `hubEncoder`. */
export interface PublishedEncoder {
  /**
   * Loads the model.
   * @throws as `PublishedSource.open`; DeviceError
   */
  createReader<Options, Answer>(
    task: ReadingTask<Options, Answer>,
    options: ReaderOptions,
    context: CreationContext,
  ): Promise<PublishedReader<Options, Answer>>;
}

/** A published model that reads texts, with what its task does. */
export interface PublishedReader<Options, Answer>
  extends TextReader<ClassifierDescription, Options, Answer> {
  readonly published: PublishedReading<Options, Answer>;
}

/** A model that decodes, of which the description has been read. */
export interface OpenedModel {
  /** The files with the parameters, to be read once. */
  readonly files: OpenedParameters;
  /** Bytes that have been reported as downloaded. */
  readonly received: number;
  readonly description: AnyDescription;
  /** Of published translators: how they translate. */
  readonly translation?: PublishedTranslation;
  /** Of published language models: how they continue prompts. */
  readonly writing?: PublishedWriting;
  /** Largest number of texts that are decoded together (default 1). */
  readonly maxBatch?: number;
  /** The decoding that is compiled during the load (default: the task's). */
  readonly decoding?: Decoding;
}

/** What a model that generates is loaded from: a folder with model.json, or a published model. */
export type ModelSource = FileSource | PublishedSource;

/** What a model that reads is loaded from: a folder with model.json, or a published encoder. */
export type ReaderSource = FileSource | PublishedEncoder;

/** Whether a source says itself how it is read. */
export function isPublished(source: ModelSource): source is PublishedSource {
  return typeof Object(source).open === 'function';
}

/** Whether a source says itself how it is read. */
export function isEncoder(source: ReaderSource): source is PublishedEncoder {
  return (
    typeof source === 'object' &&
    'createReader' in source &&
    typeof source.createReader === 'function'
  );
}
