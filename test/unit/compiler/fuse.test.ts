/** Fusion: what must become one step, and what must not. */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { explain } from '../../../src/compiler/explain/explain';
import { type Lookup, type Tensors, trace } from '../../../src/graph/graph';
import { ops } from '../../../src/ops';

const square = { dtype: 'f32', shape: [4, 4] } as const;

/** Names of the ops of each step. */
function steps(build: (inputs: Lookup) => Tensors): readonly (readonly string[])[] {
  const inputs = { x: square, w: square, v: square };
  const graph = trace((given) => ({ outputs: build(given) }), { inputs });
  return explain(compileGraph(graph)).steps.map((step) => step.ops);
}

describe('fusion', () => {
  it('lets two products share a literal: that is no dependence of one on the other', () => {
    const found = steps((inputs) => {
      const zero = ops.fill([4, 4], 0);
      const hidden = ops.matmul(inputs('x'), inputs('w'));
      const isPositive = ops.greater(hidden, zero);
      const slope = ops.matmul(ops.relu(hidden), inputs('v'));
      return { y: ops.where(isPositive, slope, zero) };
    });
    expect(found).toHaveLength(2);
    expect(found[1]).toEqual(expect.arrayContaining(['matmul', 'where']));
  });

  it('keeps a chain out of a product that needs it', () => {
    const found = steps((inputs) => {
      const first = ops.matmul(inputs('x'), inputs('w'));
      const second = ops.matmul(ops.tanh(first), inputs('v'));
      return { y: ops.add(first, second) };
    });
    expect(found).toEqual([
      ['matmul', 'tanh'],
      ['matmul', 'add'],
    ]);
  });

  it('keeps long functions and those with loops out of a host, which would spell them out many times', () => {
    const found = steps((inputs) => {
      const normed = ops.layerNorm(inputs('x'));
      const smooth = ops.tanh(ops.layerNorm(inputs('w')));
      return { y: ops.mod(normed, inputs('v')), z: ops.pow(ops.softmax(smooth), inputs('v')) };
    });
    expect(found.map(String).sort()).toEqual(['mod', 'norm', 'norm,tanh', 'pow', 'softmax']);
  });
});
