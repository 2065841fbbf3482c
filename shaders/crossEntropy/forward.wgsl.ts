/**
 * Cross-entropy of rows of logits [rows, V] with one target class each; one team of threads per row. With top =
 * max(x) and sum = sum of exp(x - top): loss = (1 - s) * (log(sum) + top - x[target]) + s * (log(sum) +
 * mean(top - x)), where s is the label smoothing (Szegedy et al. 2016). Keeping top apart from log(sum) loses
 * no digits for large logits. Saves (top, sum) for the gradient.
 *
 * With class weights w, each term is multiplied by the weight of its class: loss = (1 - s) * w[target] *
 * (log(sum) + top - x[target]) + s * mean(w * (log(sum) + top - x)). The gradient then needs (top, sum, the sum
 * of the factors of all log-probabilities, the factor of the target beyond s * w / V).
 */
import type { Epilogue } from '../lib/epilogue';
import {
  defineRowKernel,
  eachOf,
  type RowTeam,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { float, wgsl } from '../lib/wgsl';

export type CrossEntropySpec = {
  readonly team: RowTeam;
  readonly smoothing: number;
  /** Whether rows with target `ignoreIndex` have no loss. */
  readonly ignores: boolean;
  readonly ignoreIndex: number;
  /** Whether classes have weights. */
  readonly weighted: boolean;
  /** Whether to store the weight of each row's target, 0 for ignored rows. */
  readonly counts: boolean;
  /** Whether to store the statistics. */
  readonly save: boolean;
  readonly epilogue: Epilogue;
};

/** WGSL type of the statistics of a row. */
export function statsElement(weighted: boolean): string {
  return weighted ? 'vec4<f32>' : 'vec2<f32>';
}

/** The loss of a row without class weights. */
function plainValue({ smoothing }: CrossEntropySpec): string {
  return `let value = log(sum) + own * ${float(1 - smoothing)} + gap * ${float(smoothing)};`;
}

/** The loss of a row with class weights: `gap` is the mean of weighted gaps. */
function weightedValue({ team, smoothing }: CrossEntropySpec): string {
  return `let weight = weights[goal / ${team.width}u]${ofGoal(team)};
    let peak = weight * ${float(1 - smoothing)};
    let value = peak * (log(sum) + own) + (share * log(sum) + gap) * ${float(smoothing)};`;
}

const ofGoal = ({ width }: RowTeam) => (width === 4 ? '[goal % 4u]' : '');

/** Statements that sum, class by class, what the smoothed part of the loss needs. */
function gapsOf({ smoothing, weighted }: CrossEntropySpec): (i: string) => string {
  if (smoothing === 0) return () => '';
  if (!weighted) return () => ' gaps -= d;';
  return (i) => ` let w = weights[${i}]; gaps -= w * d; shares += w;`;
}

/** The mean of the class weights. */
function shareOf({ smoothing, weighted }: CrossEntropySpec): string {
  if (!weighted) return '';
  return smoothing === 0
    ? ' let share = 0.0;'
    : ' let share = across_sum(shares, lane) / f32(params.classes);';
}

export const crossEntropyForward = defineRowKernel<CrossEntropySpec>({
  name: 'crossEntropyForward',
  params: ({ epilogue }) => ['rows', 'classes', ...epilogue.params],
  bindings: ({ team, save, weighted, counts, epilogue }) => [
    { name: 'logits', access: 'read', element: teamElement(team) },
    { name: 'targets', access: 'read', element: 'i32' },
    ...(weighted ? [{ name: 'weights', access: 'read', element: teamElement(team) } as const] : []),
    { name: 'loss', access: 'read_write', element: epilogue.element },
    ...(save
      ? [{ name: 'stats', access: 'read_write', element: statsElement(weighted) } as const]
      : []),
    ...(counts ? [{ name: 'row_weights', access: 'read_write', element: 'f32' } as const] : []),
    ...epilogue.bindings,
  ],
  body: (spec) => {
    const { team, smoothing, ignores, ignoreIndex, weighted, counts, save, epilogue } = spec;
    const ignored = (value: string) =>
      ignores ? `select(${value}, 0.0, label == ${ignoreIndex})` : value;
    const gaps = gapsOf(spec);
    return wgsl`
${teamFunctions(team)}
${epilogue.code}
${teamMain(
  team,
  wgsl`
  let count = params.classes / ${team.width}u;
  let base = row * count;
  var high = V(-3.4028234e38f);
  ${eachOf(team, 'count', (i) => `high = max(high, logits[base + ${i}]);`)}
  let top = across_max(high, lane);
  var powers = V(0.0);
  var gaps = V(0.0);${weighted && smoothing > 0 ? ' var shares = V(0.0);' : ''}
  ${eachOf(team, 'count', (i) => `let d = logits[base + ${i}] - top; powers += exp(d);${gaps(i)}`)}
  let sum = across_sum(powers, lane);${shareOf(spec)}
  #if ${smoothing > 0}
  let gap = across_sum(gaps, lane) / f32(params.classes);
  #else
  let gap = 0.0;
  #endif
  if (lane == 0u) {
    let label = targets[row];
    let goal = u32(clamp(label, 0, i32(params.classes) - 1));
    let own = top - logits[base + goal / ${team.width}u]${ofGoal(team)};
    ${weighted ? weightedValue(spec) : plainValue(spec)}
    loss[row] = epilogue(${ignored('value')}, row);${counts ? ` row_weights[row] = ${ignored('weight')};` : ''}
    #if ${save && weighted}
    stats[row] = vec4<f32>(top, sum, peak + share * ${float(smoothing)}, peak);
    #elif ${save}
    stats[row] = vec2<f32>(top, sum);
    #endif
  }`,
)}`;
  },
});
