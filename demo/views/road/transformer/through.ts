/**
 * One word's way through the transformer, block by block, in double precision: each block of a
 * pre-norm transformer adds to what comes in, x + f(norm(x)).
 */
import type { Translation } from 'qkv';
import type { Parameters } from './service';

export type Column = 'encoder' | 'decoder';
export type BlockKind = 'embed' | 'self' | 'cross' | 'units' | 'norm' | 'output';

/** A block of the network. */
export interface Block {
  readonly id: string;
  readonly column: Column;
  readonly kind: BlockKind;
  /** From 0; of blocks that belong to a layer. */
  readonly layer: number;
}

const LAYERS = [0, 1];

function block(column: Column, kind: BlockKind, layer = 0): Block {
  const isOfLayer = ['self', 'cross', 'units'].includes(kind);
  return { id: `${column}-${kind}${isOfLayer ? `-${layer + 1}` : ''}`, column, kind, layer };
}

/** All blocks in the order of computation. */
export const BLOCKS: readonly Block[] = [
  block('encoder', 'embed'),
  ...LAYERS.flatMap((layer) => [block('encoder', 'self', layer), block('encoder', 'units', layer)]),
  block('encoder', 'norm'),
  block('decoder', 'embed'),
  ...LAYERS.flatMap((layer) => [
    block('decoder', 'self', layer),
    block('decoder', 'cross', layer),
    block('decoder', 'units', layer),
  ]),
  block('decoder', 'norm'),
  block('decoder', 'output'),
];

/** The blocks that a block's result depends on, itself among them. */
export function pathTo(id: string): readonly string[] {
  const end = BLOCKS.findIndex((one) => one.id === id);
  const { column } = BLOCKS[end] ?? { column: 'encoder' };
  const before = BLOCKS.slice(0, end + 1);
  const own = before.filter((one) => one.column === column);
  const reads = own.some(({ kind }) => kind === 'cross');
  return before.filter((one) => one.column === column || reads).map((one) => one.id);
}

/** What a block does to the vector of one word. */
export interface Passage {
  readonly id: string;
  /** The vector that comes in; of an embedding, empty. */
  readonly before: readonly number[];
  /** What the block adds; of a norm, empty. */
  readonly added: readonly number[];
  readonly after: readonly number[];
}

type Values = NonNullable<Translation['inspected']>['values'];

/** A row of a value [rows, columns]. */
function rowOf(values: Values, name: string, row: number): readonly number[] {
  const { shape = [], data = [] } = values[name] ?? {};
  const columns = shape.at(-1) ?? 0;
  return Array.from(data.slice(row * columns, (row + 1) * columns));
}

/** The row of each head of a value [heads, rows, columns]. */
function headRows(values: Values, name: string, row: number): readonly (readonly number[])[] {
  const { shape = [] } = values[name] ?? {};
  const [heads = 0, rows = 0] = shape;
  return Array.from({ length: heads }, (_, head) => rowOf(values, name, head * rows + row));
}

/** W x + b. */
function affine(parameters: Parameters, name: string, x: readonly number[]): readonly number[] {
  const weight = parameters.tensors[`${name}.weight`] ?? new Float32Array();
  const bias = parameters.tensors[`${name}.bias`] ?? new Float32Array();
  return Array.from(bias, (start, row) => {
    let sum = start;
    for (let i = 0; i < x.length; i++) sum += (weight[row * x.length + i] ?? 0) * (x[i] ?? 0);
    return sum;
  });
}

const EPSILON = 1e-5;

/** Layer normalisation. */
function normalise({ tensors }: Parameters, name: string, x: readonly number[]): readonly number[] {
  const mean = x.reduce((sum, one) => sum + one, 0) / x.length;
  const variance = x.reduce((sum, one) => sum + (one - mean) ** 2, 0) / x.length;
  const scale = 1 / Math.sqrt(variance + EPSILON);
  const [weight, bias] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
  return x.map((one, i) => (one - mean) * scale * (weight?.[i] ?? 1) + (bias?.[i] ?? 0));
}

