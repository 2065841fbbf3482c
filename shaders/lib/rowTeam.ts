/**
 * How threads share a row of a matrix: one thread or one workgroup per row. Row kernels are written once in
 * terms of `V` (f32 or vec4), `lane` and `across_sum`/`across_max`, which the team defines. The order of
 * summation is fixed by the sizes and the team.
 */
import { type Epilogue, identityEpilogue } from './epilogue';
import { defineKernel, type Kernel, LINEAR_WORKGROUP, type Spec } from './kernel';
import { PARTS, wgsl } from './wgsl';

/** The functions that reduce over the lanes of a team. */
export type CombineName = 'team_sum' | 'team_max' | 'across_min_index';

export type RowTeam = {
  /** Threads that share a row, a power of two. Several threads combine their results in workgroup memory. */
  readonly lanes: number;
  /** Rows of a workgroup; one, where several threads share it. */
  readonly rows: number;
  /** Values that a lane reads at once; 4 needs row lengths that are multiples of 4. */
  readonly width: 1 | 4;
  /**
   * Lanes of a subgroup, where lanes reduce by subgroup operations before subgroups combine in workgroup
   * memory; 0 where they do not.
   */
  readonly subgroup: number;
  /** WGSL that computes `result` from the lanes' `value` by subgroup operations, for each function. */
  readonly joins?: Readonly<Record<CombineName, string>>;
  /**
   * Number of V in a row, if its single thread keeps the whole row in registers, so that it is read from memory
   * once; 0 where it is read again each time.
   */
  readonly held: number;
};

/** A kernel whose threads share rows. */
/*@__NO_SIDE_EFFECTS__*/
export function defineRowKernel<S extends Spec & { readonly team: RowTeam }>(
  kernel: Kernel<S>,
): Kernel<S> {
  return defineKernel({
    ...kernel,
    enable: ({ team }) => (team.subgroup > 0 ? ['subgroups'] : []),
  });
}

/** WGSL type of the elements that lanes read. */
export function teamElement({ width }: RowTeam): string {
  return width === 4 ? 'vec4<f32>' : 'f32';
}

/** WGSL that combines two values. */
export type Join = (a: string, b: string) => string;

export const SUM: Join = (a, b) => `${a} + ${b}`;
export const MAX: Join = (a, b) => `max(${a}, ${b})`;
export const MIN: Join = (a, b) => `min(${a}, ${b})`;

/** A WGSL function that reduces one value over the lanes of a team. All lanes get the result. */
function combine(
  { lanes, joins }: RowTeam,
  name: CombineName,
  type: 'f32' | 'u32',
  two: Join,
): string {
  const head = `fn ${name}(value: ${type}, lane: u32) -> ${type}`;
  if (lanes === 1) return `${head} { return value; }`;
  const shared = `shared_${type}`;
  return wgsl`
${head} {
  #if ${joins !== undefined}
  ${joins?.[name] ?? ''}
  #else
  ${shared}[lane] = value;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half = half / 2u) {
    if (lane < half) {
      ${shared}[lane] = ${two(`${shared}[lane]`, `${shared}[lane + half]`)};
    }
    workgroupBarrier();
  }
  let result = ${shared}[0];
  workgroupBarrier();
  #endif
  return result;
}`;
}

/** The type V, and the functions across_sum, across_max, first_of and is_column for row kernels. */
export function teamFunctions(team: RowTeam): string {
  const four = team.width === 4;
  return wgsl`
alias V = ${teamElement(team)};
#if ${team.lanes > 1}
var<workgroup> shared_f32: array<f32, ${team.lanes}>;
#endif
${combine(team, 'team_sum', 'f32', SUM)}
${combine(team, 'team_max', 'f32', MAX)}
fn across_sum(v: V, lane: u32) -> f32 {
  return team_sum(${four ? '(v.x + v.y) + (v.z + v.w)' : 'v'}, lane);
}
fn across_max(v: V, lane: u32) -> f32 {
  return team_max(${four ? 'max(max(v.x, v.y), max(v.z, v.w))' : 'v'}, lane);
}
fn first_of(v: V) -> f32 { return ${four ? 'v.x' : 'v'}; }
#if ${four}
fn is_column(at: u32, column: u32) -> vec4<bool> {
  return vec4<u32>(4u * at) + vec4<u32>(0u, 1u, 2u, 3u) == vec4<u32>(column);
}
#else
fn is_column(at: u32, column: u32) -> bool { return at == column; }
#endif`;
}

