/** Checks that the inputs of attention fit its attributes and each other. */

import type { PairAxes } from '../../../shaders/attention/spec';
import { type Dim, dimsEqual } from '../../core/dim';
import { DTypeError, defined, ShapeError } from '../../core/errors';
import { dims, formatType, type Shape, shapesEqual, type TensorType } from '../../core/shape';
import { checkCount } from '../../graph/count';
import { type AttentionAttrs, attentionSizes, columnsOf, optionalInputs } from './attrs';

/** @throws ShapeError when queries, keys and values do not fit the heads and each other */
export function checkSources(inputs: readonly TensorType[], attrs: AttentionAttrs): void {
  const { heads, kvHeads, size, packing } = attrs;
  const { q, k, v } = columnsOf(attrs);
  const { batch, keys } = attentionSizes(inputs, attrs);
  const widths = { qkv: [q + k + v], kv: [q, k + v], none: [q, k, v] }[packing];
  const found = inputs.slice(0, widths.length);
  const fits = widths.every((width, i) => {
    const source = defined(found[i], 'source');
    const [own, rows, columns] = dims(source, 3, 'attention');
    const isQuery = i === 0 && packing !== 'qkv';
    const wide = typeof columns === 'number' && (isQuery ? columns >= width : columns === width);
    const placed = dimsEqual(own, batch) && (i === 0 || dimsEqual(rows, keys));
    return source.dtype === 'f32' && wide && placed;
  });
  if (fits) return;
  const expected = widths.map((width, i) => `[B,${i === 0 ? 'T' : 'S'},${width}]`);
  const shared = kvHeads === heads ? '' : ` that share ${kvHeads} of keys and values`;
  throw new ShapeError(
    `attention: expected f32 ${expected.join(' and ')} for ${heads} heads of ${size}${shared}, ` +
      `found ${found.map(formatType).join(' and ')}; check the number of heads, and reshape to ` +
      'three axes',
  );
}

/** @throws DTypeError, ShapeError when an optional input does not fit */
export function checkOptional(inputs: readonly TensorType[], attrs: AttentionAttrs): void {
  const { lengths, mask, bias, offset, key, end } = optionalInputs(inputs, attrs);
  checkCount('attention inputs', inputs, end);
  const sizes = { ...attentionSizes(inputs, attrs), heads: attrs.heads };
  checkType('keyLengths', lengths, 'i32', [sizes.batch]);
  checkType('mask', mask, 'bool', pairShape(attrs.mask, sizes));
  checkType('bias', bias, 'f32', pairShape(attrs.bias, sizes));
  checkType('queryOffset', offset, 'i32', [attrs.offset === 'each' ? sizes.batch : 1]);
  checkType('the key of dropout', key, 'i32', [1]);
}

/** The shape [B or 1, H or 1, T or 1, S] of a tensor over pairs that differs along these axes. */
function pairShape(
  axes: PairAxes,
  { batch, heads, queries, keys }: Readonly<Record<'batch' | 'heads' | 'queries' | 'keys', Dim>>,
): Shape {
  const own = axes === false ? [] : axes;
  return [
    own.includes('batch') ? batch : 1,
    own.includes('heads') ? heads : 1,
    own.includes('queries') ? queries : 1,
    keys,
  ];
}

function checkType(
  what: string,
  type: TensorType | undefined,
  dtype: TensorType['dtype'],
  shape: Shape,
): void {
  if (type === undefined) return;
  const expected = formatType({ dtype, shape });
  if (type.dtype !== dtype) {
    throw new DTypeError(`attention: ${what} must be ${expected}, found ${formatType(type)}`);
  }
  if (!shapesEqual(type.shape, shape)) {
    throw new ShapeError(`attention: ${what} must be ${expected}, found ${formatType(type)}`);
  }
}
