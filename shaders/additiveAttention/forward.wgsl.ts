/**
 * Additive attention of one query per batch row (Bahdanau et al. 2015, appendix A.1.2): scores, softmax over
 * the row's keys and the weighted sum of values in one dispatch, with a team of threads per row.
 */
import {
  defineRowKernel,
  type RowTeam,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';

export type AdditiveSpec = {
  readonly team: RowTeam;
  /** Whether keys past a row's length are hidden. */
  readonly lengths: boolean;
};

/** Sizes: rows, keys, and numbers of V in a query and in a value. */
export const ADDITIVE_PARAMS: readonly string[] = ['rows', 'keys', 'size', 'value_size'];

/**
 * `squash`, which is tanh over V (lib/functions explains its two cases), and a function that sums the parts of
 * a V.
 */
export function additiveFunctions({ width }: RowTeam): string {
  return wgsl`
fn squash(x: V) -> V {
  return select(tanh(clamp(x, V(-10.0), V(10.0))), x - x * x * x / 3.0, abs(x) < V(0.01));
}
fn sum_of(v: V) -> f32 { return ${width === 4 ? '(v.x + v.y) + (v.z + v.w)' : 'v'}; }`;
}

/** A barrier that makes the team's writes to storage visible to all of its threads. */
const teamBarrier = ({ lanes }: RowTeam) => (lanes > 1 ? 'storageBarrier();' : '');

export const additiveForward = defineRowKernel<AdditiveSpec>({
  name: 'additiveForward',
  params: () => ADDITIVE_PARAMS,
  bindings: ({ team, lengths }) => {
    const element = teamElement(team);
    return [
      { name: 'query', access: 'read', element },
      { name: 'keys', access: 'read', element },
      { name: 'energy', access: 'read', element },
      { name: 'values', access: 'read', element },
      ...(lengths ? [{ name: 'lengths', access: 'read', element: 'i32' } as const] : []),
      { name: 'context', access: 'read_write', element },
      { name: 'weights', access: 'read_write', element: 'f32' },
    ];
  },
  body: ({ team, lengths }) => wgsl`
${teamFunctions(team)}
${additiveFunctions(team)}
${teamMain(
  team,
  wgsl`
  let seen = ${lengths ? 'u32(clamp(lengths[row], 0, i32(params.keys)))' : 'params.keys'};
  let first = row * params.keys;
  var high = -3.4028234e38f;
  for (var s = lane; s < seen; s += ${team.lanes}u) {
    var parts = V();
    for (var i = 0u; i < params.size; i++) {
      parts += energy[i] * squash(query[row * params.size + i] + keys[(first + s) * params.size + i]);
    }
    let score = sum_of(parts);
    weights[first + s] = score;
    high = max(high, score);
  }
  let top = team_max(high, lane);
  var powers = 0.0;
  for (var s = lane; s < seen; s += ${team.lanes}u) {
    let power = exp(weights[first + s] - top);
    weights[first + s] = power;
    powers += power;
  }
  let inverse = 1.0 / max(team_sum(powers, lane), 1e-30);
  for (var s = lane; s < params.keys; s += ${team.lanes}u) {
    weights[first + s] = select(0.0, weights[first + s] * inverse, s < seen);
  }
  ${teamBarrier(team)}
  for (var d = lane; d < params.value_size; d += ${team.lanes}u) {
    var sum = V();
    for (var s = 0u; s < seen; s++) {
      sum += weights[first + s] * values[(first + s) * params.value_size + d];
    }
    context[row * params.value_size + d] = sum;
  }`,
)}`,
});
