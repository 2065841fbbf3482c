/**
 * Adapters on a device, kept apart from their model: several share the parameters of one, and plans
 * compiled for one adapter run with any other of the same targets.
 */
import { OptionError } from '../core/errors';
import { f32 } from '../core/shape';
import type { StateStore } from '../gpu/states';
import { type NamedTensors, packArena } from './arena';
import { type LoraPlan, loraLayout, loraScope } from './lora';
import { ParameterStore } from './parameterStore';
import { bindParameters, type ParameterLayout } from './parameters';
import { parameterStates } from './storage';

/** Name of the state that holds an adapter's parameters in plans of its model. */
const LORA_PARAMETERS = 'parameters.lora';

/** A model's parameters on a device: a ParameterStore, or what a loaded model holds. */
export interface StoredModel {
  /** Float32 or quantised. */
  readonly layout: ParameterLayout;
  readonly states: StateStore;
}

/** The layout of a model with an adapter. */
function adaptedLayout(base: ParameterLayout, plan: LoraPlan): ParameterLayout {
  const own = loraLayout(plan);
  return {
    ...base,
    addition: {
      states: { [LORA_PARAMETERS]: f32(own.size) },
      scope: (scope, states) =>
        loraScope(scope, bindParameters(own, states(LORA_PARAMETERS)).scope, plan),
    },
  };
}

/**
 * A model's parameters with an adapter beside them, for `compile`, decoders and other plans. The
 * model's own are shared, not copied, and must not be disposed of before.
 */
export class LoraStore extends ParameterStore {
  readonly plan: LoraPlan;
  /** The layout of the adapter's parameters. */
  readonly own: ParameterLayout;

  private constructor(base: StoredModel, plan: LoraPlan) {
    if (base.layout.addition !== undefined) {
      throw new OptionError('lora: the model has an adapter already; attach to the model itself');
    }
    const shared = Object.keys(parameterStates(base.layout));
    super(adaptedLayout(base.layout, plan), base.states.fork(shared));
    this.plan = plan;
    this.own = loraLayout(plan);
    this.states.buffer(LORA_PARAMETERS, f32(this.own.size));
  }

  /**
   * Puts an adapter beside a model.
   * @param tensors the adapter's, by the names of the plan
   * @throws OptionError for a model that has an adapter;
   *   FormatError for a missing tensor or another shape
   */
  static attach(base: StoredModel, plan: LoraPlan, tensors: NamedTensors): LoraStore {
    const store = new LoraStore(base, plan);
    try {
      store.use(tensors);
      return store;
    } catch (error) {
      store.dispose();
      throw error;
    }
  }

  /**
   * Changes to another adapter of the same targets, ranks and scales, for all plans of this store:
   * runs that are submitted later use it.
   * @throws FormatError for a missing tensor or another shape; DisposedError
   */
  use(tensors: NamedTensors): void {
    this.assertUsable();
    this.states.write(LORA_PARAMETERS, packArena(this.own, tensors));
  }
}
