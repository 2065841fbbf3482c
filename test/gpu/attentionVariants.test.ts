/**
 * Attention as the devices run it that are not at hand: without subgroups, and on real GPUs, whose
 * decoding splits the keys of a row; and what no tolerance may hide: hidden keys leave exact zeros.
 */
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/graph/op';
import { cases } from '../../src/ops/attention/cases';
import { useDevice } from '../support/device';
import {
  caseGraph,
  caseInputs,
  differentiable,
  onGpu,
  onOracle,
  worstDifference,
} from '../support/opCase';

const targets: Readonly<Record<string, Partial<Target>>> = {
  'a software adapter without subgroups': { software: true, subgroups: false },
  'a GPU': { software: false },
};

const device = useDevice();

for (const [name, change] of Object.entries(targets)) {
  describe(`attention on ${name}`, () => {
    it.each(cases.map((item) => [item.name, item] as const))('%s', async (_, item) => {
      const inputs = caseInputs(item);
      const graph = caseGraph(item, differentiable(item).length > 0);
      const real = device().target;
      const changed: Target = { ...real, ...change };
      Object.assign(device(), { target: changed });
      const got = await onGpu(device(), graph, inputs).finally(() =>
        Object.assign(device(), { target: real }),
      );
      for (const [output, value] of onOracle(graph, inputs)) {
        const { relative, absolute = 0 } = item.tolerance;
        const wider = { relative: relative * 8, absolute: absolute * 8, because: '' };
        const bound = output.startsWith('d') ? (item.gradientTolerance ?? wider) : item.tolerance;
        expect(worstDifference(got[output]?.data ?? [], value.data, bound), output).toBeUndefined();
      }
    });
  });
}

describe('a batch row whose keys are all hidden', () => {
  it.each([
    ['self padded, one row empty', 1],
    ['padding mask with holes, one row all hidden', 1],
    ['padding mask, lengths, causal, with weights', 2],
  ])('%s: yields zeros and zero gradients', async (name, row) => {
    const item = cases.find((candidate) => candidate.name === name);
    if (item === undefined) throw new Error(`no case '${name}'`);
    const got = await onGpu(device(), caseGraph(item, true), caseInputs(item));
    for (const [output, { shape, data }] of Object.entries(got)) {
      const size = data.length / (shape[0] ?? 1);
      expect(
        [...data.subarray(row * size, (row + 1) * size)].every((x) => x === 0),
        output,
      ).toBe(true);
    }
  });
});
