/** Translation as an app calls it: load a model, translate sentences, dispose. */

import { defined, InputError, shown } from '../core/errors';
import type { ValueNames } from '../inspect/describe';
import type { TranslateOptions, Translation } from './answers';
import type { DecodingModel, ModelOnDevice } from './decodingModel';
import { checkGenerationOptions, encodeTokens, generate, inspectionOf } from './generation';
import type { GenerationOptions } from './generationOptions';
import { GREEDY, type LoadedModel, type LoadOptions, loadFor } from './loadModel';
import { descriptionOf, readTranslation } from './modelFiles';

import { OnDevice } from './onDevice';
import type { ModelSource } from './publishedSource';
import { showAnswer, showTokens } from './shownTokens';
import { typedText } from './typedText';

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
  async translate(text: string, options: TranslateOptions = {}): Promise<Translation> {
    return defined((await this.translateAll([text], options))[0], 'translation');
  }

  /**
   * Translates several texts; a published model translates them together, up to the `batch` that
   * was passed to `hub`.
   * @throws as `translate`
   */
  translateAll(
    texts: readonly string[],
    options: TranslateOptions = {},
  ): Promise<readonly Translation[]> {
    return this.resident.run(async (model) => {
      if (model.translation) {
        return model.translation.translate(model, texts, options, this.adapter);
      }
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
