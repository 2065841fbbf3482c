/** Matrices at 8 bits in files. */
import { FormatError, ShapeError } from 'qkv';
import { random } from 'qkv/cpu';
import {
  parseSafetensors,
  readTensors,
  type StoredTensor,
  storeInt8,
  writeSafetensors,
} from 'qkv/io';
import { quantised } from 'qkv/models';
import { describe, expect, it } from 'vitest';

/** Normal numbers with outliers, of very different size from row to row. */
function matrix(rows: number, columns: number): Float32Array {
  const source = random(7);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const outlier = i % 97 === 0 ? 20 : 1;
    return source.normal() * outlier * 10 ** ((row % 5) - 3);
  });
}

const file = (tensors: ReadonlyMap<string, StoredTensor>) => writeSafetensors(new Map(tensors));

describe('a matrix at 8 bits', () => {
  it.each([
    [1, 1],
    [3, 31],
    [5, 32],
    [4, 33],
    [7, 144],
  ] as const)('[%i, %i] is off by at most half of its scale', (rows, columns) => {
    const values = matrix(rows, columns);
    const bytes = file(storeInt8('w', [rows, columns], values));
    const restored = readTensors(bytes, 'file', [quantised]).get('w');
    expect(restored?.shape).toEqual([rows, columns]);
    for (let row = 0; row < rows; row++) {
      for (let start = 0; start < columns; start += 32) {
        const end = Math.min(start + 32, columns);
        const at = (i: number) => row * columns + i;
        let largest = 0;
        for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[at(i)]!));
        const scale = largest / 127;
        for (let i = start; i < end; i++) {
          const off = Math.abs(restored!.data[at(i)]! - values[at(i)]!);
          // Half a scale; the scale itself is rounded to float16, of which 127 make the largest value.
          expect(off).toBeLessThanOrEqual(scale * (0.5 + 127 * 2 ** -11) + 127 * 2 ** -25);
        }
      }
    }
  });

  it('takes a byte for each element, and two for each group', () => {
    const tensors = parseSafetensors(file(storeInt8('w', [4, 64], matrix(4, 64)))).tensors;
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['w.scales', 'F16', [4, 2]],
      ['w', 'I8', [4, 64]],
    ]);
  });

  it('keeps zeros, also where all of a group are', () => {
    const values = new Float32Array(64);
    values[3] = -1;
    const restored = readTensors(file(storeInt8('w', [1, 64], values)), 'file', [quantised]);
    const data = restored.get('w')!.data;
    expect(data.filter((x) => x === 0).length).toBe(63);
    expect(data[3]).toBeCloseTo(-1, 3);
  });

  it('is refused without its import, with other scales, and with another shape', () => {
    const stored = storeInt8('w', [2, 40], matrix(2, 40));
    expect(() => readTensors(file(stored), 'model.safetensors')).toThrow(
      /model.safetensors: parameter w is I8, .* import quantised\?/,
    );
    const wrong = new Map(stored).set('w.scales', {
      dtype: 'F16',
      shape: [2, 1],
      bytes: new Uint8Array(4),
    });
    expect(() => readTensors(file(wrong), 'file', [quantised])).toThrow(FormatError);
    expect(() => storeInt8('w', [2, 41], matrix(2, 40))).toThrow(ShapeError);
  });
});
