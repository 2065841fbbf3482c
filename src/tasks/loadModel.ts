/**
 * Loading a model: from wherever its files are to a device. Its shaders compile while its weights come in.
 * One path for all models that decode; Translator.load and Writer.load are typed wrappers of it.
 */
import { checkOptions, defined, OptionError, throwIfAborted } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import type { DecodeOptions, Decoding } from '../generate/decoder';
import type { Hypothesis } from '../generate/hypotheses';
import type { DecodingMethod } from '../generate/strategy';
import { StateStore } from '../gpu/states';
import { type FileSource, type OpenedFile, openFile, readFile } from '../io';
import type { Family, ModelKind } from '../models/kinds';
import { modelLayout } from '../models/layout';
import {
  parameterBytes,
  type StorageFormat,
  storedLayout,
  storedParameters,
  type WeightOptions,
} from '../nn/storage';
import type { CodecFormat } from '../text';
import { Decoders } from './decoders';
import type { LoadMeter } from './loadProgress';
import { type AnyDescription, readAnyDescription } from './modelFiles';
import type { GpuMemory, Resident } from './onDevice';
import { readTensors } from './readTensors';
import { type Making, RESIDENT_OPTIONS, type ResidentOptions, reside } from './resident';

/** Where a model comes from, what it is made by, and where it goes. */
export interface LoadOptions extends ResidentOptions, WeightOptions {
  /** What models of the files' kind are made by: `[transformer]`. No other is in the app's bundle. */
  readonly kinds: readonly ModelKind[];
  /** What implements decodings other than the greedy one: `[beamSearch, sampling]`. */
  readonly decodings?: readonly DecodingMethod[];
  /** What implements weights of fewer bits than 32: `[quantised]`. */
  readonly formats?: readonly StorageFormat[];
  /** What reads vocabularies other than those of words: `[bytePairs]`. */
  readonly codecs?: readonly CodecFormat[];
}

/** What a load of a model may be told. */
export const LOAD_OPTIONS: readonly string[] = [
  ...RESIDENT_OPTIONS,
  ...['kinds', 'decodings', 'formats', 'codecs', 'weights', 'arithmetic'],
];

/** What a task asks of the load that it wraps. */
export interface TaskOptions {
  /** For messages: 'translator'. */
  readonly what: string;
  /** What its models do; any without. */
  readonly family?: Family;
  /** Compiled during the load. */
  readonly decoding?: Decoding;
}

const GREEDY: Decoding = { kind: 'greedy' };

/** A model on a device. */
export interface ModelOnDevice {
  readonly description: AnyDescription;
  readonly memory: GpuMemory;
  /**
   * Decodes one sequence.
   * @param ids a source with eos, or a prompt after bos
   * @returns hypotheses, the best first
   * @throws OptionError for a decoding that cannot work or was not handed in; AbortedError; ...
   */
  decode(
    ids: readonly number[],
    decoding: Decoding,
    options?: SequenceOptions,
  ): Promise<readonly Hypothesis[]>;
}

/** Of decoding one sequence. */
export interface SequenceOptions extends Pick<DecodeOptions, 'signal' | 'seed'> {
  /** Told each id that stays: of a search that may change its mind, all at the end. */
  readonly onId?: ((id: number) => void) | undefined;
}

async function decodeOne(
  decoders: Decoders,
  ids: readonly number[],
  decoding: Decoding,
  { signal, seed, onId }: SequenceOptions,
): Promise<readonly Hypothesis[]> {
  const { decoder, settings } = await decoders.get(decoding);
  throwIfAborted(signal, 'decode');
  let told = 0;
  const tell = (row: readonly number[] = []) => {
    for (const id of row.slice(told)) onId?.(id);
    told = Math.max(told, row.length);
  };
  const source: HostTensor = { shape: [1, ids.length], data: Int32Array.from(ids) };
  const lengths: HostTensor = { shape: [1], data: Int32Array.of(ids.length) };
  const onIds = ([row]: readonly (readonly number[])[]) => {
    if (!decoder.revises) tell(row);
  };
  const decoded = await decoder.decode(source, lengths, { signal, seed, settings, onIds });
  const found = defined(decoded[0], 'row');
  tell(found[0]?.ids);
  return found;
}

/** A model that was loaded, as the tasks use it. */
export type LoadedModel = Resident<ModelOnDevice>;

/**
 * Loads a model from a folder with model.json and model.safetensors. After a loss of the device it is read
 * from the same source again: files and bytes are kept by reference, addresses are fetched once more.
 * @param source an address, path or URL of the folder; its files; a directory handle; or their contents by name
 * @throws DeviceError without WebGPU; DownloadError when a file cannot be had; FormatError for a damaged
 *   one; OptionError for what was asked for and not handed in; AbortedError; DeviceLostError
 */