/** `across_min_index`: the minimum of the lanes' u32 values. */
export function teamIndexFunctions(team: RowTeam): string {
  return wgsl`
#if ${team.lanes > 1}
var<workgroup> shared_u32: array<u32, ${team.lanes}>;
#endif
${combine(team, 'across_min_index', 'u32', MIN)}`;
}

/** The entry point, which sets `row` and `lane`, and returns for rows beyond `params.rows`. */
export function teamMain({ lanes, rows }: RowTeam, body: string): string {
  const [row, lane] =
    lanes === 1
      ? [`(${LINEAR_WORKGROUP}) * ${rows}u + thread`, '0u']
      : [LINEAR_WORKGROUP, 'thread'];
  return wgsl`
@compute @workgroup_size(${lanes * rows})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row = ${row};
  let lane = ${lane};
  if (row >= params.rows) { return; }
  ${body}
}`;
}

/** A loop over the lane's elements of a row of `count` elements. @param statement for an index expression */
export function eachOf(
  { lanes, held }: RowTeam,
  count: string,
  statement: (i: string) => string,
): string {
  if (held > 0)
    return Array.from({ length: held }, (_, i) => `{ ${statement(`${i}u`)} }`).join(' ');
  const step = (k: number) => statement(k === 0 ? 'i' : `(i + ${k * lanes}u)`);
  const unrolled = [0, 1, 2, 3].map((k) => `{ ${step(k)} }`).join('\n    ');
  return wgsl`{
  var i = lane;
  for (; i + ${3 * lanes}u < ${count}; i += ${4 * lanes}u) {
    ${unrolled}
  }
  for (; i < ${count}; i += ${lanes}u) { ${step(0)} }
  }`;
}

/** How a kernel reads a row that it needs several times: `declare` once, then `at(i)`. */
export function rowValues(
  team: RowTeam,
  name: string,
  place: (i: string) => string,
): { readonly declare: string; at(i: string): string } {
  const read = (i: string) => `${name}[${place(i)}]`;
  if (team.held === 0) return { declare: '', at: read };
  const fill = eachOf(team, '', (i) => `held_${name}[${i}] = ${read(i)};`);
  return {
    declare: `var held_${name}: array<V, ${team.held}>; ${fill}`,
    at: (i) => `held_${name}[${i}]`,
  };
}

/** Whether results are stored as V: an epilogue works element by element. */
function storesWhole({ width }: RowTeam, { bindings, code }: Epilogue): boolean {
  return width === 4 && bindings.length === 0 && code === identityEpilogue().code;
}

/** WGSL type of the output elements that `storeFunction` writes. */
export function storedElement(team: RowTeam, epilogue: Epilogue): string {
  return storesWhole(team, epilogue) ? teamElement(team) : epilogue.element;
}

/**
 * `fn store(at, v)`, which stores the V at index `at` of the binding `name` through the epilogue, with the
 * epilogue's code.
 */
export function storeFunction(team: RowTeam, name: string, epilogue: Epilogue): string {
  if (storesWhole(team, epilogue)) return `fn store(at: u32, v: V) { ${name}[at] = v; }`;
  if (team.width === 1) {
    return `${epilogue.code}\nfn store(at: u32, v: V) { ${name}[at] = epilogue(v, at); }`;
  }
  const parts = PARTS.map(
    (part, k) => `${name}[4u * at + ${k}u] = epilogue(v.${part}, 4u * at + ${k}u);`,
  );
  return `${epilogue.code}\nfn store(at: u32, v: V) { ${parts.join(' ')} }`;
}
