/** The compiler: pure passes from a graph to a plan. */
import { OptionError } from '../core/errors';
import { type Graph, graphNodes, graphResults } from '../graph/graph';
import { expandLoops } from './loops/expandLoops';
import { resolveCopies } from './memory/copies';
import { placePacks } from './memory/placePacks';
import { planMemory } from './memory/planMemory';
import type { Plan } from './plan/plan';
import { verifyPlan } from './plan/verify';
import { fuse } from './schedule/fuse';
import { simplify } from './schedule/simplify';

/** The passes for loops and packs. Graphs that only decode rarely contain either. */
export interface StructurePasses {
  readonly expandLoops: typeof expandLoops;
  readonly placePacks: typeof placePacks;
}

/** The passes for graphs with loops (`scan`) and packs. */
export const structurePasses: StructurePasses = { expandLoops, placePacks };

/**
 * Compiles a graph to a plan.
 * @param passes those for loops and packs; apps whose graphs contain neither leave them out of
 * their bundle
 * @throws OptionError for a loop or a pack without the passes
 */
export function planGraph(graph: Graph, passes?: StructurePasses): Plan {
  const simple = simplify(graph);
  if (passes === undefined) assertPlain(simple);
  const groups = fuse(graphResults(simple));
  const expanded = passes?.expandLoops(groups) ?? { groups, results: [], references: new Map() };
  return planMemory(simple, resolveCopies(simple, expanded, passes?.placePacks));
}

function assertPlain(graph: Graph): void {
  for (const { op } of graphNodes(graph)) {
    if (op.lowering.kind !== 'loop' && op.lowering.kind !== 'pack') continue;
    throw new OptionError(
      `plan: '${op.name}' needs passes that its model does not hand in: ` +
        "import { structurePasses } from 'qkv/graph', passes: structurePasses in the model",
    );
  }
}

/**
 * Compiles any graph to a plan, and verifies the plan. Decoders call planGraph instead, so that
 * apps which translate do not bundle the checks; tests verify the plans of decoders.
 */
export function compileGraph(graph: Graph): Plan {
  const plan = planGraph(graph, structurePasses);
  verifyPlan(plan);
  return plan;
}
