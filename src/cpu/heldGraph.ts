/**
 * A graph that is evaluated in float64 many times with the same parameters: what depends on those
 * alone is computed once.
 */
import type { SizeTable } from '../core/dim';
import type { NdArray } from '../core/ndArray';
import { type Graph, graphNodes } from '../graph/graph';
import { interpret } from '../graph/interpret';
import type { Node } from '../graph/op';
import { sourceOf } from '../graph/source';
import { references } from '../ops/references';
import { type Arrays, type OracleResult, resultOf, sourceValue } from './oracle';

export class HeldGraph {
  readonly #graph: Graph;
  readonly #nodes: readonly Node[];
  readonly #held = new Map<string, NdArray>();

  /** @param held states that never change, by name */
  constructor(graph: Graph, held: Arrays) {
    this.#graph = graph;
    this.#nodes = graphNodes(graph);
    const ids = new Set<number>();
    const early = this.#nodes.filter((node) => {
      const source = sourceOf(node);
      const isHeld =
        source === undefined
          ? // What has no inputs may depend on sizes.
            node.inputs.length > 0 && node.inputs.every(({ node: { id } }) => ids.has(id))
          : source.kind === 'constant' || (source.kind === 'state' && held.has(source.name));
      const isFixed = node.types.every(({ shape }) => shape.every((n) => typeof n === 'number'));
      if (isHeld && isFixed) ids.add(node.id);
      return isHeld && isFixed;
    });
    for (const node of early) {
      const value = sourceValue(node, held, held);
      if (value !== undefined) this.#held.set(`${node.id}.0`, value);
    }
    interpret(early, this.#held, new Map(), references);
  }

  /** Evaluates the graph. @param states those that are not held */
  evaluate(inputs: Arrays, states: Arrays, sizes: SizeTable): OracleResult {
    const values = new Map(this.#held);
    for (const node of this.#nodes) {
      const key = `${node.id}.0`;
      const value = values.has(key) ? undefined : sourceValue(node, inputs, states);
      if (value !== undefined) values.set(key, value);
    }
    interpret(this.#nodes, values, sizes, references);
    return resultOf(this.#graph, values);
  }
}
