/** Packed weights back as numbers, field by field, for tests of what packs and of what unpacks. */
import { type PackedData, type Packing, rowGroups, rowPackets } from 'qkv/graph';

/** The weights [rows, columns], in float64. */
export function unpacked(
  { words, scales }: PackedData,
  rows: number,
  columns: number,
  how: Packing,
): Float64Array {
  const bits = { f16: 16, int8: 8, int4: 4 }[how.format];
  const perRow = 4 * rowPackets(how, columns);
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const word = words[row * perRow + Math.floor((column * bits) / 32)]!;
    const field = (word >>> ((column * bits) % 32)) & (2 ** bits - 1);
    if (how.format === 'f16') return halfOf(field);
    const group = row * rowGroups(how, columns) + Math.floor(column / how.group);
    return (field - 2 ** (bits - 1)) * scales[group]!;
  });
}

/** The value of IEEE 754 half-precision bits; infinities and NaN are not among weights. */
function halfOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}
