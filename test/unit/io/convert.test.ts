import { describe, expect, test } from 'vitest';
import { DTypeError, defined, FormatError, ShapeError } from '../../../src/core/errors';
import { halfToFloatBits } from '../../../src/core/half';
import { floatBitsToHalf } from '../../../src/core/toHalf';
import {
  float32ToF16,
  type StoredDType,
  type StoredTensor,
  storeFloat32,
  storeInt32,
  toFloat32,
  toInt32,
} from '../../../src/io';

/** The bits of a number as float32. */
const bitsOf = (value: number) => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
};
const floatOf = (bits: number) => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
};
/** IEEE 754 binary16 by its definition: (-1)^s 2^(e-15) (1 + m/1024), or (-1)^s 2^-24 m. */
const halfValue = (half: number) => {
  const [s, e, m] = [half >>> 15, (half >>> 10) & 31, half & 1023];
  const magnitude =
    e === 31 ? (m === 0 ? Infinity : NaN) : e === 0 ? m * 2 ** -24 : 2 ** (e - 15) * (1 + m / 1024);
  return s === 1 ? -magnitude : magnitude;
};

describe('float16 bits', () => {
  test('all 65,536 values widen exactly and narrow back to the same bits', () => {
    const faults: number[] = [];
    for (let half = 0; half < 0x10000; half++) {
      const bits = halfToFloatBits(half);
      const isNaN16 = (half & 0x7fff) > 0x7c00;
      const isExact = isNaN16
        ? (bits & 0x7fffffff) > 0x7f800000
        : Object.is(floatOf(bits), halfValue(half));
      // Narrowing makes NaN quiet, as every IEEE 754 operation does.
      const back = floatBitsToHalf(bits);
      if (!isExact || back !== (isNaN16 ? half | 0x0200 : half)) faults.push(half);
    }
    expect(faults).toEqual([]);
  });

  test('halfway cases go to even and their neighbours to the nearer, over the whole range', () => {
    const faults: number[] = [];
    for (let half = 0; half < 0x7bff; half++) {
      const middle = bitsOf((halfValue(half) + halfValue(half + 1)) / 2);
      const even = half % 2 === 0 ? half : half + 1;
      const isRight =
        floatBitsToHalf(middle - 1) === half &&
        floatBitsToHalf(middle) === even &&
        floatBitsToHalf(middle + 1) === half + 1 &&
        floatBitsToHalf((middle | 0x80000000) >>> 0) === (even | 0x8000);
      if (!isRight) faults.push(half);
    }
    expect(faults).toEqual([]);
  });

  test.each([
    ['0', 0, 0],
    ['-0', -0, 0x8000],
    ['1', 1, 0x3c00],
    ['the largest, 65504', 65504, 0x7bff],
    ['just below halfway to overflow', floatOf(bitsOf(65520) - 1), 0x7bff],
    ['halfway to overflow, 65520', 65520, undefined],
    ['the largest float32', 3.4028234663852886e38, undefined],
    ['-65520', -65520, undefined],
    ['infinity', Infinity, 0x7c00],
    ['-infinity', -Infinity, 0xfc00],
    ['the smallest normal, 2^-14', 2 ** -14, 0x0400],
    ['the largest subnormal', 1023 * 2 ** -24, 0x03ff],
    ['halfway to the smallest normal', 1023.5 * 2 ** -24, 0x0400],
    ['the smallest subnormal, 2^-24', 2 ** -24, 0x0001],
    ['3/4 of the smallest', 0.75 * 2 ** -24, 0x0001],
    ['half of the smallest, 2^-25', 2 ** -25, 0],
    ['just above 2^-25', floatOf(bitsOf(2 ** -25) + 1), 0x0001],
    ['1.5 times the smallest', 1.5 * 2 ** -24, 0x0002],
    ['2.5 times the smallest', 2.5 * 2 ** -24, 0x0002],
    ['a float32 subnormal', 2 ** -149, 0],
    ['a negative float32 subnormal', -(2 ** -149), 0x8000],
  ])('%s', (_, value, half) => {
    expect(floatBitsToHalf(bitsOf(value))).toBe(half);
  });
});

