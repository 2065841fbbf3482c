/** Explained plans: counts that can be checked by hand, lifetimes that cover every use. */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { explain } from '../../../src/compiler/explain/explain';
import { printExplanation, quantity } from '../../../src/compiler/explain/printExplanation';
import { planBytes } from '../../../src/compiler/plan/plan';
import { dim } from '../../../src/core/dim';
import { trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';
import { allKernels } from '../../../src/ops/kernels';
import { rnnGraph } from '../../support/loops';

const T = dim('T', 8);

/** relu(x @ w + b), its softmax, with x [T, 4], w [4, 16]. */
const plan = compileGraph(
  trace(
    (inputs) => {
      const product: Tensor = ops.matmul(inputs('x'), inputs('w'));
      const hidden = ops.relu(ops.add(product, inputs('b')));
      return { outputs: { y: ops.softmax(hidden) } };
    },
    {
      inputs: {
        x: { dtype: 'f32', shape: [T, 4] },
        w: { dtype: 'f32', shape: [4, 16] },
        b: { dtype: 'f32', shape: [16] },
      },
    },
  ),
);

const target = {
  kernels: allKernels,
  subgroups: false,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  workgroupMemory: 16384,
  shaderF16: false,
  software: false,
  cores: 2,
};

describe('explain', () => {
  it('counts operations and bytes of fused steps, at the bound and at a size', () => {
    const [product, softmax] = explain(plan).steps;
    expect(product?.ops).toEqual(['matmul', 'add', 'relu']);
    // 2 * 8 * 16 * 4 of the product, 8 * 16 each of sum and relu.
    expect(product?.flops).toBe(1024 + 256);
    // x, w, b, and the result.
    expect(product?.bytes).toBe(4 * (8 * 4 + 4 * 16 + 16 + 8 * 16));
    expect(softmax?.flops).toBe(5 * 8 * 16);
    expect(softmax?.bytes).toBe(4 * 2 * 8 * 16);
    const half = explain(plan, { sizes: new Map([['T', 4]]) });
    expect(half.steps[0]?.flops).toBe(512 + 128);
    expect(half.flops).toBe(512 + 128 + 5 * 4 * 16);
  });

  it('names kernels and choices for a target', () => {
    const explained = explain(plan, { target: { ...target, kernels: allKernels } });
    expect(explained.dispatches).toBe(2);
    expect(explained.steps[0]?.choices[0]?.family).toBe('matmul');
    expect(explain(plan).steps[0]?.kernels).toEqual([]);
  });

  it('gives every storage its bytes and the steps from the first use to the last', () => {
    const { storages, peakBytes } = explain(plan);
    expect(peakBytes).toEqual(planBytes(plan));
    const sum = storages.reduce((total, { byteLength }) => total + byteLength, 0);
    expect(sum).toBe(peakBytes.owned + peakBytes.state);
    const find = (use: string) => storages.find((storage) => storage.use === use);
    expect(find('input x')).toMatchObject({ byteLength: 4 * 8 * 4, first: 0, last: 0 });
    // The result is read after the last step.
    const temporaries = storages.filter(({ use }) => use === 'temporary');
    expect(temporaries.map(({ first, last }) => [first, last])).toEqual(
      expect.arrayContaining([
        [0, 1],
        [1, 2],
      ]),
    );
  });

  it('multiplies what a loop repeats', () => {
    const looped = compileGraph(rnnGraph({ length: 5, batch: 2, from: 3, to: 4 }));
    const explained = explain(looped);
    const repeated = explained.steps.filter(({ times }) => times === 5);
    const inLoops = looped.loops.reduce((sum, { first, end }) => sum + end - first, 0);
    expect(repeated.length).toBe(inLoops);
    expect(inLoops).toBeGreaterThan(0);
    const total = explained.steps.reduce((sum, { times, flops }) => sum + times * flops, 0);
    expect(explained.flops).toBe(total);
  });

  it('prints a line a step and a line a storage', () => {
    const text = printExplanation(explain(plan, { target }));
    expect(text).toContain('matmul+add+relu');
    expect(text.split('\n').length).toBe(plan.steps.length + plan.storages.length + 6);
    expect([0, 999, 1234, 999999, 45678901].map(quantity)).toEqual([
      '0 ',
      '999 ',
      '1.23 k',
      '1000 k',
      '45.7 M',
    ]);
  });
});
