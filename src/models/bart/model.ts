/**
 * BART (Lewis et al. 2020): a transformer that restores a text from one with noise. Parameters:
 * those of the transformer, with one embedding for source, target and output.
 */
import { lastDim } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { constantTensor } from '../../graph/source';
import { add } from '../../ops/binary/op';
import type { DenoisingModel } from '../model';
import { transformerModel } from '../transformer/model';
import { type BartOptions, bartConfig, networkConfig } from './config';

/** Added to the logit of the mask, which is never generated. */
const NEVER = -1e30;

/**
 * Makes a BART for training and for restoring texts.
 * @throws OptionError for options that do not fit together
 */
export function bartModel(options: BartOptions): DenoisingModel {
  const config = bartConfig(options);
  const network = transformerModel(networkConfig(config));
  const { maskId } = config;
  return {
    ...network,
    kind: 'bart',
    config,
    maskId,
    step: (scope, call) => {
      const result = network.step(scope, call);
      return { ...result, logits: withoutMask(result.logits, maskId) };
    },
  };
}

/** @param logits [rows, V] */
function withoutMask(logits: Tensor, maskId: number): Tensor {
  const size = Number(lastDim(logits));
  const data = Float64Array.from({ length: size }, (_, id) => (id === maskId ? NEVER : 0));
  return add(logits, constantTensor({ shape: [size], data }));
}
