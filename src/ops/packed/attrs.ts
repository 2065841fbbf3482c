/** The attributes of this folder's ops, and the types of the matrices that they read. */
import {
  type Arithmetic,
  type Packing,
  rowGroups,
  rowPackets,
} from '../../../shaders/packed/format';
import type { Dim } from '../../core/dim';
import { ShapeError } from '../../core/errors';
import { checkPacking } from '../../core/packing';
import { dims, formatType, type TensorType } from '../../core/shape';
import type { Counted } from '../../graph/count';
import type { Tensor } from '../../graph/op';

export type PackedAttrs = Packing & {
  /** Weights of a row: a row of words may hold more. */
  readonly columns: number;
};

export type PackedMatmulAttrs = PackedAttrs & {
  /** What products may be computed in where the device can; sums are f32 always. */
  readonly arithmetic: Arithmetic;
};

export type UnpackAttrs = PackedAttrs & {
  /** Whether ids name the rows, as the last input. */
  readonly ids: boolean;
};

/** A matrix of weights [rows, columns], packed; see shaders/packed/format and core/packing. */
export interface PackedMatrix {
  readonly packing: Packing;
  readonly columns: number;
  /** i32 [rows, 4 * packets]. */
  readonly words: Tensor;
  /** f32 [rows, groups]; f16 has none. */
  readonly scales: Tensor | undefined;
}

export function attrsOf({ packing, columns }: PackedMatrix): PackedAttrs {
  return { ...packing, columns };
}

/** The matrix's tensors, as an op's inputs. */
export function tensorsOf({ words, scales }: PackedMatrix): Counted<Tensor, [1, 2]> {
  return scales === undefined ? [words] : [words, scales];
}

/** An op's inputs as a matrix again. */
export function matrixOf(
  attrs: PackedAttrs,
  [words, scales]: Counted<Tensor, [1, 2]>,
): PackedMatrix {
  const { format, group, columns } = attrs;
  return { packing: { format, group }, columns, words, scales };
}

/**
 * The rows of a packed matrix, once its types fit each other.
 * @throws DTypeError, ShapeError, OptionError
 */
export function checkedRows(
  where: string,
  attrs: PackedAttrs,
  found: Counted<TensorType, [1, 2]>,
): Dim {
  checkPacking(attrs);
  const [rows] = dims(found[0], 2, `${where}: words`);
  const [packets, groups] = [rowPackets(attrs, attrs.columns), rowGroups(attrs, attrs.columns)];
  const want: readonly TensorType[] = [
    { dtype: 'i32', shape: [rows, 4 * packets] },
    ...(groups === 0 ? [] : [{ dtype: 'f32', shape: [rows, groups] } as const]),
  ];
  const [expected, given] = [want, found].map((types) => types.map(formatType).join(' and '));
  if (given === expected) return rows;
  throw new ShapeError(
    `${where}: a ${attrs.format} matrix of ${attrs.columns} columns needs ${expected}, ` +
      `found ${given}; was it packed with groups of ${attrs.group}?`,
  );
}

/** Values of the kernels' params: packets and scales of a row. */
export function packedSizes(attrs: PackedAttrs): readonly [packets: Dim, groups: Dim] {
  return [rowPackets(attrs, attrs.columns), rowGroups(attrs, attrs.columns)];
}
