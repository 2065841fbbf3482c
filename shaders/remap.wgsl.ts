/**
 * Moves elements: result axis i reads source axis permutation[i] at (index * step + start) / spread, or `value`
 * where that is not a whole number or outside. Used by transpose, slice, flip, pad and their gradients. One
 * invocation per element, or per vec4 where the last axis is moved as a whole, forwards or backwards (then the
 * vec4 is reversed).
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { type RowTeam, storedElement, storeFunction } from './lib/rowTeam';
import { wgsl } from './lib/wgsl';

export type RemapSpec = {
  readonly permutation: readonly number[];
  /** For each result axis; a negative step reads backwards. */
  readonly steps: readonly number[];
  /** For each result axis, positive. */
  readonly spreads: readonly number[];
  readonly element: 'f32' | 'i32' | 'u32';
  /** WGSL literal of the element type. */
  readonly value: string;
  /**
   * A team of one lane. Width 4 needs f32, a step of 1 or -1 on the last axis, and sizes and starts that are
   * multiples of 4.
   */
  readonly team: RowTeam;
  readonly epilogue: Epilogue;
};

export const REMAP_WORKGROUP = 64;

/**
 * Defines `ci`, the source index of result axis i, which may be outside; `rest` is the remaining flat index.
 */
function coordinate(spec: RemapSpec, axis: number): string {
  const [step, spread] = [spec.steps[axis] ?? 1, spec.spreads[axis] ?? 1];
  const own = `i32(rest % params.to${axis})`;
  const scaled = step === 1 ? own : `${own} * (${step})`;
  const place = `${scaled} + bitcast<i32>(params.start${axis})`;
  const at = spread === 1 ? place : `whole(${place}, ${spread})`;
  return `let c${axis} = ${at}; rest /= params.to${axis};`;
}

function vectorOf({ team, element }: RemapSpec): string {
  return team.width === 4 ? `vec4<${element}>` : element;
}

/** Stores an element, or four of them, through the epilogue. */
function storeCode(spec: RemapSpec): string {
  const { team, epilogue } = spec;
  if (team.width === 4) return storeFunction(team, 'y', epilogue);
  return `${epilogue.code}\nfn store(at: u32, v: V) { y[at] = epilogue(v, at); }`;
}

export const remap = defineKernel<RemapSpec>({
  name: 'remap',
  params: ({ permutation, epilogue }) => [
    'size',
    ...permutation.map((_, i) => `to${i}`),
    ...permutation.map((_, i) => `from${i}`),
    ...permutation.map((_, i) => `start${i}`),
    ...epilogue.params,
  ],
  bindings: (spec) => [
    { name: 'x', access: 'read', element: vectorOf(spec) },
    {
      name: 'y',
      access: 'read_write',
      element:
        spec.team.width === 4 ? storedElement(spec.team, spec.epilogue) : spec.epilogue.element,
    },
    ...spec.epilogue.bindings,
  ],
  body: (spec) => {
    const { permutation, value } = spec;
    const axes = permutation.map((_, i) => i);
    const split = axes.toReversed().map((axis) => coordinate(spec, axis));
    const inside = permutation.map((from, i) => `c${i} >= 0 && c${i} < i32(params.from${from})`);
    const at = axes.reduce(
      (offset, source) =>
        `(${offset}) * params.from${source} + u32(c${permutation.indexOf(source)})`,
      '0u',
    );
    const isTurned = spec.team.width === 4 && spec.steps.at(-1) === -1;
    return wgsl`
alias V = ${vectorOf(spec)};
${storeCode(spec)}
// a / b, or -1, which is no index, where it is not whole.
fn whole(a: i32, b: i32) -> i32 { return select(-1, a / b, a % b == 0); }
@compute @workgroup_size(${REMAP_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${REMAP_WORKGROUP}u + lane;
  if (index >= params.size) { return; }
  var rest = index;
  ${split.join('\n  ')}
  var value = V(${value});
  if (${inside.length === 0 ? 'true' : inside.join(' && ')}) { value = x[${at}]${isTurned ? '.wzyx' : ''}; }
  store(index, value);
}`;
  },
});
