/** Parameters of fewer bits than 32, on the device and in files. */
import { restoreInt8, type StoredTensor } from '../io';
import { quantisedParameters } from '../nn/quantisedStorage';
import type { ParameterFormat } from '../nn/storage';

/** Support for element types other than float32 on the device, and at 8 bits in files. */
export interface StorageFormat extends ParameterFormat {
  /** Converts a file's tensors that only this format can read to floats. */
  restore(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor>;
}

/**
 * Parameters of fewer bits: the option `formats: [quantised]` of a load, for a `dtype` other than
 * f32, and for files with matrices at 8 bits.
 */
export const quantised: StorageFormat = { ...quantisedParameters, restore: restoreInt8 };
