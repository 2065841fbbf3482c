/**
 * Gradient of softmax, dx = y * (dy - sum(y * dy)), and of log-softmax, dx = dy - exp(y) * sum(dy), along the
 * middle of [outer, n, inner]; one team of threads per row. Masked results of log-softmax are constant: they
 * take no part in the sum, and their gradient is 0.
 */
import {
  defineRowKernel,
  eachOf,
  rowValues,
  storedElement,
  storeFunction,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';
import { KEPT, rowIndex, type SoftmaxSpec } from './forward.wgsl';

export const softmaxBackward = defineRowKernel<SoftmaxSpec>({
  name: 'softmaxBackward',
  params: ({ epilogue }) => ['rows', 'size', 'inner', ...epilogue.params],
  bindings: ({ team, epilogue }) => [
    { name: 'y', access: 'read', element: teamElement(team) },
    { name: 'dy', access: 'read', element: teamElement(team) },
    { name: 'dx', access: 'read_write', element: storedElement(team, epilogue) },
    ...epilogue.bindings,
  ],
  body: ({ team, log, strided, epilogue }) => {
    const { declare, at } = rowIndex(strided, team.width);
    const y = rowValues(team, 'y', at);
    const dy = rowValues(team, 'dy', at);
    const read = (i: string) => `let p = ${y.at(i)}; let d = ${dy.at(i)};`;
    const term = log ? `select(V(0.0), d, p > V(${KEPT}))` : 'p * d';
    const result = log ? `select(V(0.0), d - exp(p) * total, p > V(${KEPT}))` : 'p * (d - total)';
    return wgsl`
${teamFunctions(team)}
${storeFunction(team, 'dx', epilogue)}
${teamMain(
  team,
  wgsl`
  ${declare}
  ${y.declare}
  ${dy.declare}
  var terms = V(0.0);
  ${eachOf(team, 'count', (i) => `${read(i)} terms += ${term};`)}
  let total = across_sum(terms, lane);
  ${eachOf(team, 'count', (i) => `${read(i)} store(${at(i)}, ${result});`)}`,
)}`;
  },
});
