/**
 * Gradient of cross-entropy for the logits [rows, V]: (softmax - target distribution) * dloss[row],
 * written in one pass; neighbouring threads write neighbouring classes.
 */
import type { Epilogue } from '../lib/epilogue';
import { defineKernel } from '../lib/kernel';
import { eachOf, type RowTeam, storeFunction, teamFunctions, teamMain } from '../lib/rowTeam';
import { float, wgsl } from '../lib/wgsl';

export type CrossEntropyGradSpec = {
  /** A team of width 1 that combines nothing. */
  readonly team: RowTeam;
  readonly smoothing: number;
  readonly ignores: boolean;
  readonly ignoreIndex: number;
  readonly epilogue: Epilogue;
};

export const crossEntropyBackward = defineKernel<CrossEntropyGradSpec>({
  name: 'crossEntropyBackward',
  params: ({ epilogue }) => ['rows', 'classes', ...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'logits', access: 'read', element: 'f32' },
    { name: 'targets', access: 'read', element: 'i32' },
    { name: 'stats', access: 'read', element: 'vec2<f32>' },
    { name: 'dloss', access: 'read', element: 'f32' },
    { name: 'dlogits', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ team, smoothing, ignores, ignoreIndex, epilogue }) => wgsl`
${teamFunctions(team)}
${epilogue.code}
${storeFunction(team, 'dlogits')}
${teamMain(
  team,
  wgsl`
  let count = params.classes;
  let base = row * count;
  let label = targets[row];
  let goal = u32(clamp(label, 0, i32(count) - 1));
  let scale = ${ignores ? `select(dloss[row], 0.0, label == ${ignoreIndex})` : 'dloss[row]'};
  let top = stats[row].x;
  let factor = scale / stats[row].y;
  let spread = scale * ${float(smoothing)} / f32(count);
  let peak = scale * ${float(1 - smoothing)};
  ${eachOf(
    team,
    'count',
    (i) =>
      `let p = exp(logits[base + ${i}] - top) * factor; ` +
      `store(base + ${i}, p - select(spread, spread + peak, ${i} == goal));`,
  )}`,
)}`,
});
