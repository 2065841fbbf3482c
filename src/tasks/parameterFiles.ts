/**
 * The files that hold a model's parameters: how they are opened, and read to a device. By default, a
 * model is one file, which is read to memory; what reads larger models in other ways is passed in.
 */
import { defined } from '../core/errors';
import { type FileSource, type OpenOptions, openFile, readFile } from '../io';
import type { ParameterLayout } from '../nn/parameters';
import type { ParameterStates } from '../nn/parameterWriter';
import { parameterBytes, parameterStates, storedParameters } from '../nn/storage';
import type { LoadMeter } from './loadProgress';
import { readTensors } from './readTensors';
import type { StorageFormat } from './storage';

/** Where parameters go, and what is told meanwhile. */
export interface ParameterTarget {
  readonly layout: ParameterLayout;
  /** Where the parameters go: a StateStore. */
  readonly states: ParameterStates;
  /** `[quantised]`, for matrices at 8 bits in the files. */
  readonly formats?: readonly StorageFormat[];
  readonly meter: LoadMeter;
  /** Bytes that the meter has already been told of as downloaded (default 0). */
  readonly received?: number;
}

/** Files that are ready to be read. */
export interface OpenedParameters {
  /** Bytes that will be read; undefined if unknown until then. */
  readonly byteLength: number | undefined;
  /**
   * Reads the parameters, once.
   * @throws FormatError for a damaged file, a missing tensor or another shape; DTypeError for a
   *   tensor of integers, or values that cannot be quantised; DownloadError; AbortedError
   */
  load(target: ParameterTarget): Promise<void>;
}

/**
 * Opens the files of a model in a folder.
 * @throws DownloadError if they do not exist; OptionError if the source lacks them; AbortedError
 */
export type OpenParameters = (
  source: FileSource,
  options: OpenOptions,
) => Promise<OpenedParameters>;

/** model.safetensors, read to memory. */
export const wholeFile: OpenParameters = async (source, options) => {
  const file = await openFile(source, 'model.safetensors', options);
  const { byteLength, where } = file;
  return {
    byteLength,
    async load({ layout, states, formats, meter, received = 0 }) {
      const total = byteLength === undefined ? undefined : received + byteLength;
      const bytes = await readFile(file, (more) =>
        meter.update('download', received + more, total),
      );
      const stored = storedParameters(layout, readTensors(bytes, where, formats));
      for (const [name, type] of Object.entries(parameterStates(layout))) {
        states.buffer(name, type);
        states.write(name, defined(stored.get(name), name), 0);
      }
      meter.finish('upload', parameterBytes(layout));
    },
  };
};
