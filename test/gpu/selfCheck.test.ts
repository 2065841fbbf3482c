/**
 * Every candidate that a lowering may choose is right, also those for adapters that are not at hand;
 * and one that is wrong is found, rejected and never chosen.
 */

import { NO_TUNING, type Tuning } from 'qkv';
import { compileGraph, type HostTensor, Program, StateStore } from 'qkv/graph';
import { allCases, type Case, caseGraph, selfCheck, selfCheckReport } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { defined } from '../../tools/lib/defined';
import { useDevice } from '../support/device';
import { isFull } from '../support/sample';
import { copyOf } from '../support/variantOp';

const device = useDevice();

/** Ops with candidates of their own; matmulVariants.test.ts goes through all of a product's. */
const OPS = [
  'additiveAttention',
  'argmax',
  'attention',
  'crossEntropy',
  'cumsum',
  'layerNorm',
  'recurrence',
  'reduce',
  'sample',
  'scatter',
  'sort',
];
/**
 * Cases of an op, evenly spread: a variant takes up to a second to compile in every one, a recurrence with
 * its gradient several. Those of attention differ most: packings, groups of heads, masks and biases.
 */
const [USUAL, OTHERS]: readonly [number, Readonly<Record<string, number>>] = isFull
  ? [4, { recurrence: 2, attention: 9 }]
  : [1, { reduce: 2, sample: 2, sort: 2, scatter: 4, attention: 3 }];
const countOf = (op: string) => OTHERS[op] ?? USUAL;

/** The sample's recurrent cell is the simplest: those of an LSTM take ten times as long to compile. */
const isSampled = (op: string, { name }: Case) =>
  isFull || op !== 'recurrence' || name.startsWith('tanh');

describe('every candidate is right', () => {
  it.each([...OPS, 'softmax'])('%s', async (op) => {
    const all = defined(allCases()[op], op).filter((item) => isSampled(op, item));
    const cases = all.filter((_, i) => i % Math.ceil(all.length / countOf(op)) === 0);
    const { verdicts, runs } = await selfCheck(device(), { cases: { [op]: cases } });
    expect(runs).toBeGreaterThan(cases.length);
    expect(Object.entries(verdicts).filter(([, { failure }]) => failure !== undefined)).toEqual([]);
  });
});

describe('a candidate that is wrong', () => {
  const item: Case = {
    name: 'a copy',
    inputs: [{ shape: [3, 5], differentiable: false }],
    build: (x) => copyOf(x),
    tolerance: { relative: 0, because: 'nothing is computed' },
  };

  async function copied(): Promise<HostTensor> {
    const states = new StateStore(device());
    const program = await Program.create(device(), compileGraph(caseGraph(item, false)), states);
    program.run({ x0: { shape: [3, 5], data: new Float32Array(15).fill(2) } });
    const { y0 } = await program.read('y0');
    program.dispose();
    states.dispose();
    return y0;
  }

  it('is rejected, alone, and never chosen', async () => {
    expect([...(await copied()).data]).toEqual(new Array(15).fill(3));
    const { verdicts } = await selfCheck(device(), { cases: { copy: [item] } });
    const failed = Object.entries(verdicts).filter(([, { failure }]) => failure !== undefined);
    expect(failed.map(([variant]) => variant)).toEqual([
      'copy: adds one',
      'copy: does not compile',
    ]);
    expect(Object.keys(verdicts)).toContain('copy: right');
    const report = selfCheckReport(device(), verdicts);
    expect(report).toContain('copy: adds one (WRONG), does not compile (WRONG), right');
    expect(report).toContain('worst at');
    const wanted = { candidate: 'adds one', wgsl: '' };
    const tuning: Tuning = { choices: { 'copy any': wanted }, verdicts };
    device().useTuning(tuning);
    try {
      expect([...(await copied()).data]).toEqual(new Array(15).fill(2));
      const again = await selfCheck(device(), { cases: { copy: [item] } });
      expect(again).toEqual({ verdicts, runs: 0 });
    } finally {
      device().useTuning(NO_TUNING);
    }
  });

  it('stops compilation where none is left, with what to do', async () => {
    const names = ['adds one', 'does not compile', 'right'];
    const verdicts = names.map(
      (name) => [`copy: ${name}`, { wgsl: '', failure: 'wrong' }] as const,
    );
    device().useTuning({ choices: {}, verdicts: Object.fromEntries(verdicts) });
    try {
      await expect(copied()).rejects.toThrow(/copy: no kernel is right on this adapter.*update/s);
    } finally {
      device().useTuning(NO_TUNING);
    }
  });
});
