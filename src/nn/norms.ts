/** Layer norm and RMS norm over the last axis. */
import type { Tensor } from '../graph/op';
import { layerNorm as normalise, rmsNorm as scaleByRms } from '../ops/layerNorm/op';
import { checkColumns, checkLayer, type Layer, layer } from './layer';

/** Options of layer normalisation. */
export interface LayerNormOptions {
  /** Added to the variance (default 1e-5). */
  readonly epsilon?: number;
  /** Whether a bias is added (default true). */
  readonly bias?: boolean;
}

/**
 * nn.LayerNorm over the last axis (Ba et al. 2016). Takes and gives [..., size]. Parameters: weight
 * [size], bias [size].
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function layerNorm(size: number, options: LayerNormOptions = {}): Layer {
  checkLayer('layerNorm', { size }, options, ['epsilon', 'bias']);
  const { epsilon = 1e-5, bias = true } = options;
  return layer((scope, x: Tensor) => {
    checkColumns('layerNorm', x, size);
    const weight = scope.parameter('weight', [size], { kind: 'ones' });
    const shift = bias ? scope.parameter('bias', [size], { kind: 'zeros' }) : undefined;
    return normalise(x, weight, shift, { epsilon });
  });
}

/** Options of root-mean-square normalisation. */
export interface RmsNormOptions {
  /** Added to the mean square (default 2^-23, the machine epsilon of float32, as in PyTorch). */
  readonly epsilon?: number;
}

/**
 * nn.RMSNorm over the last axis (Zhang and Sennrich 2019). Takes and gives [..., size]. Parameter:
 * weight [size].
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function rmsNorm(size: number, options: RmsNormOptions = {}): Layer {
  checkLayer('rmsNorm', { size }, options, ['epsilon']);
  const { epsilon = 2 ** -23 } = options;
  return layer((scope, x: Tensor) => {
    checkColumns('rmsNorm', x, size);
    return scaleByRms(x, scope.parameter('weight', [size], { kind: 'ones' }), { epsilon });
  });
}
