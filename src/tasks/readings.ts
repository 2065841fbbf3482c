/** What reading texts is asked for, what it gives, and loaded models that read. */
import type { StateStore } from '../gpu/states';
import type { ModelKind } from '../models/kind';
import type { ParameterLayout } from '../nn/parameters';
import type { ParameterOptions } from '../nn/storage';
import type { CodecFormat } from '../text';
import type { MaskedDescription } from './maskedFiles';
import type { Inspected, Inspection, TextInspection, TextLookOptions } from './modelInspection';
import type { UnknownPolicy } from './modelText';
import type { GpuMemory } from './onDevice';
import type { OpenParameters } from './parameterFiles';
import type { ResidentOptions } from './resident';
import type { StorageFormat } from './storage';

/** Options of loading a model that reads texts. */
export interface ReaderOptions extends ResidentOptions, ParameterOptions {
  /** Imported kinds of models, such as `[bert]`: the app's bundle has no others. */
  readonly kinds: readonly ModelKind[];
  /** `[quantised]`, for parameters of fewer bits than 32. */
  readonly formats?: readonly StorageFormat[];
  /** `streamedParameters`, for a large model, or one that is not in one file model.safetensors. */
  readonly parameters?: OpenParameters;
  /** `[bytePairs]`, for models whose vocabulary is byte pairs rather than words. */
  readonly codecs?: readonly CodecFormat[];
  /** `inspection`, for calls that look inside the model. */
  readonly inspection?: Inspection;
}

/** Options of reading one text. */
export interface ReadingOptions extends TextLookOptions {
  /** What becomes of unknown words (default: the model's policy). */
  readonly unknown?: UnknownPolicy;
  readonly signal?: AbortSignal;
}

/** The names of those options. */
export const READING_OPTIONS: readonly (keyof ReadingOptions)[] = [
  ...(['unknown', 'signal', 'inspect', 'interventions'] as const),
];

/** A model that reads texts, on a device. */
export interface TextReader<
  D extends MaskedDescription = MaskedDescription,
  Options = never,
  Answer = unknown,
> {
  readonly description: D;
  readonly layout: ParameterLayout;
  readonly states: StateStore;
  readonly memory: GpuMemory;
  /** Looks inside; undefined without the load option `inspection`. */
  readonly inspection: TextInspection | undefined;
  /**
   * Its logits for one text.
   * @param ids tokens, framed by bos and eos
   * @returns [T, classes], or [classes]
   */
  logits(ids: readonly number[]): Promise<Float32Array>;
  /** Of published models: what their task does. */
  readonly published?: PublishedReading<Options, Answer>;
}

/** Options of filling in. */
export interface FillOptions extends ReadingOptions {
  /** Number of tokens to return for each mask (default 5). */
  readonly count?: number;
}

/** A token that may stand in place of a mask. */
export interface MaskCandidate {
  readonly token: string;
  readonly probability: number;
}

/** A text whose masks are filled in. */
export interface FilledText {
  /** The text as it was typed, each mask replaced by its likeliest token. */
  readonly text: string;
  /** The likeliest tokens of each mask, the likeliest first. */
  readonly masks: readonly (readonly MaskCandidate[])[];
  /** What the options `inspect` and `interventions` show. */
  readonly inspected?: Inspected;
}

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

/** Options of embedding texts. */
export interface EmbedOptions {
  readonly signal?: AbortSignal;
}

/** What is done with a text, or a pair of texts. */
export type TextOrPair = string | readonly [text: string, pair: string];

/**
 * How a published model reads texts.
 * @returns an answer for each text
 * @throws as the method of its task: MaskFiller.fill, Classifier.classify or Embedder.embed
 */
export type PublishedReading<Options, Answer> = (
  texts: readonly TextOrPair[],
  options: Options,
) => Promise<readonly Answer[]>;
