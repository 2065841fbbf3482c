/**
 * Gradient of layer norm and RMS norm with respect to x [rows, C]; one team of threads per row. With h = (x -
 * mean) / deviation and g = dy * weight: dx = (g - mean(g) - h * mean(g * h)) / deviation (Ba et al. 2016; for
 * RMS norm without the term mean(g), Zhang and Sennrich 2019).
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
import { wgsl } from '../lib/wgsl';

export type NormBackwardSpec = {
  readonly team: RowTeam;
  readonly center: boolean;
  readonly weight: boolean;
  readonly epilogue: Epilogue;
};

export const normBackward = defineRowKernel<NormBackwardSpec>({
  name: 'normBackward',
  params: ({ epilogue }) => ['rows', 'size', ...epilogue.params],
  bindings: ({ team, weight, epilogue }) => [
    { name: 'dy', access: 'read', element: teamElement(team) },
    { name: 'x', access: 'read', element: teamElement(team) },
    { name: 'stats', access: 'read', element: 'vec2<f32>' },
    ...(weight ? [{ name: 'weight', access: 'read', element: teamElement(team) } as const] : []),
    { name: 'dx', access: 'read_write', element: storedElement(team, epilogue) },
    ...epilogue.bindings,
  ],
  body: ({ team, center, weight, epilogue }) => {
    const x = rowValues(team, 'x', (i) => `base + ${i}`);
    const dy = rowValues(team, 'dy', (i) => `base + ${i}`);
    const parts = (i: string) =>
      `let h = ((${x.at(i)} - first) - shift) * inverse; ` +
      `let g = ${dy.at(i)}${weight ? ` * weight[${i}]` : ''};`;
    return wgsl`
${teamFunctions(team)}
${storeFunction(team, 'dx', epilogue)}
${teamMain(
  team,
  wgsl`
  let count = params.size / ${team.width}u;
  let base = row * count;
  let size = f32(params.size);
  ${x.declare}
  ${dy.declare}
  let first = ${center ? 'first_of(x[base])' : '0.0'};
  let shift = stats[row].x;
  let inverse = stats[row].y;
  var total = V(0.0);
  var along = V(0.0);
  ${eachOf(team, 'count', (i) => `${parts(i)} total += g; along += g * h;`)}
  let mean_g = ${center ? 'across_sum(total, lane) / size' : '0.0'};
  let mean_gh = across_sum(along, lane) / size;
  ${eachOf(
    team,
    'count',
    (i) => `${parts(i)} store(base + ${i}, inverse * ((g - mean_g) - h * mean_gh));`,
  )}`,
)}`;
  },
});
