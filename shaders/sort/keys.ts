/**
 * What sorting kernels share. Elements are compared by u32 keys, in which no value is special: of floats
 * the bits, in an order in which -0 and 0 are one (after Knuth 1998, 5.2.5). Between equal keys the lower
 * index comes first, so that sorting is stable, downwards too.
 */
import { wgsl } from '../lib/wgsl';

/** How the bits of an element become a key; 'u32' leaves them, for what is only to be grouped. */
export type SortKey = 'f32' | 'i32' | 'u32';

export type KeySpec = {
  readonly key: SortKey;
  /** Whether the largest comes first. */
  readonly descending: boolean;
};

export const SORT_WORKGROUP = 64;

/** Elements of the runs with which merging begins: each is compared with all of its run. */
export const FIRST_RUN = 32;

const keys: Readonly<Record<SortKey, string>> = {
  // Negative numbers are turned round; -0, whose other bits are 0, becomes 0.
  f32: 'select(bits | 0x80000000u, ~bits, bits > 0x80000000u)',
  i32: 'bits ^ 0x80000000u',
  u32: 'bits',
};

/** `fn key_of(bits: u32) -> u32`: keys rise in the order wanted. */
export function keyFunction({ key, descending }: KeySpec): string {
  return `fn key_of(bits: u32) -> u32 { return ${descending ? `~(${keys[key]})` : keys[key]}; }`;
}

/** Passes that merge runs until a line of n is one. */
export function mergePasses(n: number): number {
  return n <= FIRST_RUN ? 0 : 32 - Math.clz32(Math.floor((n - 1) / FIRST_RUN));
}

/** `fn sorted_line(line: u32, n: u32, lines: u32) -> u32`: where the last pass left a line's pairs. */
export const sortedLineFunction = wgsl`
fn sorted_line(line: u32, n: u32, lines: u32) -> u32 {
  let passes = 32u - countLeadingZeros((max(n, 1u) - 1u) / ${FIRST_RUN}u);
  return ((passes & 1u) * lines + line) * n;
}`;
