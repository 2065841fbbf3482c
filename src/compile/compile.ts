/** The compiler: pure passes from a graph to a plan. */

import type { Graph } from '../graph/graph';
import { graphResults } from '../graph/graph';
import type { Root } from '../graph/op';
import { fuse } from '../schedule/fuse';
import { simplify } from '../schedule/simplify';
import { resolveCopies } from './copies';
import { expandLoops } from './loops';
import { planMemory } from './memory';
import type { Plan } from './plan';
import { verifyPlan } from './verify';

/** Simplifies, fuses, schedules and places a graph. */
export function planGraph(graph: Graph): Plan {
  const simple = simplify(graph);
  const shared = new Map<string, Root>();
  const expanded = expandLoops(fuse(graphResults(simple)), shared);
  return planMemory(simple, resolveCopies(simple, expanded, shared));
}

/**
 * The same, and verifies the plan. Plans of decoders go without in apps, whose tests are here: apps which
 * translate do not carry the checks.
 */
export function compileGraph(graph: Graph): Plan {
  const plan = planGraph(graph);
  verifyPlan(plan);
  return plan;
}
