/** Recurrent layers with the parameters of PyTorch's nn.RNN, nn.LSTM, nn.GRU and their cells. */
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

/**
 * Names of recurrent cells. 'gru' is PyTorch's, which applies the reset gate after the matrix
 * product; 'gru-reset-before' applies it before, as Cho et al. (2014) do.
 */
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

/** Options of nn.RNN, with its defaults. */
export interface RecurrentLayerOptions {
  /** Number of stacked layers (default 1): num_layers. */
  readonly layers?: number;
  /** Whether a second set of layers reads the sequence backwards (default false). */
  readonly bidirectional?: boolean;
  /** Whether the only direction reads the sequence backwards (default false). */
  readonly reverse?: boolean;
  /** Whether there are biases (default true). */
  readonly bias?: boolean;
  /** Dropout rate in training of the outputs of every layer but the last (default 0). */
  readonly dropout?: number;
}

/** Options of recurrent layers of any cell, with its sizes. */
export interface RecurrentOptions extends RecurrentLayerOptions {
  readonly cell: CellName;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /**
   * For an LSTM: added to the initial biases of the forget gates, so that long sequences are not
   * forgotten early in training (Jozefowicz et al. 2015) (default 0, as in PyTorch).
   */
  readonly forgetBias?: number;
}

/** Inputs of recurrent layers besides the sequence. */
export interface RecurrentInputs {
  /** i32 [B]: length of each row; later positions of the output are zeros. */
  readonly lengths?: Tensor | undefined;
  /** Initial state of every layer and direction, ordered by layer, forward before backward. */
  readonly initial?: readonly RecurrenceState[] | undefined;
}

/** Results of recurrent layers. */
export interface RecurrentResult {
  /**
   * Hidden states of the last layer [B, L, directions * hiddenSize], zero past each row's length.
   */
  readonly y: Tensor;
  /** Final state of every layer and direction, in the order of `initial`. */
  readonly final: readonly { readonly hidden: Tensor; readonly cell: Tensor | undefined }[];
}

/** PyTorch's initialiser of recurrent parameters: uniform within ±1 / sqrt(hiddenSize). */
const start = (hiddenSize: number) => ({
  kind: 'uniform' as const,
  bound: 1 / Math.sqrt(hiddenSize),
});

export interface RecurrentParameters {
  /** Input-hidden weight [gates * H, inputSize]. */
  readonly weightIn: Tensor;
  readonly biasIn: Tensor | undefined;
  /** Hidden-hidden weight [gates * H, H]. */
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/**
 * The parameters of one layer and direction.
 * @param suffix of their names; empty for a single cell
 */
export function recurrentParameters(
  scope: Scope,
  options: RecurrentOptions,
  inputSize = options.inputSize,
  suffix = '',
): RecurrentParameters {
  const { cell, hiddenSize, bias = true, forgetBias = 0 } = options;
  const rows = cells[cell === 'gru-reset-before' ? 'gru' : cell].gates * hiddenSize;
  const initial = start(hiddenSize);
  // The forget gate is the second of an LSTM's four.
  const raised = { from: hiddenSize, to: 2 * hiddenSize, by: cell === 'lstm' ? forgetBias : 0 };
  return {
    weightIn: scope.parameter(`weight_ih${suffix}`, [rows, inputSize], initial),
    weight: scope.parameter(`weight_hh${suffix}`, [rows, hiddenSize], initial),
    biasIn: bias ? scope.parameter(`bias_ih${suffix}`, [rows], { ...initial, raised }) : undefined,
    bias: bias ? scope.parameter(`bias_hh${suffix}`, [rows], initial) : undefined,
  };
}

/** Input projections [..., gates * H]. @param x [..., inputSize] */
function project(x: Tensor, { weightIn, biasIn }: RecurrentParameters): Tensor {
  const products = matmul(x, weightIn, { transposeB: true });
  return biasIn === undefined ? products : add(products, biasIn);
}

/**
 * Runs a layer over whole sequences.
 * @param suffix of the names of its values
 * @param products input projections [B, L, gates * H]
 */
function layerOf(
  scope: Scope,
  suffix: string,
  cell: CellName,
  products: Tensor,
  { weight, bias }: RecurrentParameters,
  options: Omit<RecurrenceOptions, 'bias'>,
): Pick<RecurrenceResult, 'y' | 'final'> {
  const all = { ...options, bias };
  if (cell === 'gru-reset-before') return resetBeforeLayer(scope, suffix, products, weight, all);
  return (
    scope.unfused?.recurrence(scope, suffix, cell, products, weight, all) ??
    recurrence(cell, products, weight, all)
  );
}

/**
 * One time step of a cell.
 * @param suffix of the names of its values
 * @param products input projections with their bias [B, gates * H]
 * @returns the next hidden state [B, H], and the next cell state of an LSTM
 */
export function cellStep(
  scope: Scope,
  suffix: string,
  cell: CellName,
  products: Tensor,
  { weight, bias }: Pick<RecurrentParameters, 'weight' | 'bias'>,
  state: { readonly hidden: Tensor; readonly cell?: Tensor | undefined },
): { readonly hidden: Tensor; readonly cell: Tensor | undefined } {
  if (cell === 'gru-reset-before') {
    const hidden = resetBeforeStep(scope, suffix, products, weight, state.hidden, bias);
    return { hidden, cell: undefined };
  }
  return (
    scope.unfused?.recurrenceStep(scope, suffix, cell, products, weight, state, bias) ??
    recurrenceStep(cell, products, weight, state, bias)
  );
}

/**
 * Stacked recurrent layers in one or both directions: nn.RNN, nn.LSTM, nn.GRU with batch_first.
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
      const inputs = { reverse, lengths, initial: from };
      const result = layerOf(scope, suffix, cell, products, parameters, inputs);
      const last = result.final;
      final.push({
        hidden: scope.note(`final_hidden${suffix}`, last.hidden),
        cell: last.cell && scope.note(`final_cell${suffix}`, last.cell),
      });
      return scope.note(`hidden${suffix}`, result.y);
    });
    const [forward = y] = outputs;
    y = outputs.length === 1 ? forward : concat(outputs, 2);
  }
  return { y: scope.note('output', lengths === undefined ? y : zeroPast(y, lengths)), final };
}

/**
 * One time step of all layers, for decoding, with the parameters of unidirectional
 * `recurrentLayers`.
 * @param x [B, inputSize]  @param states one for each layer
 * @returns the next states; the hidden state of the last layer is the output
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
    const suffix = `_l${layer}`;
    const parameters = recurrentParameters(scope, options, wide, suffix);
    const next = cellStep(scope, suffix, options.cell, project(y, parameters), parameters, state);
    y = next.hidden;
    return next;
  });
}
