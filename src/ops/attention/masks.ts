/**
 * Reduces the options of a caller to the inputs of the kernels: at most lengths, a mask, a bias and a position.
 * Where a kernel has too few bindings, some are merged into others.
 */
import { LEAST_SCORE } from '../../../shaders/attention/masks';
import { dimsEqual } from '../../core/dim';
import { checkOptions, DTypeError, ShapeError } from '../../core/errors';
import { broadcastShapes, dimAt, formatType, type Shape, shapesEqual } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { add } from '../binary/op';
import { countTo } from '../countTo';
import { fill } from '../fill/op';
import { broadcastTo } from '../movement/op';
import { greater, greaterEqual, or, where } from '../select/op';
import { reshape } from '../view/op';
import type { AttentionOptions } from './attend';
import { listOptional } from './attrs';
import type { GivenMasks, MaskRule, Masks, PairSizes } from './lengths';

const OPTION_NAMES = Object.keys({
  heads: true,
  kvHeads: true,
  causal: true,
  scale: true,
  keyLengths: true,
  keyPadding: true,
  mask: true,
  bias: true,
  queryOffset: true,
  dropout: true,
} satisfies Record<keyof AttentionOptions, true>);

/** For all options. @throws OptionError for an unknown option */
export const allMasks: MaskRule = (given, sizes, room) => {
  checkOptions('attention', given, OPTION_NAMES);
  return fitMasks(masksOf(given, sizes), sizes, room);
};

/**
 * The op's inputs for a caller's options: masks are merged to one, and inputs without effect are dropped.
 * @throws DTypeError, ShapeError when a mask, a padding or a bias does not fit the sizes
 */
export function masksOf(given: GivenMasks, sizes: PairSizes): Masks {
  const { causal = false, keyLengths: lengths, queryOffset } = given;
  const padding = given.keyPadding && paddingPairs(given.keyPadding, sizes);
  const mask = given.mask && pairsOf('mask', given.mask, sizes);
  return {
    causal,
    lengths,
    mask: padding === undefined ? mask : mask === undefined ? padding : or(mask, padding),
    bias: given.bias && eachQuery(pairsOf('bias', given.bias, sizes), sizes),
    offset: causal ? queryOffset : undefined,
  };
}

/** Inputs with the same effect, at most `room` of them; one is always enough. */
export function fitMasks(masks: Masks, sizes: PairSizes, room: number): Masks {
  let fitted = masks;
  for (const merge of [mergeMask, mergeLengths, mergePosition]) {
    if (listOptional({ ...fitted, key: undefined }).length <= room) break;
    fitted = merge(fitted, sizes);
  }
  return fitted;
}

/** Merges the mask into the bias. */
function mergeMask(masks: Masks): Masks {
  const { mask, bias } = masks;
  if (mask === undefined || bias === undefined) return masks;
  return hide({ ...masks, mask: undefined }, mask);
}

/** Merges the lengths into the mask. */
function mergeLengths(masks: Masks, { batch, keys }: PairSizes): Masks {
  const { lengths } = masks;
  if (lengths === undefined) return masks;
  const past = greaterEqual(
    reshape(countTo(keys), [1, 1, 1, keys]),
    reshape(lengths, [batch, 1, 1, 1]),
  );
  return hide({ ...masks, lengths: undefined }, past);
}

/** Merges causality and the position into the mask. */
function mergePosition(masks: Masks, { queries, keys }: PairSizes): Masks {
  const { offset } = masks;
  if (offset === undefined) return masks;
  const position = add(
    reshape(countTo(queries), [1, 1, queries, 1]),
    reshape(offset, [dimAt(offset, 0), 1, 1, 1]),
  );
  const late = greater(reshape(countTo(keys), [1, 1, 1, keys]), position);
  return hide({ ...masks, offset: undefined, causal: false }, late);
}

function hide(masks: Masks, hidden: Tensor): Masks {
  const { mask, bias } = masks;
  if (bias === undefined) return { ...masks, mask: mask === undefined ? hidden : or(mask, hidden) };
  const shape = broadcastShapes('attention', hidden.shape, bias.shape);
  return { ...masks, bias: where(hidden, fill(shape, LEAST_SCORE), bias) };
}

function paddingPairs(padding: Tensor, { batch, keys }: PairSizes): Tensor {
  const found = formatType(padding);
  const expected = formatType({ dtype: 'bool', shape: [batch, keys] });
  const message = `attention: keyPadding must be ${expected}, found ${found}`;
  if (padding.dtype !== 'bool') throw new DTypeError(`${message}; compare with 0 to make it bool`);
  if (!shapesEqual(padding.shape, [batch, keys])) throw new ShapeError(message);
  return reshape(padding, [batch, 1, 1, keys]);
}

const PAIR_TENSORS = {
  mask: {
    dtype: 'bool',
    third: '[B,T,S]',
    remedy: 'a mask of numbers that are added to the scores is a bias',
  },
  bias: { dtype: 'f32', third: '[H,T,S]', remedy: 'a mask of what to hide is a mask' },
} as const;

/** A mask or bias with four axes, of which the first three may be 1. */
function pairsOf(what: keyof typeof PAIR_TENSORS, tensor: Tensor, sizes: PairSizes): Tensor {
  const { dtype, third, remedy } = PAIR_TENSORS[what];
  const { batch, heads, queries, keys } = sizes;
  if (tensor.dtype !== dtype) {
    throw new DTypeError(
      `attention: ${what} must be ${dtype}, found ${formatType(tensor)}; ${remedy}`,
    );
  }
  const shape = fourAxes(what, tensor.shape);
  const whole = [batch, heads, queries, keys];
  const fits = shape?.every((d, i) => d === 1 || dimsEqual(d, dimAt({ shape: whole }, i)));
  if (shape === undefined || fits !== true) {
    throw new ShapeError(
      `attention: ${what} must be [T,S], ${third} or [B,H,T,S], or have axes of 1 there, with B=` +
        `${batch} H=${heads} T=${queries} S=${keys}, found ${formatType(tensor)}`,
    );
  }
  return broadcastTo(reshape(tensor, shape), [...shape.slice(0, 3), keys]);
}

function fourAxes(what: 'mask' | 'bias', shape: Shape): Shape | undefined {
  if (shape.length === 2) return [1, 1, ...shape];
  if (shape.length === 3) {
    return what === 'mask' ? [...shape.slice(0, 1), 1, ...shape.slice(1)] : [1, ...shape];
  }
  return shape.length === 4 ? shape : undefined;
}

/** The bias broadcast along the queries, as its gradient has that shape. */
function eachQuery(bias: Tensor, { queries, keys }: PairSizes): Tensor {
  return broadcastTo(bias, [...bias.shape.slice(0, 2), queries, keys]);
}
