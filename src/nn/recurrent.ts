/** Recurrent modules with the parameters of PyTorch's nn.RNN, nn.LSTM, nn.GRU and their cells. */
import { cells, type CellName as KernelCell } from '../../shaders/recurrence/cells';
import type { Tensor } from '../graph/op';
import { add } from '../ops/binary/op';
import { concat } from '../ops/concat/op';
import { matmul } from '../ops/matmul/op';
import {
  type RecurrenceOptions,
  type RecurrenceResult,
  type RecurrenceState,
  recurrence,
  recurrenceStep,
} from '../ops/recurrence/op';
import { zeroPast } from './lengths';
import type { Scope } from './parameters';
import { resetBeforeLayer, resetBeforeStep } from './resetBefore';

/** Of GRUs 'gru' is PyTorch's, with the reset gate after the product; the other is Cho et al.'s. */
export type CellName = KernelCell | 'gru-reset-before';

/** The recurrent cells, by name. */
export const CELLS = [
  'lstm',
  'gru',
  'gru-reset-before',
  'tanh',
  'relu',
] as const satisfies CellName[];

export type { RecurrenceState } from '../ops/recurrence/op';

/** Sizes of recurrent layers, and their cell. */
export interface RecurrentOptions {
  readonly cell: CellName;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly layers?: number;
  readonly bidirectional?: boolean;
  /** One direction only, from the end to the beginning. */
  readonly reverse?: boolean;
  readonly bias?: boolean;
  /**
   * Of an LSTM: added to the biases of the forget gates at the start, so that a long sequence is not
   * forgotten before anything was learnt (Jozefowicz et al. 2015). 0, as in PyTorch, by default.
   */
  readonly forgetBias?: number;
  /** Rate on the outputs of every layer but the last. */
  readonly dropout?: number;
}

/** What recurrent layers read besides the sequence. */
export interface RecurrentInputs {
  /** i32 [B]: rows end there; what comes after them is zeros. */
  readonly lengths?: Tensor | undefined;
  /** A state for every layer and direction, those of a layer side by side, forward first. */
  readonly initial?: readonly RecurrenceState[] | undefined;
}

/** What recurrent layers give. */
export interface RecurrentResult {
  /** States of the last layer [B, L, directions * hiddenSize], zero past a row's length. */
  readonly y: Tensor;
  /** The state after the last step of every layer and direction, in the order of `initial`. */
  readonly final: readonly { readonly hidden: Tensor; readonly cell: Tensor | undefined }[];
}

/** PyTorch's own start of recurrent weights: uniform within 1 / sqrt(hidden size). */
const start = (hiddenSize: number) => ({
  kind: 'uniform' as const,
  bound: 1 / Math.sqrt(hiddenSize),
});

