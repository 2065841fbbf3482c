/**
 * Cross-entropy of the rows of logits [rows, V] with one target class each; a team of threads a row.
 * With top = max(x) and sum = sum of exp(x - top): loss = (1 - s) * (log(sum) + top - x[target])
 * + s * (log(sum) + mean(top - x)), where s is the label smoothing (Szegedy et al. 2016). Keeping top
 * apart from log(sum) costs no digits for large logits. Saves (top, sum) for the gradient.
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
  /** Write the statistics. */
  readonly save: boolean;
  readonly epilogue: Epilogue;
};

export const crossEntropyForward = defineRowKernel<CrossEntropySpec>({
  name: 'crossEntropyForward',
  params: ({ epilogue }) => ['rows', 'classes', ...epilogue.params],
  bindings: ({ team, save, epilogue }) => [
    { name: 'logits', access: 'read', element: teamElement(team) },
    { name: 'targets', access: 'read', element: 'i32' },
    { name: 'loss', access: 'read_write', element: epilogue.element },
    ...(save ? [{ name: 'stats', access: 'read_write', element: 'vec2<f32>' } as const] : []),
    ...epilogue.bindings,
  ],
  body: ({ team, smoothing, ignores, ignoreIndex, save, epilogue }) => wgsl`
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
  var gaps = V(0.0);
  ${eachOf(
    team,
    'count',
    (i) =>
      `let d = logits[base + ${i}] - top; powers += exp(d);${smoothing > 0 ? ' gaps -= d;' : ''}`,
  )}
  let sum = across_sum(powers, lane);
  #if ${smoothing > 0}
  let gap = across_sum(gaps, lane) / f32(params.classes);
  #else
  let gap = 0.0;
  #endif
  if (lane == 0u) {
    let label = targets[row];
    let goal = u32(clamp(label, 0, i32(params.classes) - 1));
    let own = top - logits[base + goal / ${team.width}u]${team.width === 4 ? '[goal % 4u]' : ''};
    let value = log(sum) + own * ${float(1 - smoothing)} + gap * ${float(smoothing)};
    loss[row] = epilogue(${ignores ? `select(value, 0.0, label == ${ignoreIndex})` : 'value'}, row);
    #if ${save}
    stats[row] = vec2<f32>(top, sum);
    #endif
  }`,
)}`,
});
