/** What the kernels of quantised products share: the specialisation, bindings and sizes. */
import type { Binding } from '../lib/kernel';
import { wideC } from '../matmul/quads';
import type { MatmulSpec } from '../matmul/spec';
import type { QuantisationScheme } from './format';

/**
 * A product x @ W^T with W [N, K] quantised: to the parts that it shares with the kernels of plain
 * matrices it is A @ B with B transposed.
 */
export type QuantisedSpec = MatmulSpec & {
  readonly scheme: QuantisationScheme;
  /** Whether K is a whole number of packets, so that no load can pass the end of a row. */
  readonly whole: boolean;
  /** How the threads of a workgroup share its columns, rows and packets. */
  readonly team: QuantisedTeam;
};

/** Counts of threads; their product is the workgroup's size. */
export type QuantisedTeam = {
  readonly columns: number;
  readonly rows: number;
  /** Threads that share K. */
  readonly slices: number;
};

/** Sizes, and the packets and scales of a row of W. */
export function quantisedParams({ epilogue }: QuantisedSpec): readonly string[] {
  return ['m', 'n', 'k', 'packets', 'groups', ...epilogue.params];
}

/** Words and, where the format has them, scales of W. */
export function weightBindings(
  { group }: QuantisationScheme,
  words: 'u32' | 'vec4<u32>',
): readonly Binding[] {
  const binding = { name: 'words', access: 'read', element: words } as const;
  return group === 0 ? [binding] : [binding, { name: 'scales', access: 'read', element: 'f32' }];
}

/** A, W and C, in the widths in which a kernel loads and stores them. */
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
