/** The transformer's forward pass as an ONNX model of plain nodes, as exporters write it. */
import { defined } from '../../../tools/lib/defined';
import type { Prepared } from '../../contestant';
import type { Weight } from '../../data/draw';
import { type BenchData, benchData } from '../../data/transformer';
import { transposed } from '../../data/transposed';
import { EPSILON, type ModelSpec } from '../../spec';
import { GraphBuilder, type Provider } from './builder';
import { causalMask } from './ops';

export function transformerForward(provider: Provider, spec: ModelSpec): Promise<Prepared> {
  const { batch, length, vocabulary } = spec;
  const data = benchData(spec);
  const model = new ModelBuilder(data, spec);
  const logits = model.logits();
  const { graph } = model;
  graph.add('ReduceSum', [logits, graph.list(1, 2)], { keepdims: 0 }, 'sums');
  const shape = [batch, length];
  return graph.prepare(
    provider,
    { source: { shape, data: data.source }, target: { shape, data: data.targetInput } },
    { sums: [batch], [logits]: [batch, length, vocabulary] },
  );
}

class ModelBuilder {
  readonly graph = new GraphBuilder();
  readonly #data: BenchData;
  readonly #spec: ModelSpec;

  constructor(data: BenchData, spec: ModelSpec) {
    this.#data = data;
    this.#spec = spec;
  }

  /** @returns the name of the logits [batch, length, vocabulary] */
  logits(): string {
    const { layers } = this.#spec;
    let x = this.#embed('src_embed.weight', 'source');
    for (let i = 0; i < layers; i++) {
      const name = `transformer.encoder.layers.${i}`;
      x = this.#residual(`${name}.norm1`, x, this.#selfAttention(`${name}.self_attn`, x, false));
      x = this.#residual(`${name}.norm2`, x, this.#feedForward(name, x));
    }
    const memory = this.#norm('transformer.encoder.norm', x);
    x = this.#embed('tgt_embed.weight', 'target');
    for (let i = 0; i < layers; i++) {
      const name = `transformer.decoder.layers.${i}`;
      x = this.#residual(`${name}.norm1`, x, this.#selfAttention(`${name}.self_attn`, x, true));
      const mixed = this.#crossAttention(`${name}.multihead_attn`, x, memory);
      x = this.#residual(`${name}.norm2`, x, mixed);
      x = this.#residual(`${name}.norm3`, x, this.#feedForward(name, x));
    }
    return this.#linear('generator', this.#norm('transformer.decoder.norm', x), 'logits');
  }

  #weight(name: string): Weight {
    return defined(this.#data.weights.get(name), name);
  }

  #vector(name: string): string {
    return this.graph.weight(name, this.#weight(name));
  }

  #embed(table: string, ids: string): string {
    const { graph } = this;
    const { length, modelSize } = this.#spec;
    const rows = graph.add('Gather', [this.#vector(table), ids], { axis: 0 });
    const scaled = graph.add('Mul', [rows, graph.scalar(Math.sqrt(modelSize))]);
    const positions = { shape: [length, modelSize], data: this.#data.positions };
    return graph.add('Add', [scaled, graph.weight('positions', positions)]);
  }

  #linear(name: string, x: string, result?: string): string {
    const weight = this.graph.weight(`${name}.weight`, transposed(this.#weight(`${name}.weight`)));
    const product = this.graph.add('MatMul', [x, weight]);
    return this.graph.add('Add', [product, this.#vector(`${name}.bias`)], {}, result);
  }

  /** x times rows of the input projection, given in parts of the model's size. */
  #project(name: string, x: string, first: number, count: number): string {
    const { modelSize } = this.#spec;
    const part = `${name}.${first}`;
    const { data } = this.#weight(`${name}.in_proj_weight`);
    const from = first * modelSize;
    const rows = data.slice(from * modelSize, (from + count * modelSize) * modelSize);
    const matrix = transposed({ shape: [count * modelSize, modelSize], data: rows });
    const bias = this.#weight(`${name}.in_proj_bias`).data.slice(from, from + count * modelSize);
    const product = this.graph.add('MatMul', [x, this.graph.weight(`${part}.weight`, matrix)]);
    const shape = [count * modelSize];
    return this.graph.add('Add', [
      product,
      this.graph.weight(`${part}.bias`, { shape, data: bias }),
    ]);
  }

  #split(x: string, count: number): readonly string[] {
    return this.graph.addMany('Split', [x], count, { axis: 2, num_outputs: count });
  }

  #heads(x: string, perm: readonly number[]): string {
    const { batch, length, heads, modelSize } = this.#spec;
    const shape = this.graph.list(batch, length, heads, modelSize / heads);
    return this.graph.add('Transpose', [this.graph.add('Reshape', [x, shape])], { perm });
  }

  #attention(name: string, [q = '', k = '', v = '']: readonly string[], causal: boolean): string {
    const { graph } = this;
    const { batch, length, heads, modelSize } = this.#spec;
    const scale = graph.scalar(1 / Math.sqrt(modelSize / heads));
    const queries = graph.add('Mul', [this.#heads(q, [0, 2, 1, 3]), scale]);
    const scores = graph.add('MatMul', [queries, this.#heads(k, [0, 2, 3, 1])]);
    const visible = causal
      ? graph.add('Add', [scores, graph.weight('mask', causalMask(length))])
      : scores;
    const weights = graph.add('Softmax', [visible], { axis: 3 });
    const mixed = graph.add('MatMul', [weights, this.#heads(v, [0, 2, 1, 3])]);
    const merged = graph.add('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    const flat = graph.add('Reshape', [merged, graph.list(batch, length, modelSize)]);
    return this.#linear(`${name}.out_proj`, flat);
  }

  #selfAttention(name: string, x: string, causal: boolean): string {
    return this.#attention(name, this.#split(this.#project(name, x, 0, 3), 3), causal);
  }

  #crossAttention(name: string, x: string, memory: string): string {
    const query = this.#project(name, x, 0, 1);
    const keysAndValues = this.#split(this.#project(name, memory, 1, 2), 2);
    return this.#attention(name, [query, ...keysAndValues], false);
  }

  #feedForward(name: string, x: string): string {
    const hidden = this.graph.add('Relu', [this.#linear(`${name}.linear1`, x)]);
    return this.#linear(`${name}.linear2`, hidden);
  }

  #norm(name: string, x: string): string {
    const weights = [this.#vector(`${name}.weight`), this.#vector(`${name}.bias`)];
    const attributes = { axis: 2, epsilon: { float: EPSILON } };
    return this.graph.add('LayerNormalization', [x, ...weights], attributes);
  }

  #residual(norm: string, x: string, change: string): string {
    return this.#norm(norm, this.graph.add('Add', [x, change]));
  }
}
