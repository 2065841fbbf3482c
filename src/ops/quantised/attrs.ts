/** The attributes of this folder's ops, and the types of the matrices that they read. */
import {
  type Arithmetic,
  groupsPerRow,
  packetsPerRow,
  type QuantisationScheme,
} from '../../../shaders/quantised/format';
import type { Dim } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { checkScheme } from '../../core/quantise';
import { formatType, type TensorType } from '../../core/shape';
import type { Tensor } from '../../graph/op';

export type QuantisedAttrs = QuantisationScheme & {
  /** Weights of a row: a row of words may hold more. */
  readonly columns: number;
};

export type QuantisedMatmulAttrs = QuantisedAttrs & {
  /** What products may be computed in where the device can; sums are f32 always. */
  readonly arithmetic: Arithmetic;
};

export type DequantiseAttrs = QuantisedAttrs & {
  /** Whether ids name the rows, as the last input. */
  readonly ids: boolean;
};

/** A matrix of weights [rows, columns], quantised; see shaders/quantised/format and core/quantise. */
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

/** The matrix's tensors, as an op's inputs. */
export function tensorsOf({ words, scales }: QuantisedMatrix): readonly Tensor[] {
  return scales === undefined ? [words] : [words, scales];
}

/** An op's inputs as a matrix again. */
export function matrixOf(
  attrs: QuantisedAttrs,
  [words, scales]: readonly Tensor[],
): QuantisedMatrix {
  if (words === undefined) throw new DTypeError('a quantised matrix needs its words');
  const { format, group, columns } = attrs;
  return { scheme: { format, group }, columns, words, scales };
}

/**
 * The rows of a quantised matrix, once its types fit each other.
 * @throws DTypeError, ShapeError, OptionError
 */
export function checkedRows(
  where: string,
  attrs: QuantisedAttrs,
  [words, scales]: readonly TensorType[],
): Dim {
  checkScheme(attrs);
  const rows = words?.shape[0] ?? 0;
  const [packets, groups] = [
    packetsPerRow(attrs, attrs.columns),
    groupsPerRow(attrs, attrs.columns),
  ];
  const want: readonly TensorType[] = [
    { dtype: 'i32', shape: [rows, 4 * packets] },
    ...(groups === 0 ? [] : [{ dtype: 'f32', shape: [rows, groups] } as const]),
  ];
  const found = [words, scales].filter((type) => type !== undefined);
  const fits =
    found.length === want.length && found.every((type, i) => formatType(type) === text(want[i]));
  if (fits) return rows;
  throw new ShapeError(
    `${where}: a ${attrs.format} matrix of ${attrs.columns} columns needs ${want.map(text).join(' and ')}, ` +
      `found ${found.map(text).join(' and ')}; was it quantised with groups of ${attrs.group}?`,
  );
}

const text = (type: TensorType | undefined) => (type === undefined ? 'nothing' : formatType(type));

/** Values of the kernels' params: packets and scales of a row. */
export function quantisedSizes(attrs: QuantisedAttrs): readonly [packets: Dim, groups: Dim] {
  return [packetsPerRow(attrs, attrs.columns), groupsPerRow(attrs, attrs.columns)];
}
