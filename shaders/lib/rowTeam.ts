/**
 * How threads share a row of a matrix: one thread a row, a subgroup a row, or a workgroup a row.
 * Row kernels are written once over `V` (f32 or vec4), `lane` and `across_sum`/`across_max`; the team
 * fills those in. Order of summation is fixed by the sizes alone.
 */
import { LINEAR_WORKGROUP } from './kernel';
import { wgsl } from './wgsl';

export type RowTeam = {
  /** Threads that share a row. */
  readonly lanes: number;
  /** Rows of a workgroup. */
  readonly rows: number;
  /** How lanes combine results; nothing to combine with one lane. */
  readonly reduce: 'none' | 'subgroup' | 'workgroup';
  /** Values a lane reads at once; 4 needs row lengths that are multiples of 4. */
  readonly width: 1 | 4;
};

/** What the choice of a team looks at. */
export interface TeamTarget {
  readonly subgroups: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly software: boolean;
}

export interface RowSizes {
  /** Upper bounds of the number of rows and of their length. */
  readonly rows: number;
  readonly length: number;
  /** Whether every length is a multiple of 4. */
  readonly aligned: boolean;
}

/** One thread a row; the only team whose rows may lie scattered in memory. */
export const LONE_TEAM: RowTeam = { lanes: 1, rows: 16, reduce: 'none', width: 1 };

/**
 * The team for a device. Software adapters run four lanes and pay dearly for barriers: a subgroup a
 * row, or without subgroups a thread a row, except where few long rows would leave lanes idle.
 */
export function chooseTeam(target: TeamTarget, { rows, length, aligned }: RowSizes): RowTeam {
  const width = aligned ? 4 : 1;
  if (!target.software) {
    const lanes = length <= 32 ? 32 : length <= 512 ? 64 : length <= 2048 ? 128 : 256;
    return { lanes, rows: 1, reduce: 'workgroup', width: 1 };
  }
  const four = target.subgroupMinSize === 4 && target.subgroupMaxSize === 4;
  if (target.subgroups && four) return { lanes: 4, rows: 1, reduce: 'subgroup', width: 1 };
  if (rows <= 8 && length >= 512) return { lanes: 4, rows: 1, reduce: 'workgroup', width };
  return { ...LONE_TEAM, width };
}

/** The team for a kernel that combines nothing over a row: neighbours read neighbouring values. */
export function chooseSpreadTeam(target: TeamTarget, sizes: RowSizes): RowTeam {
  const { lanes } = chooseTeam(target, sizes);
  return { lanes: Math.max(lanes, 4), rows: 1, reduce: 'none', width: 1 };
}

/** WGSL extensions that a team needs. */
export function teamExtensions({ reduce }: RowTeam): readonly string[] {
  return reduce === 'subgroup' ? ['subgroups'] : [];
}

/** WGSL type of the elements that lanes read. */
export function teamElement({ width }: RowTeam): string {
  return width === 4 ? 'vec4<f32>' : 'f32';
}

/** Reduces one f32 over the lanes of a team; every lane gets the result. */
function combine({ lanes, reduce }: RowTeam, name: string, join: (a: string, b: string) => string) {
  const subgroup = { sum: 'subgroupAdd', max: 'subgroupMax', min: 'subgroupMin' }[name];
  if (reduce === 'none') return `fn team_${name}(value: f32, lane: u32) -> f32 { return value; }`;
  if (reduce === 'subgroup') {
    return `fn team_${name}(value: f32, lane: u32) -> f32 { return ${subgroup}(value); }`;
  }
  return wgsl`
fn team_${name}(value: f32, lane: u32) -> f32 {
  shared_values[lane] = value;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half = half / 2u) {
    if (lane < half) {
      shared_values[lane] = ${join('shared_values[lane]', 'shared_values[lane + half]')};
    }
    workgroupBarrier();
  }
  let result = shared_values[0];
  workgroupBarrier();
  return result;
}`;
}

/** Types and functions for a row kernel: V, across_sum, across_max, across_min, first_of. */
export function teamFunctions(team: RowTeam): string {
  const four = team.width === 4;
  return wgsl`
alias V = ${teamElement(team)};
#if ${team.reduce === 'workgroup'}
var<workgroup> shared_values: array<f32, ${team.lanes}>;
#endif
${combine(team, 'sum', (a, b) => `${a} + ${b}`)}
${combine(team, 'max', (a, b) => `max(${a}, ${b})`)}
${combine(team, 'min', (a, b) => `min(${a}, ${b})`)}
fn across_sum(v: V, lane: u32) -> f32 {
  return team_sum(${four ? '(v.x + v.y) + (v.z + v.w)' : 'v'}, lane);
}
fn across_max(v: V, lane: u32) -> f32 {
  return team_max(${four ? 'max(max(v.x, v.y), max(v.z, v.w))' : 'v'}, lane);
}
fn first_of(v: V) -> f32 { return ${four ? 'v.x' : 'v'}; }`;
}

/** The entry point: `row` and `lane` are set, rows beyond `params.rows` are left out. */
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

/** A loop over the lane's part of a row of `count` elements; `statement` uses the name given. */
export function eachOf(
  { lanes }: RowTeam,
  count: string,
  statement: (i: string) => string,
): string {
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

/** `fn store(at, v)`: stores V number `at` of `name` through the epilogue, element by element. */
export function storeFunction({ width }: RowTeam, name: string): string {
  if (width === 1) return `fn store(at: u32, v: V) { ${name}[at] = epilogue(v, at); }`;
  const parts = ['x', 'y', 'z', 'w'].map(
    (part, k) => `${name}[4u * at + ${k}u] = epilogue(v.${part}, 4u * at + ${k}u);`,
  );
  return `fn store(at: u32, v: V) { ${parts.join(' ')} }`;
}
