/** All hypotheses that a decoding kept at any step, as a tree. */
import { extend } from './extension';
import type { Path, PathToken, Records, SearchNode, TargetIds } from './hypotheses';
import { withScores } from './logProbability';
import type { DecodingFeature, Strategy } from './strategy';

interface Growing {
  readonly ids: TargetIds;
  readonly nodes: SearchNode[];
  /** Index of the node, and sum of log-probabilities, by the index of the record. */
  readonly places: Map<number, { readonly node: number; readonly score: number }>;
}

/**
 * The history of the search, for the option `searchTree` of any decoding: all beams of all steps,
 * those that were dropped later among them, and the ends of the hypotheses that are returned. The
 * log-probabilities from a hypothesis' first token to its last node sum to its score.
 */
export const searchTree: DecodingFeature<boolean> = {
  kind: 'searchTree',
  extend: (strategy, _, ids) => {
    const scored = strategy.scores ? strategy : withScores(strategy, ids);
    // Hypotheses of one sentence share a tree.
    const trees = new WeakMap<Records, Map<number, Growing>>();
    return extend(scored, {
      key: 'searchTree',
      describe: (path, records) => {
        const [first] = path;
        if (first === undefined) return { tree: { nodes: [] } };
        const known = trees.get(records) ?? new Map<number, Growing>();
        trees.set(records, known);
        const sentence = Math.floor(first.from / (records.capacity * scored.width));
        const tree = known.get(sentence) ?? grow(records, sentence, scored, ids);
        known.set(sentence, tree);
        const node = lastNode(tree, path);
        return { tree: { nodes: tree.nodes }, node };
      },
    });
  },
};

/** The tree of all recorded tokens of a sentence. */
function grow(records: Records, sentence: number, { width }: Strategy, ids: TargetIds): Growing {
  const { data, capacity, steps } = records;
  const [tokens = [], origins, scores = []] = ['ids', 'origins', 'scores'].map((name) =>
    data.get(name),
  );
  const tree: Growing = { ids, nodes: [], places: new Map() };
  const rows = Array.from({ length: width }, (_, k) => sentence * width + k);
  const first = (data.get('position')?.[sentence * width] ?? steps) - steps;
  for (let position = first; position < Math.min(first + steps, capacity); position++) {
    for (const row of rows) {
      const at = row * capacity + position;
      const id = tokens[at] ?? ids.pad;
      if (id === ids.pad) continue;
      const before = tree.places.get((origins?.[at] ?? row) * capacity + position - 1);
      add(tree, id, at, position === first ? undefined : before, scores[at] ?? 0);
    }
  }
  return tree;
}

function add(
  { ids, nodes, places }: Growing,
  id: number,
  at: number | undefined,
  before: { readonly node: number; readonly score: number } | undefined,
  score: number,
): void {
  if (at !== undefined) places.set(at, { node: nodes.length, score });
  nodes.push({
    id,
    token: ids.token?.(id),
    parent: before?.node,
    logProbability: score - (before?.score ?? 0),
  });
}

/** The node of a hypothesis' last token, which is added if it is not recorded. */
function lastNode(tree: Growing, path: Path): number | undefined {
  const nodeAt = (token: PathToken | undefined) => tree.places.get(token?.to ?? -1);
  const last = path.at(-1);
  if (last === undefined || last.to !== undefined) return nodeAt(last)?.node;
  add(tree, last.id, undefined, nodeAt(path.at(-2)), last.score ?? 0);
  return tree.nodes.length - 1;
}
