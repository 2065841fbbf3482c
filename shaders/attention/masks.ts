/**
 * Which keys a query sees, and what is added to its scores. Lengths and causality bound the keys of a row, so
 * that those beyond are skipped; masks and biases are read for each pair.
 */
import { type AttentionSpec, maskName, type PairAxis } from './spec';

/** WGSL expressions (u32) of the head of queries, a query row and a key row, the rows within their buffers. */
export interface Pair {
  readonly h: string;
  readonly t: string;
  readonly s: string;
}

/** A bias at or below this hides the key, so that kernels never compute with smaller numbers or infinities. */
export const LEAST_SCORE = -3.4e38;

/** The bits of LEAST_SCORE. As unsigned integers, the bits of negative numbers grow as the numbers fall. */
const LEAST_BITS = new Uint32Array(Float32Array.of(LEAST_SCORE).buffer)[0] ?? 0;

/** `let known`: number of keys of batch row b within its length. */
export function knownKeys({ lengths }: AttentionSpec): string {
  const known = lengths ? 'min(params.keys, u32(max(lengths[b], 0)))' : 'params.keys';
  return `let known = ${known};`;
}

/** WGSL expression (i32) of the position of query row 0 of batch row b. */
export function firstPosition({ offset }: AttentionSpec): string {
  if (offset === false) return '0';
  return offset === 'each' ? 'first[b]' : 'first[0]';
}

/** Number of the `known` keys that the query row `t` may see. */
export function keyLimit(spec: AttentionSpec, t: string): string {
  if (!spec.causal) return 'known';
  if (spec.offset === false) return `min(known, ${t} + 1u)`;
  return `u32(clamp(i32(${t}) + 1 + ${firstPosition(spec)}, 0, i32(known)))`;
}

/** Whether the mask differs between queries. */
export function hasPairMask({ mask }: AttentionSpec): boolean {
  return mask !== false && mask.includes('queries');
}

/** WGSL condition: the mask, if there is one, shows the key to the query. */
export function isOpen(spec: AttentionSpec, pair: Pair): string {
  if (spec.mask === false) return 'true';
  return `${maskName(spec.mask)}[${pairIndex(spec, spec.mask, pair)}] == 0u`;
}

/**
 * Adds the pair's bias to `score` (a var), and defines `let shown`: false where the bias hides the key.
 * Infinity is recognised by its bits, and no arithmetic uses it.
 */
export function addBias(spec: AttentionSpec, pair: Pair, score: string, shown: string): string {
  if (spec.bias === false) return '';
  const value = `bias[${pairIndex(spec, spec.bias, pair)}]`;
  const given = `${shown}_bias`;
  return (
    `let ${given} = ${value}; let ${shown} = bitcast<u32>(${given}) < ${LEAST_BITS}u; ` +
    `${score} += select(0.0, ${given}, ${shown});`
  );
}

/** The flat index of a pair in a tensor that differs along some axes and along the keys. */
export function pairIndex(
  { heads }: AttentionSpec,
  axes: readonly PairAxis[],
  { h, t, s }: Pair,
): string {
  const along = {
    batch: { index: 'b', size: 'params.batch' },
    heads: { index: h, size: `${heads}u` },
    queries: { index: t, size: 'params.queries' },
  };
  const row = axes
    .map((axis) => along[axis])
    .reduce<string | undefined>((outer, { index, size }) => {
      return outer === undefined ? index : `(${outer} * ${size} + ${index})`;
    }, undefined);
  return row === undefined ? s : `${row} * params.keys + ${s}`;
}
