/** nn.RNN, nn.LSTM and nn.GRU with batch_first, as layers. */
import { OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { checkColumns, checkLayer, layer } from './layer';
import {
  type CellName,
  type RecurrentInputs,
  type RecurrentLayerOptions,
  type RecurrentOptions,
  type RecurrentResult,
  recurrentLayers,
  recurrentLayersStep,
} from './recurrent';
import type { Scope } from './scope';

/** The state of a layer after a time step: [B, hiddenSize] each; only an LSTM has a cell state. */
export type RecurrentState = RecurrentResult['final'][number];

/** A stack of recurrent layers. */
export interface RecurrentLayer {
  /**
   * @param x [B, L, inputSize]
   * @returns hidden states of the last layer [B, L, directions * hiddenSize], zero past each row's
   *   length
   */
  (scope: Scope, x: Tensor, inputs?: RecurrentInputs): Tensor;
  /** Also returns the final states of every layer and direction. */
  withStates(scope: Scope, x: Tensor, inputs?: RecurrentInputs): RecurrentResult;
  /**
   * One time step of every layer, for decoding with forward layers.
   * @param x [B, inputSize]  @param states one for each layer
   * @returns the next states; `hidden` of the last one is the output
   */
  step(
    scope: Scope,
    x: Tensor,
    states: readonly { readonly hidden: Tensor; readonly cell?: Tensor | undefined }[],
  ): readonly RecurrentState[];
}

const OPTION_NAMES = ['layers', 'bidirectional', 'reverse', 'bias', 'dropout'] as const;

/**
 * Recurrent layers whose cell is named by an option, rather than by the function `rnn`, `lstm` or
 * `gru`.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function recurrent(options: RecurrentOptions): RecurrentLayer {
  return recurrentLayer(options.cell, options);
}

function recurrentLayer(where: string, options: RecurrentOptions): RecurrentLayer {
  const { inputSize, layers = 1, bidirectional = false, reverse = false } = options;
  checkLayer(where, { inputSize, hiddenSize: options.hiddenSize, layers }, {}, []);
  if (bidirectional && reverse) {
    throw new OptionError(
      `${where}: bidirectional layers read in reverse, too; leave out 'reverse'`,
    );
  }
  const run = (scope: Scope, x: Tensor, inputs: RecurrentInputs = {}): RecurrentResult => {
    checkColumns(where, x, inputSize, ['B', 'L']);
    return recurrentLayers(scope, x, options, inputs);
  };
  const output = layer((scope, x: Tensor, inputs: RecurrentInputs = {}) => run(scope, x, inputs).y);
  const step: RecurrentLayer['step'] = (scope, x, states) => {
    checkColumns(where, x, inputSize, ['B']);
    if (states.length !== layers) {
      throw new OptionError(`${where}: expected ${layers} states, found ${states.length}`);
    }
    if (!(bidirectional || reverse)) return recurrentLayersStep(scope, x, states, options);
    throw new OptionError(`${where}: layers that read in reverse cannot run step by step`);
  };
  return Object.assign(output, { withStates: layer(run), step: layer(step) });
}

/** Options of an Elman network. */
export interface RnnOptions extends RecurrentLayerOptions {
  /** The nonlinearity (default 'tanh'). */
  readonly nonlinearity?: 'tanh' | 'relu';
}

/**
 * nn.RNN (Elman 1990): h' = tanh(W x + b + U h + c). Parameters of layer i: weight_ih_l{i},
 * weight_hh_l{i}, bias_ih_l{i}, bias_hh_l{i}; those of the reverse direction end in `_reverse`.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function rnn(
  inputSize: number,
  hiddenSize: number,
  options: RnnOptions = {},
): RecurrentLayer {
  checkLayer('rnn', {}, options, [...OPTION_NAMES, 'nonlinearity']);
  const { nonlinearity: cell = 'tanh', ...others } = options;
  return recurrentLayer('rnn', { ...others, cell, inputSize, hiddenSize });
}

/** Options of an LSTM. */
export interface LstmOptions extends RecurrentLayerOptions {
  /**
   * Added to the initial biases of the forget gates, so that long sequences are not forgotten early
   * in training (Jozefowicz et al. 2015) (default 0, as in PyTorch).
   */
  readonly forgetBias?: number;
}

/**
 * nn.LSTM (Hochreiter and Schmidhuber 1997; Gers et al. 2000). Parameters as those of `rnn`, with
 * the gates in PyTorch's order i, f, g, o.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function lstm(
  inputSize: number,
  hiddenSize: number,
  options: LstmOptions = {},
): RecurrentLayer {
  checkLayer('lstm', {}, options, [...OPTION_NAMES, 'forgetBias']);
  return recurrentLayer('lstm', { ...options, cell: 'lstm', inputSize, hiddenSize });
}

/** Options of a GRU. */
export interface GruOptions extends RecurrentLayerOptions {
  /**
   * Whether the reset gate scales the product U h, as in PyTorch (default true), or the state h
   * before the product, as it was first published.
   */
  readonly resetAfter?: boolean;
}

/**
 * nn.GRU (Cho et al. 2014). Parameters as those of `rnn`, with the gates in PyTorch's order r, z,
 * n.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function gru(
  inputSize: number,
  hiddenSize: number,
  options: GruOptions = {},
): RecurrentLayer {
  checkLayer('gru', {}, options, [...OPTION_NAMES, 'resetAfter']);
  const { resetAfter = true, ...others } = options;
  const cell: CellName = resetAfter ? 'gru' : 'gru-reset-before';
  return recurrentLayer('gru', { ...others, cell, inputSize, hiddenSize });
}
