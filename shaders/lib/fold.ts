/**
 * Support for grids with more workgroups in a dimension than WebGPU allows: the kernel gets an entry point for
 * a grid of another shape, which computes the position in the original grid and calls the original entry point.
 */
import type { Kernel } from './kernel';
import { wgsl } from './wgsl';

/** Sizes of the original grid: the last params of a folded kernel. */
const GRID = ['folded_x', 'folded_y', 'folded_z'];

const ENTRY = /@compute\s+@workgroup_size\(([^)]*)\)\s*fn main\(((?:[^()]|\([^()]*\))*)\)\s*\{/;
const PARAMETER = /@builtin\((\w+)\)\s*(\w+)\s*:\s*([\w<>]+)/g;

/**
 * The kernel for grids that are folded as `grid1d` does, and whose workgroups are numbered by
 * `LINEAR_WORKGROUP`.
 */
export function foldedKernel(kernel: Kernel): Kernel {
  const known = folded.get(kernel) ?? fold(kernel);
  folded.set(kernel, known);
  return known;
}

const folded = new WeakMap<Kernel, Kernel>();

function fold(kernel: Kernel): Kernel {
  return {
    ...kernel,
    name: `${kernel.name}Folded`,
    params: (spec) => [...kernel.params(spec), ...GRID],
    body: (spec) => foldedBody(kernel.name, kernel.body(spec)),
  };
}

function foldedBody(name: string, body: string): string {
  const [entry, size = '', list = ''] = ENTRY.exec(body) ?? [];
  if (entry === undefined) {
    throw new Error(
      `kernel ${name}: expected '@compute @workgroup_size(...) fn main(...) {' as its entry point`,
    );
  }
  const parameters = [...list.matchAll(PARAMETER)].map(([, builtin = '', own = '', type = '']) => ({
    builtin,
    own,
    type,
  }));
  const inner = `fn folded_main(${parameters.map(({ own, type }) => `${own}: ${type}`).join(', ')}) {`;
  const passed = parameters.filter(({ builtin }) => !GIVEN.has(builtin));
  const own = passed.map(({ builtin, own, type }) => `@builtin(${builtin}) ${own}: ${type}`);
  const given = parameters.map((one) => GIVEN.get(one.builtin) ?? one.own);
  const [x = '1', y = '1', z = '1'] = size.split(',').map((part) => part.trim());
  return wgsl`${body.replace(entry, inner)}
@compute @workgroup_size(${size})
fn main(${[...ALWAYS, ...own].join(', ')}) {
  let folded_place = folded_id.x + folded_id.y * folded_count.x;
  let folded_grid = vec3<u32>(${GRID.map((field) => `params.${field}`).join(', ')});
  if (folded_place >= folded_grid.x * folded_grid.y * folded_grid.z) { return; }
  let folded_row = folded_place / folded_grid.x;
  let folded_workgroup = vec3<u32>(
    folded_place % folded_grid.x, folded_row % folded_grid.y, folded_row / folded_grid.y);
  let folded_size = vec3<u32>(${x}, ${y}, ${z});
  folded_main(${given.join(', ')});
}`;
}

const ALWAYS = [
  '@builtin(workgroup_id) folded_id: vec3<u32>',
  '@builtin(num_workgroups) folded_count: vec3<u32>',
  '@builtin(local_invocation_id) folded_local: vec3<u32>',
];

/** The values that the new entry point computes for the builtins of the original one. */
const GIVEN: ReadonlyMap<string, string> = new Map([
  ['workgroup_id', 'folded_workgroup'],
  ['num_workgroups', 'folded_grid'],
  ['local_invocation_id', 'folded_local'],
  ['global_invocation_id', 'folded_workgroup * folded_size + folded_local'],
]);
