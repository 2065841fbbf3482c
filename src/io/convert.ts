/**
 * Converts stored tensors to typed arrays; store.ts is the inverse. Conversions are exact or round
 * floats to nearest, and values out of range are errors. Typed arrays are little-endian on all
 * platforms with WebGPU, like the files.
 */
import { DTypeError, FormatError } from '../core/errors';
import { checkedView, floatValues, misfit } from './floats';
import { STORED_DTYPES, type StoredDType, type StoredTensor } from './storedTensor';
import { quoted } from './strictJson';

type IntegerDType = Exclude<
  StoredDType,
  'BOOL' | 'F64' | 'F32' | 'F16' | 'BF16' | 'F8_E5M2' | 'F8_E4M3'
>;

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/**
 * Converts a tensor to a new float32 array. F64 is rounded to nearest; integers must be exact in
 * float32; BOOL gives 0 and 1.
 * @param name the tensor's name, for messages
 * @throws ShapeError if the bytes do not fit the shape
 * @throws DTypeError if a value cannot be represented in float32, or the type is not supported
 * @throws FormatError if a BOOL is neither 0 nor 1
 */
export function toFloat32(name: string, tensor: StoredTensor): Float32Array<ArrayBuffer> {
  const floats = floatValues(name, tensor);
  if (floats !== undefined) return floats;
  const view = checkedView(name, tensor);
  const { dtype } = tensor;
  const values = new Float32Array(tensor.bytes.byteLength / STORED_DTYPES[dtype]);
  switch (dtype) {
    case 'BOOL':
      for (let i = 0; i < values.length; i++) values[i] = booleanAt(name, view, i);
      return values;
    case 'F64':
    case 'F32':
    case 'F16':
    case 'BF16':
    case 'F8_E5M2':
    case 'F8_E4M3':
      throw unsupported(name, dtype, 'float32');
    default:
      for (let i = 0; i < values.length; i++) {
        values[i] = exactFloat32(name, i, integerAt(view, dtype, i));
      }
      return values;
  }
}

/**
 * Converts a tensor to a new int32 array; BOOL gives 0 and 1.
 * @param name the tensor's name, for messages
 * @throws ShapeError if the bytes do not fit the shape
 * @throws DTypeError if a value is outside [-2^31, 2^31 - 1], or the type is a float
 * @throws FormatError if a BOOL is neither 0 nor 1
 */
export function toInt32(name: string, tensor: StoredTensor): Int32Array<ArrayBuffer> {
  const view = checkedView(name, tensor);
  const values = new Int32Array(tensor.bytes.byteLength / STORED_DTYPES[tensor.dtype]);
  const { dtype } = tensor;
  switch (dtype) {
    case 'I32':
      new Uint8Array(values.buffer).set(tensor.bytes);
      return values;
    case 'BOOL':
      for (let i = 0; i < values.length; i++) values[i] = booleanAt(name, view, i);
      return values;
    case 'F64':
    case 'F32':
    case 'F16':
    case 'BF16':
    case 'F8_E5M2':
    case 'F8_E4M3':
      throw unsupported(name, dtype, 'int32');
    default:
      for (let i = 0; i < values.length; i++) {
        const value = integerAt(view, dtype, i);
        if (value < INT32_MIN || value > INT32_MAX) throw misfit(name, i, value, 'int32');
        values[i] = Number(value);
      }
      return values;
  }
}

function integerAt(view: DataView, dtype: IntegerDType, i: number): number | bigint {
  switch (dtype) {
    case 'U8':
      return view.getUint8(i);
    case 'I8':
      return view.getInt8(i);
    case 'U16':
      return view.getUint16(2 * i, true);
    case 'I16':
      return view.getInt16(2 * i, true);
    case 'U32':
      return view.getUint32(4 * i, true);
    case 'I32':
      return view.getInt32(4 * i, true);
    case 'U64':
      return view.getBigUint64(8 * i, true);
    case 'I64':
      return view.getBigInt64(8 * i, true);
    default:
      return dtype satisfies never;
  }
}

function booleanAt(name: string, view: DataView, i: number): number {
  const value = view.getUint8(i);
  if (value <= 1) return value;
  throw new FormatError(
    `tensor ${quoted(name)}: element ${i} of a BOOL must be 0 or 1, found ${value}; ` +
      'the file is damaged, or its type should be U8',
  );
}

function exactFloat32(name: string, i: number, value: number | bigint): number {
  const rounded = Math.fround(Number(value));
  // Comparing a number with a bigint is exact; converting one to the other is not.
  if (rounded < value || rounded > value) throw misfit(name, i, value, 'float32');
  return rounded;
}

function unsupported(name: string, dtype: StoredDType, target: string): DTypeError {
  return new DTypeError(
    `tensor ${quoted(name)}: ${dtype} does not convert to ${target}; ` +
      'read it as another type or convert the file',
  );
}