export function loadModel(source: FileSource, options: LoadOptions): Promise<LoadedModel> {
  return loadFor({ what: 'model' }, source, options);
}

/** Loads a model for a task. */
export async function loadFor(
  task: TaskOptions,
  source: FileSource,
  options: LoadOptions,
): Promise<LoadedModel> {
  checkOptions('load', options, LOAD_OPTIONS);
  checkLists(options);
  return reside(task.what, (making) => make(task, source, options, making), options);
}

function checkLists(options: LoadOptions): void {
  const { kinds, decodings = [], formats = [], codecs = [] } = options;
  for (const [name, list] of Object.entries({ kinds, decodings, formats, codecs })) {
    if (Array.isArray(list)) continue;
    throw new OptionError(
      `load: ${name} must be a list` +
        (name === 'kinds'
          ? `: import { transformer } from 'qkv/models', kinds: [transformer]`
          : ''),
    );
  }
}

async function make(
  task: TaskOptions,
  source: FileSource,
  options: LoadOptions,
  { device, signal, meter }: Making,
): Promise<ModelOnDevice> {
  const { fetch, headers, cache } = options;
  const fetching = {
    signal,
    ...(fetch && { fetch }),
    ...(headers && { headers }),
    ...(cache && { cache }),
  };
  // Both are asked for before either is read, so that the size of all is known from the start.
  const json = openFile(source, 'model.json', fetching);
  const weights = openFile(source, 'model.safetensors', fetching);
  // Where both are missing, the error is of the first one.
  weights.catch(() => undefined);
  const [jsonFile, weightFile] = [await json, await weights];
  const download = new Download([jsonFile, weightFile], meter);
  const text = new TextDecoder().decode(await download.read(jsonFile));
  const description = readAnyDescription(text, options, jsonFile.where);
  checkFamily(task, description);
  const { model } = description;
  const layout = storedLayout(modelLayout(model), options, options.formats ?? []);
  const [stored, { states, decoders, bytes }] = await Promise.all([
    download.read(weightFile).then((file) => {
      return storedParameters(layout, readTensors(file, weightFile.where));
    }),
    compile(),
  ]);
  meter.update('upload', 0, bytes);
  // A plan allocates the state that it reads.
  for (const [name, data] of stored) states.write(name, data);
  meter.finish('upload', bytes);
  return {
    description,
    get memory() {
      return { planned: bytes + decoders.plannedBytes, live: states.device.liveBytes };
    },
    decode: (ids, decoding, asked = {}) => decodeOne(decoders, ids, decoding, asked),
  };

  async function compile() {
    const opened = await device;
    const states = new StateStore(opened);
    const bytes = parameterBytes(layout);
    const decoders = new Decoders(opened, model, layout, states, {
      maxBatch: 1,
      ids: description.family === 'language' ? description.vocabulary : description.target,
      weights: true,
      startup: 'quick',
      ...(options.decodings && { decodings: options.decodings }),
    });
    await decoders.get(task.decoding ?? GREEDY, {
      onPlanned: (own) => meter.planned(bytes + own),
      onProgress: (done, total) => meter.update('compile', done, total),
    });
    return { states, decoders, bytes };
  }
}

function checkFamily({ family, what }: TaskOptions, description: AnyDescription): void {
  if (family === undefined || family === description.family) return;
  const other = description.family === 'language' ? 'Writer' : 'Translator';
  throw new OptionError(
    `'${description.model.kind}' is no ${family} model, which a ${what} needs; load it by ${other}`,
  );
}

/** Reads several files, and reports on all of them together. */
class Download {
  readonly #meter: LoadMeter;
  readonly #received = new Map<OpenedFile, number>();
  /** undefined while one of the sizes is unknown. */
  readonly #total: number | undefined;

  constructor(files: readonly OpenedFile[], meter: LoadMeter) {
    this.#meter = meter;
    this.#total = files.reduce<number | undefined>(
      (sum, { byteLength }) =>
        sum === undefined || byteLength === undefined ? undefined : sum + byteLength,
      0,
    );
    meter.update('download', 0, this.#total);
  }

  read(file: OpenedFile): Promise<Uint8Array> {
    return readFile(file, (received) => {
      this.#received.set(file, received);
      const done = [...this.#received.values()].reduce((sum, bytes) => sum + bytes, 0);
      this.#meter.update('download', done, this.#total);
    });
  }
}
