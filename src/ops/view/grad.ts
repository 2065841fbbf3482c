/** Gradient of views: the inverse view, with zeros around a part. */
import { dimsEqual } from '../../core/dim';
import { numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { viewOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(viewOp, {
    linear: () => true,
    rule: ({ ops, attrs, inputs: [x], outputs: [y], gradients: [dy] }) => {
      const whole = dimsEqual(numberOfElements(x.shape), numberOfElements(y.shape));
      if (whole) return [ops.reshape(dy, x.shape)];
      const flat = ops.reshape(dy, [numberOfElements(y.shape)]);
      const size = numberOfElements(x.shape);
      return [ops.reshape(ops.placeFlat(flat, size, attrs.offset), x.shape)];
    },
  }),
];
