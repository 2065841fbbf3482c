/** One step of beam search: selects the continuations that are kept. */
import { BEAM_WORKGROUP, beamStepKernel } from '../../../shaders/beamStep.wgsl';
import { type Dim, multiplyDims } from '../../core/dim';
import { DTypeError, OptionError, ShapeError } from '../../core/errors';
import { dims, formatType, type Shape, shapesEqual, type TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { BEAM_FIELDS, type BeamStepAttrs, NO_BEAM, UNUSED } from './attrs';

export { BEAM_FIELDS, NO_BEAM, UNUSED } from './attrs';

/** The largest number of beams, whose continuations one thread keeps in registers. */
const MAX_WIDTH = 32;

function infer(inputs: Counted<TensorType, [3, 4]>, attrs: BeamStepAttrs): Counted<TensorType, 4> {
  checkCount('beamStep inputs', inputs, attrs.coverage ? 4 : 3);
  const [beams, values, choices, coverage] = inputs;
  const [batch, width, count] = dims(values, 3, 'beamStep: values');
  const places = [batch, multiplyDims(2, width), BEAM_FIELDS.length];
  const fits = (type: TensorType, dtype: string, ...shape: Shape): boolean =>
    type.dtype === dtype && shapesEqual(type.shape, shape);
  const right =
    fits(beams, 'f32', ...places) &&
    fits(values, 'f32', batch, width, count) &&
    fits(choices, 'i32', batch, width, count) &&
    (coverage === undefined || fits(coverage, 'f32', batch, width));
  if (!right) {
    const found = inputs.map(formatType).join(', ');
    const text = `beams [B, 2K, ${BEAM_FIELDS.length}], values and i32 choices [B, K, C]`;
    if (inputs.every(({ shape }) => shape.length > 1)) {
      throw new ShapeError(`beamStep: expected ${text}, found ${found}`);
    }
    throw new DTypeError(`beamStep: expected ${text}, found ${found}`);
  }
  const isSmall = (d: Dim, most: number) => typeof d === 'number' && d >= 1 && d <= most;
  if (!isSmall(width, MAX_WIDTH) || !isSmall(count, MAX_WIDTH + 1)) {
    throw new OptionError(
      `beamStep: 1 to ${MAX_WIDTH} beams and up to one more choice, found ${width}, ${count}`,
    );
  }
  if (!isSmall(attrs.best, Number(width))) {
    throw new OptionError(`beamStep: best must be from 1 to ${width}, found ${attrs.best}`);
  }
  const ofBeams = { dtype: 'i32', shape: [batch, width] } as const;
  return [beams, ofBeams, ofBeams, { dtype: 'f32', shape: [batch, width] }];
}

function calls({ node }: LoweringCall<BeamStepAttrs, [3, 4], 4>): readonly KernelCall[] {
  const [batch, width, choices] = dims(node.inputs[1], 3, 'beamStep');
  return [
    kernelCall({
      kernel: beamStepKernel,
      spec: {
        ...node.attrs,
        width: Number(width),
        choices: Number(choices),
        none: NO_BEAM,
        unused: UNUSED,
      },
      operands: [
        ...node.inputs.map((_, i) => input(i)),
        ...[output(0), output(1), output(2), output(3)],
      ],
      params: [batch],
      grid: (size) => grid1d(Math.ceil(size(batch) / BEAM_WORKGROUP)),
    }),
  ];
}

export const beamStepOp = defineOp<BeamStepAttrs, [3, 4], 4>({
  name: 'beamStep',
  inputs: [3, 4],
  outputs: 4,
  infer,
  lowering: { kind: 'kernel', calls },
});

/** The live beams of the next step. */
export interface NextBeams {
  /** Live beams and finished hypotheses [B, 2K, 5], for the next step. */
  readonly beams: Tensor;
  /** i32 [B, K]: the last token of each live beam; pad where there is none. */
  readonly tokens: Tensor;
  /** i32 [B, K]: the row (sentence * K + beam) that each live beam continues. */
  readonly origins: Tensor;
  /** Sum of log-probabilities of each live beam [B, K]. */
  readonly scores: Tensor;
}

/**
 * One step of a beam search that keeps finished hypotheses. All continuations of a sentence's K live beams are
 * ranked by score / length penalty plus coverage. Those of the K best that end with eos, or to which no token may
 * be added, join the finished hypotheses, of which the K best are kept; the K best others live on. When no live
 * beam can beat the `best` finished ones, none lives on.
 * @param beams [B, 2K, 5]: the live beams, then the finished hypotheses, in descending order of rank. The fields
 *   are rank, score, last token, length including eos, and the number of tokens that may still be added (live) or
 *   the row that the last token continues (finished). Unused places have rank and score NO_BEAM.
 * @param values log-probabilities [B, K, C] of each beam's best tokens, K + 1 of them unless there are fewer; those
 *   up to UNUSED are never chosen  @param choices i32, those tokens
 * @param coverage [B, K], at most 0
 * @throws ShapeError, DTypeError, OptionError
 */
export function beamStep(
  beams: Tensor,
  values: Tensor,
  choices: Tensor,
  options: Omit<BeamStepAttrs, 'coverage'>,
  coverage?: Tensor,
): NextBeams {
  const optional = coverage === undefined ? [] : [coverage];
  const [next, tokens, origins, scores] = applyAll(
    beamStepOp,
    [beams, values, choices, ...optional],
    { ...options, coverage: coverage !== undefined },
  );
  return { beams: next, tokens, origins, scores };
}

declare module '../../graph/op' {
  interface OpSet {
    beamStep: typeof beamStep;
  }
}
