/**
 * Softmax and log-softmax along the middle of [outer, n, inner]; one team of threads per row. Values at the
 * finite minimum are masked: they have no weight, and a row of them gives zeros (softmax) or the minimum
 * (log-softmax).
 */
import type { Epilogue } from '../lib/epilogue';
import {
  defineRowKernel,
  eachOf,
  type RowTeam,
  rowValues,
  storedElement,
  storeFunction,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';

export type SoftmaxSpec = {
  readonly team: RowTeam;
  readonly log: boolean;
  /** Whether elements of a row are `inner` apart; rows are then the pairs (outer, inner). */
  readonly strided: boolean;
  readonly epilogue: Epilogue;
};

/** The stand-in for minus infinity, and the bound below which a value is masked. */
export const MASKED = -3.4028234e38;
const LEAST = '-3.4028234e38f';
export const KEPT = '-3.0e38f';

/** WGSL that sets `count` and `base`, and the index expression of element i of the row. */
export function rowIndex(strided: boolean, width: number) {
  return {
    declare: strided
      ? `let count = params.size;
  let base = (row / params.inner) * params.size * params.inner + row % params.inner;`
      : `let count = params.size / ${width}u;
  let base = row * count;`,
    at: (i: string) => (strided ? `base + ${i} * params.inner` : `base + ${i}`),
  };
}

export const softmaxForward = defineRowKernel<SoftmaxSpec>({
  name: 'softmaxForward',
  params: ({ epilogue }) => ['rows', 'size', 'inner', ...epilogue.params],
  bindings: ({ team, epilogue }) => [
    { name: 'x', access: 'read', element: teamElement(team) },
    { name: 'y', access: 'read_write', element: storedElement(team, epilogue) },
    ...epilogue.bindings,
  ],
  body: ({ team, log, strided, epilogue }) => {
    const { declare, at } = rowIndex(strided, team.width);
    const x = rowValues(team, 'x', at);
    const power = (value: string) => `select(V(0.0), exp(${value} - top), ${value} > V(${KEPT}))`;
    const result = log
      ? `select(V(${LEAST}), (value - top) - log_sum, value > V(${KEPT}))`
      : `${power('value')} * inverse`;
    return wgsl`
${teamFunctions(team)}
${storeFunction(team, 'y', epilogue)}
${teamMain(
  team,
  wgsl`
  ${declare}
  ${x.declare}
  var high = V(${LEAST});
  ${eachOf(team, 'count', (i) => `high = max(high, ${x.at(i)});`)}
  let top = across_max(high, lane);
  var powers = V(0.0);
  ${eachOf(team, 'count', (i) => `let value = ${x.at(i)}; powers += ${power('value')};`)}
  let sum = across_sum(powers, lane);
  #if ${log}
  let log_sum = log(max(sum, 1.0));
  #else
  let inverse = select(0.0, 1.0 / sum, sum > 0.0);
  #endif
  ${eachOf(team, 'count', (i) => `let value = ${x.at(i)}; store(${at(i)}, ${result});`)}`,
)}`;
  },
});