export interface RecurrentParameters {
  /** Of the input [gates * H, inputSize]. */
  readonly weightIn: Tensor;
  readonly biasIn: Tensor | undefined;
  /** Of the state [gates * H, H]. */
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/** The parameters of a layer and direction; of a cell without a suffix. */
export function recurrentParameters(
  scope: Scope,
  options: RecurrentOptions,
  inputSize = options.inputSize,
  suffix = '',
): RecurrentParameters {
  const { cell, hiddenSize, bias = true, forgetBias = 0 } = options;
  const rows = cells[cell === 'gru-reset-before' ? 'gru' : cell].gates * hiddenSize;
  const initial = start(hiddenSize);
  // The forget gates are the second of an LSTM's four.
  const raised = { from: hiddenSize, to: 2 * hiddenSize, by: cell === 'lstm' ? forgetBias : 0 };
  return {
    weightIn: scope.parameter(`weight_ih${suffix}`, [rows, inputSize], initial),
    weight: scope.parameter(`weight_hh${suffix}`, [rows, hiddenSize], initial),
    biasIn: bias ? scope.parameter(`bias_ih${suffix}`, [rows], { ...initial, raised }) : undefined,
    bias: bias ? scope.parameter(`bias_hh${suffix}`, [rows], initial) : undefined,
  };
}

/** Products of the input [..., gates * H]. */
function project(x: Tensor, { weightIn, biasIn }: RecurrentParameters): Tensor {
  const products = matmul(x, weightIn, { transposeB: true });
  return biasIn === undefined ? products : add(products, biasIn);
}

/** A layer over whole sequences from products of its inputs [B, L, gates * H]. */
function layerOf(
  cell: CellName,
  products: Tensor,
  { weight, bias }: RecurrentParameters,
  options: Omit<RecurrenceOptions, 'bias'>,
): RecurrenceResult {
  const all = { ...options, bias };
  return cell === 'gru-reset-before'
    ? resetBeforeLayer(products, weight, all)
    : recurrence(cell, products, weight, all);
}

/**
 * One step of a cell from products of its input with their bias [B, gates * H].
 * @returns the next state [B, H], and the cell of an LSTM
 */
export function cellStep(
  cell: CellName,
  products: Tensor,
  { weight, bias }: Pick<RecurrentParameters, 'weight' | 'bias'>,
  state: { readonly hidden: Tensor; readonly cell?: Tensor | undefined },
): { readonly hidden: Tensor; readonly cell: Tensor | undefined } {
  return cell === 'gru-reset-before'
    ? { hidden: resetBeforeStep(products, weight, state.hidden, bias), cell: undefined }
    : recurrenceStep(cell, products, weight, state, bias);
}

/**
 * Stacked, one- or two-directional recurrent layers: nn.RNN, nn.LSTM, nn.GRU with batch_first.
 * @param x [B, L, inputSize]
 */
export function recurrentLayers(
  scope: Scope,
  x: Tensor,
  options: RecurrentOptions,
  { lengths, initial = [] }: RecurrentInputs = {},
): RecurrentResult {
  const { cell, inputSize, hiddenSize, layers = 1, dropout = 0 } = options;
  const { bidirectional = false, reverse: only = false } = options;
  const directions = bidirectional ? [false, true] : [only];
  const final: RecurrentResult['final'][number][] = [];
  let y = x;
  for (let layer = 0; layer < layers; layer++) {
    const wide = layer === 0 ? inputSize : directions.length * hiddenSize;
    const input = layer === 0 ? y : scope.dropout(y, dropout);
    const outputs = directions.map((reverse) => {
      const suffix = `_l${layer}${bidirectional && reverse ? '_reverse' : ''}`;
      const parameters = recurrentParameters(scope, options, wide, suffix);
      const from = initial[final.length];
      const products = scope.note(`products${suffix}`, project(input, parameters));
      const result = layerOf(cell, products, parameters, { reverse, lengths, initial: from });
      final.push(result.final);
      scope.note(`gates${suffix}`, result.kept);
      scope.note(`final_hidden${suffix}`, result.final.hidden);
      if (result.final.cell !== undefined) scope.note(`final_cell${suffix}`, result.final.cell);
      return scope.note(`hidden${suffix}`, result.y);
    });
    const [one = y] = outputs;
    y = outputs.length === 1 ? one : concat(outputs, 2);
  }
  return { y: scope.note('output', lengths === undefined ? y : zeroPast(y, lengths)), final };
}

/**
 * One step of all layers, for decoding: the same parameters as `recurrentLayers` in one direction.
 * @param x [B, inputSize]  @param states of every layer
 * @returns the next states; the last one's hidden part is the output
 */
export function recurrentLayersStep(
  scope: Scope,
  x: Tensor,
  states: readonly { readonly hidden: Tensor; readonly cell?: Tensor | undefined }[],
  options: RecurrentOptions,
): RecurrentResult['final'] {
  let y = x;
  return states.map((state, layer) => {
    const wide = layer === 0 ? options.inputSize : options.hiddenSize;
    const parameters = recurrentParameters(scope, options, wide, `_l${layer}`);
    const next = cellStep(options.cell, project(y, parameters), parameters, state);
    y = next.hidden;
    return next;
  });
}
