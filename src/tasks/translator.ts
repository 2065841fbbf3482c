/** Translation as an app calls it: load a model, translate sentences, dispose. */
import { Decoder } from '../decode/decoder';
import type { Device } from '../gpu/device';
import { StateStore } from '../gpu/states';
import { modelLayout } from '../models/layout';
import { PARAMETERS } from '../nn/parameters';
import { type Codec, detokenise } from '../text';
import { compileProgress, type LoadOptions, loadFiles, readArena } from './loading';
import { type ModelDescription, readDescription } from './modelFiles';
import { sourceTokens } from './sourceTokens';

export interface Translation {
  readonly source: string;
  readonly target: string;
  readonly sourceTokens: readonly string[];
  /** Target tokens, without the end mark. */
  readonly tokens: readonly string[];
  /** Attention of each target token over the source tokens: last layer, mean over heads. */
  readonly alignment: readonly (readonly number[])[];
  readonly adapter: string;
  readonly milliseconds: number;
}

export interface TranslateOptions {
  readonly signal?: AbortSignal;
  /** Called with each target token as soon as it is known. */
  readonly onToken?: (token: string) => void;
}

export class Translator {
  readonly #device: Device;
  readonly #description: ModelDescription;
  readonly #states: StateStore;
  readonly #decoder: Decoder;
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(
    device: Device,
    description: ModelDescription,
    states: StateStore,
    decoder: Decoder,
  ) {
    this.#device = device;
    this.#description = description;
    this.#states = states;
    this.#decoder = decoder;
  }

  /**
   * Loads a model from a folder with model.json and model.safetensors.
   * @throws DeviceError without WebGPU; FormatError for damaged files; AbortedError
   */
  static async load(url: string, options: LoadOptions = {}): Promise<Translator> {
    const { device, json, weights } = await loadFiles(url, options);
    return Translator.fromFiles(device, json, weights, options);
  }

  /** Makes a translator from the contents of a model's two files. */
  static async fromFiles(
    device: Device,
    json: string,
    weights: Uint8Array,
    options: Pick<LoadOptions, 'onProgress'> = {},
  ): Promise<Translator> {
    const description = readDescription(json);
    const { model, target } = description;
    const layout = modelLayout(model);
    const arena = readArena(layout, weights);
    const states = new StateStore(device);
    const decoder = await Decoder.create(device, model, layout, states, {
      maxBatch: 1,
      ids: target,
      weights: true,
      quickStart: true,
      ...compileProgress(options),
    });
    states.write(PARAMETERS, arena);
    return new Translator(device, description, states, decoder);
  }

  /** The adapter that translates. */
  get adapter(): string {
    return this.#device.adapterName;
  }

  /**
   * Translates one sentence. Calls made meanwhile wait their turn.
   * @throws InputError for an empty or over-long sentence or an unknown word; AbortedError
   */
  translate(text: string, options: TranslateOptions = {}): Promise<Translation> {
    const result = this.#busy.then(() => this.#translate(text, options));
    this.#busy = result.catch(() => undefined);
    return result;
  }

  /** Frees the device and everything on it. Harmless twice. */
  dispose(): void {
    this.#decoder.dispose();
    this.#states.dispose();
    this.#device.dispose();
  }

  async #translate(text: string, { signal, onToken }: TranslateOptions): Promise<Translation> {
    const start = performance.now();
    const { model, source, target, text: textOptions } = this.#description;
    const words = sourceTokens(text, source, {
      ...textOptions,
      maxTokens: model.maxLength - 1,
    });
    const ids = Int32Array.from([...source.encode(words, textOptions), source.eos]);
    let told = 0;
    const [[best] = []] = await this.#decoder.decode(
      { shape: [1, ids.length], data: ids },
      { shape: [1], data: Int32Array.of(ids.length) },
      {
        signal,
        onIds: ([row = []]) => {
          for (const id of row.slice(told)) onToken?.(target.token(id));
          told = row.length;
        },
      },
    );
    const row = best?.ids ?? [];
    // What was read and written, piece by piece: words, or parts of words.
    const sourcePieces = [...ids].slice(0, -1).map((id, i) => unknownAs(source, id, words[i]));
    return {
      source: text,
      target: detokenise(target.decode(row, { keepUnknown: true }), { language: 'fr' }),
      sourceTokens: sourcePieces,
      tokens: row.map((id) => target.token(id)),
      alignment: (best?.weights ?? []).map((weights) => weights.slice(0, sourcePieces.length)),
      adapter: this.#device.adapterName,
      milliseconds: performance.now() - start,
    };
  }
}

/** The piece to show for an id: the word itself where the model only knows that it is unknown. */
function unknownAs(codec: Codec, id: number, word: string | undefined): string {
  return id === codec.unk && word !== undefined ? word : codec.token(id);
}
