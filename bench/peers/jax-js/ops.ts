/** Single operations, one jit each. */
import { jit, nn, numpy as np, tree } from '@jax-js/jax';
import type { Prepared } from '../../contestant';
import type { Weight } from '../../data/draw';
import { attentionData, matmulData, normData, rowsData } from '../../data/ops';
import { type AttentionSpec, EPSILON, type MatmulSpec, type RowsSpec } from '../../spec';
import { floats } from './floats';

const array = ({ shape, data }: Weight) => np.array(data).reshape([...shape]);

/** Prepares a task. @param inputs uploaded at every run  @param weights kept on the device */
function prepare(
  compute: (inputs: np.Array[], weights: np.Array[]) => np.Array,
  inputs: readonly Weight[],
  weights: readonly Weight[] = [],
): Prepared {
  const kept = weights.map(array);
  const compiled = jit(compute);
  return {
    run: () => floats(compiled(inputs.map(array), tree.ref(kept))),
    dispose() {
      tree.dispose(kept);
      compiled.dispose();
    },
  };
}

/** Returns the arrays one by one. */
function taker(arrays: readonly np.Array[]): () => np.Array {
  const rest = [...arrays];
  return () => {
    const next = rest.shift();
    if (next === undefined) throw new Error('jax-js: no such operand');
    return next;
  };
}

export async function matmul(spec: MatmulSpec): Promise<Prepared> {
  const { a, b } = matmulData(spec);
  return prepare((inputs, weights) => np.matmul(taker(inputs)(), taker(weights)()), [a], [b]);
}

export async function softmax(spec: RowsSpec): Promise<Prepared> {
  return prepare((inputs) => nn.softmax(taker(inputs)(), -1), [rowsData(spec)]);
}

export async function layerNorm(spec: RowsSpec): Promise<Prepared> {
  const { x, weight, bias } = normData(spec);
  return prepare(
    (inputs, weights) => {
      const next = taker(weights);
      return nn.standardize(taker(inputs)(), -1, { epsilon: EPSILON }).mul(next()).add(next());
    },
    [x],
    [weight, bias],
  );
}

export async function attention(spec: AttentionSpec): Promise<Prepared> {
  const { q, k, v } = attentionData(spec);
  return prepare(
    (inputs) => {
      const next = taker(inputs);
      return nn.dotProductAttention(next(), next(), next(), { isCausal: true });
    },
    [q, k, v],
  );
}
