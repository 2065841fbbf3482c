/**
 * Gradient of the queries by tiles of query rows. If there are bindings left for it, the kernel computes the
 * statistics of its rows, which the other kernels read.
 */
import { defineKernel } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import {
  type BackwardSpec,
  common,
  gradientBindings,
  pairGradients,
  rowRegisters,
} from './backward';
import { Lanes } from './lanes';
import { keyLimit, knownKeys } from './masks';
import { gradientSources, resultSource, rowStart, sources } from './spec';
import { statisticsOf } from './statistics';
import { eachRow, overBlock, tileMain, tileRows } from './tile';

/** dq, in the layout of the queries. */
export const attentionGradQueries = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionGradQueries',
  bindings: (spec) => {
    const { q, k, v } = sources(spec);
    return gradientBindings(spec, [q, k, v], [gradientSources(spec).q]);
  },
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { q } = sources(spec);
    const target = gradientSources(spec).q;
    const dy = resultSource('dy', spec);
    const last = `min(first_row + ${tileRows(spec.tile) - 1}u, params.queries - 1u)`;
    return tileMain(
      spec,
      'queries',
      wgsl`
  ${knownKeys(spec)}
  let limit = ${keyLimit(spec, last)};
  ${eachRow(
    spec,
    (r) => wgsl`
  let limit${r} = ${keyLimit(spec, `row${r}`)};
  let id${r} = (b * ${spec.heads}u + h) * params.queries + at${r};
  let from_q${r} = ${rowStart('queries', `at${r}`, q)};
  let from_y${r} = ${rowStart('queries', `at${r}`, dy)};
  ${lanes.each((i) => `var d${r}_${i} = ${lanes.type}();`)}`,
  )}
  ${rowRegisters(spec, 'q', 'from_q', q, ` * ${float(spec.scale)}`)}
  ${rowRegisters(spec, 'g', 'from_y', dy)}
  ${eachRow(spec, (r) => rowStats(spec, r))}
  for (var s = 0u; s < limit; s += ${spec.tile.block}u) {
    ${pairGradients(spec)}
    ${lanes.each((i) => eachRow(spec, (r) => `d${r}_${i} += ${overBlock(spec, (j) => `ds${r}_${j} * k${i}_${j}`, ' + ')};`))}
  }
  ${eachRow(
    spec,
    (r) => `if (row${r} < params.queries) {
    let to = ${rowStart('queries', `row${r}`, target)};
    ${lanes.each((i) => `${target.buffer}[to + ${i}u] = d${r}_${i} * ${float(spec.scale)};`)}
  }`,
  )}`,
    );
  },
});

/** The statistics of the lane's row r, whose dy is in registers. */
function rowStats(spec: BackwardSpec, r: number): string {
  if (!spec.ownStats) return `let row_stats${r} = stats[id${r}];`;
  const delta = new Lanes(spec.valueSize).dot(
    (i) => `y[from_y${r} + ${i}u]`,
    (i) => `g${r}_${i}`,
  );
  return `let row_stats${r} = ${statisticsOf(spec).join(`saved[id${r}]`, delta)};
  if (row${r} < params.queries) { stats[id${r}] = row_stats${r}; }`;
}
