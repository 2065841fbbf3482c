/**
 * Training beside a frozen model: only an adapter's parameters have gradients and optimiser states,
 * while the model's, which may be quantised, stay where they are on the device.
 */
import type { TensorType } from '../core/shape';
import type { Device } from '../gpu/device';
import { StateStore } from '../gpu/states';
import type { Lookup } from '../graph/graph';
import { type LoraPlan, loraLayout, loraScope } from '../nn/lora';
import type { StoredModel } from '../nn/loraStore';
import {
  type BoundParameters,
  bindParameters,
  type DropoutSource,
  PARAMETERS,
  type ParameterLayout,
  QUANTISED_PARAMETERS,
  type Scope,
} from '../nn/parameters';
import { parameterStates } from '../nn/storage';

/** Parameters that are trained beside a frozen model, whose scope gives both. */
export interface AdapterTraining {
  /** The model, float32 or quantised. It must not be disposed of before the trainer. */
  readonly base: StoredModel;
  /** The parameters that are trained. */
  readonly layout: ParameterLayout;
  /**
   * The scope of the model with them.
   * @param base has the model's parameters, and dropout  @param own has those that are trained
   */
  scope(base: Scope, own: Scope): Scope;
}

/**
 * LoRA beside a model (Hu et al. 2021): the option `adapter` of a trainer. A starts at random and B
 * with zeros; write an adapter's tensors to the trainer's parameters to continue from it.
 */
export function loraTraining(base: StoredModel, plan: LoraPlan): AdapterTraining {
  return {
    base,
    layout: loraLayout(plan),
    scope: (scope, own) => loraScope(scope, own, plan),
  };
}

/** Prefix of the names of the model's states in a training step, which has parameters of its own. */
const BASE = 'base.';

/** Types of the model's states in a plan of the trainer. */
export function besideStates(
  adapter: AdapterTraining | undefined,
): Readonly<Record<string, TensorType>> {
  const states = Object.entries(adapter === undefined ? {} : parameterStates(adapter.base.layout));
  return Object.fromEntries(states.map(([name, type]) => [BASE + name, type]));
}

/** The parameters that are trained, in a scope that has the frozen ones too. */
export function bindBeside(
  adapter: AdapterTraining | undefined,
  layout: ParameterLayout,
  states: Lookup,
  source?: DropoutSource,
): BoundParameters {
  const own = bindParameters(layout, states(PARAMETERS), source);
  if (adapter === undefined) return own;
  const { layout: frozen } = adapter.base;
  const look: Lookup = (name) => states(BASE + name);
  const words = frozen.wordCount === 0 ? undefined : look(QUANTISED_PARAMETERS);
  const { scope } = bindParameters(frozen, look(PARAMETERS), source, undefined, words);
  const base = frozen.addition?.scope(scope, look) ?? scope;
  return { ...own, scope: adapter.scope(base, own.scope) };
}

/** The states of a trainer, with those of a frozen model under other names. */
export class BesideStates extends StateStore {
  readonly #base: StateStore;

  constructor(device: Device, base: StateStore) {
    super(device);
    this.#base = base;
  }

  override buffer(name: string, type: TensorType): GPUBuffer {
    return name.startsWith(BASE)
      ? this.#base.buffer(name.slice(BASE.length), type)
      : super.buffer(name, type);
  }
}
