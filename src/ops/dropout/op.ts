/** Dropout with counter-based random bits: the backward pass draws the same mask again. */
import { randomBits } from '../../../shaders/lib/functions';
import { float } from '../../../shaders/lib/wgsl';
import { DTypeError, OptionError } from '../../core/errors';
import { formatType } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import { checkIndex } from '../checks';
import type { DropoutAttrs } from './attrs';

/** An element is dropped where its random bits are below this number. */
export function dropThreshold(rate: number): number {
  return Math.min(2 ** 32 - 1, Math.round(rate * 2 ** 32));
}

export const dropoutOp = defineOp<DropoutAttrs, 2>({
  name: 'dropout',
  inputs: 2,
  infer: ([x, key], { rate }) => {
    if (x.dtype !== 'f32') {
      throw new DTypeError(`dropout: expected f32, found ${formatType(x)}`);
    }
    checkIndex('dropout', 'the key', key);
    if (!(rate >= 0 && rate < 1)) {
      throw new OptionError(`dropout: the rate must be from 0 to below 1, found ${rate}`);
    }
    return [x];
  },
  lowering: {
    kind: 'elementwise',
    functions: [randomBits],
    expression: ([x, key], { rate, stream }, { index, param }) =>
      `select(0.0, ${x} * ${float(1 / (1 - rate))}, ` +
      `random_bits(${key}, ${param(stream)}, ${index}) >= ${dropThreshold(rate)}u)`,
  },
});

/**
 * Zeroes elements at random and scales the others by 1 / (1 - rate) (Srivastava et al. 2014).
 * @param key i32 [1]: a new one for every training step, so that a step can be repeated exactly
 * @param options the rate, and as stream a number that is different for each dropout in the model
 */
export function dropout(x: Tensor, key: Tensor, options: DropoutAttrs): Tensor {
  return options.rate === 0 ? x : apply(dropoutOp, [x, key], { ...options });
}

declare module '../../graph/op' {
  interface OpSet {
    dropout: typeof dropout;
  }
}
