/**
 * Row kernels as the devices run them that are not at hand: a workgroup a row on real GPUs, a thread
 * a row on software adapters. Every case of their folders runs under each target.
 */
import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/graph/cases';
import type { Target } from '../../src/graph/op';
import { useDevice } from '../support/device';
import {
  caseGraph,
  caseInputs,
  differentiable,
  onGpu,
  onOracle,
  worstDifference,
} from '../support/opCase';

const folders = import.meta.glob<{ cases: readonly Case[] }>(
  '../../src/ops/{argmax,crossEntropy,layerNorm,softmax}/cases.ts',
  { eager: true },
);

const targets: Readonly<Record<string, Partial<Target>>> = {
  'a workgroup a row': { software: false },
  'a thread a row': { software: true },
};

const device = useDevice();

for (const [name, change] of Object.entries(targets)) {
  describe(name, () => {
    for (const [path, { cases }] of Object.entries(folders)) {
      const folder = path.split('/').at(-2);
      it.each(cases.map((item) => [item.name, item] as const))(`${folder}: %s`, async (_, item) => {
        const inputs = caseInputs(item);
        const graph = caseGraph(item, differentiable(item).length > 0);
        const changed: Target = { ...device().target, ...change };
        const real = device().target;
        const want = onOracle(graph, inputs);
        Object.assign(device(), { target: changed });
        const got = await onGpu(device(), graph, inputs).finally(() =>
          Object.assign(device(), { target: real }),
        );
        for (const [output, value] of want) {
          const { relative, absolute = 0 } = item.tolerance;
          const wider = { relative: relative * 8, absolute: absolute * 8, because: '' };
          const bound = output.startsWith('d') ? (item.gradientTolerance ?? wider) : item.tolerance;
          expect(
            worstDifference(got[output]?.data ?? [], value.data, bound),
            output,
          ).toBeUndefined();
        }
      });
    }
  });
}
