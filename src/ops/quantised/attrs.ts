/** The attributes of this folder's ops, and the types of the matrices that they read. */
import {
  groupsPerRow,
  packetsPerRow,
  type QuantisationScheme,
} from '../../../shaders/quantised/format';
import type { Dim } from '../../core/dim';
import { ShapeError } from '../../core/errors';
import { checkScheme } from '../../core/quantise';
import { dims, formatType, type TensorType } from '../../core/shape';
import type { Counted } from '../../graph/count';
import type { Tensor } from '../../graph/op';

/** The type that products are computed in; with f16, 16 of them are summed in f16 before they are added in f32. */
export type Arithmetic = 'f32' | 'f16';

export type QuantisedAttrs = QuantisationScheme & {
  /** Weights of a row. The words of a row may have room for more. */
  readonly columns: number;
};

export type QuantisedMatmulAttrs = QuantisedAttrs & {
  /**
   * The precision in which products may be computed where the device supports it; the results are summed in
   * f32.
   */
  readonly arithmetic: Arithmetic;
};

export type DequantiseAttrs = QuantisedAttrs & {
  /** Whether the last input has the ids of the rows. */
  readonly ids: boolean;
};

/** A quantised matrix of weights [rows, columns]; see shaders/quantised/format and core/quantise. */
export interface QuantisedMatrix {
  readonly scheme: QuantisationScheme;
  readonly columns: number;
  /** i32 [rows, 4 * packets]. */
  readonly words: Tensor;
  /** f32 [rows, groups]; f16 has none. */
  readonly scales: Tensor | undefined;
}

export function attrsOf({ scheme, columns }: QuantisedMatrix): QuantisedAttrs {
  return { ...scheme, columns };
}

/** The matrix's tensors, in the order of an op's inputs. */
export function tensorsOf({ words, scales }: QuantisedMatrix): Counted<Tensor, [1, 2]> {
  return scales === undefined ? [words] : [words, scales];
}

/** The matrix that an op's inputs hold. */
export function matrixOf(
  attrs: QuantisedAttrs,
  [words, scales]: Counted<Tensor, [1, 2]>,
): QuantisedMatrix {
  const { format, group, columns } = attrs;
  return { scheme: { format, group }, columns, words, scales };
}

/**
 * The number of rows of a quantised matrix, after checking the types of its tensors.
 * @throws DTypeError, ShapeError, OptionError
 */
export function checkedRows(
  where: string,
  attrs: QuantisedAttrs,
  found: Counted<TensorType, [1, 2]>,
): Dim {
  checkScheme(attrs);
  const [rows] = dims(found[0], 2, `${where}: words`);
  const [packets, groups] = [
    packetsPerRow(attrs, attrs.columns),
    groupsPerRow(attrs, attrs.columns),
  ];
  const want: readonly TensorType[] = [
    { dtype: 'i32', shape: [rows, 4 * packets] },
    ...(groups === 0 ? [] : [{ dtype: 'f32', shape: [rows, groups] } as const]),
  ];
  const [expected, given] = [want, found].map((types) => types.map(formatType).join(' and '));
  if (given === expected) return rows;
  throw new ShapeError(
    `${where}: a ${attrs.format} matrix of ${attrs.columns} columns needs ${expected}, ` +
      `found ${given}; was it quantised with groups of ${attrs.group}?`,
  );
}

/** Params of the kernels: packets and scales per row. */
export function quantisedSizes(attrs: QuantisedAttrs): readonly [packets: Dim, groups: Dim] {
  return [packetsPerRow(attrs, attrs.columns), groupsPerRow(attrs, attrs.columns)];
}
