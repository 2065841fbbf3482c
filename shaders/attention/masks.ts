/**
 * Which keys a query sees, and what is added to their scores. Lengths and causality bound a row's
 * keys, so that none past them is visited; masks and biases are read for each pair.
 */
import { type AttentionSpec, maskName, type PairAxis } from './spec';

/** WGSL (u32) of a query row and a key row, both inside their buffers, and of the head of queries. */
export interface Pair {
  readonly h: string;
  readonly t: string;
  readonly s: string;
}

/** A bias at or below it hides the key: kernels compute with nothing less, and with no infinity. */
export const LEAST_SCORE = -3.4e38;

/** The bits of LEAST_SCORE: those of negative numbers rise as the numbers fall. */
const LEAST_BITS = new Uint32Array(Float32Array.of(LEAST_SCORE).buffer)[0] ?? 0;

/** `let known`: keys of batch row b that its length leaves. */
export function knownKeys({ lengths }: AttentionSpec): string {
  const known = lengths ? 'min(params.keys, u32(max(lengths[b], 0)))' : 'params.keys';
  return `let known = ${known};`;
}

/** i32 text of the position of query row 0. */
export function firstPosition({ offset }: AttentionSpec): string {
  return offset ? 'first[0]' : '0';
}

/** How many of the `known` keys the query row `t` may see. */
export function keyLimit(spec: AttentionSpec, t: string): string {
  if (!spec.causal) return 'known';
  if (!spec.offset) return `min(known, ${t} + 1u)`;
  return `u32(clamp(i32(${t}) + 1 + ${firstPosition(spec)}, 0, i32(known)))`;
}

/** Whether a mask says something else to each query. */
export function hasPairMask({ mask }: AttentionSpec): boolean {
  return mask !== false && mask.includes('queries');
}

/** Whether the mask, if any, shows the key to the query. */
export function isOpen(spec: AttentionSpec, pair: Pair): string {
  if (spec.mask === false) return 'true';
  return `${maskName(spec.mask)}[${pairIndex(spec, spec.mask, pair)}] == 0u`;
}

/**
 * Adds the pair's bias to `score` (a var), and defines `let shown`: false where the bias hides the key.
 * An infinity is told by its bits and is no operand of anything.
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

/** The flat index of a pair in a tensor that differs along some axes and that of the keys. */
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
