/**
 * Formats of quantised matrices [rows, columns]: fields of 16, 8 or 4 bits in u32 words, the first in the
 * lowest bits. A row begins at a multiple of four words, a packet, and is filled up with zeros.
 *
 * Integers are symmetric, scale * q: zeros stay exactly zero, and there is no zero point to load and
 * add, which for weights, centred as they are, would buy less than half a bit. A field holds q + bias.
 */

/** Bits of a field, and the largest |q| with the bias of the formats that have integers. */
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
  /** Neighbours of a row that share a scale, a multiple of 32; 0 for f16, which has no scales. */
  readonly group: number;
};

/** A format with the size of its groups, by default 64 for int8 and 32 for int4. */
export function quantisationScheme(
  format: QuantisedFormat,
  group: number = QUANTISED_FORMATS[format].group,
): QuantisationScheme {
  return { format, group };
}

/** What products are computed in; f16 sums 16 of them before they are added in f32. */
export type Arithmetic = 'f32' | 'f16';

/** Weights in a word. */
export function weightsPerWord({ format }: QuantisationScheme): number {
  return 32 / QUANTISED_FORMATS[format].bits;
}

/** Weights in a packet of four words: 8, 16 or 32. */
export function weightsPerPacket(scheme: QuantisationScheme): number {
  return 4 * weightsPerWord(scheme);
}

/** Packets of a row. */
export function packetsPerRow(scheme: QuantisationScheme, columns: number): number {
  return Math.ceil(columns / weightsPerPacket(scheme));
}

/** Scales of a row. */
export function groupsPerRow({ group }: QuantisationScheme, columns: number): number {
  return group === 0 ? 0 : Math.ceil(columns / group);
}
