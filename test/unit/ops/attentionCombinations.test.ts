/**
 * Every combination of attention's options, from packed and separate inputs: it equals the formula
 * written out with other ops, with its gradients, and every gradient alone and with others compiles
 * to dispatches that every device takes. In float64, without a device.
 */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { worstDifference } from '../../../src/selfcheck/difference';
import { onOracle } from '../../../src/selfcheck/opCase';
import {
  alone,
  combinations,
  FLAGS,
  graphOf,
  subsets,
  trained,
  typesOf,
  valuesOf,
} from '../../support/attentionCombinations';
import { loweringFaults } from '../../support/lowered';
import { onPlan } from '../../support/opCase';
import { isFull, sampled } from '../../support/sample';

const CLOSE = { relative: 1e-11, absolute: 1e-13, because: 'other orders of summation in float64' };
const EXACT = { relative: 1e-12, absolute: 1e-300, because: 'the same arithmetic in float64' };

/** Combinations of the first options, each with all of the others. */
const PARTS = subsets(FLAGS.slice(0, 4)).map((names) => ({
  names,
  title: names.length === 0 ? 'none of the masks' : names.join(', '),
}));

describe.each(['qkv', 'kv', 'none'] as const)('attention of %s', (packing) => {
  const all = combinations(packing);
  it.each(sampled(PARTS, 8))('with $title: equals the formula', ({ names }) => {
    const some = all.filter(({ flags }) =>
      FLAGS.slice(0, 4).every((flag) => flags.includes(flag) === names.includes(flag)),
    );
    expect(some.length).toBe(16);
    for (const each of some) {
      const where = `${each.flags} ${each.weights ? 'and weights' : ''}`;
      const values = valuesOf(typesOf(packing, each.flags));
      const graph = graphOf(each, trained(each), false);
      const want = onOracle(graphOf(each, trained(each), true), values);
      const got = onOracle(graph, values);
      const planned = onPlan(graph, values);
      expect(loweringFaults(compileGraph(graph)), where).toEqual([]);
      for (const [name, { data }] of want) {
        expect(
          worstDifference(got.get(name)!.data, data, CLOSE),
          `${where} ${name}`,
        ).toBeUndefined();
        const exact = worstDifference(planned.get(name)!.data, got.get(name)!.data, EXACT);
        expect(exact, `${where} ${name} on the plan`).toBeUndefined();
      }
    }
  });

  it('gives any of its gradients without the others', () => {
    let checked = 0;
    for (const each of sampled(all, 19)) {
      const values = valuesOf(typesOf(packing, each.flags));
      const whole = onOracle(graphOf(each, trained(each), false), values);
      for (const wrt of subsets(trained(each)).filter((some) => some.length > 0)) {
        const graph = alone(graphOf(each, wrt, false));
        const plan = compileGraph(graph);
        const where = `d ${wrt} under ${each.flags} ${each.weights ? 'and weights' : ''}`;
        expect(loweringFaults(plan), where).toEqual([]);
        const planned = onPlan(graph, values);
        for (const name of wrt.map((x) => `d ${x}`)) {
          const fault = worstDifference(planned.get(name)!.data, whole.get(name)!.data, EXACT);
          expect(fault, `${name} of ${where}`).toBeUndefined();
        }
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(20);
    if (isFull) expect(checked).toBe({ qkv: 512, kv: 1280, none: 2816 }[packing]);
  });
});
