/** Reads the tensors of a file in pieces, converted to float32, with few arrays that are reused. */
import { convertFloats } from './floats';
import type { HeaderEntry } from './safetensorsHeader';
import { STORED_DTYPES } from './storedTensor';
import type { TensorFile } from './tensorFiles';

/** Takes a tensor's elements in order, in pieces. */
export interface Sink<T> {
  /** The number of elements of a piece is a multiple of this. */
  readonly unit: number;
  /**
   * Takes the next piece.
   * @param piece reused for the next one
   * @param first index in the tensor of the first element
   */
  take(piece: T, first: number): void;
}

/** Takes a tensor's values. */
export type ValueSink = Sink<Float32Array>;

/** Takes a tensor's bytes. */
export type ByteSink = Sink<Uint8Array>;

/** Bytes of a piece, unless the sink needs more. */
const PIECE_BYTES = 2 ** 20;

/** An array for the values of a piece, which grows where needed. */
export interface Scratch {
  values: Float32Array;
}

/**
 * Converts the bytes of an F32, F16, BF16 or F64 tensor for a sink of values.
 * @param scratch shared by all sinks, as each is done with a piece before the next is read
 */
export function floatSink(
  { name, dtype }: HeaderEntry,
  { unit, take }: ValueSink,
  scratch: Scratch = { values: new Float32Array() },
): ByteSink {
  return {
    unit,
    take: (bytes, first) => {
      const count = bytes.byteLength / STORED_DTYPES[dtype];
      if (scratch.values.length < count) scratch.values = new Float32Array(count);
      const values = scratch.values.subarray(0, count);
      convertFloats(name, dtype, bytes, values, first);
      take(values, first);
    },
  };
}

/**
 * Reads all tensors of a file to their sinks.
 * @param sinks by the tensors' names; tensors without a sink are skipped
 */
export async function readTensorFile(
  file: TensorFile,
  sinks: ReadonlyMap<string, ByteSink>,
): Promise<void> {
  let scratch = new Uint8Array();
  for (const { name, dtype, begin, end } of file.tensors) {
    const sink = sinks.get(name);
    const size = STORED_DTYPES[dtype];
    const unit = size * Math.max(1, sink?.unit ?? 1);
    const most = unit * Math.max(1, Math.floor(PIECE_BYTES / unit));
    for (let at = begin; at < end; at += most) {
      const byteLength = Math.min(most, end - at);
      if (scratch.byteLength < byteLength) scratch = new Uint8Array(byteLength);
      const piece = scratch.subarray(0, byteLength);
      await file.fill(piece);
      sink?.take(piece, (at - begin) / size);
    }
  }
}
