/** What no tolerance may hide in attention: hidden keys leave exact zeros. */
import { describe, expect, it } from 'vitest';
import { cases } from '../../src/ops/attention/cases';
import { caseGraph, caseInputs, onGpu } from '../../src/selfcheck/opCase';
import { useDevice } from '../support/device';

const device = useDevice();

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
