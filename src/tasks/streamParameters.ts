/**
 * Loads a model's parameters from a stream of tensors: every tensor is checked before the bytes of
 * its file are used, and goes to the device while they arrive, so that the file is never in memory.
 */
import { DTypeError, FormatError } from '../core/errors';
import {
  type ByteSink,
  floatSink,
  isFloat,
  openTensors,
  readTensorFile,
  type Scratch,
  shards,
  type TensorFile,
  type TensorFiles,
  torchFile,
  torchShards,
  type ValueSink,
} from '../io';
import type { ParameterLayout } from '../nn/parameters';
import { type ParameterStates, writeParameter, writeUnit } from '../nn/parameterWriter';
import { parameterBytes, parameterStates } from '../nn/storage';
import type { OpenedParameters, OpenParameters, ParameterTarget } from './parameterFiles';
import type { StorageFormat } from './storage';

/** Where the tensors of a file go. */
export type TensorPlaces = ReadonlyMap<string, ValueSink>;

/**
 * Decides which parameters the tensors of a model hold.
 * @returns called with each of the model's files, whose names, types and shapes it checks
 */
export type Placement = (
  layout: ParameterLayout,
  states: ParameterStates,
) => (file: TensorFile) => TensorPlaces;

/** What to load, and where to. */
export interface StreamOptions extends ParameterTarget {
  readonly files: TensorFiles;
  /** Which tensors hold which parameters (default: those of the same name and shape). */
  readonly placement?: Placement;
}

/** Files in which models are stored besides model.safetensors. */
const FILE_FORMATS = [shards, torchFile, torchShards];

/**
 * Reads parameters as a stream, so that no file is in memory: the load option `parameters`, for large
 * models. They may be in model.safetensors, or in shards with an index, or in files of torch.save.
 */
export const streamedParameters: OpenParameters = async (source, options) =>
  openedStream(await openTensors(source, options, FILE_FORMATS));

/** Files of tensors as a model's parameters. @param placement as in `streamParameters` */
export function openedStream(files: TensorFiles, placement?: Placement): OpenedParameters {
  return {
    byteLength: files.byteLength,
    load: (target) => streamParameters({ ...target, files, ...(placement && { placement }) }),
  };
}

/**
 * Reads parameters from files to a device, which must be able to hold them.
 * @throws FormatError for a damaged file, a missing tensor or another shape; DTypeError for a tensor
 *   of integers, or values that cannot be quantised; DownloadError; AbortedError; DeviceLostError
 */
export async function streamParameters({
  layout,
  states,
  files,
  placement = placeByName,
  formats = [],
  meter,
  received = 0,
}: StreamOptions): Promise<void> {
  for (const [name, type] of Object.entries(parameterStates(layout))) states.buffer(name, type);
  const place = placement(layout, states);
  const scratch = { values: new Float32Array() };
  const total = files.byteLength === undefined ? undefined : received + files.byteLength;
  for await (const file of files.read((more) => meter.update('download', received + more, total))) {
    await readTensorFile(file, byteSinks(file, place(file), formats, scratch));
  }
  meter.finish('upload', parameterBytes(layout));
}

/** @throws DTypeError for a tensor that can be read neither as floats nor by a format */
function byteSinks(
  { where, tensors }: TensorFile,
  places: TensorPlaces,
  formats: readonly StorageFormat[],
  scratch: Scratch,
): ReadonlyMap<string, ByteSink> {
  const sinks = new Map(formats.flatMap(({ sinksFor }) => [...sinksFor(tensors, places)]));
  for (const tensor of tensors) {
    const { name, dtype } = tensor;
    const place = places.get(name);
    if (place === undefined || sinks.has(name)) continue;
    if (!isFloat(dtype)) {
      throw new DTypeError(
        `${where}: parameter ${name} is ${dtype}, expected F32, F16, BF16 or F64; import quantised?`,
      );
    }
    sinks.set(name, floatSink(tensor, place, scratch));
  }
  return sinks;
}

/** Each parameter is in the tensor of its name; other tensors are skipped. */
const placeByName: Placement = (layout, states) => (file) => {
  const { where, names, tensors } = file;
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const places = new Map<string, ValueSink>();
  for (const parameter of layout.parameters) {
    const { name, shape } = parameter;
    const found = shapes.get(name);
    if (found?.join() === shape.join()) {
      places.set(name, {
        unit: writeUnit(parameter),
        take: (values, first) => writeParameter(states, layout, parameter, values, first),
      });
    } else if (found !== undefined) {
      throw new FormatError(
        `${where}: '${name}' must be [${shape}], the file has [${found}]; was it trained with ` +
          'another configuration?',
      );
    } else if (!names.has(name)) {
      const has = [...names].slice(0, 5).join(', ');
      throw new FormatError(`${where}: no tensor '${name}' [${shape}]; the file has ${has} ...`);
    }
  }
  return places;
};
