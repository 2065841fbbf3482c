/** Packed weights back as numbers, field by field, for tests of what packs and of what unpacks. */
import { type Packing, rowGroups, rowPackets } from '../../shaders/packed/format';
import { halfToFloatBits } from '../../src/core/half';
import type { PackedData } from '../../src/core/packing';

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
    if (how.format === 'f16') return floatOf(halfToFloatBits(field));
    const group = row * rowGroups(how, columns) + Math.floor(column / how.group);
    return (field - 2 ** (bits - 1)) * scales[group]!;
  });
}

function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}
