/** What all matmul kernels share: the specialisation, bindings and params. */
import type { Epilogue } from '../lib/epilogue';
import type { Binding } from '../lib/kernel';

/** The sides that are not broadcast along a batch axis. */
export type BatchSpan = 'a' | 'b' | 'both';

/** The specialisation of kernels for matrix products. */
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
  /** The batch axes, where one stride per side is not enough; see `firstOf`. */
  readonly spans?: readonly BatchSpan[];
};

export function matmulParams({ spans = [], epilogue }: MatmulSpec): readonly string[] {
  const sizes = spans.map((_, i) => `span${i}`);
  return ['m', 'n', 'k', 'strideA', 'strideB', ...sizes, ...epilogue.params];
}

/** WGSL for the first element of the side's matrix for the result at index `batch`. */
export function firstOf(side: 'a' | 'b', { spans }: Pick<MatmulSpec, 'spans'>): string {
  const stride = side === 'a' ? 'params.strideA' : 'params.strideB';
  if (spans === undefined) return `batch * ${stride}`;
  const number = spans.reduce<string | undefined>((outer, span, i) => {
    if (span !== side && span !== 'both') return outer;
    const inner = spans.slice(i + 1).map((_, j) => `params.span${i + 1 + j}`);
    const rest = inner.length === 0 ? 'batch' : `(batch / (${inner.join(' * ')}))`;
    const index = `${rest} % params.span${i}`;
    return outer === undefined ? `(${index})` : `(${outer} * params.span${i} + ${index})`;
  }, undefined);
  return `${number ?? '0u'} * ${stride}`;
}

/** Bindings, with the element types of A and B and the width in which C is stored. */
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
