/** A model's two files, from an address to a device. */
import { type Device, openDevice } from '../gpu/device';
import type { Tuning, TuningStore } from '../gpu/tuning';
import { fetchBytes, parseSafetensors, toFloat32 } from '../io';
import { packArena } from '../nn/arena';
import type { ParameterLayout } from '../nn/parameters';

export interface LoadProgress {
  readonly stage: 'download' | 'compile';
  readonly done: number;
  readonly total: number;
}

export interface LoadOptions {
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
  readonly weights: Uint8Array;
}

/**
 * Fetches model.json and model.safetensors of a folder, and opens a device meanwhile.
 * @throws DeviceError without WebGPU; FormatError for damaged files; AbortedError
 */
export async function loadFiles(url: string, options: LoadOptions): Promise<LoadedFiles> {
  const { gpu, tuning, signal, onProgress } = options;
  const folder = url.endsWith('/') ? url : `${url}/`;
  const abort = signal === undefined ? {} : { signal };
  const [device, json, weights] = await Promise.all([
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
  return { device, json: new TextDecoder().decode(json), weights };
}

/** The arena of a model's parameters. @throws FormatError for weights of another model */
export function readArena(layout: ParameterLayout, weights: Uint8Array): Float32Array {
  const { tensors } = parseSafetensors(weights);
  const named = [...tensors].map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(name, tensor) }] as const,
  );
  return packArena(layout, new Map(named));
}

/** Progress of compiling as a decoder reports it. */
export function compileProgress({ onProgress }: Pick<LoadOptions, 'onProgress'>) {
  return onProgress === undefined
    ? {}
    : {
        onProgress: (done: number, total: number) => onProgress({ stage: 'compile', done, total }),
      };
}
