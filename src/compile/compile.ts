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

/** Simplifies, fuses, schedules and places a graph, and verifies the plan. */
export function compileGraph(graph: Graph): Plan {
  const simple = simplify(graph);
  const shared = new Map<string, Root>();
  const expanded = expandLoops(fuse(graphResults(simple)), shared);
  const plan = planMemory(simple, resolveCopies(simple, expanded, shared));
  verifyPlan(plan);
  return plan;
}
