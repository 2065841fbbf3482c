/** Rotary position embedding: one dispatch, with an epilogue. */

import {
  ROTARY_WORKGROUP,
  type RotarySpec,
  rotary as rotaryKernel,
  TABLE_ROWS,
} from '../../../shaders/rotary.wgsl';
import { dimBound, multiplyDims } from '../../core/dim';
import { checkOptions, DTypeError, defined, OptionError, ShapeError } from '../../core/errors';
import {
  dimAt,
  formatType,
  lastDim,
  numberOfElements,
  type Shape,
  shapesEqual,
} from '../../core/shape';
import { checkCount } from '../../graph/count';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  output,
  type Tensor,
} from '../../graph/op';
import { LONE_TEAM } from '../rowTeams';
import { POSITIONS, type RotaryAttrs } from './attrs';
import { angleTable } from './tables';

function calls({ node, epilogue }: LoweringCall<RotaryAttrs, [2, 5], 1>): readonly KernelCall[] {
  const { heads, size, frequencies, interleaved, inverse, far, offset } = node.attrs;
  const [x] = node.inputs;
  const columns = Number(lastDim(x));
  const rotated = 2 * frequencies.length;
  // Columns, heads and channels that must be multiples of 4 for vec4 loads.
  const parts = [columns, size, rotated, ...(interleaved ? [] : [rotated / 2])];
  const width = parts.every((part) => part % 4 === 0) ? 4 : 1;
  const rows = numberOfElements(x.shape.slice(0, -1));
  const units = multiplyDims(rows, columns / width);
  return [
    kernelCall({
      kernel: rotaryKernel,
      spec: {
        size,
        rotated,
        interleaved,
        inverse,
        far,
        positions: positionsOf(node),
        offset,
        team: { ...LONE_TEAM, width },
        epilogue,
      },
      operands: [...node.inputs.map((_, i) => input(i)), output(0)],
      params: [rows, columns / width, dimAt(x, -2), (heads * size) / width],
      grid: (value) => grid1d(Math.ceil(value(units) / ROTARY_WORKGROUP)),
    }),
  ];
}

function positionsOf({ attrs, inputs }: Node<RotaryAttrs, [2, 5], 1>): RotarySpec['positions'] {
  if (!attrs.positions) return 'none';
  const [x] = inputs;
  const positions = defined(inputs[attrs.far ? 3 : 2], 'positions');
  const isEachRow = shapesEqual(positions.shape, x.shape.slice(0, -1));
  return isEachRow ? 'rows' : 'sequence';
}

