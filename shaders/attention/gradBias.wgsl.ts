/**
 * Gradient of the bias, summed over the axes along which the bias is broadcast: a team owns a tile of query
 * rows and a block of keys, and loops over the batch rows and heads that share one bias.
 */
import { randomBits } from '../lib/functions';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import {
  type BackwardSpec,
  common,
  gradientBindings,
  pairGradients,
  rowRegisters,
} from './backward';
import { keyLimit, knownKeys, pairIndex } from './masks';
import { resultSource, rowStart, sources, write } from './spec';
import { eachPair, eachRow, rowNumbers, tileRows } from './tile';

/** dbias, in the shape of the bias. */
export const attentionGradBias = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionGradBias',
  bindings: (spec) => {
    const { q, k, v } = sources(spec);
    return [...gradientBindings(spec, [q, k, v], []), write('dbias', 'f32')];
  },
  body: (spec) => {
    const { lanes, block, threads } = spec.tile;
    const axes = spec.bias === false ? [] : spec.bias;
    const { q } = sources(spec);
    const dy = resultSource('dy', spec);
    const span = tileRows(spec.tile);
    const last = `min(first_row + ${span - 1}u, params.queries - 1u)`;
    const batches = share(
      axes.includes('batch'),
      'b',
      `place / ${axes.includes('heads') ? spec.heads : 1}u`,
      'params.batch',
    );
    const heads = share(axes.includes('heads'), 'h', `place % ${spec.heads}u`, `${spec.heads}u`);
    const target = (r: number, j: number) =>
      `dbias[${pairIndex(spec, axes, { h: 'h', t: `row${r}`, s: `s + ${j}u` })}]`;
    return wgsl`
${spec.dropRate > 0 ? randomBits : ''}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let tiles = (params.queries + ${span - 1}u) / ${span}u;
  let blocks = (params.keys + ${block - 1}u) / ${block}u;
  let team = (${LINEAR_WORKGROUP}) * ${threads / lanes}u + thread / ${lanes}u;
  let lane = thread % ${lanes}u;
  if (team >= ${batches.count} * ${heads.count} * tiles * blocks) { return; }
  let s = team % blocks * ${block}u;
  let first_row = team / blocks % tiles * ${span}u;
  let place = team / (blocks * tiles);
  ${rowNumbers(spec, 'queries')}
  ${eachPair(spec, (r, j) => `var total${r}_${j} = 0.0;`)}
  ${batches.own} ${heads.own}
  ${batches.begin} ${heads.begin}
  ${knownKeys(spec)}
  if (s < ${keyLimit(spec, last)}) {
    ${eachRow(
      spec,
      (r) => `let limit${r} = ${keyLimit(spec, `row${r}`)};
    let id${r} = (b * ${spec.heads}u + h) * params.queries + at${r};
    let from_q${r} = ${rowStart('queries', `at${r}`, q)};
    let from_y${r} = ${rowStart('queries', `at${r}`, dy)};
    let row_stats${r} = stats[id${r}];`,
    )}
    ${rowRegisters(spec, 'q', 'from_q', q, ` * ${float(spec.scale)}`)}
    ${rowRegisters(spec, 'g', 'from_y', dy)}
    ${pairGradients(spec)}
    ${eachPair(spec, (r, j) => `total${r}_${j} += ds${r}_${j};`)}
  }
  ${heads.end} ${batches.end}
  ${eachPair(
    spec,
    (r, j) =>
      `if ((row${r} < params.queries) & (s + ${j}u < params.keys)) { ${target(r, j)} = total${r}_${j}; }`,
  )}
}`;
  },
});

/** An axis at which the team has a fixed index, or over which it loops. */
function share(isOwn: boolean, name: string, place: string, size: string) {
  const loop = `for (var ${name} = 0u; ${name} < ${size}; ${name}++) {`;
  return {
    count: isOwn ? size : '1u',
    own: isOwn ? `let ${name} = ${place};` : '',
    begin: isOwn ? '' : loop,
    end: isOwn ? '' : '}',
  };
}
