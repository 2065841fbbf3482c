/** Translation as an app calls it: load a model, translate sentences, dispose. */
import { Decoder, type Decoding } from '../decode/decoder';
import type { Hypothesis } from '../decode/hypotheses';
import type { Device } from '../gpu/device';
import { StateStore } from '../gpu/states';
import type { ParameterLayout } from '../nn/parameters';
import { storedParameters, type WeightOptions } from '../nn/storage';
import { type Codec, detokenise } from '../text';
import { compileProgress, type LoadOptions, loadFiles, readTensors, storedLayout } from './loading';
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
  /** All hypotheses, the best first: one unless beams or samples were asked for. */
  readonly hypotheses: readonly TranslationHypothesis[];
  readonly adapter: string;
  readonly milliseconds: number;
}

export interface TranslationHypothesis {
  readonly target: string;
  readonly tokens: readonly string[];
  /** Sum of the log-probabilities of the tokens and the end mark; undefined when decoding greedily. */
  readonly score: number | undefined;
  /** Log-probability of each token, and of the end mark where it was reached. */
  readonly tokenScores: readonly number[] | undefined;
  /** As in the translation; empty for a model without attention. */
  readonly alignment: readonly (readonly number[])[];
}

export interface TranslateOptions {
  readonly signal?: AbortSignal;
  /** How tokens are chosen; greedily by default. What is new compiles first. */
  readonly decoding?: Decoding;
  /** Of sampling; 0 by default. */
  readonly seed?: number;
  /**
   * Called with each target token as soon as it is known; a beam search, which may change its mind, tells
   * all at the end.
   */
  readonly onToken?: (token: string) => void;
}

const GREEDY: Decoding = { kind: 'greedy' };

export class Translator {
  readonly #device: Device;
  readonly #description: ModelDescription;
  readonly #states: StateStore;
  readonly #layout: ParameterLayout;
  /** By their decoding, as JSON. */
  readonly #decoders = new Map<string, Decoder>();
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(
    device: Device,
    description: ModelDescription,
    states: StateStore,
    layout: ParameterLayout,
  ) {
    this.#device = device;
    this.#description = description;
    this.#states = states;
    this.#layout = layout;
  }

  /**
   * Loads a model from a folder with model.json and model.safetensors.
   * @throws DeviceError without WebGPU; FormatError for damaged files; AbortedError
   */
  static async load(url: string, options: LoadOptions = {}): Promise<Translator> {
    const { device, json, file } = await loadFiles(url, options);
    return Translator.fromFiles(device, json, file, options);
  }

  /**
   * Makes a translator from the contents of a model's two files.
   * @throws OptionError, FormatError; DTypeError for weights that cannot be stored as asked
   */
  static async fromFiles(
    device: Device,
    json: string,
    file: Uint8Array,
    options: Pick<LoadOptions, 'onProgress' | keyof WeightOptions> = {},
  ): Promise<Translator> {
    const description = await readDescription(json);
    const { model } = description;
    const layout = await storedLayout(model, options);
    const stored = storedParameters(layout, readTensors(file));
    const states = new StateStore(device);
    const translator = new Translator(device, description, states, layout);
    await translator.#decoderOf(GREEDY, options);
    // A plan allocates the state that it reads.
    for (const [name, data] of stored) states.write(name, data);
    return translator;
  }

  /** The adapter that translates. */
  get adapter(): string {
    return this.#device.adapterName;
  }

  /**
   * Translates one sentence. Calls made meanwhile wait their turn.
   * @throws InputError for an empty or over-long sentence or an unknown word; OptionError for a decoding
   *   that cannot work; AbortedError
   */
  translate(text: string, options: TranslateOptions = {}): Promise<Translation> {
    const result = this.#busy.then(() => this.#translate(text, options));
    this.#busy = result.catch(() => undefined);
    return result;
  }

  /** Frees the device and everything on it. Harmless twice. */
  dispose(): void {
    for (const decoder of this.#decoders.values()) decoder.dispose();
    this.#decoders.clear();
    this.#states.dispose();
    this.#device.dispose();
  }

  /** The decoder of a way of decoding, compiled when it is first asked for. */
  async #decoderOf(
    decoding: Decoding,
    options: Pick<LoadOptions, 'onProgress'> = {},
  ): Promise<Decoder> {
    const key = JSON.stringify(decoding);
    const known = this.#decoders.get(key);
    if (known !== undefined) return known;
    const { model, target } = this.#description;
    const decoder = await Decoder.create(this.#device, model, this.#layout, this.#states, {
      maxBatch: 1,
      ids: target,
      decoding,
      weights: true,
      startup: 'quick',
      ...compileProgress(options),
    });
    this.#decoders.set(key, decoder);
    return decoder;
  }

  async #translate(text: string, options: TranslateOptions): Promise<Translation> {
    const start = performance.now();
    const { signal, onToken, decoding = GREEDY, seed } = options;
    const { model, source, target, text: textOptions } = this.#description;
    const words = sourceTokens(text, source, {
      ...textOptions,
      maxTokens: model.maxLength - 1,
    });
    const ids = Int32Array.from([...source.encode(words, textOptions), source.eos]);
    let told = 0;
    const tell = (row: readonly number[]) => {
      for (const id of row.slice(told)) onToken?.(target.token(id));
      told = row.length;
    };
    const decoder = await this.#decoderOf(decoding);
    const [found = []] = await decoder.decode(
      { shape: [1, ids.length], data: ids },
      { shape: [1], data: Int32Array.of(ids.length) },
      { signal, seed, onIds: ([row = []]) => decoding.kind !== 'beam' && tell(row) },
    );
    tell(found[0]?.ids ?? []);
    // What was read and written, piece by piece: words, or parts of words.
    const pieces = [...ids].slice(0, -1).map((id, i) => unknownAs(source, id, words[i]));
    const hypotheses = found.map((one) => this.#hypothesis(one, pieces.length));
    const [best] = hypotheses;
    return {
      source: text,
      target: best?.target ?? '',
      sourceTokens: pieces,
      tokens: best?.tokens ?? [],
      alignment: best?.alignment ?? [],
      hypotheses,
      adapter: this.#device.adapterName,
      milliseconds: performance.now() - start,
    };
  }

  #hypothesis({ ids, score, tokenScores, weights = [] }: Hypothesis, sourceLength: number) {
    const { target } = this.#description;
    return {
      target: detokenise(target.decode(ids, { keepUnknown: true }), { language: 'fr' }),
      tokens: ids.map((id) => target.token(id)),
      score,
      tokenScores,
      alignment: weights.map((row) => row.slice(0, sourceLength)),
    };
  }
}

/** The piece to show for an id: the word itself where the model only knows that it is unknown. */
function unknownAs(codec: Codec, id: number, word: string | undefined): string {
  return id === codec.unk && word !== undefined ? word : codec.token(id);
}
