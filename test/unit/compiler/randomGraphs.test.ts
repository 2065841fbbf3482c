/**
 * Graphs drawn by fast-check, of all ops: the compiled plan, interpreted in float64 in its own storages,
 * must equal the unfused graph to the last bit. Fusion and placement bugs show here.
 */
import { describe, expect, it } from 'vitest';
import { ops } from '../../../src/ops';
import { planFault } from '../../support/graphs/onPlan';
import { holdsForGraphs, seedOf } from '../../support/graphs/property';
import { GRADIENT_OPS, recipes } from '../../support/graphs/recipes';
import { inFull, isFull } from '../../support/sample';

const GRAPHS = inFull(2000, 120);

describe('plans of random graphs', () => {
  it('draw every op that there is', () => {
    const drawn = new Set([...Object.keys(recipes), ...GRADIENT_OPS, 'scan']);
    expect(Object.keys(ops).filter((name) => !drawn.has(name))).toEqual([]);
  });

  const seed = seedOf(1);
  it(`equal the graphs, on ${GRAPHS} of seed ${seed}`, async () => {
    const { applied } = await holdsForGraphs({ graphs: GRAPHS, seed, check: planFault });
    console.log(`${GRAPHS} random graphs of seed ${seed} on their plans`);
    const rare = Object.keys(recipes).filter((name) => (applied.get(name) ?? 0) < GRAPHS / 300);
    // A small sample need not have every op.
    if (isFull) expect(rare).toEqual([]);
  }, 3_600_000);
});
