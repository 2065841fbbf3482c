/** Gradients of additive attention: of scores and values, then of query, keys and energy. */
import {
  defineRowKernel,
  type RowTeam,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';
import { ADDITIVE_PARAMS, additiveFunctions } from './forward.wgsl';

export type AttendGradSpec = {
  readonly team: RowTeam;
  /** Whether the weights have a gradient of their own. */
  readonly weights: boolean;
};

/** Gradients of the scores before the softmax, and of the values. */
export const attendBackward = defineRowKernel<AttendGradSpec>({
  name: 'attendBackward',
  params: () => ADDITIVE_PARAMS,
  bindings: (spec) => {
    const element = teamElement(spec.team);
    return [
      { name: 'dcontext', access: 'read', element },
      { name: 'weights', access: 'read', element: 'f32' },
      { name: 'values', access: 'read', element },
      ...(spec.weights ? [{ name: 'dweights', access: 'read', element: 'f32' } as const] : []),
      { name: 'dscores', access: 'read_write', element: 'f32' },
      { name: 'dvalues', access: 'read_write', element },
    ];
  },
  body: ({ team, weights }) => wgsl`
${teamFunctions(team)}
${additiveFunctions(team)}
${teamMain(
  team,
  wgsl`
  let first = row * params.keys;
  let start = row * params.value_size;
  var shares = 0.0;
  for (var s = lane; s < params.keys; s += ${team.lanes}u) {
    var parts = V();
    for (var d = 0u; d < params.value_size; d++) {
      parts += dcontext[start + d] * values[(first + s) * params.value_size + d];
    }
    let dweight = sum_of(parts)${weights ? ' + dweights[first + s]' : ''};
    dscores[first + s] = dweight;
    shares += dweight * weights[first + s];
  }
  let mean = team_sum(shares, lane);
  for (var s = lane; s < params.keys; s += ${team.lanes}u) {
    dscores[first + s] = weights[first + s] * (dscores[first + s] - mean);
  }
  for (var d = lane; d < params.value_size; d += ${team.lanes}u) {
    let own = dcontext[start + d];
    for (var s = 0u; s < params.keys; s++) {
      dvalues[(first + s) * params.value_size + d] = weights[first + s] * own;
    }
  }`,
)}`,
});

export type ScoresGradSpec = { readonly team: RowTeam };

/** Gradients of query and keys, and of the energy for each row on its own. */
export const scoresBackward = defineRowKernel<ScoresGradSpec>({
  name: 'scoresBackward',
  params: () => ADDITIVE_PARAMS,
  bindings: ({ team }) => {
    const element = teamElement(team);
    return [
      { name: 'dscores', access: 'read', element: 'f32' },
      { name: 'query', access: 'read', element },
      { name: 'keys', access: 'read', element },
      { name: 'energy', access: 'read', element },
      { name: 'dquery', access: 'read_write', element },
      { name: 'dkeys', access: 'read_write', element },
      { name: 'denergy', access: 'read_write', element },
    ];
  },
  body: ({ team }) => wgsl`
${teamFunctions(team)}
${additiveFunctions(team)}
${teamMain(
  team,
  wgsl`
  let first = row * params.keys;
  for (var i = lane; i < params.size; i += ${team.lanes}u) {
    let asked = query[row * params.size + i];
    let weight = energy[i];
    var dasked = V();
    var dweight = V();
    for (var s = 0u; s < params.keys; s++) {
      let at = (first + s) * params.size + i;
      let share = dscores[first + s];
      let squashed = squash(asked + keys[at]);
      let dkey = share * weight * (1.0 - squashed * squashed);
      dkeys[at] = dkey;
      dasked += dkey;
      dweight += share * squashed;
    }
    dquery[row * params.size + i] = dasked;
    denergy[row * params.size + i] = dweight;
  }`,
)}`,
});
