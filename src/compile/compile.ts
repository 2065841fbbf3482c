/** The compiler: pure passes from a graph to a plan. */
import type { Graph } from '../graph/graph';
import { graphResults } from '../graph/graph';
import { resolveCopies } from './copies';
import { fuse } from './fuse';
import { expandLoops } from './loops';
import { planMemory } from './memory';
import type { Root } from './places';
import type { Plan } from './plan';
import { simplify } from './simplify';

/** Simplifies, fuses, schedules and places a graph. */
export function compileGraph(graph: Graph): Plan {
  const simple = simplify(graph);
  const shared = new Map<string, Root>();
  const expanded = expandLoops(fuse(graphResults(simple)), shared);
  return planMemory(simple, resolveCopies(simple, expanded, shared));
}
