/** Text generation as an app calls it: load a language model, continue prompts, dispose. */

import { checkOptions, defined, InputError, shown } from '../core/errors';
import type { Decoding } from '../generate/decoder';
import { promptBatch } from '../generate/prompts';
import type { ValueNames } from '../inspect/describe';
import type { Prompt, WritingOptions, Written } from './answers';

import type { ModelOnDevice } from './decodingModel';
import { checkGenerationOptions, encodeTokens, generate, inspectionOf } from './generation';
import type { GenerationOptions } from './generationOptions';
import { LOAD_OPTIONS, type LoadedModel, type LoadOptions, loadFor } from './loadModel';
import { descriptionOf, readLanguage } from './modelFiles';

import { OnDevice } from './onDevice';
import type { ModelSource } from './publishedSource';
import { showTokens } from './shownTokens';
import { typedText } from './typedText';

/** How a writer is loaded. */
export interface WriterOptions extends LoadOptions {
  /** The decoding of calls that do not name one (default: sampling at temperature 0.8). */
  readonly decoding?: Decoding;
}

const SAMPLING: Decoding = { kind: 'sample', temperature: 0.8 };

/** Continues prompts with a language model on a device. */
export class Writer extends OnDevice<ModelOnDevice> {
  readonly #decoding: Decoding;

  /** @throws OptionError when the model is not a language model */
  constructor(model: LoadedModel, decoding: Decoding = SAMPLING) {
    super(model);
    descriptionOf(model.value.description, 'language');
    this.#decoding = decoding;
  }

  /**
   * Loads a language model from a folder with model.json and model.safetensors; see loadModel.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their
   *   contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import; AbortedError
   */
  static async load(source: ModelSource, options: WriterOptions): Promise<Writer> {
    checkOptions('load', options, [...LOAD_OPTIONS, 'decoding']);
    const { decoding = SAMPLING, ...loading } = options;
    const task = { what: 'writer', read: readLanguage, decoding };
    return new Writer(await loadFor(task, source, loading), decoding);
  }

  /**
   * Continues a prompt; an empty prompt starts a new text. Concurrent calls run one after the
   * other.
   * @throws InputError for an over-long prompt or an unknown word; OptionError for a decoding that
   *   cannot work or whose import is missing; AbortedError; DisposedError; DeviceLostError
   */
  async write(prompt: Prompt = '', options: WritingOptions = {}): Promise<Written> {
    return defined((await this.writeAll([prompt], options))[0], 'text');
  }

  /**
   * Continues several prompts; a published model continues them together, up to the `batch` that
   * was passed to `hub`.
   * @throws as `write`
   */
  writeAll(prompts: readonly Prompt[], options: WritingOptions = {}): Promise<readonly Written[]> {
    return this.resident.run(async (model) => {
      if (model.writing) return model.writing.write(model, prompts, options, this.adapter);
      checkGenerationOptions('write', options);
      const all: Written[] = [];
      for (const prompt of prompts) all.push(await this.#write(model, prompt, options));
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

  async #write(
    loaded: ModelOnDevice,
    prompt: Prompt,
    options: GenerationOptions,
  ): Promise<Written> {
    const start = performance.now();
    const { model, vocabulary, text } = descriptionOf(loaded.description, 'language');
    if (typeof prompt !== 'string') {
      throw new InputError(`write: the prompt must be a string, found ${shown(prompt)}`);
    }
    const { split, join } = typedText(text, vocabulary);
    const tokens = split(prompt);
    const { decoding = this.#decoding, unknown = text.unknown } = options;
    const limits = { unknown, maxTokens: model.maxLength - 1 };
    const read = encodeTokens('write', tokens, vocabulary, limits);
    const { source } = promptBatch([read], vocabulary);
    const { hypotheses, ...inside } = await generate(
      loaded,
      [...source.data],
      decoding,
      vocabulary,
      options,
      (answer) => encodeTokens('target', split(answer), vocabulary, limits),
    );
    const { ids, finished } = defined(hypotheses[0], 'hypothesis');
    const all = showTokens(vocabulary, [...read, ...ids], (i) => [tokens[i]]);
    return {
      text: join(all.words),
      tokens: all.tokens.slice(read.length),
      marks: all.marks.slice(read.length),
      finished,
      hypotheses,
      adapter: this.adapter,
      milliseconds: performance.now() - start,
      ...inside,
    };
  }
}
