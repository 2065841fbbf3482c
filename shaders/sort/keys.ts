/**
 * What the sorting kernels share. Elements are compared by u32 keys without special values: for floats the
 * bits, in an order in which -0 and 0 are equal (after Knuth 1998, 5.2.5). Between equal keys the lower index
 * comes first, so that sorting is stable, also in descending order.
 */
import { wgsl } from '../lib/wgsl';

/** How the bits of an element become a key; 'u32' takes them as they are. */
export type SortKey = 'f32' | 'i32' | 'u32';

export type KeySpec = {
  readonly key: SortKey;
  /** Whether the largest comes first. */
  readonly descending: boolean;
};

export const SORT_WORKGROUP = 64;

/** Elements of the runs that merging starts with; each element is compared with all of its run. */
export const FIRST_RUN = 32;

const keys: Readonly<Record<SortKey, string>> = {
  // The bits of negative numbers are inverted; -0, whose other bits are 0, becomes 0.
  f32: 'select(bits | 0x80000000u, ~bits, bits > 0x80000000u)',
  i32: 'bits ^ 0x80000000u',
  u32: 'bits',
};

/** `fn key_of(bits: u32) -> u32`: keys ascend in the order wanted. */
export function keyFunction({ key, descending }: KeySpec): string {
  return `fn key_of(bits: u32) -> u32 { return ${descending ? `~(${keys[key]})` : keys[key]}; }`;
}

/** Number of merge passes until a line of n is sorted. */
export function mergePasses(n: number): number {
  return n <= FIRST_RUN ? 0 : 32 - Math.clz32(Math.floor((n - 1) / FIRST_RUN));
}

/** `fn sorted_line(line: u32, n: u32, lines: u32) -> u32`: where the last pass left the pairs of a line. */
export const sortedLineFunction = wgsl`
fn sorted_line(line: u32, n: u32, lines: u32) -> u32 {
  let passes = 32u - countLeadingZeros((max(n, 1u) - 1u) / ${FIRST_RUN}u);
  return ((passes & 1u) * lines + line) * n;
}`;
