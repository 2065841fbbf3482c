/** Softmax and log-softmax along any axis, with an optional mask. */

import type { Kernel } from '../../../shaders/lib/kernel';
import { MASKED, type SoftmaxSpec, softmaxForward } from '../../../shaders/softmax/forward.wgsl';
import { dimsEqual, multiplyDims } from '../../core/dim';
import { checkOptions, DTypeError, ShapeError } from '../../core/errors';
import {
  broadcastShapes,
  dimAt,
  formatShape,
  formatType,
  normaliseAxis,
  numberOfElements,
  shapesEqual,
} from '../../core/shape';
import type { Count } from '../../graph/count';
import { apply } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Op,
  output,
  type Tensor,
} from '../../graph/op';
import { fill } from '../fill/op';
import { teamGrid, teamOf } from '../rows';
import { LONE_TEAM } from '../rowTeams';
import { where } from '../select/op';
import type { SoftmaxAttrs, SoftmaxName } from './attrs';

/** The dispatch of a softmax, or of its gradient. */
export function softmaxCalls(
  kernel: Kernel<SoftmaxSpec>,
  log: boolean,
  call: LoweringCall<SoftmaxAttrs, Count, 1>,
): readonly KernelCall[] {
  const { node, epilogue } = call;
  const { shape } = node.types[0];
  const { axis } = node.attrs;
  const outer = numberOfElements(shape.slice(0, axis));
  const inner = numberOfElements(shape.slice(axis + 1));
  const strided = !dimsEqual(inner, 1);
  const rows = multiplyDims(outer, inner);
  const team = strided ? LONE_TEAM : teamOf(call, shape.slice(0, axis + 1), { holds: true });
  return [
    kernelCall({
      kernel,
      spec: { team, log, strided, epilogue },
      operands: [...node.inputs.map((_, i) => input(i)), output(0)],
      params: [rows, dimAt({ shape }, axis), inner],
      grid: teamGrid(rows, team),
    }),
  ];
}

/*@__NO_SIDE_EFFECTS__*/
function softmaxOpOf(name: SoftmaxName): Op<SoftmaxAttrs, 1, 1> {
  const log = name === 'logSoftmax';
  return defineOp<SoftmaxAttrs>({
    name,
    infer: ([x]) => {
      if (x.dtype !== 'f32' || x.shape.length === 0) {
        const found = formatType(x);
        throw new DTypeError(`${name}: expected f32 of rank 1 or more, found ${found}`);
      }
      return [x];
    },
    lowering: {
      kind: 'kernel',
      epilogue: true,
      calls: (call) => softmaxCalls(softmaxForward, log, call),
    },
  });
}

export const softmaxOp = softmaxOpOf('softmax');
export const logSoftmaxOp = softmaxOpOf('logSoftmax');

export interface SoftmaxOptions {
  /** The axis along which results sum to 1; a negative one counts from the last. The last by default. */
  readonly axis?: number;
  /** bool that broadcasts to x: true keeps an element. */
  readonly mask?: Tensor | undefined;
}

function applySoftmax(op: Op<SoftmaxAttrs, 1, 1>, x: Tensor, options: SoftmaxOptions): Tensor {
  checkOptions(op.name, options, ['axis', 'mask']);
  const axis = normaliseAxis(op.name, options.axis ?? -1, x.shape.length);
  return apply(op, [masked(op.name, x, options.mask)], { axis });
}

/** Sets masked elements to the smallest finite f32; this is fused into the kernel that computes x. */
function masked(name: string, x: Tensor, mask: Tensor | undefined): Tensor {
  if (mask === undefined) return x;
  if (!shapesEqual(broadcastShapes(name, x.shape, mask.shape), x.shape)) {
    throw new ShapeError(
      `${name}: the mask ${formatShape(mask.shape)} does not broadcast to ${formatShape(x.shape)}`,
    );
  }
  return where(mask, x, fill(x.shape, MASKED));
}

/**
 * exp(x) / sum(exp(x)) along an axis. Masked elements, and all of a fully masked row, are 0.
 * @throws ShapeError when the axis is out of range or the mask does not broadcast to x; DTypeError
 */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return applySoftmax(softmaxOp, x, options);
}

/**
 * x - log(sum(exp(x))) along an axis. Masked elements, and all of a fully masked row, are -3.4e38.
 * @throws ShapeError when the axis is out of range or the mask does not broadcast to x; DTypeError
 */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return applySoftmax(logSoftmaxOp, x, options);
}

declare module '../../graph/op' {
  interface OpSet {
    softmax: typeof softmax;
    logSoftmax: typeof logSoftmax;
  }
}
