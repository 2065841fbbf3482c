/** Gradients of softmax and log-softmax, one dispatch each. They need only the result. */
import { softmaxBackward } from '../../../shaders/softmax/backward.wgsl';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, type Op } from '../../graph/op';
import type { SoftmaxAttrs, SoftmaxName } from './attrs';
import { logSoftmaxOp, softmaxCalls, softmaxOp } from './op';

/** Inputs: the result y and its gradient. */
/*@__NO_SIDE_EFFECTS__*/
function gradOpOf(name: SoftmaxName): Op<SoftmaxAttrs, 2, 1> {
  return defineOp<SoftmaxAttrs, 2>({
    name: `${name}Grad`,
    inputs: 2,
    infer: ([y]) => [y],
    lowering: {
      kind: 'kernel',
      epilogue: true,
      calls: (call) => softmaxCalls(softmaxBackward, name === 'logSoftmax', call),
    },
  });
}

export const softmaxGradOp = gradOpOf('softmax');
export const logSoftmaxGradOp = gradOpOf('logSoftmax');

function through(op: Op<SoftmaxAttrs, 1, 1>, gradOp: Op<SoftmaxAttrs, 2, 1>): GradientEntry {
  return gradientOf(op, {
    rule: ({ attrs, outputs: [y], gradients: [dy] }) => [apply(gradOp, [y, dy], attrs)],
  });
}

export const gradients: readonly GradientEntry[] = [
  through(softmaxOp, softmaxGradOp),
  through(logSoftmaxOp, logSoftmaxGradOp),
  gradientOf(softmaxGradOp, 'none'),
  gradientOf(logSoftmaxGradOp, 'none'),
];
