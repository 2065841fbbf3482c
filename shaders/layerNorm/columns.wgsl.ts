/**
 * Gradients of a norm's weight and bias: sums of dy * h and of dy over the rows of [rows, C]. A thread owns
 * `columns` columns, `threads` apart, in one strip of the rows. With several strips the results are partial
 * sums, which `sumStrips` adds. Deterministic: no atomics, fixed order.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';

export type ColumnsSpec = {
  readonly center: boolean;
  /** Which results are stored. */
  readonly weight: boolean;
  readonly bias: boolean;
  /** Threads of a workgroup, and columns of each. */
  readonly threads: number;
  readonly columns: number;
  readonly strips: number;
};

const list = (n: number) => Array.from({ length: n }, (_, k) => k);

export const normColumns = defineKernel<ColumnsSpec>({
  name: 'normColumns',
  params: () => ['rows', 'size'],
  bindings: ({ weight, bias, strips }) => [
    { name: 'dy', access: 'read', element: 'f32' },
    ...(weight
      ? ([
          { name: 'x', access: 'read', element: 'f32' },
          { name: 'stats', access: 'read', element: 'vec2<f32>' },
        ] as const)
      : []),
    ...outputs(weight, bias, strips > 1),
  ],
  body: ({ center, weight, bias, threads, columns, strips }) => {
    const each = (statement: (k: number) => string) => list(columns).map(statement).join('\n  ');
    const target = (which: number, name: string) =>
      strips > 1 ? `partial[(workgroup_id.y * 2u + ${which}u) * params.size + ` : `${name}[`;
    return wgsl`
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let start = workgroup_id.x * ${threads * columns}u + thread;
  let last = max(params.size, 1u) - 1u;
  let length = (params.rows + ${strips - 1}u) / ${strips}u;
  let begin = min(workgroup_id.y * length, params.rows);
  let end = min(begin + length, params.rows);
  ${each(
    (k) => `let c${k} = min(start + ${k * threads}u, last); var w${k} = 0.0; var b${k} = 0.0;`,
  )}
  for (var row = begin; row < end; row++) {
    let base = row * params.size;
    #if ${weight}
    let first = ${center && weight ? 'x[base]' : '0.0'};
    let stat = stats[row];
    #endif
    ${each((k) => {
      const hat = `((x[base + c${k}] - first) - stat.x) * stat.y`;
      return (
        `let d${k} = dy[base + c${k}];${weight ? ` w${k} += d${k} * (${hat});` : ''}` +
        `${bias ? ` b${k} += d${k};` : ''}`
      );
    })}
  }
  ${each((k) => {
    const writes =
      (weight ? `${target(0, 'dweight')}c${k}] = w${k};` : '') +
      (bias ? ` ${target(1, 'dbias')}c${k}] = b${k};` : '');
    return `if (start + ${k * threads}u <= last) { ${writes} }`;
  })}
}`;
  },
});

function outputs(weight: boolean, bias: boolean, partial: boolean) {
  const write = (name: string) => ({ name, access: 'read_write', element: 'f32' }) as const;
  if (partial) return [write('partial')];
  return [...(weight ? [write('dweight')] : []), ...(bias ? [write('dbias')] : [])];
}

export type SumStripsSpec = {
  readonly weight: boolean;
  readonly bias: boolean;
  readonly strips: number;
};

export const SUM_STRIPS_WORKGROUP = 64;

/** Adds the partial sums [strips, 2, C], with one thread per column. */
export const sumStrips = defineKernel<SumStripsSpec>({
  name: 'sumStrips',
  params: () => ['size'],
  bindings: ({ weight, bias }) => [
    { name: 'partial', access: 'read', element: 'f32' },
    ...outputs(weight, bias, false),
  ],
  body: ({ weight, bias, strips }) => wgsl`
@compute @workgroup_size(${SUM_STRIPS_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x;
  if (column >= params.size) { return; }
  #if ${weight}
  var w = 0.0;
  for (var s = 0u; s < ${strips}u; s++) { w += partial[2u * s * params.size + column]; }
  dweight[column] = w;
  #endif
  #if ${bias}
  var b = 0.0;
  for (var s = 0u; s < ${strips}u; s++) { b += partial[(2u * s + 1u) * params.size + column]; }
  dbias[column] = b;
  #endif
}`,
});
