/** What all matmul kernels share: the specialisation, bindings and sizes. */
import type { Epilogue } from '../lib/epilogue';
import type { Binding } from '../lib/kernel';

/** Which sides have matrices of their own along a batch axis; the other's are repeated. */
export type BatchSpan = 'a' | 'b' | 'both';

/** What kernels of matrix products are specialised on. */
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
  /** The batch axes, where more than one stride a side is needed; see `firstOf`. */
  readonly spans?: readonly BatchSpan[];
};

export function matmulParams({ spans = [], epilogue }: MatmulSpec): readonly string[] {
  const sizes = spans.map((_, i) => `span${i}`);
  return ['m', 'n', 'k', 'strideA', 'strideB', ...sizes, ...epilogue.params];
}

/** WGSL for the first element of a side's matrix that result number `batch` is a product of. */
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
