/** The pieces of single bytes, for characters without a piece of their own. */

/** The text of a byte's piece: <0x0A>. */
export function byteName(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** The byte of a byte's piece, such as <0x0A>; undefined for other texts. */
export function byteOf(piece: string): number | undefined {
  const digits = /^<0x([0-9A-F]{2})>$/u.exec(piece)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
