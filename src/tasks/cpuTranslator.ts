/**
 * Translation in float64 on the CPU, for browsers without WebGPU and for comparison: a sentence in
 * seconds, with a small model. It has no device, and cannot look inside.
 */
import { checkOptions, DisposedError, OptionError } from '../core/errors';
import { NdArray } from '../core/ndArray';
import { CpuDecoder } from '../generate/cpuDecoder';
import type { FetchOptions, FileSource } from '../io';
import { modelLayout } from '../models/layout';
import { ParameterArrays } from '../nn/parameterArrays';
import type { Translation } from './answers';
import { checkLists } from './checkLists';
import type { DecodingModel } from './decodingModel';
import { downloadModel } from './downloadModel';
import { checkGenerationOptions } from './generation';
import type { GenerationOptions } from './generationOptions';
import { decodeOne, type LoadOptions } from './loadModel';
import { LoadMeter } from './loadProgress';
import { descriptionOf, readTranslation } from './modelFiles';
import { LOOK_OPTIONS } from './modelInspection';
import { translateText } from './translator';

/** Options of loading a translator on the CPU: those of Translator.load that need no device. */
export type CpuLoadOptions = FetchOptions &
  Pick<
    LoadOptions,
    'kinds' | 'decodings' | 'formats' | 'parameters' | 'codecs' | 'signal' | 'onProgress'
  >;

const OPTIONS = [
  ...['kinds', 'decodings', 'formats', 'parameters', 'codecs', 'signal', 'onProgress'],
  ...['fetch', 'headers', 'cache'],
];

/** Options of a translation on the CPU. */
export type CpuGenerationOptions = Omit<GenerationOptions, 'inspect' | 'target' | 'interventions'>;

/** Translates sentences on the CPU. */
export class CpuTranslator {
  /** What translates, in place of a GPU's name. */
  readonly adapter = 'CPU, float64';
  #model: DecodingModel | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(model: DecodingModel) {
    this.#model = model;
  }

  /**
   * Loads a translation model from a folder with model.json and model.safetensors.
   * @throws DownloadError; FormatError for damaged files; OptionError for a missing import;
   *   AbortedError
   */
  static async load(source: FileSource, options: CpuLoadOptions): Promise<CpuTranslator> {
    checkOptions('load', options, OPTIONS);
    checkLists(options);
    const { signal = new AbortController().signal } = options;
    const meter = new LoadMeter(options.onProgress);
    const files = await downloadModel(source, { ...options, signal }, meter);
    const description = readTranslation(files.json, options, files.where);
    const { model, target: ids } = descriptionOf(description, 'translation');
    const layout = modelLayout(model);
    const states = new ParameterArrays(layout);
    const { formats = [] } = options;
    await files.files.load({ layout, states, formats, meter, received: files.received });
    const parameters = new Map(
      [...states.arrays].map(([name, data]) => [name, NdArray.from([data.length], data)]),
    );
    meter.ready();
    return new CpuTranslator({
      description,
      inspection: undefined,
      decode: (sequence, decoding, call = {}) => {
        const { decodings = [] } = options;
        const made = { ids, decoding, decodings, attention: true };
        const decoder = new CpuDecoder(model, layout, parameters, made);
        return decodeOne(decoder, sequence, decoding, call);
      },
    });
  }

  /**
   * Translates one sentence, greedily by default. Concurrent calls run one after the other.
   * @throws as Translator.translate, but for DeviceLostError
   */
  async translate(text: string, options: CpuGenerationOptions = {}): Promise<Translation> {
    checkGenerationOptions('translate', options);
    const look = LOOK_OPTIONS.find((name) => name in options);
    if (look !== undefined) {
      throw new OptionError(`translate: '${look}' needs a GPU; load the model with Translator`);
    }
    const result = this.#last.then(() => {
      if (this.#model === undefined) {
        throw new DisposedError('the translator was disposed; load it again');
      }
      return translateText(this.#model, text, options, this.adapter);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Lets its memory be freed. Later calls fail with a DisposedError. Idempotent. */
  dispose(): void {
    this.#model = undefined;
  }
}
