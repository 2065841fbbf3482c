/**
 * The optimisers of the command line, with PyTorch's defaults, except that Adam's are those of
 * Vaswani et al. (2017).
 */
import { OptionError } from 'qkv';
import type { OptimizerOptions } from 'qkv/train';

interface Choice {
  readonly options: OptimizerOptions;
  /** Default learning rate (default: that of the model's recipe). */
  readonly rate?: number;
}

const CHOICES: Readonly<Record<OptimizerOptions['kind'], Choice>> = {
  adam: { options: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } },
  adamw: {
    options: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  },
  rmsprop: { options: { kind: 'rmsprop', alpha: 0.99, epsilon: 1e-8 } },
  adagrad: { options: { kind: 'adagrad', epsilon: 1e-10 }, rate: 0.01 },
  sgd: { options: { kind: 'sgd', momentum: 0 }, rate: 0.1 },
};

/** Values of `--optimizer`. */
export const OPTIMIZERS: readonly string[] = Object.keys(CHOICES);

/**
 * The optimiser of that name, and its default learning rate.
 * @param rate that of the model's recipe
 * @throws OptionError for an unknown name
 */
export function optimizerOf(
  name: string,
  rate: number,
): { readonly optimizer: OptimizerOptions; readonly rate: number } {
  const found = Object.values(CHOICES).find(({ options }) => options.kind === name);
  if (found === undefined) {
    throw new OptionError(`--optimizer must be one of ${OPTIMIZERS.join(', ')}, found '${name}'`);
  }
  return { optimizer: found.options, rate: found.rate ?? rate };
}
