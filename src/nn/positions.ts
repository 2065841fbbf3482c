/** Layers that say where in its sequence a vector is: sinusoidal, learned, rotary. */
import { type Dim, dimBound } from '../core/dim';
import { ShapeError } from '../core/errors';
import { dimAt, formatType } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { add } from '../ops/binary/op';
import { countTo } from '../ops/countTo';
import { embedding } from '../ops/embedding/op';
import { broadcastTo } from '../ops/movement/expand';
import { type RotaryOptions, rotary as rotate } from '../ops/rotary/op';
import { reshape, view } from '../ops/view/op';
import type { RotaryTurn } from './attention';
import { checkColumns, checkLayer, layer } from './layer';
import type { Scope } from './scope';
import { PAPER_POSITIONS, type PositionOptions, sinusoidalTable } from './sinusoidalTable';

/** Adds positions to x, or turns x by them. */
export type PositionLayer = (
  scope: Scope,
  x: Tensor,
  /** i32 [1]: the position of the first vector, for decoding step by step; 0 by default. */
  offset?: Tensor,
) => Tensor;

/**
 * Adds sinusoids (Vaswani et al. 2017, section 3.5). Takes and gives [B, T, size] with T of at most
 * `longest`. No parameters.
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function sinusoidalPositions(
  longest: number,
  size: number,
  options: Partial<PositionOptions> = {},
): PositionLayer {
  checkLayer('sinusoidalPositions', { longest, size }, options, Object.keys(PAPER_POSITIONS));
  const table = sinusoidalTable(longest, size, { ...PAPER_POSITIONS, ...options });
  return layer((_scope, x: Tensor, offset?: Tensor) => {
    const length = checkLength('sinusoidalPositions', x, longest, size);
    return add(x, rows(constantTensor(table), length, size, offset));
  });
}

/**
 * Adds a learned vector to each position (Gehring et al. 2017; BERT, GPT-2). Takes and gives
 * [B, T, size] with T of at most `longest`. Parameter: weight [longest, size], from a normal
 * distribution of deviation 0.02.
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function learnedPositions(longest: number, size: number): PositionLayer {
  checkLayer('learnedPositions', { longest, size }, {}, []);
  return layer((scope, x: Tensor, offset?: Tensor) => {
    const length = checkLength('learnedPositions', x, longest, size);
    const start = { kind: 'normal', deviation: 0.02 } as const;
    const table = scope.weight('weight', [longest, size], start);
    return add(x, table.rows(places(length, offset)));
  });
}

/** How rotary positions turn pairs of channels; see `ops.rotary`. */
export type TurnOptions = Pick<
  RotaryOptions,
  'rotarySize' | 'interleaved' | 'base' | 'frequencies'
>;

/**
 * Rotary positions for attention (Su et al. 2021, RoFormer): the option `rotary` of
 * `multiHeadAttention`, `encoderLayer` and `decoderLayer`.
 */
export function rotary(options: TurnOptions = {}): RotaryTurn {
  return (x, sizes, offset) => rotate(x, undefined, { ...options, ...sizes, offset });
}

/**
 * Turns pairs of channels of each head by angles in proportion to the position (Su et al. 2021): for
 * queries and keys of attention of one's own. Takes and gives [..., T, C], of equal heads.
 * @throws OptionError when heads and channels do not fit
 */
export function rotaryPositions(heads: number, options: TurnOptions = {}): PositionLayer {
  checkLayer('rotaryPositions', { heads }, {}, []);
  return layer((_scope, x: Tensor, offset?: Tensor) =>
    rotate(x, undefined, { ...options, heads, offset }),
  );
}

/** The length of x [B, T, size]. @throws ShapeError, DTypeError */
function checkLength(where: string, x: Tensor, longest: number, size: number): Dim {
  checkColumns(where, x, size, ['B', 'T']);
  const length = dimAt(x, 1);
  if (dimBound(length) <= longest) return length;
  throw new ShapeError(
    `${where}: expected at most ${longest} positions, found ${formatType(x)} with T of up to ` +
      `${dimBound(length)}; make more positions`,
  );
}

/** i32 [T]: 0, 1, 2 ..., from an offset. */
function places(length: Dim, offset: Tensor | undefined): Tensor {
  const counted = countTo(length);
  return offset === undefined ? counted : add(counted, broadcastTo(reshape(offset, [1]), [length]));
}

/** Rows of a table [longest, size]. */
function rows(table: Tensor, length: Dim, size: number, offset: Tensor | undefined): Tensor {
  if (offset === undefined) return view(table, [length, size]);
  return embedding(length === 1 ? offset : places(length, offset), table);
}
