/**
 * Running sums and products along the middle of [outer, n, inner], from either end. A team (a thread or a
 * workgroup) scans a line or, where lines are long and few, one of `blocks` equal parts of it, starting from
 * the totals of the parts before. The lanes of a workgroup scan their totals in workgroup memory (Hillis and
 * Steele 1986). The order of summation is fixed by the sizes and the team.
 */

import { each } from './lib/each';
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type CumulativeSpec = {
  readonly combine: 'sum' | 'product';
  readonly element: 'f32' | 'i32';
  /** Threads of a team, a power of two. */
  readonly lanes: number;
  /** Whether lines are scanned from their end to their beginning. */
  readonly reverse: boolean;
};

export type ScanSpec = CumulativeSpec & {
  /** Whether the result at an element leaves the element itself out. */
  readonly exclusive: boolean;
  /** Whether the totals of earlier blocks are given. */
  readonly continues: boolean;
  readonly epilogue: Epilogue;
};

/** Teams of a workgroup, where a team is a thread. */
const THREADS = 64;

/** Neighbouring elements that a lane scans in a row. */
const OWN = 4;

/** Workgroups for a number of teams. */
export function cumulativeGroups(teams: number, lanes: number): number {
  return lanes === 1 ? Math.ceil(teams / THREADS) : teams;
}

const symbols = { sum: '+', product: '*' } as const;

/**
 * What both kernels declare: `join`, `nothing`, and `place`, the index of element p in the direction of the
 * scan.
 */
const common = ({ combine, element, reverse }: CumulativeSpec) => wgsl`
const nothing = ${element}(${combine === 'sum' ? 0 : 1});
fn join(a: ${element}, b: ${element}) -> ${element} { return a ${symbols[combine]} b; }
fn place(base: u32, p: u32) -> u32 {
  return base + ${reverse ? '(params.n - 1u - p)' : 'p'} * params.inner;
}`;

/** The entry point; a team covers places from `first` up to `last` of its line. */
const main = ({ lanes }: CumulativeSpec, body: string) => wgsl`
@compute @workgroup_size(${lanes === 1 ? THREADS : lanes})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  #if ${lanes === 1}
  let team = (${LINEAR_WORKGROUP}) * ${THREADS}u + lane;
  #else
  let team = ${LINEAR_WORKGROUP};
  #endif
  if (team >= params.teams) { return; }
  let length = (params.n + params.blocks - 1u) / params.blocks;
  let first = min((team / params.inner) % params.blocks * length, params.n);
  let last = min(first + length, params.n);
  let base = team / (params.inner * params.blocks) * params.n * params.inner + team % params.inner;
  ${body}
}`;

/** The total of each block: [outer, blocks, inner]. */
export const blockTotals = defineKernel<CumulativeSpec>({
  name: 'blockTotals',
  params: () => ['teams', 'n', 'inner', 'blocks'],
  bindings: ({ element }) => [
    { name: 'x', access: 'read', element },
    { name: 'totals', access: 'read_write', element },
  ],
  body: (spec) => {
    const { lanes, element } = spec;
    return wgsl`
${common(spec)}
#if ${lanes > 1}
var<workgroup> shared_totals: array<${element}, ${lanes}>;
#endif
${main(
  spec,
  wgsl`
  var total = nothing;
  for (var p = first + ${lanes === 1 ? '0u' : 'lane'}; p < last; p += ${lanes}u) {
    total = join(total, x[place(base, p)]);
  }
  #if ${lanes === 1}
  totals[team] = total;
  #else
  shared_totals[lane] = total;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) { shared_totals[lane] = join(shared_totals[lane], shared_totals[lane + half]); }
    workgroupBarrier();
  }
  if (lane == 0u) { totals[team] = shared_totals[0]; }
  #endif`,
)}`;
  },
});

/** The running results, starting from `offsets` [outer, blocks, inner] where those are given. */
export const scan = defineKernel<ScanSpec>({
  name: 'cumulative',
  params: ({ epilogue }) => ['teams', 'n', 'inner', 'blocks', ...epilogue.params],
  bindings: ({ element, continues, epilogue }) => [
    { name: 'x', access: 'read', element },
    ...(continues ? [{ name: 'offsets', access: 'read', element } as const] : []),
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: (spec) => {
    const { lanes, element, continues, epilogue } = spec;
    return wgsl`
${epilogue.code}
${common(spec)}
fn store(at: u32, value: ${element}) { y[at] = epilogue(value, at); }
#if ${lanes > 1}
var<workgroup> shared_totals: array<${element}, ${lanes}>;
#endif
${main(
  spec,
  wgsl`
  var total = ${continues ? 'offsets[team]' : 'nothing'};
  ${lanes === 1 ? threadScan(spec) : teamScan(spec)}`,
)}`;
  },
});

function threadScan({ exclusive }: ScanSpec): string {
  return wgsl`
  for (var p = first; p < last; p++) {
    let at = place(base, p);
    let next = join(total, x[at]);
    store(at, ${exclusive ? 'total' : 'next'});
    total = next;
  }`;
}

/**
 * Scans tile by tile: a lane scans its own elements, then the lanes scan their totals, then each adds what
 * precedes it.
 */
function teamScan({ lanes, exclusive, element }: ScanSpec): string {
  return wgsl`
  for (var tile = first; tile < last; tile += ${OWN * lanes}u) {
    let own = tile + ${OWN}u * lane;
    ${each(OWN, (i) => `var x${i} = nothing; if (own + ${i}u < last) { x${i} = x[place(base, own + ${i}u)]; }`)}
    let t0 = x0;
    ${each(OWN - 1, (i) => `let t${i + 1} = join(t${i}, x${i + 1});`)}
    shared_totals[lane] = t${OWN - 1};
    workgroupBarrier();
    for (var step = 1u; step < ${lanes}u; step *= 2u) {
      var before: ${element} = nothing;
      if (lane >= step) { before = shared_totals[lane - step]; }
      workgroupBarrier();
      shared_totals[lane] = join(before, shared_totals[lane]);
      workgroupBarrier();
    }
    var before: ${element} = total;
    if (lane > 0u) { before = join(total, shared_totals[lane - 1u]); }
    total = join(total, shared_totals[${lanes - 1}u]);
    workgroupBarrier();
    ${each(OWN, (i) => {
      const value = exclusive
        ? i === 0
          ? 'before'
          : `join(before, t${i - 1})`
        : `join(before, t${i})`;
      return `if (own + ${i}u < last) { store(place(base, own + ${i}u), ${value}); }`;
    })}
  }`;
}
