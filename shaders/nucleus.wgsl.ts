/**
 * The smallest probability in the nucleus of each row: the most likely values that sum to a mass (Holtzman et
 * al. 2020). Found by bisection over the bits of the value, which have the order of positive floats: exact in
 * 30 rounds, without sorting.
 */

import { defineRowKernel, eachOf, type RowTeam, teamFunctions, teamMain } from './lib/rowTeam';
import { float, wgsl } from './lib/wgsl';

export type NucleusSpec = {
  /** A team of width 1. */
  readonly team: RowTeam;
  readonly mass: number;
};

export const nucleusKernel = defineRowKernel<NucleusSpec>({
  name: 'nucleus',
  params: () => ['rows', 'size'],
  bindings: () => [
    { name: 'p', access: 'read', element: 'f32' },
    { name: 'least', access: 'read_write', element: 'f32' },
  ],
  body: ({ team, mass }) => wgsl`
${teamFunctions(team)}
${teamMain(
  team,
  wgsl`
  let base = row * params.size;
  // Invariant: the values from 'low' on have the mass, those from 'high' on do not.
  var low = 0u;
  var high = bitcast<u32>(2.0f);
  for (var round = 0u; round < 31u; round++) {
    let middle = low + (high - low) / 2u;
    let bound = bitcast<f32>(middle);
    var sum = 0.0;
    ${eachOf(team, 'params.size', (i) => `sum += select(0.0, p[base + ${i}], p[base + ${i}] >= bound);`)}
    let kept = team_sum(sum, lane);
    if (kept >= ${float(mass)}) { low = middle; } else { high = middle; }
  }
  if (lane == 0u) { least[row] = bitcast<f32>(low); }`,
)}`,
});
