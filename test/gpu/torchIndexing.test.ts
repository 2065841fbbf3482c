/** Indexing, cumulative and sorting ops and broadcast products against PyTorch: results and gradients. */
import { join } from 'node:path';
import { ops, type Tensor } from 'qkv/graph';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { casesIn, checkVectors, readVectors } from '../support/vectors';

const cases = casesIn(join(import.meta.dirname, '../fixtures/torch/indexing'));

type Inputs = (name: string) => Tensor;
type Results = Readonly<Record<string, Tensor>>;

/** By op: attributes are the options of ours. */
const builds: Readonly<Record<string, (inputs: Inputs, attrs: never) => Results>> = {
  gather: (inputs, attrs) => ({ y: ops.gather(inputs('x'), inputs('indices'), attrs) }),
  scatter: (inputs, attrs) => ({
    y: ops.scatter(inputs('x'), inputs('indices'), inputs('updates'), attrs),
  }),
  take: (inputs, attrs) => ({ y: ops.take(inputs('x'), inputs('indices'), attrs) }),
  cumsum: (inputs, attrs) => ({ y: ops.cumsum(inputs('x'), attrs) }),
  prod: (inputs, attrs) => ({ y: ops.prod(inputs('x'), attrs) }),
  sort: (inputs, attrs) => ({ ...ops.sort(inputs('x'), attrs) }),
  topK: (inputs, attrs) => ({ ...ops.topK(inputs('x'), attrs) }),
  flip: (inputs, { axes }: { axes: readonly number[] }) => ({ y: ops.flip(inputs('x'), axes) }),
  slice: (inputs, attrs) => ({ y: ops.slice(inputs('x'), attrs) }),
  matmul: (inputs, attrs) => ({ y: ops.matmul(inputs('a'), inputs('b'), attrs) }),
};

const device = useDevice();

describe('PyTorch agrees on', () => {
  it.each(cases.map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    const values = readVectors(vector);
    const build = builds[vector.op]!;
    const compared = await checkVectors(device(), vector, values, (_scope, inputs) =>
      build(inputs, vector.attrs as never),
    );
    // Every output, the loss among them, and a gradient for every input but indices.
    const wanted = [...values.keys()].filter((name) => /^(out|grad)\//.test(name));
    expect(compared).toBe(wanted.length);
  });

  it('an op of every kind', () => {
    expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(Object.keys(builds)));
  });
});
