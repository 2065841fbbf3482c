/** Repeated WGSL: a text for each number below a count. */

/** The numbers 0 .. count-1. */
export const range = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => i);

/** The texts for 0 .. count-1, joined by spaces. */
export function each(count: number, text: (i: number) => string): string {
  return range(count).map(text).join(' ');
}
