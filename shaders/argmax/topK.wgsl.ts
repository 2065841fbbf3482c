/**
 * The k largest values of each row of [rows, n] with their indices, in descending order, the lowest index first
 * on ties; one team of threads per row. A lane keeps the maxima of 32 blocks of its elements. Each of k rounds
 * takes the largest of all lanes, and searches only the block that it came from again. Also the gradient, which
 * scatters the values to where they came from, among zeros.
 */
import {
  defineRowKernel,
  eachOf,
  type RowTeam,
  teamFunctions,
  teamIndexFunctions,
  teamMain,
} from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';

export type TopKSpec = {
  /** A team of width 1. */
  readonly team: RowTeam;
  readonly k: number;
  /** Which results are stored. */
  readonly values: boolean;
  readonly indices: boolean;
};

/** Blocks of a lane's elements: a round compares as many maxima, then searches one block. */
const BLOCKS = 32;

const NONE = '0xffffffffu';

/** A loop over the elements i of the lane's `block` that are above the smallest f32. */
function eachInBlock({ lanes }: RowTeam, statement: string): string {
  return wgsl`
    for (var e = 0u; e < span; e++) {
      let i = lane + (block * span + e) * ${lanes}u;
      if (i < params.size) {
        let value = max(x[base + i], -3.4028e38f);
        ${statement}
      }
    }`;
}

export const topK = defineRowKernel<TopKSpec>({
  name: 'topK',
  params: () => ['rows', 'size'],
  bindings: ({ values, indices }) => [
    { name: 'x', access: 'read', element: 'f32' },
    ...(values ? [{ name: 'values', access: 'read_write', element: 'f32' } as const] : []),
    ...(indices ? [{ name: 'indices', access: 'read_write', element: 'i32' } as const] : []),
  ],
  body: ({ team, k, values, indices }) => wgsl`
${teamFunctions(team)}
${teamIndexFunctions(team)}
${teamMain(
  team,
  wgsl`
  let base = row * params.size;
  let span = (params.size + ${BLOCKS * team.lanes - 1}u) / ${BLOCKS * team.lanes}u;
  // The largest value of each block that has not been taken; the smallest f32 where none is left.
  var tops: array<f32, ${BLOCKS}>;
  for (var block = 0u; block < ${BLOCKS}u; block++) {
    var top = -3.4028234e38f;
    ${eachInBlock(team, 'top = max(top, value);')}
    tops[block] = top;
  }
  // The previous result: equal values are still to be taken from index 'next' on.
  var previous = 3.4028234e38f;
  var next = 0u;
  for (var round = 0u; round < ${k}u; round++) {
    var best = -3.4028234e38f;
    var block = 0u;
    for (var b = 0u; b < ${BLOCKS}u; b++) {
      let better = tops[b] > best;
      best = select(best, tops[b], better);
      block = select(block, b, better);
    }
    let last = across_max(best, lane);
    var found = ${NONE};
    if (best == last) {
      ${eachInBlock(
        team,
        `let open = value == last && (last < previous || i >= next);
        found = select(found, min(found, i), open);`,
      )}
    }
    let index = across_min_index(found, lane);
    previous = last;
    next = index + 1u;
    if (found == index) {
      var top = -3.4028234e38f;
      ${eachInBlock(
        team,
        'top = select(top, max(top, value), value < last || (value == last && i >= next));',
      )}
      tops[block] = top;
    }
    if (lane == 0u) {
      ${values ? `values[row * ${k}u + round] = x[base + min(index, params.size - 1u)];` : ''}
      ${indices ? `indices[row * ${k}u + round] = i32(index);` : ''}
    }
  }`,
)}`,
});

export type TopKGradSpec = {
  /** A team that reduces nothing. */
  readonly team: RowTeam;
  readonly k: number;
};

export const topKGrad = defineRowKernel<TopKGradSpec>({
  name: 'topKGrad',
  params: () => ['rows', 'size'],
  bindings: () => [
    { name: 'dvalues', access: 'read', element: 'f32' },
    { name: 'indices', access: 'read', element: 'i32' },
    { name: 'dx', access: 'read_write', element: 'f32' },
  ],
  body: ({ team, k }) => wgsl`
${teamMain(
  team,
  wgsl`
  let base = row * params.size;
  ${eachOf(team, 'params.size', (i) => `dx[base + ${i}] = 0.0;`)}
  // Each lane writes only elements that it has zeroed itself, so no barrier is needed.
  for (var j = row * ${k}u; j < (row + 1u) * ${k}u; j++) {
    let index = min(u32(max(indices[j], 0)), max(params.size, 1u) - 1u);
    if (index % ${team.lanes}u == lane) { dx[base + index] = dvalues[j]; }
  }`,
)}`,
});