const of = (
  dtype: StoredDType,
  shape: readonly number[],
  bytes: readonly number[],
): StoredTensor => ({
  dtype,
  shape,
  bytes: Uint8Array.from(bytes),
});
const float64 = (...values: readonly number[]): StoredTensor => ({
  dtype: 'F64',
  shape: [values.length],
  bytes: new Uint8Array(Float64Array.from(values).buffer),
});
const int64 = (...values: readonly bigint[]): StoredTensor => ({
  dtype: 'I64',
  shape: [values.length],
  bytes: new Uint8Array(BigInt64Array.from(values).buffer),
});
const uint64 = (...values: readonly bigint[]): StoredTensor => ({
  ...int64(...values),
  dtype: 'U64',
});

describe('toFloat32', () => {
  test.each([
    ['F32', of('F32', [2], [0, 0, 0x80, 0x3f, 0, 0, 0x80, 0xff]), [1, -Infinity]],
    ['F16', of('F16', [3], [0, 0x3c, 1, 0, 0, 0xfc]), [1, 2 ** -24, -Infinity]],
    ['BF16', of('BF16', [3], [0x80, 0x3f, 1, 0, 0x80, 0x7f]), [1, 2 ** -133, Infinity]],
    [
      'F64',
      float64(1, 1 + 2 ** -24, 1 + 2 ** -23, -0, 1e-46, Infinity),
      [1, 1, 1 + 2 ** -23, -0, 0, Infinity],
    ],
    ['BOOL', of('BOOL', [2, 1], [0, 1]), [0, 1]],
    ['U8', of('U8', [2], [0, 255]), [0, 255]],
    ['I8', of('I8', [2], [127, 128]), [127, -128]],
    ['U16', of('U16', [1], [255, 255]), [65535]],
    ['I16', of('I16', [1], [0, 128]), [-32768]],
    ['U32', of('U32', [1], [0, 0, 0, 128]), [2 ** 31]],
    ['I32', of('I32', [1], [0, 0, 0, 128]), [-(2 ** 31)]],
    ['I64', int64(-(2n ** 63n), 2n ** 24n), [-(2 ** 63), 2 ** 24]],
    ['U64', uint64(2n ** 62n), [2 ** 62]],
    ['a scalar', of('U8', [], [3]), [3]],
    ['no elements', of('F16', [0, 4], []), []],
  ])('%s', (_, tensor, values) => {
    expect(toFloat32('x', tensor)).toStrictEqual(Float32Array.from(values));
  });

  test('NaN keeps its bits', () => {
    const read = (tensor: StoredTensor) => new Uint32Array(toFloat32('x', tensor).buffer)[0];
    expect(read(of('F32', [1], [1, 0, 0xa0, 0x7f]))).toBe(0x7fa00001);
    expect(read(of('F16', [1], [0x01, 0xfd]))).toBe(0xffa02000);
    expect(read(of('BF16', [1], [0xc1, 0x7f]))).toBe(0x7fc10000);
    expect(toFloat32('x', float64(Number.NaN))).toEqual(Float32Array.of(Number.NaN));
  });

  test('unaligned bytes are read, and the result has memory of its own', () => {
    const bytes = Uint8Array.of(9, 0, 0, 0x80, 0x3f).subarray(1);
    const values = toFloat32('x', { dtype: 'F32', shape: [1], bytes });
    expect(values).toEqual(Float32Array.of(1));
    values[0] = 5;
    expect([...bytes]).toEqual([0, 0, 0x80, 0x3f]);
  });

  test.each([
    [
      'an F64 beyond float32',
      float64(0, 1e39),
      'tensor "w": element 1, 1e+39, cannot be represented',
    ],
    ['halfway to infinity', float64(-(2 ** 128 - 2 ** 103)), 'cannot be represented in float32'],
    [
      'an I64 that float32 rounds',
      int64(2n ** 24n + 1n),
      'element 0, 16777217, cannot be represented',
    ],
    ['an I64 that float64 rounds', int64(2n ** 53n + 1n), '9007199254740993'],
    ['an I32 that float32 rounds', of('I32', [1], [1, 0, 0, 1]), '16777217'],
    ['F8', of('F8_E4M3', [1], [0]), 'F8_E4M3 does not convert to float32'],
  ])('%s is a DTypeError', (_, tensor, message) => {
    expect(() => toFloat32('w', tensor)).toThrow(DTypeError);
    expect(() => toFloat32('w', tensor)).toThrow(message);
  });

  test('a BOOL of 2 is a FormatError, bytes that do not fit the shape a ShapeError', () => {
    expect(() => toFloat32('m', of('BOOL', [2], [1, 2]))).toThrow(FormatError);
    expect(() => toFloat32('m', of('F32', [2], [0, 0, 0, 0]))).toThrow(ShapeError);
    expect(() => toInt32('m', of('I32', [1], [0, 0, 0]))).toThrow(ShapeError);
  });
});