/** Inputs: x, tables of cosines and sines and, if present, positions and an offset. */
export const rotaryOp = defineOp<RotaryAttrs, [2, 5]>({
  name: 'rotary',
  inputs: [2, 5],
  infer: (inputs, { far, positions, offset }) => {
    checkCount('rotary inputs', inputs, 2 + [far, positions, offset].filter(Boolean).length);
    return [{ dtype: 'f32', shape: inputs[0].shape }];
  },
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/** Which columns are rotated, and how. */
export interface RotaryOptions {
  /** Number of heads that are rotated, from the first column on. Further columns stay as they are. */
  readonly heads: number;
  /** Channels of a head; all columns divided by the heads by default. */
  readonly size?: number;
  /** Channels of each head that are rotated, an even number. The head's others stay as they are. */
  readonly rotarySize?: number;
  /**
   * Whether neighbouring channels are paired, as in the paper and GPT-J. By default channel i is paired with
   * channel i + rotarySize / 2, as in GPT-NeoX and Llama.
   */
  readonly interleaved?: boolean;
  /** Pair i of n is rotated by base^(-i/n) per position; 10000 by default. */
  readonly base?: number;
  /** The angles per position, rotarySize / 2 of them, where they do not follow from a `base`. */
  readonly frequencies?: readonly number[];
  /** i32 [1], added to the positions: for decoding with a cache. */
  readonly offset?: Tensor | undefined;
}

const OPTION_NAMES = Object.keys({
  heads: true,
  size: true,
  rotarySize: true,
  interleaved: true,
  base: true,
  frequencies: true,
  offset: true,
} satisfies Record<keyof RotaryOptions, true>);

/**
 * Rotary position embedding (Su et al. 2021, RoFormer, section 3.2): rotates pairs of channels of each head of
 * queries and keys by angles proportional to their position, so that products of the two depend only on the
 * distance. The layout is that of attention. Packed projections are rotated in one call: `heads` counts those
 * of queries and keys, and the columns of values stay as they are. Positions range from 0 to 2^20 - 1; others
 * count as the nearest of these. Cosines and sines are computed in float64: they are rounded to f32 below
 * position 1024, and within 1.5e-7 beyond.
 * @param x [..., T, C] with C of at least heads * size
 * @param positions i32 [T], or for every row [..., T]; 0, 1, 2 ... by default
 * @returns the shape of x
 * @throws ShapeError, DTypeError, OptionError when sizes, positions and options do not fit
 */
export function rotary(x: Tensor, positions: Tensor | undefined, options: RotaryOptions): Tensor {
  checkOptions('rotary', options, OPTION_NAMES);
  const { heads, interleaved = false, offset } = options;
  const length = x.shape.at(-2);
  if (x.dtype !== 'f32' || length === undefined) {
    throw new DTypeError(`rotary: expected f32 [..., T, C], found ${formatType(x)}`);
  }
  const size = headSize(x, options);
  const frequencies = frequenciesOf(size, options);
  checkPositions(x.shape, positions, offset);
  const isBounded = positions === undefined && offset === undefined;
  const most = isBounded ? dimBound(length) : POSITIONS;
  const shared = { frequencies, interleaved };
  const near = angleTable({ ...shared, rows: tableRows(most), step: 1 });
  const far = most > TABLE_ROWS;
  const farRows = tableRows(Math.ceil(most / TABLE_ROWS));
  const inputs = [
    x,
    near,
    ...(far ? [angleTable({ ...shared, rows: farRows, step: TABLE_ROWS })] : []),
    ...(positions === undefined ? [] : [positions]),
    ...(offset === undefined ? [] : [offset]),
  ] as const;
  return apply(rotaryOp, inputs, {
    heads,
    size,
    ...shared,
    inverse: false,
    far,
    positions: positions !== undefined,
    offset: offset !== undefined,
  });
}

/** Rounded up to powers of two, so that models of different lengths share tables. */
const tableRows = (most: number) =>
  Math.min(TABLE_ROWS, 2 ** Math.ceil(Math.log2(Math.max(1, most))));

function headSize(x: Tensor, { heads, size: given }: RotaryOptions): number {
  const columns = Number(lastDim(x));
  const size = given ?? columns / heads;
  const isCount = (n: number) => Number.isInteger(n) && n > 0;
  if (isCount(heads) && isCount(size) && heads * size <= columns) return size;
  throw new OptionError(
    `rotary: ${heads} heads of ${given ?? 'equal size'} do not fit the ${lastDim(x)} columns of ` +
      `${formatType(x)}; give whole numbers of heads and channels`,
  );
}

function frequenciesOf(size: number, options: RotaryOptions): readonly number[] {
  const { rotarySize = size, base = 10000, frequencies } = options;
  if (
    !Number.isInteger(rotarySize) ||
    rotarySize % 2 !== 0 ||
    rotarySize < 0 ||
    rotarySize > size
  ) {
    throw new OptionError(
      `rotary: rotarySize must be an even number up to ${size}, the size of a head, found ${rotarySize}`,
    );
  }
  const pairs = rotarySize / 2;
  if (frequencies !== undefined && frequencies.length !== pairs) {
    throw new OptionError(
      `rotary: expected ${pairs} frequencies, half of rotarySize, found ${frequencies.length}`,
    );
  }
  if (!(Number.isFinite(base) && base > 0) || frequencies?.some((each) => !Number.isFinite(each))) {
    throw new OptionError(`rotary: base must be positive and frequencies finite, found ${base}`);
  }
  return frequencies ?? Array.from({ length: pairs }, (_, i) => base ** (-i / pairs));
}

function checkPositions(
  shape: Shape,
  positions: Tensor | undefined,
  offset: Tensor | undefined,
): void {
  const rows = shape.slice(0, -1);
  const length = lastDim({ shape: rows });
  for (const [what, tensor] of [
    ['positions', positions],
    ['offset', offset],
  ] as const) {
    if (tensor !== undefined && tensor.dtype !== 'i32') {
      throw new DTypeError(`rotary: ${what} must be i32, found ${formatType(tensor)}; cast them?`);
    }
  }
  const fits = (tensor: Tensor, ...allowed: readonly Shape[]) =>
    allowed.some((each) => shapesEqual(tensor.shape, each));
  if (positions !== undefined && !fits(positions, [length], rows)) {
    throw new ShapeError(
      `rotary: positions must be [${length}] or [${rows}], found ${formatType(positions)}`,
    );
  }
  if (offset !== undefined && !fits(offset, [1])) {
    throw new ShapeError(`rotary: offset must be [1], found ${formatType(offset)}`);
  }
}

declare module '../../graph/op' {
  interface OpSet {
    rotary: typeof rotary;
  }
}
