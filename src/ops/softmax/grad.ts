/** Gradients of softmax and log-softmax, one dispatch each. They need only the result. */
import { softmaxBackward } from '../../../shaders/softmax/backward.wgsl';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, type Op } from '../../graph/op';
import type { SoftmaxAttrs, SoftmaxName } from './attrs';
import { logSoftmaxOp, softmaxCalls, softmaxOp } from './op';

/** Inputs: the result y and its gradient. */
/*@__NO_SIDE_EFFECTS__*/
function gradOpOf(name: SoftmaxName): Op<SoftmaxAttrs> {
  return defineOp<SoftmaxAttrs>({
    name: `${name}Grad`,
    infer: ([y]) => (y === undefined ? [] : [y]),
    lowering: {
      kind: 'kernel',
      epilogue: true,
      calls: (call) => softmaxCalls(softmaxBackward, name === 'logSoftmax', call),
    },
  });
}

export const softmaxGradOp = gradOpOf('softmax');
export const logSoftmaxGradOp = gradOpOf('logSoftmax');

function through(op: Op<SoftmaxAttrs>, gradOp: Op<SoftmaxAttrs>): GradientEntry {
  return gradientOf(op, {
    rule: ({ attrs, outputs: [y], gradients: [dy] }) =>
      y === undefined || dy === undefined ? [] : [apply(gradOp, [y, dy], attrs)],
  });
}

export const gradients: readonly GradientEntry[] = [
  through(softmaxOp, softmaxGradOp),
  through(logSoftmaxOp, logSoftmaxGradOp),
  gradientOf(softmaxGradOp, 'none'),
  gradientOf(logSoftmaxGradOp, 'none'),
];
