/**
 * Matrix product without workgroup memory for subgroups of 4: the lanes share tileM rows and have
 * tileN columns each. For four k at a time every lane loads A at its own k and the values go round
 * by broadcast; B comes as vec4, along n or, transposed, along k. A workgroup is one subgroup.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { each, type MatmulSpec, matmulBindings, matmulParams } from './spec';

const LANES = 4;

/** Columns that a workgroup computes. */
export function subgroupColumns(tileN: number): number {
  return LANES * tileN;
}

/** A transposed and aligned is loaded as vec4 along m. */
const wideA = ({ transposeA, aligned }: MatmulSpec) => transposeA && aligned.m;

export const matmulSubgroup = defineKernel<MatmulSpec>({
  name: 'matmulSubgroup',
  enable: () => ['subgroups'],
  diagnosticsOff: ['subgroup_uniformity'],
  params: matmulParams,
  bindings: (spec) => matmulBindings(spec, wideA(spec) ? 'vec4<f32>' : 'f32', 'vec4<f32>'),
  body: (spec) => {
    const { tileM, tileN, epilogue, transposeB } = spec;
    return wgsl`
${epilogue.code}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(subgroup_invocation_id) lane: u32) {
  let row = workgroup_id.y * ${tileM}u;
  let own = workgroup_id.x * ${LANES * tileN}u + lane * ${tileN}u;
  // The last tile is moved back into the matrix: lanes overlap, but only their own part is stored.
  let column = min(own, params.n - ${tileN}u);
  let first_a = workgroup_id.z * params.strideA;
  let first_b = workgroup_id.z * params.strideB;
  ${addressesA(spec)}
  ${each(tileM, (r) => each(tileN / 4, (j) => `var c${r}_${j} = vec4<f32>();`))}
  for (var k = 0u; k < params.k; k += 4u) {
    let own_k = k + lane;
    let live = own_k < params.k;
    ${loadA(spec)}
    ${transposeB ? transposedB(spec) : plainB(spec)}
  }
  ${storeAll(spec)}
}`;
  },
});

/** Where each row of A begins, moved back inside for rows past the end. */
function addressesA(spec: MatmulSpec): string {
  const { tileM, transposeA } = spec;
  if (transposeA) {
    const last = wideA(spec) ? `min(row + %u, params.m - 4u) / 4u` : `min(row + %u, params.m - 1u)`;
    const count = wideA(spec) ? tileM / 4 : tileM;
    const step = wideA(spec) ? 4 : 1;
    return each(count, (r) => `let m${r} = ${last.replace('%', String(r * step))};`);
  }
  return each(tileM, (r) => `let m${r} = first_a + min(row + ${r}u, params.m - 1u) * params.k;`);
}

/** a0 .. a(tileM-1): the lane's value of each row at its own k, 0 past the end. */
function loadA(spec: MatmulSpec): string {
  const { tileM, transposeA } = spec;
  const at = 'let from_a = first_a + min(own_k, params.k - 1u) * params.m;';
  if (wideA(spec)) {
    const names = ['x', 'y', 'z', 'w'];
    return `${at} ${each(tileM / 4, (r) => {
      const load = `let w${r} = select(vec4<f32>(), a[from_a / 4u + m${r}], live);`;
      return `${load} ${each(4, (i) => `let a${r * 4 + i} = w${r}.${names[i]};`)}`;
    })}`;
  }
  if (transposeA) {
    return `${at} ${each(tileM, (r) => `let a${r} = select(0.0, a[from_a + m${r}], live);`)}`;
  }
  const k = 'let from_k = min(own_k, params.k - 1u);';
  return `${k} ${each(tileM, (r) => `let a${r} = select(0.0, a[m${r} + from_k], live);`)}`;
}

/** B [K, N]: for each k a few vec4 of neighbouring columns. */
function plainB({ tileM, tileN }: MatmulSpec): string {
  return each(LANES, (i) => {
    const from = `let b${i} = (first_b + min(k + ${i}u, params.k - 1u) * params.n + column) / 4u;`;
    const loads = each(tileN / 4, (j) => `let b${i}_${j} = b[b${i} + ${j}u];`);
    const sums = each(tileM, (r) => {
      const value = `let s${i}_${r} = subgroupBroadcast(a${r}, ${i}u);`;
      return `${value} ${each(tileN / 4, (j) => `c${r}_${j} += s${i}_${r} * b${i}_${j};`)}`;
    });
    return `${from} ${loads} ${sums}\n    `;
  });
}

/** B [N, K], K a multiple of 4: for each column one vec4 along k, turned in registers. */
function transposedB({ tileM, tileN }: MatmulSpec): string {
  const names = ['x', 'y', 'z', 'w'];
  const loads = each(
    tileN,
    (n) => `let t${n} = b[(first_b + (column + ${n}u) * params.k + k) / 4u];`,
  );
  const products = each(LANES, (i) => {
    const turned = each(tileN / 4, (j) => {
      const parts = [0, 1, 2, 3].map((p) => `t${j * 4 + p}.${names[i]}`).join(', ');
      return `let b${i}_${j} = vec4<f32>(${parts});`;
    });
    const sums = each(tileM, (r) => {
      const value = `let s${i}_${r} = subgroupBroadcast(a${r}, ${i}u);`;
      return `${value} ${each(tileN / 4, (j) => `c${r}_${j} += s${i}_${r} * b${i}_${j};`)}`;
    });
    return `${turned} ${sums}\n    `;
  });
  return `${loads}\n    ${products}`;
}

/**
 * Stores the sums, then passes the stored values through the epilogue in a loop: spliced in once,
 * not once a result, it costs little time and far less compilation.
 */
function storeAll({ tileM, tileN, epilogue }: MatmulSpec): string {
  // Sums wait as bits in a result of another type.
  const { element } = epilogue;
  const cast = (type: string, text: string) =>
    element === 'f32' ? text : `bitcast<${type}>(${text})`;
  const isPlain = epilogue.bindings.length === 0 && epilogue.code.includes('return value;');
  const names = ['x', 'y', 'z', 'w'];
  const raw = each(tileM, (r) => {
    const base = `if (row + ${r}u < params.m) { let at = (workgroup_id.z * params.m + row + ${r}u) * params.n + column;`;
    const stores = each(tileN, (n) => {
      const value = `c${r}_${Math.floor(n / 4)}.${names[n % 4]}`;
      return `if (column + ${n}u >= own) { c[at + ${n}u] = ${cast(element, value)}; }`;
    });
    return `${base} ${stores} }\n  `;
  });
  if (isPlain) return raw;
  return `${raw}
  let rows = min(${tileM}u, params.m - row);
  for (var r = 0u; r < rows; r++) {
    let at = (workgroup_id.z * params.m + row + r) * params.n;
    for (var n = own; n < column + ${tileN}u; n++) {
      let index = at + n;
      c[index] = epilogue(${cast('f32', 'c[index]')}, index);
    }
  }`;
}
