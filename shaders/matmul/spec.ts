/** What all matmul kernels share: the specialisation, bindings and sizes. */
import type { Epilogue } from '../lib/epilogue';
import type { Binding } from '../lib/kernel';

export type MatmulSpec = {
  /** A is stored as [K, M]. */
  readonly transposeA: boolean;
  /** B is stored as [N, K]. */
  readonly transposeB: boolean;
  /** Which sizes are multiples of 4 in every run, so that vec4 loads are legal. */
  readonly aligned: { readonly m: boolean; readonly n: boolean; readonly k: boolean };
  readonly epilogue: Epilogue;
  /** Rows and columns of the result that one invocation computes. */
  readonly tileM: number;
  readonly tileN: number;
};

/** Sizes of a product; upper bounds where a variant is chosen, actual sizes where a grid is made. */
export interface MatmulShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
}

export function matmulParams({ epilogue }: MatmulSpec): readonly string[] {
  return ['m', 'n', 'k', 'strideA', 'strideB', ...epilogue.params];
}

/** Bindings with the element types in which A and B are loaded, and the values C is stored by. */
export function matmulBindings(
  { epilogue }: MatmulSpec,
  a: 'f32' | 'vec4<f32>',
  b: 'f32' | 'vec4<f32>',
  storedWidth: 1 | 4 = 1,
): readonly Binding[] {
  const { element } = epilogue;
  return [
    { name: 'a', access: 'read', element: a },
    { name: 'b', access: 'read', element: b },
    { name: 'c', access: 'read_write', element: storedWidth === 4 ? `vec4<${element}>` : element },
    ...epilogue.bindings,
  ];
}

/** Text for 0 .. count-1, joined by spaces. */
export function each(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join(' ');
}
