/**
 * Gradient of cross-entropy for the logits [rows, V]: (softmax - target distribution) * dloss, where dloss is
 * given for each row or once for all. Neighbouring threads write neighbouring classes. With class weights the
 * target distribution is replaced by its weights q, and the softmax is multiplied by the sum of q.
 */
import type { Epilogue } from '../lib/epilogue';
import {
  defineRowKernel,
  eachOf,
  type RowTeam,
  storedElement,
  storeFunction,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { float, wgsl } from '../lib/wgsl';
import { statsElement } from './forward.wgsl';

export type CrossEntropyGradSpec = {
  /** A team that reduces nothing. */
  readonly team: RowTeam;
  readonly smoothing: number;
  readonly ignores: boolean;
  readonly ignoreIndex: number;
  /** Whether classes have weights. */
  readonly weighted: boolean;
  /** Whether all rows share one gradient of the loss. */
  readonly shared: boolean;
  readonly epilogue: Epilogue;
};

export const crossEntropyBackward = defineRowKernel<CrossEntropyGradSpec>({
  name: 'crossEntropyBackward',
  params: ({ epilogue }) => ['rows', 'classes', ...epilogue.params],
  bindings: ({ team, weighted, epilogue }) => [
    { name: 'logits', access: 'read', element: teamElement(team) },
    { name: 'targets', access: 'read', element: 'i32' },
    { name: 'stats', access: 'read', element: statsElement(weighted) },
    { name: 'dloss', access: 'read', element: 'f32' },
    ...(weighted ? [{ name: 'weights', access: 'read', element: teamElement(team) } as const] : []),
    { name: 'dlogits', access: 'read_write', element: storedElement(team, epilogue) },
    ...epilogue.bindings,
  ],
  body: ({ team, smoothing, ignores, ignoreIndex, weighted, shared, epilogue }) => wgsl`
${teamFunctions(team)}
${storeFunction(team, 'dlogits', epilogue)}
${teamMain(
  team,
  wgsl`
  let count = params.classes / ${team.width}u;
  let base = row * count;
  let label = targets[row];
  let goal = u32(clamp(label, 0, i32(params.classes) - 1));
  let given = dloss[${shared ? '0' : 'row'}];
  let scale = ${ignores ? `select(given, 0.0, label == ${ignoreIndex})` : 'given'};
  let top = stats[row].x;
  let factor = scale${weighted ? ' * stats[row].z' : ''} / stats[row].y;
  let spread = scale * ${float(smoothing)} / f32(params.classes);
  let peak = scale * ${weighted ? 'stats[row].w' : float(1 - smoothing)};
  ${eachOf(team, 'count', (i) => {
    const p = `let p = exp(logits[base + ${i}] - top) * factor;`;
    const [other, own] = weighted
      ? [`spread * weights[${i}]`, `spread * weights[${i}] + V(peak)`]
      : ['V(spread)', 'V(spread + peak)'];
    return `${p} store(base + ${i}, p - select(${other}, ${own}, is_column(${i}, goal)));`;
  })}`,
)}`,
});
