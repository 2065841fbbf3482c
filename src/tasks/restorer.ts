/** Restoring texts as an app calls it: load a denoising model, restore texts, dispose. */
import { checkOptions, defined } from '../core/errors';
import type { Hypothesis } from '../generate/hypotheses';
import type { ValueNames } from '../inspect/describe';
import type { FileSource } from '../io';
import type { ModelOnDevice } from './decodingModel';
import { checkGenerationOptions, encodeTokens, generate, inspectionOf } from './generation';
import type { GenerationOptions } from './generationOptions';
import { GREEDY, LOAD_OPTIONS, type LoadedModel, type LoadOptions, loadFor } from './loadModel';
import { readDenoising } from './maskedFiles';
import { MASK, readMaskedText } from './maskedText';
import { descriptionOf } from './modelFiles';
import type { Inspected } from './modelInspection';
import { OnDevice } from './onDevice';
import { showAnswer, type TokenMark } from './shownTokens';
import { typedText } from './typedText';

/** A restored text. */
export interface Restored {
  readonly text: string;
  /** Tokens of the damaged text. */
  readonly sourceTokens: readonly string[];
  /** Tokens of the restored text, without eos. */
  readonly tokens: readonly string[];
  /** Which of them are words copied from the damaged text, or gaps; undefined for all others. */
  readonly marks: readonly (TokenMark | undefined)[];
  /** Whether the model ended the text with eos, rather than reaching its longest length. */
  readonly finished: boolean;
  /** All hypotheses, the best first, with what the decoding records of them. */
  readonly hypotheses: readonly Hypothesis[];
  /** What the options `inspect`, `target` and `interventions` show. */
  readonly inspected?: Inspected;
}

/** Restores texts with a denoising model on a device. */
export class Restorer extends OnDevice<ModelOnDevice> {
  /** @throws OptionError when the model is not a denoising model */
  constructor(model: LoadedModel) {
    super(model);
    descriptionOf(model.value.description, 'denoising');
  }

  /**
   * Loads a denoising model from a folder with model.json and model.safetensors; see loadModel.
   * @param source an address, path or URL of the folder; its files; a directory handle; or their
   *   contents by name
   * @throws DeviceError without WebGPU; DownloadError; FormatError for damaged files; OptionError
   *   for a missing import; AbortedError
   */
  static async load(source: FileSource, options: LoadOptions): Promise<Restorer> {
    checkOptions('load', options, LOAD_OPTIONS);
    return new Restorer(await loadFor({ what: 'restorer', read: readDenoising }, source, options));
  }

  /**
   * Restores a text, in which `[MASK]` stands for a missing span of any length; words may be missing
   * elsewhere too, and clauses in a wrong order. Greedy by default.
   * @throws InputError for an empty or over-long text or an unknown word; OptionError for a decoding
   *   that cannot work or whose import is missing; AbortedError; DisposedError; DeviceLostError
   */
  async restore(text: string, options: GenerationOptions = {}): Promise<Restored> {
    checkGenerationOptions('restore', options);
    return this.resident.run((model) => restore(model, text, options), options.signal);
  }

  /**
   * Names of the values inside the model, for the option `inspect`. Nothing runs.
   * @throws OptionError without the load option `inspection`
   */
  valueNames(): Promise<ValueNames> {
    return this.resident.runNow(async (model) => inspectionOf(model).names());
  }
}

async function restore(
  loaded: ModelOnDevice,
  typed: string,
  options: GenerationOptions,
): Promise<Restored> {
  const { model, vocabulary, text } = descriptionOf(loaded.description, 'denoising');
  const texts = { vocabulary, text, maskId: model.maskId, maxTokens: model.maxLength - 1 };
  const { ids, tokens } = readMaskedText('restore', typed, texts, options.unknown);
  const { decoding = GREEDY, unknown = text.unknown } = options;
  const { split, join } = typedText(text, vocabulary);
  const limits = { unknown, maxTokens: model.maxLength - 1 };
  const { hypotheses, ...inside } = await generate(
    loaded,
    [...ids, vocabulary.eos],
    decoding,
    vocabulary,
    options,
    (answer) => encodeTokens('target', split(answer), vocabulary, limits),
  );
  const best = defined(hypotheses[0], 'hypothesis');
  const copied = unknown === 'copy' ? (best.attention ?? []) : [];
  const answer = showAnswer(vocabulary, best.ids, copied, tokens);
  return {
    text: join(answer.words),
    sourceTokens: tokens.map((token) => token ?? MASK),
    tokens: answer.tokens,
    marks: answer.marks,
    finished: best.finished,
    hypotheses,
    ...inside,
  };
}
