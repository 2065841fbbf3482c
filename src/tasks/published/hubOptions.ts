/** The options of `hub`. */
import type { GenerationOverrides } from '../../generate/generationFields';
import type { FileFormat } from '../../io';
import type { Pooling } from '../../models/pooling';
import type { ChatTemplate } from '../../text/published/chatTemplate';
import type { TokenizerFormat } from '../../text/published/tokenizer';

/** Reads a model's chat template: `readChatTemplate` of 'qkv/text'. */
export type ReadChatTemplate = (files: ReadonlyMap<string, Uint8Array>) => ChatTemplate | undefined;

/** Where a published model is, and what sizes it is loaded for. */
export interface PlaceOptions {
  /** Imported formats of tokenizers, such as `[tokenizerJson]`: the app's bundle has no others. */
  readonly tokenizers: readonly TokenizerFormat[];
  /**
   * Formats of files besides safetensors: `[torchFile]` for pytorch_model.bin, `[torchShards]` for
   * several of these (default: none).
   */
  readonly files?: readonly FileFormat[];
  /** A branch, tag or commit of a model that is named (default 'main'). */
  readonly revision?: string;
  /** The address of the hub of a model that is named (default 'https://huggingface.co'). */
  readonly base?: string | URL;
  /**
   * Longest text in tokens (default: what the model was made for, at most 512). Memory is allocated
   * for it.
   */
  readonly maxLength?: number;
  /**
   * Number of texts that are computed together (default 1 for models that generate, 16 for those
   * that read). Memory is allocated for it; longer lists are divided.
   */
  readonly batch?: number;
}

/** How a published model that reads texts is loaded. */
export interface EncoderHubOptions extends PlaceOptions {
  /** `[maxPooling]` of 'qkv/models', for an Embedder whose model pools so (default: none). */
  readonly poolings?: readonly Pooling[];
}

/** How a published model that generates is loaded. */
export interface HubOptions extends PlaceOptions {
  /** `readChatTemplate`, for answers to conversations. */
  readonly chat?: ReadChatTemplate;
  /**
   * Options of generation in place of those of generation_config.json, in camelCase or as there:
   * `{ numBeams: 1 }`; null unsets one.
   */
  readonly generation?: GenerationOverrides;
}
