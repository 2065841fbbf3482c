/** Loaded models that decode, as the tasks of translating and writing use them. */
import type { DecodeOptions, Decoder, Decoding } from '../generate/decoder';
import type { Hypothesis } from '../generate/hypotheses';
import type { StateStore } from '../gpu/states';
import type { ModelKind } from '../models/kind';
import type { ParameterLayout } from '../nn/parameters';
import type { ChatMessage } from '../text/published/chatTemplate';
import type { TranslateOptions, Translation, WritingOptions, Written } from './answers';
import type { AnyDescription } from './modelFiles';
import type { ModelInspection } from './modelInspection';
import type { GpuMemory } from './onDevice';

/** A loaded model that decodes, wherever it runs. */
export interface DecodingModel {
  readonly description: AnyDescription;
  /** Looks inside; undefined without the load option `inspection`. */
  readonly inspection: ModelInspection | undefined;
  /**
   * Decodes one sequence.
   * @param ids a source that ends with eos, or a prompt that begins with bos
   * @returns hypotheses, the best first
   * @throws OptionError for invalid options or a missing import; AbortedError; DeviceLostError
   */
  decode(
    ids: readonly number[],
    decoding: Decoding,
    options?: SequenceOptions,
  ): Promise<readonly Hypothesis[]>;
}

/** A model on a device. */
export interface ModelOnDevice extends DecodingModel {
  /** The imported kinds. */
  readonly kinds: readonly ModelKind[];
  /** Where its parameters lie in `states`. */
  readonly layout: ParameterLayout;
  readonly states: StateStore;
  readonly memory: GpuMemory;
  /** Of published translators: how they translate. */
  readonly translation?: PublishedTranslation | undefined;
  /** Of published language models: how they continue prompts. */
  readonly writing?: PublishedWriting | undefined;
  /**
   * What decodes batches, of at most as many sequences as the model was loaded for.
   * @throws OptionError for an invalid decoding or a missing import
   */
  decoder(decoding: Decoding): Promise<Decoder>;
}

/** Options of decoding one sequence. */
export interface SequenceOptions extends Pick<DecodeOptions, 'signal' | 'seed'> {
  /** Called with each id as soon as it is final; a beam search reports all ids at its end. */
  readonly onId?: ((id: number) => void) | undefined;
}

/** How a published model translates. */
export interface PublishedTranslation {
  /** @throws as Translator.translate */
  translate(
    model: ModelOnDevice,
    texts: readonly string[],
    options: TranslateOptions,
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
