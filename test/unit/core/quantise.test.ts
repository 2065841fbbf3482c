/** Quantising weights: to the nearest value, within the documented bounds, or a typed error. */
import { describe, expect, it } from 'vitest';
import {
  packetsPerRow,
  type QuantisedFormat,
  quantisationScheme,
} from '../../../shaders/quantised/format';
import { DTypeError, OptionError } from '../../../src/core/errors';
import { quantiseMatrix } from '../../../src/core/quantise';
import { random } from '../../../src/core/random';
import { dequantised } from '../../support/dequantised';

const formats: readonly QuantisedFormat[] = ['f16', 'int8', 'int4'];

/** Values whose magnitudes go over `decades` powers of ten. */
function spread(length: number, decades: number, seed = 1): Float32Array {
  const source = random(seed);
  return Float32Array.from(
    { length },
    () => source.normal() * 10 ** (decades * (source.next() - 0.5)),
  );
}

/** Quantised and dequantised again. */
function rounded(values: Float32Array, columns: number, format: QuantisedFormat, group?: number) {
  const scheme = quantisationScheme(format, group);
  const quantised = quantiseMatrix('w', values, columns, scheme);
  return { ...quantised, values: dequantised(quantised, values.length / columns, columns, scheme) };
}

describe.each(formats)('quantising as %s', (format) => {
  it('errs by at most half a step, also of odd rows, for weights of many magnitudes', () => {
    const columns = 77;
    const values = spread(9 * columns, 6);
    const { values: got, scales } = rounded(values, columns, format);
    const group = quantisationScheme(format).group;
    values.forEach((value, at) => {
      const row = Math.floor(at / columns);
      const perRow = scales.length / 9;
      const bound =
        format === 'f16'
          ? Math.max(Math.abs(value) * 2 ** -11, 2 ** -25)
          : scales[row * perRow + Math.floor((at % columns) / group)]! / 2;
      // The largest weight of a group is up to 127 roundings of its scale away from its step.
      const slack = Math.abs(value) * 2 ** -24;
      expect(Math.abs(got[at]! - value), `${at}: ${value}`).toBeLessThanOrEqual(bound + slack);
    });
  });

  it('keeps zeros, and what fills up a packet, exactly zero', () => {
    const columns = 70;
    const values = spread(2 * columns, 0);
    values.fill(0, 0, 64);
    values[columns + 3] = 0;
    const { values: got, words } = rounded(values, columns, format);
    expect([...got.subarray(0, 64), got[columns + 3]].every((value) => value === 0)).toBe(true);
    const scheme = quantisationScheme(format);
    const wide = words.length * (32 / { f16: 16, int8: 8, int4: 4 }[format]);
    const all = dequantised({ words, scales: new Float32Array(wide).fill(1) }, 2, wide / 2, scheme);
    expect(all.subarray(columns, wide / 2).every((value) => value === 0)).toBe(true);
    expect(words.length).toBe(2 * 4 * packetsPerRow(scheme, columns));
  });

  it('rounds weights too small for a scale to zero, and takes huge ones', () => {
    const tiny = Float32Array.of(1e-40, -3e-39, 2e-45, 0);
    expect([...rounded(tiny, 4, format).values].every((value) => Math.abs(value) === 0)).toBe(true);
    const most = format === 'f16' ? 65504 : 3e38;
    const huge = Float32Array.of(most, -most, most / 2, 0);
    const { values } = rounded(huge, 4, format);
    expect(Math.abs(values[0]! - Math.fround(most))).toBeLessThanOrEqual(most * 2 ** -23);
    expect(values[1]).toBe(-values[0]!);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses %s, naming weight and element',
    (bad) => {
      const values = Float32Array.of(1, 2, bad, 4);
      expect(() => quantiseMatrix('layer.weight', values, 4, quantisationScheme(format))).toThrow(
        DTypeError,
      );
      expect(() => quantiseMatrix('layer.weight', values, 4, quantisationScheme(format))).toThrow(
        /'layer.weight': element 2/,
      );
    },
  );
});

describe('integers', () => {
  it('round ties to even', () => {
    // The scale is 1: 127 / 127 and 7 / 7.
    const int8 = rounded(Float32Array.of(127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0), 8, 'int8');
    expect([...int8.values]).toEqual([127, 0, 2, 2, 0, -2, -2, 0]);
    const int4 = rounded(Float32Array.of(-7, 0.5, 1.5, 2.5, -0.5, -1.5, 6.5, 0), 8, 'int4');
    expect([...int4.values]).toEqual([-7, 0, 2, 2, 0, -2, 6, 0]);
  });

  it('have a scale for every group: an outlier costs only its neighbours', () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => (i === 5 ? 1000 : 0.5));
    const { values: got } = rounded(values, 64, 'int4');
    expect(got[4]).toBe(0);
    expect(got[40]).toBeCloseTo(0.5, 6);
  });

  it('have the halved error that twice the levels should give', () => {
    const values = spread(64 * 256, 0, 5);
    const error = (format: QuantisedFormat) => {
      const { values: got } = rounded(values, 256, format, 64);
      return Math.sqrt(got.reduce((sum, value, i) => sum + (value - values[i]!) ** 2, 0));
    };
    const ratio = error('int4') / error('int8');
    expect(ratio).toBeGreaterThan(0.9 * (127 / 7));
    expect(ratio).toBeLessThan(1.1 * (127 / 7));
  });
});

describe('groups', () => {
  it.each([
    ['int8', 0],
    ['int8', 48],
    ['int4', -32],
    ['f16', 32],
  ] as const)('of %s cannot be %i', (format, group) => {
    const quantise = () => quantiseMatrix('w', new Float32Array(8), 8, { format, group });
    expect(quantise).toThrow(OptionError);
  });
});
