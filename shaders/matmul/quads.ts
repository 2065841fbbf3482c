/**
 * Parts of the kernels that keep their tile in registers: loads of A and B as quads (vec4 of four consecutive
 * k) in all layouts, and stores of the tile. They expect `row`, `column` and `batch`. Loads past the edge of a
 * matrix are clamped to the edge; A is 0 past the last k.
 */

import { each } from '../lib/each';
import type { Binding } from '../lib/kernel';
import { PARTS } from '../lib/wgsl';
import { firstOf, type MatmulSpec, matmulBindings } from './spec';

/** The tile of a thread, and the layout of the matrices. */
export type QuadSpec = Omit<MatmulSpec, 'epilogue'>;

/** Whether A is loaded as vec4: along k or, transposed, along m. */
const wideA = ({ transposeA, aligned, tileM }: QuadSpec) =>
  transposeA ? aligned.m && tileM % 4 === 0 : aligned.k;

/** Whether B is loaded as vec4: along n or, transposed, along k. */
const wideB = ({ transposeB, aligned, tileN }: QuadSpec) =>
  transposeB ? aligned.k : aligned.n && tileN % 4 === 0;

/** Whether C is stored as vec4. */
export const wideC = ({ aligned, tileN }: MatmulSpec) => aligned.n && tileN % 4 === 0;

export function quadBindings(spec: MatmulSpec): readonly Binding[] {
  const element = (wide: boolean) => (wide ? 'vec4<f32>' : 'f32');
  return matmulBindings(spec, element(wideA(spec)), element(wideB(spec)), wideC(spec) ? 4 : 1);
}

/** One of the two matrices: vectors m0 .. m(count-1) of A, or n0 .. of B. */
interface Side {
  readonly matrix: 'a' | 'b';
  /**
   * WGSL names of a vector's offset, of the index of the first vector and of the number of vectors in the
   * matrix.
   */
  readonly place: string;
  readonly first: string;
  readonly size: string;
  readonly count: number;
  /** Whether k is the slow axis of the storage. */
  readonly slowK: boolean;
  readonly wide: boolean;
}

function sideA(spec: QuadSpec): Side {
  const { tileM: count, transposeA: slowK } = spec;
  const names = { matrix: 'a', place: 'm', first: 'row', size: 'params.m' } as const;
  return { ...names, count, slowK, wide: wideA(spec) };
}

function sideB(spec: QuadSpec): Side {
  const { tileN: count, transposeB } = spec;
  const names = { matrix: 'b', place: 'n', first: 'column', size: 'params.n' } as const;
  return { ...names, count, slowK: !transposeB, wide: wideB(spec) };
}

/** Defines the offsets of the tile's rows of A and columns of B, which are the same for all k. */
export function quadPlaces(spec: QuadSpec): string {
  return `let first_a = ${firstOf('a', spec)};
  let first_b = ${firstOf('b', spec)};
  ${places(sideA(spec))}
  ${placesB(spec)}`;
}

/** Defines the offsets of the tile's columns of B; expects `first_b` and `column`. */
export function placesB(spec: QuadSpec): string {
  return places(sideB(spec));
}

function places({ matrix, place, first, size, count, slowK, wide }: Side): string {
  const start = wide ? `(first_${matrix} >> 2u)` : `first_${matrix}`;
  if (!slowK) {
    const length = wide ? '(params.k >> 2u)' : 'params.k';
    return each(
      count,
      (i) => `let ${place}${i} = ${start} + min(${first} + ${i}u, ${size} - 1u) * ${length};`,
    );
  }
  if (!wide) {
    return each(count, (i) => `let ${place}${i} = ${start} + min(${first} + ${i}u, ${size} - 1u);`);
  }
  return each(
    count / 4,
    (i) => `let ${place}${i} = ${start} + min((${first} >> 2u) + ${i}u, (${size} >> 2u) - 1u);`,
  );
}

