/** The optimiser of a recipe, whose learning rate may be changed while it runs. */
import {
  adagrad,
  adam,
  adamw,
  constantSchedule,
  cosineSchedule,
  inverseRootSchedule,
  linearSchedule,
  noamSchedule,
  type Optimizer,
  rmsprop,
  type Schedule,
  sgd,
} from 'qkv/train';
import { type Change, inForce } from '../events';
import { numberOf, type RunRecipe } from '../recipe';

/**
 * The optimiser of a recipe. Adam's constants are those of Vaswani et al. (2017), the others' are
 * PyTorch's.
 * @param changes factors of the learning rate from steps on, which may grow
 * @throws OptionError
 */
export function optimiserOf(recipe: RunRecipe, changes: readonly Change[]): Optimizer {
  const planned = scheduleOf(recipe);
  const learningRate: Schedule = (step) => planned(step) * (inForce(changes, 'factor', step) ?? 1);
  switch (recipe.values.optimizer) {
    case 'adamw':
      return adamw({ learningRate });
    case 'sgd':
      return sgd({ learningRate });
    case 'rmsprop':
      return rmsprop({ learningRate });
    case 'adagrad':
      return adagrad({ learningRate });
    default:
      return adam({ learningRate, beta2: 0.98, epsilon: 1e-9 });
  }
}

function scheduleOf(recipe: RunRecipe): Schedule {
  const [rate, warmup] = [numberOf(recipe, 'lr'), numberOf(recipe, 'warmup')];
  const steps = numberOf(recipe, 'steps');
  switch (recipe.values.schedule) {
    case 'constant':
      return constantSchedule(rate, warmup);
    case 'cosine':
      return cosineSchedule(rate, steps, { warmup });
    case 'linear':
      return linearSchedule(rate, steps, { warmup });
    case 'noam':
      return noamSchedule(modelSize(recipe), warmup, rate);
    default:
      return inverseRootSchedule(rate, warmup);
  }
}

/** The size by which the paper's schedule divides. */
function modelSize({ values }: RunRecipe): number {
  return Number(values['d-model'] ?? values.hidden ?? values.embedding ?? 128);
}
