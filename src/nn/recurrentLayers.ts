/** nn.RNN, nn.LSTM and nn.GRU with batch_first, as layers. */
import { OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { checkColumns, checkLayer, layer } from './layer';
import {
  type CellName,
  type RecurrentInputs,
  type RecurrentOptions,
  type RecurrentResult,
  recurrentLayers,
  recurrentLayersStep,
} from './recurrent';
import type { Scope } from './scope';

/** Options as those of nn.RNN, with its defaults. */
export interface RecurrentLayerOptions {
  /** Layers on top of each other (default 1): num_layers. */
  readonly layers?: number;
  /** Whether a second set of layers reads from the end (default false). */
  readonly bidirectional?: boolean;
  /** One direction only, from the end to the beginning (default false). */
  readonly reverse?: boolean;
  /** Whether there are biases (default true). */
  readonly bias?: boolean;
  /** Rate on the outputs of every layer but the last in training (default 0). */
  readonly dropout?: number;
}

/** The state of a layer after a step: [B, hiddenSize] each; only an LSTM has a cell. */
export type RecurrentState = RecurrentResult['final'][number];

/** A stack of recurrent layers. */
export interface RecurrentLayer {
  /**
   * @param x [B, L, inputSize]
   * @returns the last layer's states [B, L, directions * hiddenSize], zero past a row's length
   */
  (scope: Scope, x: Tensor, inputs?: RecurrentInputs): Tensor;
  /** The same with the last states of every layer and direction. */
  withStates(scope: Scope, x: Tensor, inputs?: RecurrentInputs): RecurrentResult;
  /**
   * One step of every layer, for decoding; forward layers only.
   * @param x [B, inputSize]  @param states of every layer
   * @returns the next states; the last one's `hidden` is the output
   */
  step(
    scope: Scope,
    x: Tensor,
    states: readonly { readonly hidden: Tensor; readonly cell?: Tensor | undefined }[],
  ): readonly RecurrentState[];
}

const OPTION_NAMES = ['layers', 'bidirectional', 'reverse', 'bias', 'dropout'] as const;

/**
 * The recurrent layer of a cell by name: `rnn`, `lstm` and `gru` as plain data.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function recurrent(options: RecurrentOptions): RecurrentLayer {
  return recurrentLayer(options.cell, options);
}

function recurrentLayer(where: string, options: RecurrentOptions): RecurrentLayer {
  const { inputSize, layers = 1, bidirectional = false, reverse = false } = options;
  checkLayer(where, { inputSize, hiddenSize: options.hiddenSize, layers }, {}, []);
  if (bidirectional && reverse) {
    throw new OptionError(`${where}: both directions include the reverse one; leave out 'reverse'`);
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
    throw new OptionError(`${where}: what reads from the end cannot go on step by step`);
  };
  return Object.assign(output, { withStates: layer(run), step: layer(step) });
}

/** Options of a plain recurrent network. */
export interface RnnOptions extends RecurrentLayerOptions {
  /** Default 'tanh'. */
  readonly nonlinearity?: 'tanh' | 'relu';
}

/**
 * nn.RNN (Elman 1990): h = tanh(W x + b + U h + c). Parameters of layer i: weight_ih_l{i}, weight_hh_l{i},
 * bias_ih_l{i}, bias_hh_l{i}, of the reverse direction with `_reverse`.
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
   * Added to the biases of the forget gates at the start, so that a long sequence is not forgotten
   * before anything was learnt (Jozefowicz et al. 2015); 0 by default, as in PyTorch.
   */
  readonly forgetBias?: number;
}

/**
 * nn.LSTM (Hochreiter and Schmidhuber 1997; Gers et al. 2000). Parameters as of `rnn`, with the gates in
 * PyTorch's order i, f, g, o.
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
   * Whether the reset gate scales the state's product, as in PyTorch (default), or the state before its
   * product, as it was first published.
   */
  readonly resetAfter?: boolean;
}

/**
 * nn.GRU (Cho et al. 2014). Parameters as of `rnn`, with the gates in PyTorch's order r, z, n.
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