/** Defines a0 .. a(tileM-1): the quad at index `quad` of each row, 0 where k is past the end. */
export function loadQuadsA(spec: QuadSpec, quad: string): string {
  return `let live = vec4<u32>(4u * (${quad})) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(params.k);
    ${quads(sideA(spec), quad, '', (text) => `select(vec4<f32>(), ${text}, live)`)}`;
}

/** Defines b0`suffix` ..: the quad at index `quad` of each column. */
export function loadQuadsB(spec: QuadSpec, quad: string, suffix = ''): string {
  return quads(sideB(spec), quad, suffix, (text) => text);
}

function quads(side: Side, quad: string, suffix: string, wrap: (text: string) => string): string {
  const { matrix, place, size, count, slowK, wide } = side;
  const named = (i: number, text: string) => `let ${matrix}${i}${suffix} = ${wrap(text)};`;
  const key = `${matrix}k${suffix}_`;
  if (!slowK && wide) {
    const at = `let ${key} = min(${quad}, (params.k >> 2u) - 1u);`;
    return `${at} ${each(count, (i) => named(i, `${matrix}[${place}${i} + ${key}]`))}`;
  }
  const step = slowK ? (wide ? ` * (${size} >> 2u)` : ` * ${size}`) : '';
  const ks = each(4, (p) => `let ${key}${p} = min(4u * (${quad}) + ${p}u, params.k - 1u)${step};`);
  const four = (text: (p: number) => string) => `vec4<f32>(${[0, 1, 2, 3].map(text).join(', ')})`;
  if (!wide) {
    return `${ks} ${each(count, (i) =>
      named(
        i,
        four((p) => `${matrix}[${place}${i} + ${key}${p}]`),
      ),
    )}`;
  }
  // Loads four neighbours at each of four k, and transposes them in registers.
  const raw = (p: number, g: number) => `${matrix}v${suffix}_${p}_${g}`;
  const loads = each(4, (p) =>
    each(count / 4, (g) => `let ${raw(p, g)} = ${matrix}[${place}${g} + ${key}${p}];`),
  );
  const turned = each(count, (i) =>
    named(
      i,
      four((p) => `${raw(p, Math.floor(i / 4))}.${PARTS[i % 4] ?? 'x'}`),
    ),
  );
  return `${ks} ${loads} ${turned}`;
}

/** Declares the sums c0_0 .. */
export function declareSums({ tileM, tileN }: QuadSpec): string {
  return each(tileM, (r) => each(tileN, (j) => `var c${r}_${j} = 0.0;`));
}

/** Copies the sums to an array, row by row. */
export function gatherSums({ tileM, tileN }: QuadSpec): string {
  return `var sums: array<f32, ${tileM * tileN}>;
  ${each(tileM, (r) => each(tileN, (j) => `sums[${r * tileN + j}] = c${r}_${j};`))}`;
}

/** Stores the sums through the epilogue. */
export function storeSums(spec: MatmulSpec): string {
  return `${gatherSums(spec)} ${storeGathered(spec)}`;
}

/**
 * Stores gathered sums through the epilogue. Indexing an array lets the code splice the epilogue in once or
 * four times instead of once per result, which would take far longer to compile than it saves.
 */
export function storeGathered(spec: MatmulSpec): string {
  const { tileM, tileN, epilogue } = spec;
  const width = wideC(spec) ? 4 : 1;
  const value = (p: number) => `epilogue(sums[own + ${p}u], index + ${p}u)`;
  const store = wideC(spec)
    ? `c[index >> 2u] = vec4<${epilogue.element}>(${[0, 1, 2, 3].map(value).join(', ')});`
    : `c[index] = ${value(0)};`;
  return `let rows = min(${tileM}u, params.m - min(row, params.m));
  let columns = min(${tileN}u, params.n - min(column, params.n));
  for (var r = 0u; r < rows; r++) {
    for (var j = 0u; j < columns; j += ${width}u) {
      let own = r * ${tileN}u + j;
      let index = (batch * params.m + row + r) * params.n + column + j;
      ${store}
    }
  }`;
}
