/** Index of the largest value of each row of [rows, n], the lowest on ties; one team of threads per row. */
import type { Epilogue } from '../lib/epilogue';
import {
  defineRowKernel,
  eachOf,
  type RowTeam,
  teamFunctions,
  teamIndexFunctions,
  teamMain,
} from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';

export type ArgmaxSpec = {
  /** A team of width 1. */
  readonly team: RowTeam;
  readonly epilogue: Epilogue;
};

export const argmax = defineRowKernel<ArgmaxSpec>({
  name: 'argmax',
  params: ({ epilogue }) => ['rows', 'size', ...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'x', access: 'read', element: 'f32' },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ team, epilogue }) => wgsl`
${teamFunctions(team)}
${teamIndexFunctions(team)}
${epilogue.code}
${teamMain(
  team,
  wgsl`
  let base = row * params.size;
  var best = -3.4028234e38f;
  var found = lane;
  ${eachOf(
    team,
    'params.size',
    (i) =>
      `let value = x[base + ${i}]; let better = value > best; ` +
      `best = select(best, value, better); found = select(found, ${i}, better);`,
  )}
  let top = across_max(best, lane);
  let index = across_min_index(select(0xffffffffu, found, best == top), lane);
  if (lane == 0u) { y[row] = epilogue(i32(index), row); }`,
)}`,
});
