/** Graphs that failed once, through their planned and fused program in float64. */
import { describe, expect, it } from 'vitest';
import { buildKnown, knownGraphs } from '../../support/graphs/known';
import { planFault } from '../../support/graphs/onPlan';

describe('a plan equals the graph', () => {
  it.each(knownGraphs)('of $name', (known) => {
    expect(planFault(buildKnown(known))).toBeUndefined();
  });
});
