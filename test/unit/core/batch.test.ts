/** Batches: numbers in every form become values with shapes; what does not fit is named. */
import { describe, expect, it } from 'vitest';
import { type BatchValue, hostTensors } from '../../../src/core/batch';
import { dim, multiplyDims } from '../../../src/core/dim';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import { f32, i32, type TensorType } from '../../../src/core/shape';

const [B, T] = [dim('B', 8), dim('T', 6)];

const read = (
  types: Readonly<Record<string, TensorType>>,
  batch: Readonly<Record<string, BatchValue>>,
) => hostTensors('batch', types, batch);

const shapeOf = (type: TensorType, value: BatchValue) => read({ x: type }, { x: value }).x?.shape;

describe('types', () => {
  it('are an element type and a shape', () => {
    expect(f32(B, 4)).toEqual({ dtype: 'f32', shape: [B, 4] });
    expect(i32()).toEqual({ dtype: 'i32', shape: [] });
  });
});

describe('a batch', () => {
  it.each<[string, TensorType, BatchValue, readonly number[]]>([
    [
      'nested arrays',
      f32(B, 2),
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [3, 2],
    ],
    ['a typed array', f32(B, 2), new Float32Array(6), [3, 2]],
    ['a flat array', f32(B, 2), [1, 2, 3, 4], [2, 2]],
    ['a vector', i32(B), [1, 2, 3], [3]],
    ['one number', f32(), 7, []],
    ['one number for one element', f32(1), 7, [1]],
    ['no rows', f32(B, 2), new Float32Array(0), [0, 2]],
    [
      'a size that is no symbol alone',
      f32(multiplyDims(B, 2), B),
      { shape: [4, 2], data: new Float32Array(8) },
      [4, 2],
    ],
  ])('may hold %s', (_name, type, value, shape) => {
    const needsB = _name === 'a size that is no symbol alone';
    const types = needsB ? { b: f32(B), x: type } : { x: type };
    const found = read(types, needsB ? { b: [1, 2], x: value } : { x: value });
    expect(found.x?.shape).toEqual(shape);
  });

  it('keeps row-major order and the element type', () => {
    const { x, ids } = read(
      { x: f32(B, 2), ids: i32(B) },
      {
        x: [
          [1, 2],
          [3, 4],
        ],
        ids: [5, 6],
      },
    );
    expect(x?.data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(ids?.data).toEqual(Int32Array.of(5, 6));
  });

  it('finds a size of flat data from the other inputs', () => {
    const { x } = read(
      { x: f32(B, T, 2), ids: i32(B, T), lengths: i32(B) },
      { x: new Float32Array(24), ids: new Int32Array(12), lengths: [1, 2, 3] },
    );
    expect(x?.shape).toEqual([3, 4, 2]);
  });

  it('takes values with shapes as they are', () => {
    const value = { shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) };
    expect(read({ x: i32(B, T) }, { x: value }).x).toEqual(value);
  });
});

describe('a batch is refused', () => {
  const refused: readonly (readonly [
    string,
    () => unknown,
    new (...args: never[]) => Error,
    string,
  ])[] = [
    [
      'without an input',
      () => read({ x: f32(B), y: i32(B) }, { x: [1] }),
      OptionError,
      "input 'y' is missing; expected x, y",
    ],
    [
      'with another input',
      () => read({ x: f32(B) }, { x: [1], z: [1] }),
      OptionError,
      "no input 'z'; expected x",
    ],
    [
      'with rows of different lengths',
      () => shapeOf(f32(B, T), [[1, 2], [3]]),
      ShapeError,
      "'x': row 0 has shape [2], but row 1 has [1]",
    ],
    [
      'with too many axes',
      () => shapeOf(f32(B), [[1], [2]]),
      ShapeError,
      "'x': expected shape [B], found [2,1]",
    ],
    [
      'above a bound',
      () => shapeOf(f32(B), new Float32Array(9)),
      ShapeError,
      'size B is 9, expected an integer from 0 to 8',
    ],
    [
      'with part of a row',
      () => shapeOf(f32(B, 4), new Float32Array(6)),
      ShapeError,
      'expected a multiple of 4 numbers, found 6',
    ],
    [
      'with two sizes of one symbol',
      () => read({ x: f32(B), y: f32(B) }, { x: [1, 2], y: [1] }),
      ShapeError,
      'size B is 1 here and 2 elsewhere',
    ],
    [
      'with two sizes left open',
      () => shapeOf(f32(B, T), new Float32Array(12)),
      ShapeError,
      '12 numbers do not determine the sizes of f32[B,T]; pass { shape, data }',
    ],
    [
      'of another element type',
      () => shapeOf(f32(B), new Int32Array(2)),
      DTypeError,
      'is f32[B], found an Int32Array',
    ],
    [
      'with a fraction for an id',
      () => shapeOf(i32(B), [1, 2.5]),
      DTypeError,
      'is i32[B], found 2.5 at 1',
    ],
    [
      'with data of another length',
      () => shapeOf(f32(B), { shape: [3], data: new Float32Array(2) }),
      ShapeError,
      'shape [3] has 3 elements, the data has 2',
    ],
    ['with text', () => shapeOf(f32(B), 'abc' as unknown as number), DTypeError, 'found string'],
    [
      'with nothing',
      () => shapeOf(f32(B), null as unknown as number),
      OptionError,
      "input 'x' is missing",
    ],
  ];

  it.each(refused)('%s', (_name, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
