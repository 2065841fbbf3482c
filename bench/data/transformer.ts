/** Random parameters under PyTorch's names, and batches, the same for all contestants. */
import type { ModelSpec } from '../spec';
import { drawIds, uniform, type Weight } from './draw';

export interface BenchData {
  /** PyTorch's names; see `weightShapes`. */
  readonly weights: ReadonlyMap<string, Weight>;
  /** Sinusoids [length, modelSize], interleaved as in the paper. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** Ids [batch, length], none of them 0, which is padding. */
  readonly source: Int32Array<ArrayBuffer>;
  readonly targetInput: Int32Array<ArrayBuffer>;
  readonly targetOutput: Int32Array<ArrayBuffer>;
}

/** Draws the data of a workload. */
export function benchData(spec: ModelSpec): BenchData {
  const next = uniform(12345);
  const ids = () => drawIds(spec.batch * spec.length, spec.vocabulary, next);
  const weights = new Map(
    weightShapes(spec).map(([name, shape]) => [name, draw(name, shape, next)] as const),
  );
  return {
    weights,
    positions: sinusoids(spec),
    source: ids(),
    targetInput: ids(),
    targetOutput: ids(),
  };
}

type Named = readonly [name: string, shape: readonly number[]];

/** nn.Transformer's parameters with two embeddings and an output projection. */
function weightShapes({ modelSize, feedForward, layers, vocabulary }: ModelSpec): readonly Named[] {
  const d = modelSize;
  const norm = (name: string): readonly Named[] => [
    [`${name}.weight`, [d]],
    [`${name}.bias`, [d]],
  ];
  const attention = (name: string): readonly Named[] => [
    [`${name}.in_proj_weight`, [3 * d, d]],
    [`${name}.in_proj_bias`, [3 * d]],
    [`${name}.out_proj.weight`, [d, d]],
    [`${name}.out_proj.bias`, [d]],
  ];
  const layer = (name: string, isDecoder: boolean): readonly Named[] => [
    ...attention(`${name}.self_attn`),
    ...(isDecoder ? attention(`${name}.multihead_attn`) : []),
    [`${name}.linear1.weight`, [feedForward, d]],
    [`${name}.linear1.bias`, [feedForward]],
    [`${name}.linear2.weight`, [d, feedForward]],
    [`${name}.linear2.bias`, [d]],
    ...norm(`${name}.norm1`),
    ...norm(`${name}.norm2`),
    ...(isDecoder ? norm(`${name}.norm3`) : []),
  ];
  const stack = (name: string, isDecoder: boolean): readonly Named[] => [
    ...Array.from({ length: layers }, (_, i) => layer(`${name}.layers.${i}`, isDecoder)).flat(),
    ...norm(`${name}.norm`),
  ];
  return [
    ['src_embed.weight', [vocabulary, d]],
    ['tgt_embed.weight', [vocabulary, d]],
    ...stack('transformer.encoder', false),
    ...stack('transformer.decoder', true),
    ['generator.weight', [vocabulary, d]],
    ['generator.bias', [vocabulary]],
  ];
}

/** Norm weights near 1, embeddings of variance 1/d, Glorot-uniform matrices, small biases. */
function draw(name: string, shape: readonly number[], next: () => number): Weight {
  const [rows = 1, columns = 0] = shape;
  const isNorm = /norm\d?\.weight$/.test(name);
  const bound = columns === 0 ? 0.05 : Math.sqrt(3 / columns);
  const center = isNorm ? 1 : 0;
  const data = Float32Array.from(
    { length: rows * Math.max(1, columns) },
    () => center + (next() * 2 - 1) * (name.includes('embed') ? bound : bound * 0.8),
  );
  return { shape, data };
}

function sinusoids({ length, modelSize }: ModelSpec): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: length * modelSize }, (_, at) => {
    const [position, column] = [Math.floor(at / modelSize), at % modelSize];
    const angle = position / 10000 ** ((column - (column % 2)) / modelSize);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
