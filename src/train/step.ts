/**
 * The graph of a training step: forward pass, backward pass, clipping and the optimiser's update,
 * which changes parameters and optimiser states in place. Nothing is read back within a step.
 */
import { gradients } from '../autodiff/grad';
import { defined, OptionError } from '../core/errors';
import { dimAt, i32 } from '../core/shape';
import { type Graph, type Tensors, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import { ops } from '../ops';
import { type AdapterTraining, besideStates, bindBeside } from './beside';
import { type OptimizerOptions, optimizerOf } from './optimizer';
import { type Optimizer, optimizerInputs, optimizerStates, optimizerUpdate } from './ownOptimizer';
import type { TrainingTask } from './task';

/** The clipping factor without clipping. */
const UNCLIPPED = { shape: [1], data: Float64Array.of(1) } as const;

/** Options of a training step. */
export interface StepOptions {
  readonly optimizer: Optimizer | OptimizerOptions;
  /** Largest global norm of the gradient (default: no limit). */
  readonly clipNorm?: number | undefined;
  /**
   * Parameters that are not trained: names, or the beginnings of names up to a point, such as
   * 'src_embed' and 'transformer.encoder' (default: none).
   */
  readonly freeze?: readonly string[] | undefined;
  /** Parameters that are trained beside a frozen model; then `layout` is theirs (default: none). */
  readonly adapter?: AdapterTraining | undefined;
}

/** A limit that no norm of float32 gradients exceeds. */
const UNLIMITED = 1e38;

/** The graph of a training step. Outputs: mean loss, count of predictions, norm of the gradient. */
export function trainingGraph<Batch>(
  task: TrainingTask<Batch>,
  layout: ParameterLayout,
  { clipNorm, optimizer: given, freeze = [], adapter }: StepOptions,
): Graph {
  const optimizer = 'kind' in given ? optimizerOf(given, 0) : given;
  const stepInputs = { dropoutKey: i32(1), ...optimizerInputs(optimizer) };
  const reserved = Object.keys(stepInputs).find((name) => name in task.inputs);
  if (reserved !== undefined) {
    throw new OptionError(
      `training: the input name '${reserved}' is reserved for the trainer; choose another name`,
    );
  }
  const frozen = frozenParts(layout, freeze);
  return trace(
    (inputs, states) => {
      const arena = states(PARAMETERS);
      const source = { key: inputs('dropoutKey'), dropout: ops.dropout };
      const bound = bindBeside(adapter, layout, states, source);
      const { loss, count } = task.forward(bound.scope, inputs, 'training');
      const pieces = bound.pieces().filter(({ offset }) => !frozen.has(offset));
      const grads = gradients(
        loss,
        pieces.map(({ tensor }) => tensor),
      );
      const offsets = pieces.map(({ offset }) => offset);
      const packed = ops.pack(grads, offsets, layout.size);
      // The norm is reported even if gradients are not clipped.
      const clip = ops.clipScale(packed, clipNorm ?? UNLIMITED);
      const scale = clipNorm === undefined ? constantTensor(UNCLIPPED) : clip.scale;
      const limit = { scale, isActive: clipNorm !== undefined };
      const updates = optimizerUpdate(optimizer, states, inputs, packed, limit);
      return {
        outputs: { loss, count, norm: clip.norm },
        updates: frozen.size === 0 ? updates : keepFrozen(updates, arena, frozen),
      };
    },
    {
      inputs: { ...task.inputs, ...stepInputs },
      states: { ...optimizerStates(optimizer, layout.size), ...besideStates(adapter) },
    },
  );
}

/**
 * The graph of an evaluation, without dropout or update. Outputs: loss, count and, if known,
 * correct.
 */
export function evaluationGraph<Batch>(
  task: TrainingTask<Batch>,
  layout: ParameterLayout,
  adapter?: AdapterTraining,
): Graph {
  return trace(
    (inputs, states) => {
      const { scope } = bindBeside(adapter, layout, states);
      const { loss, count, correct } = task.forward(scope, inputs, 'evaluation');
      return { outputs: { loss, count, ...(correct === undefined ? {} : { correct }) } };
    },
    {
      inputs: task.inputs,
      states: { ...parameterStates(layout), ...besideStates(adapter) },
    },
  );
}

/**
 * The parts of the frozen parameters: the number of elements at each offset in the arena.
 * @throws OptionError for a name that no parameter has, or if nothing is left to train
 */
function frozenParts(
  { parameters }: ParameterLayout,
  freeze: readonly string[],
): ReadonlyMap<number, number> {
  const matches = (name: string, prefix: string) =>
    name === prefix || name.startsWith(`${prefix}.`);
  const strange = freeze.find((prefix) => !parameters.some(({ name }) => matches(name, prefix)));
  if (strange !== undefined) {
    const known = parameters.map(({ name }) => name).join(', ');
    throw new OptionError(`freeze: no parameter is called '${strange}'; the model has ${known}`);
  }
  const frozen = parameters.filter(({ name }) => freeze.some((prefix) => matches(name, prefix)));
  if (frozen.length === parameters.length) {
    throw new OptionError('freeze: every parameter is frozen, so that there is nothing to train');
  }
  return new Map(
    frozen.flatMap(({ parts, shape }) => {
      const width = shape.slice(1).reduce((product, n) => product * n, 1);
      return parts.map(({ rows, offset }) => [offset, rows * width] as const);
    }),
  );
}

/** The updates, in which frozen parameters keep their values whatever the optimiser does. */
function keepFrozen(updates: Tensors, arena: Tensor, frozen: ReadonlyMap<number, number>): Tensors {
  const size = Number(dimAt(arena, 0));
  const data = new Float64Array(size).fill(1);
  for (const [offset, count] of frozen) data.fill(0, offset, offset + count);
  const isTrained = ops.greater(constantTensor({ shape: [size], data }), ops.fill([size], 0.5));
  const next = defined(updates[PARAMETERS], PARAMETERS);
  return { ...updates, [PARAMETERS]: ops.where(isTrained, next, arena) };
}
