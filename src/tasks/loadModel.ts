/**
 * Loads a model's files from any source to a device; shaders compile while the parameters download.
 * All models that decode are loaded here: Translator.load and Writer.load are typed wrappers.
 */

import { checkOptions, defined } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import type { Decoder, Decoding } from '../generate/decoder';
import type { Hypothesis } from '../generate/hypotheses';
import type { DecodingPart } from '../generate/method';
import { StateStore } from '../gpu/states';
import type { FileSource, OpenOptions } from '../io';
import type { ModelKind } from '../models/kind';
import { modelLayout } from '../models/layout';
import { type ParameterOptions, parameterBytes, storedLayout } from '../nn/storage';
import type { CodecFormat } from '../text';
import { checkLists } from './checkLists';
import { Decoders } from './decoders';
import type { ModelOnDevice, SequenceOptions } from './decodingModel';
import { downloadModel } from './downloadModel';
import type { LoadMeter } from './loadProgress';
import { type DescriptionReader, readAnyDescription } from './modelFiles';
import type { Inspection } from './modelInspection';
import type { Resident } from './onDevice';
import type { OpenParameters } from './parameterFiles';
import { isPublished, type ModelSource, type OpenedModel } from './publishedSource';
import {
  type CreationContext,
  createResident,
  RESIDENT_OPTIONS,
  type ResidentOptions,
} from './resident';
import type { StorageFormat } from './storage';

/** Options of loading a model. */
export interface LoadOptions extends ResidentOptions, ParameterOptions {
  /** Imported kinds of models, such as `[transformer]`: the app's bundle has no others. */
  readonly kinds: readonly ModelKind[];
  /**
   * Imported decoding methods and features, such as `[beamSearch, alternatives]`. Greedy decoding
   * alone needs none.
   */
  readonly decodings?: readonly DecodingPart[];
  /** `[quantised]`, for parameters of fewer bits than 32, on the device or in the file. */
  readonly formats?: readonly StorageFormat[];
  /** `streamedParameters`, for a large model, or one that is not in one file model.safetensors. */
  readonly parameters?: OpenParameters;
  /** `[bytePairs]`, for models whose vocabulary is byte pairs rather than words. */
  readonly codecs?: readonly CodecFormat[];
  /** `inspection`, for calls that look inside the model. */
  readonly inspection?: Inspection;
}

/** Names of all options of a load. */
export const LOAD_OPTIONS: readonly string[] = [
  ...RESIDENT_OPTIONS,
  ...['kinds', 'decodings', 'formats', 'parameters', 'codecs'],
  ...['inspection', 'dtype', 'arithmetic'],
];

/** What a class that wraps the loader needs. */
export interface TaskOptions {
  /** Names the task in messages: 'translator'. */
  readonly what: string;
  /** Reads the description of its models. */
  readonly read: DescriptionReader;
  /** The decoding that is compiled during the load (default: greedy). */
  readonly decoding?: Decoding;
}

/** The decoding of calls that do not name one. */
export const GREEDY: Decoding = { kind: 'greedy' };

/** Decodes one sequence, and reports its ids as soon as they are final. */
export async function decodeOne(
  decoder: Pick<Decoder, 'decode' | 'revises'>,
  ids: readonly number[],
  decoding: Decoding,
  { signal, seed, onId }: SequenceOptions,
): Promise<readonly Hypothesis[]> {
  let reported = 0;
  const report = (row: readonly number[] = []) => {
    for (const id of row.slice(reported)) onId?.(id);
    reported = Math.max(reported, row.length);
  };
  const source: HostTensor = { shape: [1, ids.length], data: Int32Array.from(ids) };
  const lengths: HostTensor = { shape: [1], data: Int32Array.of(ids.length) };
  const onIds = ([row]: readonly (readonly number[])[]) => {
    if (!decoder.revises) report(row);
  };
  const decoded = await decoder.decode(source, lengths, { signal, seed, decoding, onIds });
  const found = defined(decoded[0], 'row');
  report(found[0]?.ids);
  return found;
}

/** A loaded model. */
export type LoadedModel = Resident<ModelOnDevice>;

/**
 * Loads a model from a folder with model.json and model.safetensors, or a published one. `revive`
 * reads the same source again: files and bytes are kept by reference, addresses are fetched again.
 * @param source an address, path or URL of the folder; its files; a directory handle; or their
 *   contents by name; or what `hub` makes of any of these
 * @throws DeviceError without WebGPU; DownloadError for a file that cannot be downloaded;
 *   FormatError for a damaged file; OptionError for a missing import; AbortedError; DeviceLostError
 */
export function loadModel(source: ModelSource, options: LoadOptions): Promise<LoadedModel> {
  return loadFor({ what: 'model', read: readAnyDescription }, source, options);
}

/** Loads a model for a task. */
export async function loadFor(
  task: TaskOptions,
  source: ModelSource,
  options: LoadOptions,
): Promise<LoadedModel> {
  checkOptions('load', options, LOAD_OPTIONS);
  checkLists(options);
  const create = (context: CreationContext) => createModel(task, source, options, context);
  return createResident(task.what, create, options);
}

async function createModel(
  task: TaskOptions,
  source: ModelSource,
  options: LoadOptions,
  { device, signal, meter }: CreationContext,
): Promise<ModelOnDevice> {
  const formats = options.formats ?? [];
  const opened = isPublished(source)
    ? await source.open({ ...options, signal }, meter)
    : await openFolder(task, source, { ...options, signal }, meter);
  const { description, maxBatch = 1 } = opened;
  const { model } = description;
  const layout = storedLayout(modelLayout(model), options, formats);
  const states = new StateStore(await device);
  const bytes = parameterBytes(layout);
  const decoders = new Decoders(states.device, model, layout, states, {
    maxBatch,
    ids: 'vocabulary' in description ? description.vocabulary : description.target,
    attention: true,
    startup: 'quick',
    ...(options.decodings && { decodings: options.decodings }),
  });
  await Promise.all([
    // Reports what it plans before anything is allocated.
    decoders.get(opened.decoding ?? task.decoding ?? GREEDY, {
      onPlanned: (decoderBytes) => meter.planned(bytes + decoderBytes),
      onProgress: (done, total) => meter.update('compile', done, total),
    }),
    opened.files.load({ layout, states, formats, meter, received: opened.received }),
  ]);
  const inspection = options.inspection?.decoding({
    device: states.device,
    description,
    layout,
    states,
  });
  return {
    description,
    translation: opened.translation,
    writing: opened.writing,
    kinds: options.kinds,
    layout,
    states,
    inspection,
    get memory() {
      const planned = bytes + decoders.plannedBytes + (inspection?.plannedBytes ?? 0);
      return { planned, live: states.device.liveBytes };
    },
    decoder: (decoding) => decoders.get(decoding),
    decode: async (ids, decoding, sequence = {}) =>
      decodeOne(await decoders.get(decoding), ids, decoding, sequence),
  };
}

/** Opens a folder with model.json. */
async function openFolder(
  task: TaskOptions,
  source: FileSource,
  options: LoadOptions & OpenOptions,
  meter: LoadMeter,
): Promise<OpenedModel> {
  const files = await downloadModel(source, options, meter);
  return { ...files, description: task.read(files.json, options, files.where) };
}
