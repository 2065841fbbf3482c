/** Parameters of fewer bits than 32, on the device and in files. */
import {
  type ByteSink,
  type HeaderEntry,
  int8Sinks,
  restoreInt8,
  type StoredTensor,
  type ValueSink,
} from '../io';
import { quantisedParameters } from '../nn/quantisedStorage';
import type { ParameterFormat } from '../nn/storage';

/** Support for element types other than float32 on the device, and at 8 bits in files. */
export interface StorageFormat extends ParameterFormat {
  /** Converts a file's tensors that only this format can read to floats. */
  restore(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor>;
  /**
   * Does the same while a file is read.
   * @param tensors of the file, in the order of their bytes
   * @param places takes the values of tensors, by name
   * @returns takes the bytes of those tensors that only this format can read
   */
  sinksFor(
    tensors: readonly HeaderEntry[],
    places: ReadonlyMap<string, ValueSink>,
  ): ReadonlyMap<string, ByteSink>;
}

/**
 * Parameters of fewer bits: the option `formats: [quantised]` of a load, for a `dtype` other than
 * f32, and for files with matrices at 8 bits.
 */
export const quantised: StorageFormat = {
  ...quantisedParameters,
  restore: restoreInt8,
  sinksFor: int8Sinks,
};
