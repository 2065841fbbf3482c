/** Single operations, each a model of a node or a few. */
import type { Prepared } from '../../contestant';
import type { Weight } from '../../data/draw';
import {
  attentionData,
  headsFirst,
  matmulData,
  normData,
  rowsData,
  swapMiddle,
} from '../../data/ops';
import { reordered } from '../../reordered';
import { type AttentionSpec, EPSILON, type MatmulSpec, type RowsSpec } from '../../spec';
import { GraphBuilder, type Provider } from './builder';

export function matmul(provider: Provider, spec: MatmulSpec): Promise<Prepared> {
  const { a, b } = matmulData(spec);
  const graph = new GraphBuilder();
  graph.add('MatMul', ['a', graph.weight('b', b)], {}, 'y');
  return graph.prepare(provider, { a }, { y: [...a.shape.slice(0, -1), spec.n] });
}

export function softmax(provider: Provider, spec: RowsSpec): Promise<Prepared> {
  const graph = new GraphBuilder();
  graph.add('Softmax', ['x'], { axis: 1 }, 'y');
  return graph.prepare(provider, { x: rowsData(spec) }, { y: [spec.rows, spec.columns] });
}

export function layerNorm(provider: Provider, spec: RowsSpec): Promise<Prepared> {
  const { x, weight, bias } = normData(spec);
  const graph = new GraphBuilder();
  const weights = [graph.weight('weight', weight), graph.weight('bias', bias)];
  const attributes = { axis: 1, epsilon: { float: EPSILON } };
  graph.add('LayerNormalization', ['x', ...weights], attributes, 'y');
  return graph.prepare(provider, { x }, { y: [spec.rows, spec.columns] });
}

/** Plain nodes: the fused com.microsoft.MultiHeadAttention is wrong on some adapters in 1.30. */
export async function attention(provider: Provider, spec: AttentionSpec): Promise<Prepared> {
  const { batch, heads, length, size } = spec;
  const data = attentionData(spec);
  const graph = new GraphBuilder();
  const scores = graph.add('MatMul', [
    graph.add('Mul', ['q', graph.scalar(1 / Math.sqrt(size))]),
    graph.add('Transpose', ['k'], { perm: [0, 1, 3, 2] }),
  ]);
  const masked = graph.add('Add', [scores, graph.weight('mask', causalMask(length))]);
  graph.add('MatMul', [graph.add('Softmax', [masked], { axis: 3 }), 'v'], {}, 'y');
  const shape = [batch, heads, length, size];
  const prepared = await graph.prepare(
    provider,
    { q: headsFirst(data.q), k: headsFirst(data.k), v: headsFirst(data.v) },
    { y: shape },
  );
  return reordered(prepared, (mixed) => swapMiddle(mixed, shape));
}

/** Added to scores: 0 for what a query may see. [1, 1, length, length]. */
export function causalMask(length: number): Weight {
  const data = Float32Array.from({ length: length * length }, (_, at) =>
    at % length > Math.floor(at / length) ? -1e9 : 0,
  );
  return { shape: [1, 1, length, length], data };
}
