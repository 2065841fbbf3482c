/** The gradient rule of attention. */
import { defined } from '../../core/errors';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import type { OpSet, Tensor } from '../../graph/op';
import { roomFor } from './attend';
import {
  type AttentionAttrs,
  attentionSizes,
  listOptional,
  type OptionalInputs,
  optionalInputs,
  SOURCE_COUNT,
} from './attrs';
import { type attentionGrad, attentionGradOp } from './backward';
import { attentionOp } from './forward';
import { maskAttrs } from './lengths';
import { fitMasks } from './masks';

export { attentionGrad } from './backward';

/** An attention to differentiate, and the inputs of its gradient. */
interface Application {
  readonly ops: OpSet;
  readonly attrs: AttentionAttrs;
  readonly sources: readonly [Tensor, ...Tensor[]];
  readonly optional: OptionalInputs<Tensor>;
  readonly y: Tensor;
  readonly saved: Tensor;
}

/**
 * Gradients of the sources, followed by that of the bias. A gradient of the weights takes one more binding:
 * where there is none left, masks are merged, or the gradient is computed as a sum of two.
 */
function gradientsOf(
  application: Application,
  dy: Tensor,
  dweights: Tensor | undefined,
): readonly Tensor[] {
  const { ops, attrs, sources, optional, y, saved } = application;
  const { packing, heads, causal } = attrs;
  const { key, ...given } = optional;
  const room = roomFor(packing, dweights !== undefined) - (key === undefined ? 0 : 1);
  if (
    dweights !== undefined &&
    room < 1 &&
    listOptional({ ...optional, key: undefined }).length > 0
  ) {
    // The gradient is linear in both, and dropout does not apply to that of the weights.
    const undropped = { ...attrs, dropRate: 0 };
    const ofOutput = gradientsOf(application, dy, undefined);
    const ofWeights = gradientsOf(
      { ...application, attrs: undropped, optional: { ...optional, key: undefined } },
      ops.zerosLike(y),
      dweights,
    );
    return ofOutput.map((gradient, i) => ops.add(gradient, defined(ofWeights[i], 'gradient')));
  }
  const sizes = { ...attentionSizes(sources, attrs), heads };
  const masks = fitMasks({ ...given, causal }, sizes, room);
  const grads = ops.attentionGrad(
    { ...attrs, ...maskAttrs(masks) },
    [...sources, ...listOptional({ ...masks, key })],
    y,
    saved,
    dy,
    dweights,
  );
  const dbias = grads[sources.length];
  if (dbias === undefined || given.bias === undefined) return grads;
  // Merging masks into the bias may have enlarged it.
  return [...grads.slice(0, sources.length), ops.sumTo(dbias, given.bias.shape)];
}

/** Columns of wider queries that attention did not read have a gradient of 0. */
function widened(ops: OpSet, dq: Tensor, q: Tensor): Tensor {
  const missing = Number(q.shape[2]) - Number(dq.shape[2]);
  return missing === 0 ? dq : ops.pad(dq, { before: [0, 0, 0], after: [0, 0, missing] });
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(attentionOp, {
    rule: ({ ops, attrs, inputs, outputs: [y, saved], gradients: [dy, , dweights] }) => {
      const [q, ...others] = inputs;
      const count = SOURCE_COUNT[attrs.packing];
      const { end: _, ...optional } = optionalInputs(inputs, attrs);
      const sources = [q, ...others.slice(0, count - 1)] as const;
      const given = dy ?? ops.zerosLike(y);
      const grads = gradientsOf({ ops, attrs, sources, optional, y, saved }, given, dweights);
      const dbias = grads[count];
      return inputs.map((input, i) => {
        const gradient = i < count ? grads[i] : input === optional.bias ? dbias : undefined;
        return i === 0 ? widened(ops, defined(gradient, 'dq'), q) : gradient;
      });
    },
  }),
  gradientOf(attentionGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    attentionGrad: typeof attentionGrad;
  }
}
