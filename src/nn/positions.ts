/** Position embeddings: sinusoidal, learned, rotary. */
import { type Dim, dimBound } from '../core/dim';
import { ShapeError } from '../core/errors';
import { dimAt, formatType } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { add } from '../ops/binary/op';
import { countTo } from '../ops/countTo';
import { embedding } from '../ops/embedding/op';
import { type RotaryOptions, rotary as rotate } from '../ops/rotary/op';
import { reshape, view } from '../ops/view/op';
import type { RotaryEmbedding } from './attention';
import { checkColumns, checkLayer, layer } from './layer';
import type { Scope } from './scope';
import { PAPER_POSITIONS, type PositionOptions, sinusoidalTable } from './sinusoidalTable';

/** A layer that adds position embeddings to x, or rotates x by its positions. */
export type PositionLayer = (
  scope: Scope,
  x: Tensor,
  /**
   * i32 [1], or [B] for each batch row: the position of the first vector, for decoding token by
   * token (default 0).
   */
  offset?: Tensor,
) => Tensor;

/**
 * Adds sinusoids (Vaswani et al. 2017, section 3.5). Takes and gives [B, T, size] with T at most
 * `longest`. Has no parameters.
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function sinusoidalPositions(
  longest: number,
  size: number,
  options: Partial<PositionOptions> = {},
): PositionLayer {
  checkLayer('sinusoidalPositions', { longest, size }, options, Object.keys(PAPER_POSITIONS));
  const table = sinusoidalTable(longest, size, { ...PAPER_POSITIONS, ...options });
  return layer((scope, x: Tensor, offset?: Tensor) => {
    const length = checkLength('sinusoidalPositions', x, longest, size);
    const vectors = rows(constantTensor(table), length, size, offset);
    return add(x, scope.note('positions', vectors));
  });
}

/**
 * Adds a learned vector to each position (Gehring et al. 2017; BERT, GPT-2). Takes and gives [B, T,
 * size] with T at most `longest`. Parameter: weight [longest, size], initialised from a normal
 * distribution with standard deviation 0.02.
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function learnedPositions(longest: number, size: number): PositionLayer {
  checkLayer('learnedPositions', { longest, size }, {}, []);
  return layer((scope, x: Tensor, offset?: Tensor) => {
    const length = checkLength('learnedPositions', x, longest, size);
    const start = { kind: 'normal', deviation: 0.02 } as const;
    const table = scope.weight('weight', [longest, size], start);
    return add(x, scope.note('positions', table.rows(positions(length, offset))));
  });
}

/** How rotary position embeddings rotate pairs of channels; see `ops.rotary`. */
export type RotaryPositionOptions = Pick<
  RotaryOptions,
  'rotarySize' | 'interleaved' | 'base' | 'frequencies'
>;

/**
 * Rotary position embedding (Su et al. 2021, RoFormer) for the option `rotary` of
 * `multiHeadAttention`, `encoderLayer` and `decoderLayer`.
 */
export function rotary(options: RotaryPositionOptions = {}): RotaryEmbedding {
  return (x, sizes, offset) => rotateFrom(x, { ...options, ...sizes }, offset);
}

/**
 * Rotates pairs of channels of each head by angles proportional to the position (Su et al. 2021),
 * for the queries and keys of custom attention. Takes and gives [..., T, C], where C is divided
 * into equal heads.
 * @throws OptionError if the heads do not divide the channels
 */
export function rotaryPositions(heads: number, options: RotaryPositionOptions = {}): PositionLayer {
  checkLayer('rotaryPositions', { heads }, {}, []);
  return layer((scope, x: Tensor, offset?: Tensor) =>
    scope.note('positions', rotateFrom(x, { ...options, heads }, offset), x),
  );
}

/** Rotates x [..., T, C] from the position `offset`, i32 [1], or [B] for each row of [B, T, C]. */
function rotateFrom(x: Tensor, options: RotaryOptions, offset: Tensor | undefined): Tensor {
  if (offset === undefined || offset.shape[0] === 1) {
    return rotate(x, undefined, { ...options, offset });
  }
  return rotate(x, positions(dimAt(x, -2), offset), options);
}

/** The length of x [B, T, size]. @throws ShapeError, DTypeError */
function checkLength(where: string, x: Tensor, longest: number, size: number): Dim {
  checkColumns(where, x, size, ['B', 'T']);
  const length = dimAt(x, 1);
  if (dimBound(length) <= longest) return length;
  throw new ShapeError(
    `${where}: expected at most ${longest} positions, found ${formatType(x)} with T up to ` +
      `${dimBound(length)}; raise the number of positions`,
  );
}

/** offset, offset + 1, ...: i32 [T], or [B, T] for an offset of each batch row. */
function positions(length: Dim, offset: Tensor | undefined): Tensor {
  if (offset === undefined) return countTo(length);
  const batch = dimAt(offset, 0);
  if (batch === 1) return add(countTo(length), reshape(offset, [1]));
  const columns = reshape(offset, [batch, 1]);
  return length === 1 ? columns : add(reshape(countTo(length), [1, length]), columns);
}

/** Rows of a table [longest, size] for `length` positions from an offset. */
function rows(table: Tensor, length: Dim, size: number, offset: Tensor | undefined): Tensor {
  if (offset === undefined) return view(table, [length, size]);
  return embedding(
    length === 1 && offset.shape[0] === 1 ? offset : positions(length, offset),
    table,
  );
}
