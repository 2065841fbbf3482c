/** Writing as an app calls it: load a language model, let it go on from a prompt, dispose. */
import { checkOptions, defined, InputError, OptionError, shown } from '../core/errors';
import type { Decoding } from '../generate/decoder';
import { promptBatch } from '../generate/prompts';
import type { FileSource } from '../io';
import { textUnits } from '../text';
import {
  LOAD_OPTIONS,
  type LoadedModel,
  type LoadOptions,
  loadFor,
  type ModelOnDevice,
} from './loadModel';
import type { LanguageDescription } from './modelFiles';
import { OnDevice } from './onDevice';

/** How a writer is loaded. */
export interface WriterOptions extends LoadOptions {
  /** How tokens are chosen where a call does not say; sampling at temperature 0.8 by default. */
  readonly decoding?: Decoding;
}

/** Options of one continuation. */
export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** How tokens are chosen. What is new compiles first, except for another temperature. */
  readonly decoding?: Decoding;
  /** Of sampling; 0 by default. */
  readonly seed?: number;
  /**
   * Called with each token as soon as it is known; a beam search, which may change its mind, tells
   * all at the end.
   */
  readonly onToken?: (token: string) => void;
}

/** A prompt with its continuation. */
export interface Written {
  /** The prompt and what follows. */
  readonly text: string;
  /** What the model wrote, without the end mark. */
  readonly tokens: readonly string[];
  /** Whether it came to an end, rather than to the longest length. */
  readonly finished: boolean;
  readonly adapter: string;
  readonly milliseconds: number;
}

const SAMPLING: Decoding = { kind: 'sample', temperature: 0.8 };

/** Goes on from a prompt with a language model that is on a device. */
export class Writer extends OnDevice<ModelOnDevice> {
  readonly #decoding: Decoding;

  /** @throws OptionError when the model is no language model */
  constructor(model: LoadedModel, decoding: Decoding = SAMPLING) {
    super(model);
    descriptionOf(model.value);
    this.#decoding = decoding;
  }

  /**
   * Loads a language model from a folder with model.json and model.safetensors; see loadModel.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError for what
   *   was not handed in; AbortedError
   */
  static async load(source: FileSource, options: WriterOptions): Promise<Writer> {
    checkOptions('load', options, [...LOAD_OPTIONS, 'decoding']);
    const { decoding = SAMPLING, ...loading } = options;
    const task = { what: 'writer', family: 'language', decoding } as const;
    return new Writer(await loadFor(task, source, loading), decoding);
  }

  /**
   * Goes on from a prompt, or begins. Calls made meanwhile wait their turn.
   * @throws InputError for an over-long prompt or an unknown word; OptionError for a decoding that cannot
   *   work or was not handed in; AbortedError; DisposedError; DeviceLostError
   */
  async write(prompt = '', options: WriteOptions = {}): Promise<Written> {
    checkOptions('write', options, ['signal', 'decoding', 'seed', 'onToken']);
    return this.resident.run((model) => this.#write(model, prompt, options), options.signal);
  }

  async #write(
    loaded: ModelOnDevice,
    prompt: string,
    { signal, decoding = this.#decoding, seed, onToken }: WriteOptions,
  ): Promise<Written> {
    const start = performance.now();
    const { model, vocabulary, text } = descriptionOf(loaded);
    if (typeof prompt !== 'string') {
      throw new InputError(`write: the prompt must be text, found ${shown(prompt)}`);
    }
    const { split, join } = textUnits[text.unit];
    const given = split(prompt);
    const unknown = given.filter((token) => vocabulary.id(token) === undefined);
    if (text.unknown === 'error' && unknown.length > 0) {
      const words = [...new Set(unknown)];
      throw new InputError(
        `write: the model does not know ${words.map((word) => `'${word}'`).join(', ')}; use others`,
        { words },
      );
    }
    const ids = vocabulary.encode(given, { unknown: text.unknown });
    if (ids.length >= model.maxLength) {
      throw new InputError(
        `write: the prompt has ${ids.length} tokens, this model takes at most ` +
          `${model.maxLength - 1}; shorten it`,
      );
    }
    const { source } = promptBatch([ids], vocabulary);
    const found = await loaded.decode([...source.data], decoding, {
      signal,
      seed,
      onId: onToken && ((id) => onToken(vocabulary.token(id))),
    });
    const best = defined(found[0], 'hypothesis');
    const row = best.ids;
    return {
      text: join([...given, ...vocabulary.decode(row, { keepUnknown: true })]),
      tokens: row.map((id) => vocabulary.token(id)),
      finished: best.finished,
      adapter: this.adapter,
      milliseconds: performance.now() - start,
    };
  }
}

function descriptionOf({ description }: ModelOnDevice): LanguageDescription {
  if (description.family === 'language') return description;
  throw new OptionError(`'${description.model.kind}' is no language model; a Translator takes it`);
}
