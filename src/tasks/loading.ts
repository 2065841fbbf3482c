/** A model's two files, from an address to a device. */
import { type Device, openDevice } from '../gpu/device';
import type { Tuning, TuningStore } from '../gpu/tuning';
import { fetchBytes, parseSafetensors, toFloat32 } from '../io';
import { modelLayout } from '../models/layout';
import type { TranslationModel } from '../models/model';
import type { NamedTensors } from '../nn/arena';
import type { ParameterLayout } from '../nn/parameters';
import type { WeightOptions } from '../nn/storage';

export interface LoadProgress {
  readonly stage: 'download' | 'compile';
  readonly done: number;
  readonly total: number;
}

export interface LoadOptions extends WeightOptions {
  /** WebGPU entry point; `navigator.gpu` by default. */
  readonly gpu?: GPU;
  /** What was measured and checked on this adapter, or where it is kept; see openDevice. */
  readonly tuning?: Tuning | TuningStore;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface LoadedFiles {
  readonly device: Device;
  /** The text of model.json. */
  readonly json: string;
  /** model.safetensors. */
  readonly file: Uint8Array;
}

/**
 * Fetches model.json and model.safetensors of a folder, and opens a device meanwhile.
 * @throws DeviceError without WebGPU; FormatError for damaged files; AbortedError
 */
export async function loadFiles(url: string, options: LoadOptions): Promise<LoadedFiles> {
  const { gpu, tuning, signal, onProgress } = options;
  const folder = url.endsWith('/') ? url : `${url}/`;
  const abort = signal === undefined ? {} : { signal };
  const [device, json, file] = await Promise.all([
    openDevice({ ...(gpu && { gpu }), ...(tuning && { tuning }) }),
    fetchBytes(`${folder}model.json`, abort),
    fetchBytes(`${folder}model.safetensors`, {
      ...abort,
      onProgress: ({ receivedBytes, totalBytes }) =>
        onProgress?.({
          stage: 'download',
          done: receivedBytes,
          total: totalBytes ?? receivedBytes,
        }),
    }),
  ]);
  return { device, json: new TextDecoder().decode(json), file };
}

/** The tensors of a file as float32. @throws FormatError for a damaged file */
export function readTensors(file: Uint8Array): NamedTensors {
  const { tensors } = parseSafetensors(file);
  const named = [...tensors].map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(name, tensor) }] as const,
  );
  return new Map(named);
}

/**
 * Where a model's parameters lie on the device; the code of packing is loaded when it is needed.
 * @throws OptionError for an unknown format or arithmetic
 */
export async function storedLayout(
  model: Pick<TranslationModel, 'logits' | 'maxLength'>,
  { weights = 'f32', arithmetic = 'f32' }: WeightOptions,
): Promise<ParameterLayout> {
  const layout = modelLayout(model);
  if (weights === 'f32' && arithmetic === 'f32') return layout;
  const { storeAs } = await import('../nn/packedStorage');
  return storeAs(layout, weights, arithmetic);
}

/** Progress of compiling as a decoder reports it. */
export function compileProgress({ onProgress }: Pick<LoadOptions, 'onProgress'>) {
  return onProgress === undefined
    ? {}
    : {
        onProgress: (done: number, total: number) => onProgress({ stage: 'compile', done, total }),
      };
}
