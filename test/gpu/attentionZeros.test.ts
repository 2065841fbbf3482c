/** What no tolerance may hide in attention: hidden keys leave exact zeros. */

import { allCases, caseGraph, caseInputs, onGpu } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();
const cases = allCases().attention!;

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

describe('a query whose keys are all hidden', () => {
  it.each([
    ['mask [T,S], a query that sees nothing', 1],
    ['bias of -Infinity, a query that sees nothing', 1],
  ])('%s: yields zeros and a zero gradient', async (name, query) => {
    const item = cases.find((candidate) => candidate.name === name);
    if (item === undefined) throw new Error(`no case '${name}'`);
    const got = await onGpu(device(), caseGraph(item, true), caseInputs(item));
    for (const output of ['y0', 'd0']) {
      const { shape, data } = got[output]!;
      const [batch = 1, queries = 1, columns = 1] = shape;
      for (let b = 0; b < batch; b++) {
        const from = (b * queries + query) * columns;
        expect([...data.subarray(from, from + columns)], output).toEqual(Array(columns).fill(0));
      }
    }
  });
});
