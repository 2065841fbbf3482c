/** Attention under every combination of its options, as graphs with any of its gradients. */

import { NdArray, random } from 'qkv/cpu';
import {
  type AttentionOptions,
  type Graph,
  gradients,
  ops,
  type Tensor,
  type TensorType,
  trace,
} from 'qkv/graph';
import { weightedSum } from 'qkv/selfcheck';
import { denseAttention } from './denseAttention';

export type Packing = 'qkv' | 'kv' | 'none';

/** B batch rows, T queries, S keys, H heads of which two share keys, D and V channels. */
const [B, T, S, H, D, V] = [2, 3, 4, 2, 2, 3];

const f32 = (...shape: readonly number[]): TensorType => ({ dtype: 'f32', shape });

/** Inputs of each packing, and how they are taken apart; queries are as many as keys where packed. */
const SOURCES = {
  qkv: { qkv: f32(B, S, (H + 2) * D) },
  kv: { q: f32(B, T, H * D + 1), kv: f32(B, S, 2 * D) },
  none: { q: f32(B, T, H * D), k: f32(B, S, D), v: f32(B, S, V) },
} as const;

function columns(x: Tensor, from: number, to: number): Tensor {
  const [batch = 1, rows = 1] = x.shape;
  return ops.slice(x, { starts: [0, 0, from], ends: [batch, rows, to] });
}

/** Attention by its op, or written out. */
function apply(
  packing: Packing,
  input: (name: string) => Tensor,
  options: AttentionOptions,
  isDense: boolean,
) {
  const keys = H * D + D;
  switch (packing) {
    case 'qkv': {
      const x = input('qkv');
      if (!isDense) return ops.selfAttentionWeights(x, options);
      const [q, k, v] = [columns(x, 0, H * D), columns(x, H * D, keys), columns(x, keys, keys + D)];
      return denseAttention(q, k, v, options);
    }
    case 'kv': {
      const [q, kv] = [input('q'), input('kv')];
      if (!isDense) return ops.crossAttentionWeights(q, kv, options);
      const [k, v] = [columns(kv, 0, D), columns(kv, D, 2 * D)];
      return denseAttention(columns(q, 0, H * D), k, v, options);
    }
    default: {
      const call = isDense ? denseAttention : ops.attention;
      return call(input('q'), input('k'), input('v'), options);
    }
  }
}

export const FLAGS = [
  'keyLengths',
  'keyPadding',
  'mask',
  'bias',
  'causal',
  'offset',
  'dropout',
] as const;

export type Flag = (typeof FLAGS)[number];

/** The subsets of a list. */
export function subsets<K>(list: readonly K[]): readonly (readonly K[])[] {
  return Array.from({ length: 2 ** list.length }, (_, bits) =>
    list.filter((_item, i) => (bits >> i) % 2 === 1),
  );
}

export function typesOf(
  packing: Packing,
  flags: readonly Flag[],
): Readonly<Record<string, TensorType>> {
  const queries = packing === 'qkv' ? S : T;
  const all: Readonly<Partial<Record<Flag, TensorType>>> = {
    keyLengths: { dtype: 'i32', shape: [B] },
    keyPadding: { dtype: 'bool', shape: [B, S] },
    mask: { dtype: 'bool', shape: [queries, S] },
    bias: f32(H, queries, S),
    offset: { dtype: 'i32', shape: [1] },
    dropout: { dtype: 'i32', shape: [1] },
  };
  const given = Object.entries(all).filter(([name]) => flags.some((flag) => flag === name));
  return { ...SOURCES[packing], ...Object.fromEntries(given) };
}

export function valuesOf(
  types: Readonly<Record<string, TensorType>>,
): ReadonlyMap<string, NdArray> {
  const source = random(5);
  const values: Readonly<Record<string, readonly number[]>> = {
    keyLengths: [S, 3],
    keyPadding: [0, 0, 1, 0, 1, 0, 0, 0],
    mask: [0, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1],
    offset: [1],
    dropout: [77],
  };
  return new Map(
    Object.entries(types).map(([name, { shape }]) => {
      const array = new NdArray(shape.map(Number));
      const own = values[name];
      array.data.forEach((_, i) => {
        array.data[i] = own === undefined ? source.normal() : own[i % own.length]!;
      });
      return [name, array];
    }),
  );
}

export interface Combination {
  readonly packing: Packing;
  readonly flags: readonly Flag[];
  readonly weights: boolean;
}

export function graphOf(
  { packing, flags, weights }: Combination,
  wrt: readonly string[],
  isDense: boolean,
): Graph {
  return trace(
    (input) => {
      const has = (flag: Flag) => flags.includes(flag);
      const optional = (flag: Flag) => (has(flag) ? input(flag) : undefined);
      const options: AttentionOptions = {
        heads: H,
        kvHeads: 1,
        keyLengths: optional('keyLengths'),
        keyPadding: optional('keyPadding'),
        mask: optional('mask'),
        bias: optional('bias'),
        causal: has('causal'),
        queryOffset: optional('offset'),
        dropout: has('dropout') ? { rate: 0.4, key: input('dropout'), stream: 3 } : undefined,
      };
      const result = apply(packing, input, options, isDense);
      const loss = weightedSum(weights ? [result.output, result.weights] : [result.output]);
      const grads = gradients(loss, wrt.map(input));
      const named = wrt.map((name, i) => [`d ${name}`, grads[i]!] as const);
      return { outputs: { output: result.output, ...Object.fromEntries(named) } };
    },
    { inputs: typesOf(packing, flags) },
  );
}

/** The same gradients with nothing else read. */
export function alone(graph: Graph): Graph {
  return { ...graph, outputs: new Map([...graph.outputs].filter(([name]) => name !== 'output')) };
}

/** The position counts only for causal attention: without it, it changes nothing. */
export const combinations = (packing: Packing): readonly Combination[] =>
  subsets(FLAGS).flatMap((flags) => [
    { packing, flags, weights: false },
    { packing, flags, weights: true },
  ]);

export const trained = ({ packing, flags }: Combination): readonly string[] => [
  ...Object.keys(SOURCES[packing]),
  ...(flags.includes('bias') ? ['bias'] : []),
];
