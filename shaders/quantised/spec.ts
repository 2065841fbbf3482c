/** What the kernels of quantised products share: the specialisation, bindings and params. */
import type { Binding } from '../lib/kernel';
import { wideC } from '../matmul/quads';
import type { MatmulSpec } from '../matmul/spec';
import type { QuantisationScheme } from './format';

/**
 * A product x @ W^T with a quantised W [N, K]. To the code shared with the kernels for f32 matrices it is A @ B
 * with a transposed B.
 */
export type QuantisedSpec = MatmulSpec & {
  readonly scheme: QuantisationScheme;
  /** Whether K is a multiple of a packet's weights, so that no load can pass the end of a row. */
  readonly whole: boolean;
  /** How the threads of a workgroup divide columns, rows and packets. */
  readonly team: QuantisedTeam;
};

/** Numbers of threads, whose product is the size of the workgroup. */
export type QuantisedTeam = {
  readonly columns: number;
  readonly rows: number;
  /** Threads that split K. */
  readonly slices: number;
};

/** Sizes, and the packets and scales of a row of W. */
export function quantisedParams({ epilogue }: QuantisedSpec): readonly string[] {
  return ['m', 'n', 'k', 'packets', 'groups', ...epilogue.params];
}

/** The words of W and, if the format has them, its scales. */
export function weightBindings(
  { group }: QuantisationScheme,
  words: 'u32' | 'vec4<u32>',
): readonly Binding[] {
  const binding = { name: 'words', access: 'read', element: words } as const;
  return group === 0 ? [binding] : [binding, { name: 'scales', access: 'read', element: 'f32' }];
}

/** Bindings of A, W and C, with the widths in which a kernel loads and stores them. */
export function quantisedBindings(
  spec: QuantisedSpec,
  wide: { readonly words: boolean; readonly values: boolean },
): readonly Binding[] {
  const { epilogue, scheme, aligned } = spec;
  const { element } = epilogue;
  const c = wide.values && wideC(spec) ? `vec4<${element}>` : element;
  return [
    { name: 'a', access: 'read', element: wide.values && aligned.k ? 'vec4<f32>' : 'f32' },
    ...weightBindings(scheme, wide.words ? 'vec4<u32>' : 'u32'),
    { name: 'c', access: 'read_write', element: c },
    ...epilogue.bindings,
  ];
}
