/** The history of a beam search as a tree: what went on, what was dropped, and the sentences found. */
import type { SearchNode } from 'qkv/generate';
import { words } from '../state/settings';
import { ScrollRegion } from './scrollRegion';

export interface BeamTreeProps {
  readonly nodes: readonly SearchNode[];
  /** The sentences that were found, best first: their last nodes and scores. */
  readonly found: readonly { readonly node: number; readonly score: number }[];
  readonly label: string;
}

const ROW = 40;
const LETTER = 8;
const GAP = 30;
const BOX = 24;

interface Placed extends SearchNode {
  readonly index: number;
  readonly depth: number;
  readonly y: number;
  /** Place of the best sentence that goes through it; undefined if it was dropped. */
  readonly rank: number | undefined;
}

export function BeamTree({ nodes, found, label }: BeamTreeProps) {
  const placed = placeNodes(nodes, found);
  const text = ({ token = '' }: SearchNode) => (token === '<eos>' ? '■' : token.trim() || '␣');
  const widths: number[] = [];
  for (const node of placed) {
    const own = text(node).length * LETTER + 16;
    widths[node.depth] = Math.max(widths[node.depth] ?? 0, own);
  }
  const starts = widths.map((_, depth) =>
    widths.slice(0, depth).reduce((sum, own) => sum + own + GAP, 1),
  );
  const width = (starts.at(-1) ?? 0) + (widths.at(-1) ?? 0) + 60;
  const height = (Math.max(...placed.map((node) => node.y), 0) + 1) * ROW + 8;
  const x = ({ depth }: Placed) => starts[depth] ?? 0;
  const y = (node: Placed) => node.y * ROW + ROW / 2 + 7;
  const percent = (probability: number) =>
    probability < 0.01 ? '< 1%' : `${words.value.number(100 * probability)}%`;
  const classOf = ({ rank }: Placed) =>
    rank === undefined ? 'dropped' : rank === 0 ? 'best' : 'kept';
  return (
    <ScrollRegion label={label}>
      <svg
        class="beam-tree"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={label}
      >
        {placed.map((node) => {
          const parent = node.parent === undefined ? undefined : placed[node.parent];
          if (parent === undefined) return null;
          const from = x(parent) + text(parent).length * LETTER + 16;
          const [y1, y2] = [y(parent), y(node)];
          const middle = (from + x(node)) / 2;
          return (
            <path
              key={`edge ${node.index}`}
              class={`edge ${classOf(node)}`}
              d={`M${from} ${y1}C${middle} ${y1} ${middle} ${y2} ${x(node)} ${y2}`}
            />
          );
        })}
        {placed.map((node) => (
          <g
            key={node.index}
            class={`node ${classOf(node)}`}
            data-log={node.logProbability}
            data-parent={node.parent}
          >
            <rect
              x={x(node)}
              y={y(node) - BOX / 2}
              width={text(node).length * LETTER + 16}
              height={BOX}
              rx="6"
            />
            <text x={x(node) + 8} y={y(node)}>
              {text(node)}
            </text>
            <text class="probability" x={x(node) + 8} y={y(node) - BOX / 2 - 2}>
              {percent(Math.exp(node.logProbability))}
            </text>
          </g>
        ))}
      </svg>
    </ScrollRegion>
  );
}

/**
 * Places nodes: their depth, and a row for each end; a node stands at the row of the best that goes
 * on from it.
 */
function placeNodes(
  nodes: readonly SearchNode[],
  found: BeamTreeProps['found'],
): readonly Placed[] {
  const ranks = new Map<number, number>();
  found.forEach(({ node }, rank) => {
    for (let at: number | undefined = node; at !== undefined; at = nodes[at]?.parent) {
      if (!ranks.has(at)) ranks.set(at, rank);
    }
  });
  const children = new Map<number | undefined, number[]>();
  nodes.forEach(({ parent }, index) => {
    children.set(parent, [...(children.get(parent) ?? []), index]);
  });
  const worth = (index: number): number =>
    (ranks.get(index) ?? found.length) * 1e3 - (nodes[index]?.logProbability ?? 0);
  const placed: Placed[] = [];
  let rows = 0;
  const place = (index: number, depth: number): void => {
    const node = nodes[index];
    if (node === undefined) return;
    const y = rows;
    const own = (children.get(index) ?? []).toSorted((a, b) => worth(a) - worth(b));
    for (const child of own) place(child, depth + 1);
    if (own.length === 0) rows += 1;
    placed[index] = { ...node, index, depth, y, rank: ranks.get(index) };
  };
  const roots = (children.get(undefined) ?? []).toSorted((a, b) => worth(a) - worth(b));
  for (const root of roots) place(root, 0);
  return placed;
}
