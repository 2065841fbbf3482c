/** The compiler: pure passes from a graph to a plan. */
import { OptionError, QkvError } from '../core/errors';
import { type Graph, graphNodes, graphResults } from '../graph/graph';
import { sourceOf } from '../graph/source';
import { expandLoops } from './loops/expandLoops';
import { type Resolved, resolveCopies } from './memory/copies';
import { copyOutputs } from './memory/copyOutputs';
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
 *   their bundle
 * @param finish a last pass over what is placed (default: outputs may lie in the storages of states,
 *   so that they must be read before anything else writes these, as decoders do)
 * @throws OptionError for a loop or a pack without the passes
 */
export function planGraph(
  graph: Graph,
  passes?: StructurePasses,
  finish: (resolved: Resolved) => Resolved = (resolved) => resolved,
): Plan {
  const simple = simplify(graph);
  if (passes === undefined) assertPlain(simple);
  const groups = fuse(graphResults(simple));
  const expanded = passes?.expandLoops(groups) ?? { groups, results: [], references: new Map() };
  return planMemory(simple, finish(resolveCopies(simple, expanded, passes?.placePacks)));
}

function assertPlain(graph: Graph): void {
  for (const { op } of graphNodes(graph)) {
    if (op.lowering.kind !== 'loop' && op.lowering.kind !== 'pack') continue;
    throw new OptionError(
      `plan: '${op.name}' needs { passes: structurePasses }, of 'qkv/graph', in the model`,
    );
  }
}

/**
 * Values of another function, or of a loop's body, have no value in a run of this graph.
 * @throws QkvError naming the first one that a result needs
 */
function checkSources(graph: Graph): void {
  const own = [...graph.inputs.values(), ...graph.states.values()].map(({ node }) => node);
  for (const node of graphNodes(graph)) {
    const source = sourceOf(node);
    if (source === undefined || source.kind === 'constant' || own.includes(node)) continue;
    throw new QkvError(
      'signature',
      `the results need ${source.kind} '${source.name}' of another function or of a loop's body; ` +
        'pass it as an input, or return it from the loop',
    );
  }
}

/**
 * Compiles any graph to a plan, and verifies the plan. Decoders call planGraph instead, so that
 * apps which translate do not bundle the checks; tests verify the plans of decoders.
 * @throws QkvError for a graph whose results need the inputs of another one
 */
export function compileGraph(graph: Graph): Plan {
  checkSources(graph);
  const plan = planGraph(graph, structurePasses, copyOutputs);
  verifyPlan(plan);
  return plan;
}