/** What all blocks do to one word of a column. @param row the word's place */
export function passages(
  values: Values,
  parameters: Parameters,
  column: Column,
  row: number,
): readonly Passage[] {
  const embedding = column === 'encoder' ? 'src_embed' : 'tgt_embed';
  let x = rowOf(values, `${embedding}.output`, row);
  const found: Passage[] = [];
  for (const { id, kind, layer } of BLOCKS.filter((one) => one.column === column)) {
    const path = `transformer.${column}.layers.${layer}`;
    const before = x;
    if (kind === 'embed') {
      found.push({ id, before: [], added: x, after: x });
    } else if (kind === 'norm') {
      x = normalise(parameters, `transformer.${column}.norm`, x);
      found.push({ id, before, added: [], after: x });
    } else if (kind !== 'output') {
      const attention = kind === 'self' ? 'self_attn' : 'multihead_attn';
      const added =
        kind === 'units'
          ? affine(parameters, `${path}.linear2`, rowOf(values, `${path}.hidden`, row))
          : affine(
              parameters,
              `${path}.${attention}.out_proj`,
              headRows(values, `${path}.${attention}.context`, row).flat(),
            );
      x = before.map((one, i) => one + (added[i] ?? 0));
      found.push({ id, before, added, after: x });
    }
  }
  return found;
}

/** The length of a vector. */
export function lengthOf(x: readonly number[]): number {
  return Math.sqrt(x.reduce((sum, one) => sum + one * one, 0));
}

/** The part of what leaves a block that came in, by lengths: 1 where nothing is added. */
export function residualShare({ before, added }: Passage): number {
  const [a, b] = [lengthOf(before), lengthOf(added)];
  return a + b === 0 ? 0 : a / (a + b);
}

/** A French word with its probability. */
export interface Odds {
  readonly token: string;
  readonly probability: number;
}

/**
 * The words that a state of the decoder would give if it were the last one: the final norm and the
 * output matrix applied to it (nostalgebraist's logit lens).
 */
export function lens(parameters: Parameters, x: readonly number[], count: number): readonly Odds[] {
  const { tensors, tokens } = parameters;
  const y = normalise(parameters, 'transformer.decoder.norm', x);
  const [table, bias] = [tensors['tgt_embed.weight'], tensors['generator.bias']];
  const logits = tokens.map((_, id) => {
    let sum = bias?.[id] ?? 0;
    for (let i = 0; i < y.length; i++) sum += (table?.[id * y.length + i] ?? 0) * (y[i] ?? 0);
    return sum;
  });
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers
    .map((power, id) => ({ token: tokens[id] ?? '', probability: power / total }))
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, count);
}

/** The states that the lens is held on: the embedding and each layer, for each output word. */
export function lensTable(
  values: Values,
  parameters: Parameters,
  count: number,
): readonly (readonly Odds[])[] {
  const names = [
    'tgt_embed.output',
    ...LAYERS.map((layer) => `transformer.decoder.layers.${layer}.output`),
  ];
  return names.map((name) =>
    Array.from({ length: count }, (_, row) => {
      const [best] = lens(parameters, rowOf(values, name, row), 1);
      return best ?? { token: '', probability: 0 };
    }),
  );
}

/** Activations of a feed-forward block of one word. */
export function unitsOf(values: Values, { column, layer }: Block, row: number): readonly number[] {
  return rowOf(values, `transformer.${column}.layers.${layer}.hidden`, row);
}

/** Attention of a block for one word: a row of weights for each head. */
export function weightsOf(values: Values, { column, layer, kind }: Block, row: number) {
  const attention = kind === 'self' ? 'self_attn' : 'multihead_attn';
  return headRows(values, `transformer.${column}.layers.${layer}.${attention}.weights`, row);
}

/** The source word that an output word looks at most: the mean over heads of the last layer. */
export function mostRead(values: Values, row: number): number {
  const rows = headRows(values, 'transformer.decoder.layers.1.multihead_attn.weights', row);
  const sums = (rows[0] ?? []).map((_, j) => rows.reduce((sum, one) => sum + (one[j] ?? 0), 0));
  return Math.max(0, sums.indexOf(Math.max(...sums)));
}

/** The state of the GPU after the last layer. */
export function gpuState(values: Values, column: Column, row: number): readonly number[] {
  return rowOf(values, `transformer.${column}.layers.${LAYERS.length - 1}.output`, row);
}
