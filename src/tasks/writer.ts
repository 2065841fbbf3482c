/** Writing as an app calls it: load a language model, let it go on from a prompt, dispose. */
import { InputError } from '../core/errors';
import { Decoder, type Decoding } from '../decode/decoder';
import { promptBatch } from '../decode/prompts';
import type { Device } from '../gpu/device';
import { StateStore } from '../gpu/states';
import { storedParameters, type WeightOptions } from '../nn/storage';
import { textUnits } from '../text';
import { compileProgress, type LoadOptions, loadFiles, readTensors, storedLayout } from './loading';
import { type LanguageDescription, readLanguageDescription } from './modelFiles';

export interface WriterOptions extends LoadOptions {
  /** How tokens are chosen; sampling at temperature 0.8 by default. */
  readonly decoding?: Decoding;
}

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Of sampling; 0 by default. */
  readonly seed?: number;
  /** Called with each token as soon as it is known; with beams the best of them may change. */
  readonly onToken?: (token: string) => void;
}

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

export class Writer {
  readonly #device: Device;
  readonly #description: LanguageDescription;
  readonly #states: StateStore;
  readonly #decoder: Decoder;
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(
    device: Device,
    description: LanguageDescription,
    states: StateStore,
    decoder: Decoder,
  ) {
    this.#device = device;
    this.#description = description;
    this.#states = states;
    this.#decoder = decoder;
  }

  /**
   * Loads a language model from a folder with model.json and model.safetensors.
   * @throws DeviceError without WebGPU; FormatError for damaged files; AbortedError
   */
  static async load(url: string, options: WriterOptions = {}): Promise<Writer> {
    const { device, json, file } = await loadFiles(url, options);
    return Writer.fromFiles(device, json, file, options);
  }

  /** Makes a writer from the contents of a model's two files. */
  static async fromFiles(
    device: Device,
    json: string,
    file: Uint8Array,
    options: Pick<WriterOptions, 'onProgress' | keyof WeightOptions | 'decoding'> = {},
  ): Promise<Writer> {
    const description = await readLanguageDescription(json);
    const { model, vocabulary } = description;
    const layout = await storedLayout(model, options);
    const stored = storedParameters(layout, readTensors(file));
    const states = new StateStore(device);
    const decoder = await Decoder.create(device, model, layout, states, {
      maxBatch: 1,
      ids: vocabulary,
      decoding: options.decoding ?? { kind: 'sample', temperature: 0.8 },
      startup: 'quick',
      ...compileProgress(options),
    });
    for (const [name, data] of stored) states.write(name, data);
    return new Writer(device, description, states, decoder);
  }

  /** The adapter that writes. */
  get adapter(): string {
    return this.#device.adapterName;
  }

  /**
   * Goes on from a prompt, or begins. Calls made meanwhile wait their turn.
   * @throws InputError for an over-long prompt or an unknown word; AbortedError
   */
  write(prompt = '', options: WriteOptions = {}): Promise<Written> {
    const result = this.#busy.then(() => this.#write(prompt, options));
    this.#busy = result.catch(() => undefined);
    return result;
  }

  /** Frees the device and everything on it. Harmless twice. */
  dispose(): void {
    this.#decoder.dispose();
    this.#states.dispose();
    this.#device.dispose();
  }

  async #write(prompt: string, { signal, seed, onToken }: WriteOptions): Promise<Written> {
    const start = performance.now();
    const { model, vocabulary, text } = this.#description;
    const { split, join } = textUnits[text.unit];
    const given = split(prompt);
    const ids = vocabulary.encode(given, { unknown: text.unknown });
    if (ids.length >= model.maxLength) {
      throw new InputError(
        `write: the prompt has ${ids.length} tokens, this model takes at most ` +
          `${model.maxLength - 1}; shorten it`,
      );
    }
    const { source, lengths } = promptBatch([ids], vocabulary);
    let told = 0;
    const [[best] = []] = await this.#decoder.decode(source, lengths, {
      signal,
      seed,
      onIds: ([row = []]) => {
        for (const id of row.slice(told)) onToken?.(vocabulary.token(id));
        told = Math.max(told, row.length);
      },
    });
    const row = best?.ids ?? [];
    return {
      text: join([...given, ...vocabulary.decode(row, { keepUnknown: true })]),
      tokens: row.map((id) => vocabulary.token(id)),
      finished: best?.finished === true,
      adapter: this.#device.adapterName,
      milliseconds: performance.now() - start,
    };
  }
}
