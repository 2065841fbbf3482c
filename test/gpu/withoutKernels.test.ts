/** Devices without further kernels: what is taken unmeasured is right, and translates as with all of them. */
import { openDevice, Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { allCases, caseGraph, caseInputs, firstFault, onGpu, onOracle } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';

const device = useDevice();

/** Ops whose kernels differ. */
const OPS = ['matmul', 'attention', 'layerNorm', 'argmax', 'softmax'] as const;

describe('without further kernels', () => {
  it.each(OPS)('%s is right', async (op) => {
    const { kernels, ...target } = device().target;
    for (const item of sampled(allCases()[op] ?? [], 6)) {
      const [graph, inputs] = [caseGraph(item, false), caseInputs(item)];
      for (const startup of ['quick', 'balanced'] as const) {
        const got = await onGpu(device(), graph, inputs, { ...target, startup });
        expect(firstFault(item, got, onOracle(graph, inputs)), item.name).toBeUndefined();
      }
    }
  });

  it('a transformer translates the same, and attends the same', async () => {
    const own = await openDevice({ gpu: await nodeGpu() });
    const found = [];
    for (const each of [own, device()]) {
      const folder = 'demo/public/models/toy-transformer/';
      const translator = await Translator.load(folder, { device: each, kinds: [transformer] });
      found.push(await translator.translate('the small black cat sees a big house'));
      translator.dispose();
    }
    own.dispose();
    const [lean, all] = found;
    expect(lean?.tokens).toEqual(all?.tokens);
    const pairs = all?.alignment.flat() ?? [];
    for (const [i, weight] of (lean?.alignment.flat() ?? []).entries()) {
      expect(weight).toBeCloseTo(pairs[i] ?? 0, 4);
    }
    expect(pairs.length).toBeGreaterThan(40);
  });
});
