/** Checks the rules of graphs, so that a bug of the library shows here and not as a wrong number. */
import { assert } from '../core/errors';
import { formatType } from '../core/shape';
import { type Graph, graphNodes } from './graph';
import type { Node } from './op';

/**
 * Every node comes after its inputs, and its types are what its op infers from them.
 * @throws Error naming the node: an internal error
 */
export function verifyGraph(graph: Graph): void {
  const seen = new Set<number>();
  for (const node of graphNodes(graph)) {
    for (const { node: source, index } of node.inputs) {
      assert(seen.has(source.id), `${node.op.name} comes before its input ${source.op.name}`);
      assert(
        index < source.types.length,
        `${node.op.name} reads output ${index} of ${source.op.name}`,
      );
    }
    verifyTypes(node);
    seen.add(node.id);
  }
}

function verifyTypes({ op, inputs, attrs, types }: Node): void {
  const inferred = op.infer(
    inputs.map(({ dtype, shape }) => ({ dtype, shape })),
    attrs,
  );
  const [have, want] = [types, inferred].map((list) => list.map(formatType).join(', '));
  assert(have === want, `${op.name} has types ${have}, its op infers ${want}`);
}
