/** Ops for sampling: Gumbel noise from counter-based random bits, and the nucleus of a distribution. */
import { randomBits } from '../../../shaders/lib/functions';
import { gumbelNoise } from '../../../shaders/lib/gumbel';
import { nucleusKernel } from '../../../shaders/nucleus.wgsl';
import { DTypeError, OptionError } from '../../core/errors';
import { formatType } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { checkIndex } from '../checks';
import { rowsOf, teamGrid, teamOf } from '../rows';
import type { GumbelAttrs, NucleusAttrs } from './attrs';

export const gumbelOp = defineOp<GumbelAttrs, 2>({
  name: 'addGumbel',
  inputs: 2,
  infer: ([x, key]) => {
    if (x.dtype !== 'f32') {
      throw new DTypeError(`addGumbel: expected f32, found ${formatType(x)}`);
    }
    checkIndex('addGumbel', 'the key', key);
    return [x];
  },
  lowering: {
    kind: 'elementwise',
    functions: [randomBits, gumbelNoise],
    expression: ([x, key], { stream }, { index, param }) =>
      `(${x} + gumbel_noise(random_bits(${key}, ${param(stream)}, ${index})))`,
  },
});

/**
 * Adds standard Gumbel noise: the argmax of logits + noise is a sample of their softmax (Gumbel 1954).
 * @param key i32 [1], a new one for every draw
 */
export function addGumbel(x: Tensor, key: Tensor, options: GumbelAttrs): Tensor {
  return apply(gumbelOp, [x, key], { ...options });
}

export const nucleusOp = defineOp<NucleusAttrs>({
  name: 'nucleus',
  infer: ([p], { mass }) => {
    if (p.dtype !== 'f32' || p.shape.length === 0) {
      const found = formatType(p);
      throw new DTypeError(`nucleus: expected f32 of rank 1 or more, found ${found}`);
    }
    // Smaller numbers may be 0 on a device.
    if (!(mass >= 2 ** -126 && mass <= 1)) {
      throw new OptionError(`nucleus: mass must be from 2^-126 to 1, found ${mass}`);
    }
    return [{ dtype: 'f32', shape: p.shape.slice(0, -1) }];
  },
  lowering: {
    kind: 'kernel',
    calls: (call) => {
      const { node } = call;
      const shape = node.inputs[0].shape;
      const { rows, size } = rowsOf(shape);
      const team = teamOf(call, shape, { wide: false });
      return [
        kernelCall({
          kernel: nucleusKernel,
          spec: { team, mass: node.attrs.mass },
          operands: [input(0), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
});

/**
 * The smallest probability in a row's nucleus, that is, among the most likely values that sum to `mass`
 * (Holtzman et al. 2020, section 3.1). Ties with it belong to the nucleus.
 * @param p rows of probabilities [..., V]  @returns [...]
 * @throws DTypeError, OptionError
 */
export function nucleus(p: Tensor, mass: number): Tensor {
  return apply(nucleusOp, [p], { mass });
}

declare module '../../graph/op' {
  interface OpSet {
    addGumbel: typeof addGumbel;
    nucleus: typeof nucleus;
  }
}
