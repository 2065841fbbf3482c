/** What attention dispatches, what it refuses, and what its options cost. */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { lowerPlan } from '../../../src/compiler/dispatch/lower';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import type { TensorType } from '../../../src/core/shape';
import { type Graph, trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { inputTensor } from '../../../src/graph/source';
import { ops } from '../../../src/ops';
import {
  alone,
  type Combination,
  combinations,
  graphOf,
  subsets,
  trained,
} from '../../support/attentionCombinations';
import { TARGETS } from '../../support/lowered';

/** Names of the kernels of attention that a graph dispatches. */
function kernels(graph: Graph): readonly string[] {
  return lowerPlan(compileGraph(graph), TARGETS.gpu)
    .map(({ kernel }) => kernel.name)
    .filter((name) => name.startsWith('attention'));
}

const plain = (packing: Combination['packing'], flags: Combination['flags']) =>
  combinations(packing).find(
    (each) =>
      !each.weights &&
      each.flags.length === flags.length &&
      flags.every((flag) => each.flags.includes(flag)),
  )!;

describe('the gradient of attention', () => {
  it.each([
    ['qkv', ['qkv'], ['Queries', 'Keys']],
    ['kv', ['q'], ['Queries']],
    ['kv', ['kv'], ['Stats', 'Keys']],
    ['kv', ['q', 'kv'], ['Queries', 'Keys']],
    ['none', ['q'], ['Queries']],
    ['none', ['k'], ['Stats', 'Keys']],
    ['none', ['v'], ['Stats', 'Keys']],
    ['none', ['k', 'v'], ['Stats', 'Keys']],
    ['none', ['q', 'v'], ['Queries', 'Keys']],
  ] as const)('of %s for %s dispatches %s', (packing, wrt, expected) => {
    const found = kernels(alone(graphOf(plain(packing, []), wrt, false)));
    const [forward, ...backward] = found;
    expect(forward).toMatch(/^attention(Forward|Rows)$/);
    expect(backward.map((name) => name.replace(/^attention(Grad)?/, ''))).toEqual(expected);
  });

  it('for the bias alone needs no kernel for queries or keys', () => {
    const found = kernels(alone(graphOf(plain('none', ['bias']), ['bias'], false)));
    expect(found.slice(1)).toEqual(['attentionStats', 'attentionGradBias']);
  });

  it('computes what is read once: never more dispatches for fewer gradients', () => {
    for (const each of [plain('none', ['bias', 'mask']), plain('kv', ['bias'])]) {
      const all = kernels(alone(graphOf(each, trained(each), false))).length;
      for (const wrt of subsets(trained(each)).filter((some) => some.length > 0)) {
        expect(kernels(alone(graphOf(each, wrt, false))).length).toBeLessThanOrEqual(all);
      }
    }
  });
});

describe('attention of separate tensors', () => {
  const f32 = (...shape: readonly number[]): TensorType => ({ dtype: 'f32', shape });
  const types = { q: f32(2, 3, 8), k: f32(2, 5, 4), v: f32(2, 5, 6), bias: f32(3, 5) };

  it('is one dispatch, without copies of keys and values', () => {
    const padding: TensorType = { dtype: 'bool', shape: [2, 5] };
    const graph = trace(
      (inputs) => {
        const [q, k, v] = [inputs('q'), inputs('k'), inputs('v')];
        const options = {
          heads: 2,
          kvHeads: 1,
          bias: inputs('bias'),
          keyPadding: inputs('padding'),
        };
        return { outputs: { y: ops.attention(q, k, v, options).output } };
      },
      { inputs: { ...types, padding } },
    );
    const dispatches = lowerPlan(compileGraph(graph), TARGETS.gpu);
    expect(dispatches.map(({ kernel }) => kernel.name)).toEqual(['attentionRows']);
    // q, k, v, padding, bias and the output: weights and statistics that nothing reads are not there.
    expect(dispatches[0]?.bindings.length).toBe(6);
  });

  const input = (name: string, type: TensorType): Tensor => inputTensor(name, type);
  const [q, k, v] = [input('q', types.q), input('k', types.k), input('v', types.v)];
  const attend = (options: object) => () =>
    ops.attention(q, k, v, { heads: 2, kvHeads: 1, ...options });
  const given = (dtype: TensorType['dtype'], ...shape: readonly number[]) =>
    input('x', { dtype, shape });

  it.each([
    ['a mask of numbers', { mask: given('f32', 3, 5) }, DTypeError, /mask must be bool.*is a bias/],
    ['a bias of truths', { bias: given('bool', 3, 5) }, DTypeError, /bias must be f32.*is a mask/],
    ['a mask of other keys', { mask: given('bool', 3, 4) }, ShapeError, /T=3 S=5.*bool\[3,4\]/],
    ['a mask of heads in three axes', { mask: given('bool', 5, 3, 5) }, ShapeError, /\[B,T,S\]/],
    ['a bias of five axes', { bias: given('f32', 1, 1, 1, 3, 5) }, ShapeError, /\[H,T,S\]/],
    ['padding of numbers', { keyPadding: given('i32', 2, 5) }, DTypeError, /make it bool/],
    ['padding of other keys', { keyPadding: given('bool', 2, 3) }, ShapeError, /bool\[2,5\]/],
    ['lengths of other rows', { keyLengths: given('i32', 3) }, ShapeError, /i32\[2\]/],
    ['groups that do not fit', { kvHeads: 3 }, OptionError, /multiple of kvHeads, found 2 and 3/],
    ['columns that do not split', { heads: 3, kvHeads: 3 }, OptionError, /4 columns.*3 parts/],
    ['no heads', { heads: 0 }, OptionError, /positive whole number/],
    ['a rate of 1', { dropout: { rate: 1, key: given('i32', 1), stream: 0 } }, OptionError, /rate/],
    ['an unknown option', { attn_mask: given('bool', 3, 5) }, OptionError, /known: heads/],
  ] as const)('refuses %s', (_, options, error, message) => {
    expect(attend(options)).toThrow(error);
    expect(attend(options)).toThrow(message);
  });

  it('refuses queries that are too narrow for their heads', () => {
    expect(() => ops.attention(q, k, v, { heads: 4, kvHeads: 1 })).toThrow(ShapeError);
    expect(() => ops.attention(q, k, v, { heads: 4, kvHeads: 1 })).toThrow(
      /4 heads of 4 that share 1/,
    );
  });
});
