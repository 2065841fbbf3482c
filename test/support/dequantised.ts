/** Dequantises weights field by field, for tests of what quantises and of what dequantises. */
import {
  groupsPerRow,
  packetsPerRow,
  type QuantisationScheme,
  type QuantisedData,
} from 'qkv/graph';

/** The weights [rows, columns], in float64. */
export function dequantised(
  { words, scales }: QuantisedData,
  rows: number,
  columns: number,
  scheme: QuantisationScheme,
): Float64Array {
  const bits = { f16: 16, int8: 8, int4: 4 }[scheme.format];
  const perRow = 4 * packetsPerRow(scheme, columns);
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const word = words[row * perRow + Math.floor((column * bits) / 32)]!;
    const field = (word >>> ((column * bits) % 32)) & (2 ** bits - 1);
    if (scheme.format === 'f16') return halfOf(field);
    const group = row * groupsPerRow(scheme, columns) + Math.floor(column / scheme.group);
    return (field - 2 ** (bits - 1)) * scales[group]!;
  });
}

/** The value of IEEE 754 half-precision bits; infinities and NaN are not among weights. */
function halfOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}
