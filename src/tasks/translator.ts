/** Translation as an app calls it: load a model, translate sentences, dispose. */
import { checkOptions, defined, OptionError } from '../core/errors';
import type { Decoding } from '../generate/decoder';
import type { Hypothesis } from '../generate/hypotheses';
import type { FileSource } from '../io';
import { type Codec, detokenise } from '../text';
import { type LoadedModel, type LoadOptions, loadFor, type ModelOnDevice } from './loadModel';
import type { ModelDescription } from './modelFiles';
import { OnDevice } from './onDevice';
import { sourceTokens } from './sourceTokens';

/** A translated sentence. */
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

/** One way to translate the sentence. */
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

/** Options of one translation. */
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

/** Translates sentences with a model that is on a device. */
export class Translator extends OnDevice<ModelOnDevice> {
  /** @throws OptionError when the model is no translation model */
  constructor(model: LoadedModel) {
    super(model);
    descriptionOf(model.value);
  }

  /**
   * Loads a model from a folder with model.json and model.safetensors; see loadModel.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError for what
   *   was not handed in; AbortedError
   */
  static async load(source: FileSource, options: LoadOptions): Promise<Translator> {
    const task = { what: 'translator', family: 'translation' } as const;
    return new Translator(await loadFor(task, source, options));
  }

  /**
   * Translates one sentence. Calls made meanwhile wait their turn.
   * @throws InputError for an empty or over-long sentence or an unknown word; OptionError for a decoding
   *   that cannot work or was not handed in; AbortedError; DisposedError; DeviceLostError
   */
  async translate(text: string, options: TranslateOptions = {}): Promise<Translation> {
    checkOptions('translate', options, ['signal', 'decoding', 'seed', 'onToken']);
    return this.resident.run((model) => this.#translate(model, text, options), options.signal);
  }

  async #translate(
    loaded: ModelOnDevice,
    text: string,
    options: TranslateOptions,
  ): Promise<Translation> {
    const start = performance.now();
    const { signal, onToken, decoding = GREEDY, seed } = options;
    const { model, source, target, text: textOptions } = descriptionOf(loaded);
    const words = sourceTokens(text, source, { ...textOptions, maxTokens: model.maxLength - 1 });
    const ids = source.encode(words, textOptions);
    const found = await loaded.decode([...ids, source.eos], decoding, {
      signal,
      seed,
      onId: onToken && ((id) => onToken(target.token(id))),
    });
    // What was read and written, piece by piece: words, or parts of words.
    const pieces = ids.map((id, i) => unknownAs(source, id, words[i]));
    const hypotheses = found.map((one) => hypothesisOf(one, target, pieces.length));
    const best = defined(hypotheses[0], 'hypothesis');
    return {
      source: text,
      target: best.target,
      sourceTokens: pieces,
      tokens: best.tokens,
      alignment: best.alignment,
      hypotheses,
      adapter: this.adapter,
      milliseconds: performance.now() - start,
    };
  }
}

function descriptionOf({ description }: ModelOnDevice): ModelDescription {
  if (description.family === 'translation') return description;
  throw new OptionError(`'${description.model.kind}' is no translation model; a Writer takes it`);
}

function hypothesisOf(
  { ids, score, tokenScores, weights = [] }: Hypothesis,
  target: Codec,
  sourceLength: number,
): TranslationHypothesis {
  return {
    target: detokenise(target.decode(ids, { keepUnknown: true }), { language: 'fr' }),
    tokens: ids.map((id) => target.token(id)),
    score,
    tokenScores,
    alignment: weights.map((row) => row.slice(0, sourceLength)),
  };
}

/** The piece to show for an id: the word itself where the model only knows that it is unknown. */
function unknownAs(codec: Codec, id: number, word: string | undefined): string {
  return id === codec.unk && word !== undefined ? word : codec.token(id);
}