describe('toInt32', () => {
  test.each([
    ['I32', of('I32', [2], [255, 255, 255, 255, 0, 0, 0, 128]), [-1, -(2 ** 31)]],
    ['I64', int64(2n ** 31n - 1n, -(2n ** 31n), 0n), [2 ** 31 - 1, -(2 ** 31), 0]],
    ['U64', uint64(5n), [5]],
    ['U32', of('U32', [1], [255, 255, 255, 127]), [2 ** 31 - 1]],
    ['I16', of('I16', [1], [255, 255]), [-1]],
    ['U16', of('U16', [1], [255, 255]), [65535]],
    ['I8', of('I8', [1], [255]), [-1]],
    ['U8', of('U8', [1], [255]), [255]],
    ['BOOL', of('BOOL', [2], [1, 0]), [1, 0]],
  ])('%s', (_, tensor, values) => {
    expect(toInt32('x', tensor)).toStrictEqual(Int32Array.from(values));
  });

  test.each([
    [
      '2^31 in I64',
      int64(0n, 2n ** 31n),
      'tensor "ids": element 1, 2147483648, cannot be represented',
    ],
    ['-2^31 - 1', int64(-(2n ** 31n) - 1n), '-2147483649'],
    ['2^32 in I64, which wraps to 0', int64(2n ** 32n), '4294967296'],
    ['2^31 in U32', of('U32', [1], [0, 0, 0, 128]), '2147483648'],
    ['2^64 - 1', uint64(-1n), '18446744073709551615'],
    ['F32', of('F32', [1], [0, 0, 0, 0]), 'F32 does not convert to int32'],
    ['F16', of('F16', [1], [0, 0]), 'F16 does not convert to int32'],
  ])('%s is a DTypeError', (_, tensor, message) => {
    expect(() => toInt32('ids', tensor)).toThrow(DTypeError);
    expect(() => toInt32('ids', tensor)).toThrow(message);
  });
});

describe('storing', () => {
  test('float32 to F16 is little-endian and reads the right part of a larger array', () => {
    const values = Float32Array.of(9, 1, -2, 65504, 9).subarray(1, 4);
    expect(float32ToF16('x', values)).toStrictEqual(Uint8Array.of(0, 0x3c, 0, 0xc0, 0xff, 0x7b));
  });

  test('an overflowing value is named', () => {
    const write = () => float32ToF16('head.weight', Float32Array.of(0, -70000));
    expect(write).toThrow(DTypeError);
    expect(write).toThrow(
      'tensor "head.weight": element 1, -70000, cannot be represented in float16',
    );
    expect(write).toThrow('store it as F32');
  });

  test('stored values are read back', () => {
    const values = Float32Array.of(1.5, -0, 2 ** -20, Infinity);
    expect(toFloat32('x', storeFloat32('x', [2, 2], values))).toEqual(values);
    expect(toFloat32('x', storeFloat32('x', [4], values, 'F16'))).toEqual(values);
    const ids = Int32Array.of(-1, 7);
    expect(toInt32('x', storeInt32('x', [2], ids))).toEqual(ids);
    expect(storeInt32('x', [2], ids).bytes.buffer).toBe(ids.buffer);
  });

  test('a wrong shape is a ShapeError', () => {
    expect(() => storeFloat32('x', [3], new Float32Array(2))).toThrow(ShapeError);
    expect(() => storeInt32('x', [3], new Int32Array(2))).toThrow(ShapeError);
  });

  test('a million values convert', () => {
    const values = Float32Array.from({ length: 1_000_000 }, (_, i) => Math.sin(i));
    const tensor = storeFloat32('x', [1_000_000], values, 'F16');
    expect(defined(toFloat32('x', tensor)[1], 'value')).toBeCloseTo(Math.sin(1), 3);
  });
});
