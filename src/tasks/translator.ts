/** Translation as an app calls it: load a model, translate sentences, dispose. */
import { defined, InputError, shown } from '../core/errors';
import type { Hypothesis } from '../generate/hypotheses';
import type { ValueNames } from '../inspect/describe';
import {
  checkGenerationOptions,
  encodeTokens,
  type GenerationOptions,
  generate,
  inspectionOf,
} from './generation';
import {
  type DecodingModel,
  GREEDY,
  type LoadedModel,
  type LoadOptions,
  loadFor,
  type ModelOnDevice,
} from './loadModel';
import { descriptionOf, readTranslation } from './modelFiles';
import type { Inspected } from './modelInspection';
import { OnDevice } from './onDevice';
import type { ModelSource } from './publishedSource';
import { showAnswer, showTokens, type TokenMark } from './shownTokens';
import { typedText } from './typedText';

/** A translated sentence. */
export interface Translation {
  /** The text that was translated. */
  readonly source: string;
  /** The best hypothesis as text. */
  readonly target: string;
  /** Source tokens as the model reads them, unknown words as they were typed. */
  readonly sourceTokens: readonly string[];
  /** Mark of each source token; undefined for those that the model knows. */
  readonly sourceMarks: readonly (TokenMark | undefined)[];
  /**
   * Target tokens, without eos. A character in several tokens is at the last of them, and the others
   * are empty.
   */
  readonly tokens: readonly string[];
  /** Mark of each target token; undefined for those that the model knows. */
  readonly marks: readonly (TokenMark | undefined)[];
  /** Attention weights [target][source] of the last layer, averaged over its heads. */
  readonly alignment: readonly (readonly number[])[];
  /** All hypotheses, the best first; greedy decoding has one. */
  readonly hypotheses: readonly TranslationHypothesis[];
  readonly adapter: string;
  readonly milliseconds: number;
  /** What the options `inspect`, `target` and `interventions` show. */
  readonly inspected?: Inspected;
}

/** One way to translate the sentence. */
export interface TranslationHypothesis extends Omit<Hypothesis, 'attention'> {
  readonly target: string;
  readonly tokens: readonly string[];
  /** As in the translation. */
  readonly marks: readonly (TokenMark | undefined)[];
  /** As in the translation; empty for a model without attention. */
  readonly alignment: readonly (readonly number[])[];
}

/** Options of a translation. */
export interface TranslationOptions extends GenerationOptions {
  /** The language of the texts, for published models of several languages: 'en_XX', 'eng_Latn'. */
  readonly from?: string;
  /** The language to translate into, for published models of several languages. */
  readonly to?: string;
  /** Largest number of tokens of a translation, for published models (default: what its file says). */
  readonly maxTokens?: number;
}

/** Translates sentences with a model on a device. */
export class Translator extends OnDevice<ModelOnDevice> {
  /** @throws OptionError when the model is not a translation model */
  constructor(model: LoadedModel) {
    super(model);
    descriptionOf(model.value.description, 'translation');
  }

  /**
   * Loads a model from a folder with model.json and model.safetensors; see loadModel.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their
   *   contents by name; or a published model, made by `hub`
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import; AbortedError
   */
  static async load(source: ModelSource, options: LoadOptions): Promise<Translator> {
    const task = { what: 'translator', read: readTranslation };
    return new Translator(await loadFor(task, source, options));
  }

  /**
   * Translates one sentence, greedily by default. Concurrent calls run one after the other.
   * @throws InputError for an empty or over-long sentence or an unknown word; OptionError for a
   *   decoding that cannot work or whose import is missing; AbortedError; DisposedError;
   *   DeviceLostError
   */
  async translate(text: string, options: TranslationOptions = {}): Promise<Translation> {
    return defined((await this.translateAll([text], options))[0], 'translation');
  }

  /**
   * Translates several texts; a published model translates them together, up to the `batch` that
   * was passed to `hub`.
   * @throws as `translate`
   */
  translateAll(
    texts: readonly string[],
    options: TranslationOptions = {},
  ): Promise<readonly Translation[]> {
    return this.resident.run(async (model) => {
      const { published } = descriptionOf(model.description, 'translation');
      if (published) return published.translate(model, texts, options, this.adapter);
      checkGenerationOptions('translate', options);
      const all: Translation[] = [];
      for (const text of texts) all.push(await translateText(model, text, options, this.adapter));
      return all;
    }, options.signal);
  }

  /**
   * Names of the values inside the model, for the option `inspect`. Nothing runs.
   * @throws OptionError without the load option `inspection`
   */
  valueNames(): Promise<ValueNames> {
    return this.resident.runNow(async (model) => inspectionOf(model).names());
  }
}

/** Translates a sentence. @throws InputError, OptionError, AbortedError as Translator.translate */
export async function translateText(
  loaded: DecodingModel,
  text: string,
  options: GenerationOptions,
  adapter: string,
): Promise<Translation> {
  const start = performance.now();
  const { model, source, target, text: rules } = descriptionOf(loaded.description, 'translation');
  const words = typeof text === 'string' ? typedText(rules.source, source).split(text) : [];
  if (words.length === 0) {
    throw new InputError(
      `translate: expected a sentence, found ${shown(text)}; type at least one word`,
    );
  }
  const { decoding = GREEDY, unknown = rules.unknown } = options;
  const limits = { unknown, maxTokens: model.maxLength - 1 };
  const ids = encodeTokens('translate', words, source, limits);
  const { split, join } = typedText(rules.target, target);
  const { hypotheses: found, ...inside } = await generate(
    loaded,
    [...ids, source.eos],
    decoding,
    target,
    options,
    (answer) => encodeTokens('target', split(answer), target, limits),
  );
  const read = showTokens(source, ids, (i) => [words[i]]);
  const hypotheses = found.map(({ ids, attention = [], ...others }) => {
    const alignment = attention.map((row) => row.slice(0, read.tokens.length));
    const copied = unknown === 'copy' ? alignment : [];
    const { words, ...shownTarget } = showAnswer(target, ids, copied, read.tokens, read.marks);
    return { target: join(words), ids, ...shownTarget, ...others, alignment };
  });
  const best = defined(hypotheses[0], 'hypothesis');
  return {
    source: text,
    target: best.target,
    sourceTokens: read.tokens,
    sourceMarks: read.marks,
    tokens: best.tokens,
    marks: best.marks,
    alignment: best.alignment,
    hypotheses,
    adapter,
    milliseconds: performance.now() - start,
    ...inside,
  };
}
