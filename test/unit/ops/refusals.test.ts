/** What an op cannot take is refused when it is applied, by name, before anything is compiled. */
import { describe, expect, it } from 'vitest';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import { inputTensor } from '../../../src/graph/source';
import { ops } from '../../../src/ops';

const f32 = (...shape: readonly number[]) => inputTensor('x', { dtype: 'f32', shape });
const i32 = (...shape: readonly number[]) => inputTensor('i', { dtype: 'i32', shape });

const REFUSED: readonly (readonly [string, () => unknown, new (text: string) => Error, RegExp])[] =
  [
    [
      'a view past the end',
      () => ops.view(f32(100), [64], 64),
      ShapeError,
      /ends at 128, .* has 100/,
    ],
    ['a view before the beginning', () => ops.view(f32(100), [4], -64), ShapeError, /offset -64/],
    [
      'a pack of whole numbers',
      () => ops.pack([i32(4)], [0], 64),
      DTypeError,
      /found i32 as tensor 0/,
    ],
    [
      'a pack between places',
      () => ops.pack([f32(4)], [8], 64),
      ShapeError,
      /offset 8 of tensor 0/,
    ],
    [
      'a value beyond float32',
      () => ops.fill([2], 1e39),
      OptionError,
      /1e\+39 is not a value of f32/,
    ],
    [
      'a factor beyond float32',
      () => ops.scale(f32(2), 1e39),
      OptionError,
      /1e\+39 and 0 do not fit/,
    ],
    [
      'a part of a whole number',
      () => ops.scale(i32(2), 0.5),
      OptionError,
      /0\.5 and 0 do not fit i32/,
    ],
    [
      'the largest value of none',
      () => ops.argmax(f32(3, 0)),
      ShapeError,
      /argmax: expected values, found f32\[3,0\]/,
    ],
    ['a negative size', () => ops.fill([-3], 1), ShapeError, /fill: sizes must be whole .*\[-3\]/],
    [
      'a size that is no whole number',
      () => ops.broadcastTo(f32(1), [2.5]),
      ShapeError,
      /\[2\.5\]/,
    ],
    [
      'heads that no kernel can hold',
      () => ops.selfAttention(f32(1, 2, 3 * 257), { heads: 1 }),
      OptionError,
      /heads have 256 channels at most, found 257; use more heads/,
    ],
    [
      'several keys',
      () => ops.dropout(f32(4), i32(4), { rate: 0.5, stream: 0 }),
      DTypeError,
      /i32\[4\]/,
    ],
    [
      'several rows',
      () => ops.takeRow(f32(4, 2), i32(2)),
      DTypeError,
      /the row number must be i32\[1\]/,
    ],
    [
      'a position that is no whole number',
      () => ops.writeRows(f32(2, 4, 2), f32(2, 1, 2), f32(1)),
      DTypeError,
      /writeRows: the position must be i32\[1\] or i32\[2\], found f32\[1\]/,
    ],
    [
      'a position for more batch rows than there are',
      () => ops.writeRows(f32(2, 4, 2), f32(2, 1, 2), i32(3)),
      DTypeError,
      /writeRows: the position must be i32\[1\] or i32\[2\], found i32\[3\]/,
    ],
    [
      'an offset of queries for other batch rows',
      () =>
        ops.crossAttention(f32(2, 1, 4), f32(2, 5, 8), {
          heads: 2,
          causal: true,
          queryOffset: i32(3),
        }),
      ShapeError,
      /attention: queryOffset must be i32\[2\], found i32\[3\]/,
    ],
  ];

describe('an op refuses', () => {
  it.each(REFUSED)('%s', (_, apply, type, words) => {
    expect(apply).toThrow(type);
    expect(apply).toThrow(words);
  });
});
