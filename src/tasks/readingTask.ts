/**
 * The interface of what MaskFiller, Classifier and Embedder do with published encoders. Each hands in its
 * own, so that an app's bundle has no other.
 */
import type { HostTensor } from '../core/hostTensor';
import type { StateStore } from '../gpu/states';
import type { Tensor } from '../graph/op';
import type { Fields } from '../models/fields';
import type { MaskedLanguageModel, Sequences } from '../models/model';
import type { Pooling } from '../models/pooling';
import type { ParameterLayout, Scope } from '../nn/parameters';
import type { EncodedText, Tokenizer } from '../text/published/tokenizer';
import type { TextInspection } from './modelInspection';
import type { GpuMemory } from './onDevice';
import type { PublishedReading } from './readings';

/** What is computed from texts. */
export interface ReadingComputation {
  /**
   * @param places i32 [N]: indices in the flattened batch, where single tokens matter
   * @returns one row for each text [B, ...], or for each place [N, ...]
   */
  output(scope: Scope, batch: Sequences, places: Tensor | undefined): Tensor;
  /** Whether single tokens matter. */
  readonly hasPlaces: boolean;
}

/** A computation on a device. */
export interface BatchReader {
  readonly layout: ParameterLayout;
  readonly states: StateStore;
  readonly memory: GpuMemory;
  /** Looks inside, one text at a time; undefined without the load option `inspection`. */
  readonly inspection: TextInspection | undefined;
  /** @param places indices in the flattened batch, at least one  @returns the output */
  run(texts: readonly EncodedText[], places?: readonly number[]): Promise<HostTensor>;
}

/** What reading needs besides the compiled computation. */
export interface ReadingSetting {
  readonly tokenizer: Tokenizer;
  readonly model: MaskedLanguageModel;
  /** Longest text in tokens, special tokens included. */
  readonly maxLength: number;
  readonly maxBatch: number;
  /** The names of the classes. */
  readonly labels: readonly string[];
}

/** What a model's files say of a task. */
export interface TaskFiles {
  /** What is computed. */
  computation(model: MaskedLanguageModel): ReadingComputation;
  /** The names of the classes (default: none). */
  readonly labels?: readonly string[];
  /** Longest text in tokens (default: what the model was made for, at most 512). */
  readonly maxLength?: number | undefined;
}

/** What a task does with a published encoder. */
export interface ReadingTask<Options, Answer> {
  /**
   * Reads what the model's files say of it.
   * @param file the value of a JSON file; undefined if the model does not have it
   * @param poolings the imported ones
   * @throws FormatError for a damaged file; OptionError for a value that is not supported
   */
  open(
    config: Fields,
    file: (name: string) => Promise<unknown>,
    poolings: readonly Pooling[],
  ): Promise<TaskFiles>;
  /** How texts are read, by the computation on a device. */
  reading(setting: ReadingSetting, reader: BatchReader): PublishedReading<Options, Answer>;
}
