/**
 * Layer norm and RMS norm of the rows of x [rows, C]; one team of threads per row. Means are computed relative
 * to the row's first element, so that a large common offset loses no digits, and corrected once more in the
 * second pass (corrected two-pass algorithm, Chan et al. 1983). Saves (mean - first element, 1 / standard
 * deviation) of each row if the gradient needs them.
 */
import type { Epilogue } from '../lib/epilogue';
import {
  defineRowKernel,
  eachOf,
  type RowTeam,
  rowValues,
  storedElement,
  storeFunction,
  teamElement,
  teamFunctions,
  teamMain,
} from '../lib/rowTeam';
import { float, wgsl } from '../lib/wgsl';

export type NormSpec = {
  readonly team: RowTeam;
  /** Whether the mean is subtracted: true for layer norm, false for RMS norm. */
  readonly center: boolean;
  readonly weight: boolean;
  readonly bias: boolean;
  readonly epsilon: number;
  /** Whether to store the statistics. */
  readonly save: boolean;
  readonly epilogue: Epilogue;
};

export const normForward = defineRowKernel<NormSpec>({
  name: 'normForward',
  params: ({ epilogue }) => ['rows', 'size', ...epilogue.params],
  bindings: ({ team, weight, bias, save, epilogue }) => [
    { name: 'x', access: 'read', element: teamElement(team) },
    ...(weight ? [{ name: 'weight', access: 'read', element: teamElement(team) } as const] : []),
    ...(bias ? [{ name: 'bias', access: 'read', element: teamElement(team) } as const] : []),
    { name: 'y', access: 'read_write', element: storedElement(team, epilogue) },
    ...(save ? [{ name: 'stats', access: 'read_write', element: 'vec2<f32>' } as const] : []),
    ...epilogue.bindings,
  ],
  body: ({ team, center, weight, bias, epsilon, save, epilogue }) => {
    const x = rowValues(team, 'x', (i) => `base + ${i}`);
    return wgsl`
${teamFunctions(team)}
${storeFunction(team, 'y', epilogue)}
${teamMain(
  team,
  wgsl`
  let count = params.size / ${team.width}u;
  let base = row * count;
  let size = f32(params.size);
  ${x.declare}
  #if ${center}
  let first = first_of(x[base]);
  var total = V(0.0);
  ${eachOf(team, 'count', (i) => `total += ${x.at(i)} - first;`)}
  let rough = across_sum(total, lane) / size;
  var rest = V(0.0);
  #else
  let first = 0.0;
  let rough = 0.0;
  #endif
  var squares = V(0.0);
  ${eachOf(
    team,
    'count',
    (i) =>
      `let d = ${center ? `(${x.at(i)} - first) - rough` : `${x.at(i)}`}; ` +
      `${center ? 'rest += d; ' : ''}squares += d * d;`,
  )}
  #if ${center}
  let correction = across_sum(rest, lane) / size;
  #else
  let correction = 0.0;
  #endif
  let variance = max(across_sum(squares, lane) / size - correction * correction, 0.0);
  let shift = rough + correction;
  let inverse = 1.0 / sqrt(variance + ${float(epsilon)});
  #if ${save}
  if (lane == 0u) { stats[row] = vec2<f32>(shift, inverse); }
  #endif
  ${eachOf(
    team,
    'count',
    (i) =>
      `store(base + ${i}, ((${x.at(i)} - first) - shift) * inverse` +
      `${weight ? ` * weight[${i}]` : ''}${bias ? ` + bias[${i}]` : ''});`,
  )}`,
)}`;
  },
});
