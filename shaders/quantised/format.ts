/**
 * Formats of quantised matrices [rows, columns]: fields of 16, 8 or 4 bits in u32 words, the first in the
 * lowest bits. Four words are a packet. Each row begins with a new packet, and its last packet is padded with
 * zeros.
 *
 * Integers are symmetric, scale * q: zeros stay exactly zero, and there is no zero point to load and add, which
 * for weights, whose mean is near 0, would gain less than half a bit. A field holds q + bias.
 */

/** Bits of a field and, for integer formats, the largest |q|, the bias and the default size of groups. */
export const QUANTISED_FORMATS = {
  f16: { bits: 16, most: 0, bias: 0, group: 0 },
  int8: { bits: 8, most: 127, bias: 128, group: 64 },
  int4: { bits: 4, most: 7, bias: 8, group: 32 },
} as const;

/** A format of stored matrices that is smaller than float32. */
export type QuantisedFormat = keyof typeof QUANTISED_FORMATS;

/** How a matrix is quantised. */
export type QuantisationScheme = {
  readonly format: QuantisedFormat;
  /** Neighbours in a row that share a scale, a multiple of 32; 0 for f16, which has no scales. */
  readonly group: number;
};

/** The scheme of a format, with groups of 64 for int8 and 32 for int4 by default. */
export function quantisationScheme(
  format: QuantisedFormat,
  group: number = QUANTISED_FORMATS[format].group,
): QuantisationScheme {
  return { format, group };
}

/** Number of weights in a word. */
export function weightsPerWord({ format }: QuantisationScheme): number {
  return 32 / QUANTISED_FORMATS[format].bits;
}

/** Number of weights in a packet: 8, 16 or 32. */
export function weightsPerPacket(scheme: QuantisationScheme): number {
  return 4 * weightsPerWord(scheme);
}

/** Number of packets in a row. */
export function packetsPerRow(scheme: QuantisationScheme, columns: number): number {
  return Math.ceil(columns / weightsPerPacket(scheme));
}

/** Number of groups in a row, each of which has a scale. */
export function groupsPerRow({ group }: QuantisationScheme, columns: number): number {
  return group === 0 ? 0 : Math.ceil(columns / group);
}
