/**
 * A model's parameters on a device, shared by all of its programs: training, prediction, decoding.
 */
import { DisposedError } from '../core/errors';
import type { Device } from '../gpu/device';
import { StateStore } from '../gpu/states';
import { initialArena, type NamedTensors, unpackArena } from './arena';
import { PARAMETERS, type ParameterLayout } from './parameters';
import { parameterStates, storedParameters } from './storage';

/** Parameters on a device, which several programs can share. */
export class ParameterStore {
  readonly layout: ParameterLayout;
  /** The states that hold them on the device. */
  readonly states: StateStore;
  #disposed = false;

  /** @param states the store of the layout's states; `dispose` disposes of it, too */
  constructor(layout: ParameterLayout, states: StateStore) {
    this.layout = layout;
    this.states = states;
  }

  /**
   * Uploads parameters.
   * @param tensors values by PyTorch's names, as in a safetensors file
   * @throws FormatError for a missing tensor or another shape
   */
  static create(device: Device, layout: ParameterLayout, tensors: NamedTensors): ParameterStore {
    const contents = storedParameters(layout, tensors);
    const store = new ParameterStore(layout, new StateStore(device));
    store.#allocate();
    for (const [name, data] of contents) store.states.write(name, data);
    return store;
  }

  /** Initialises parameters; the same seed gives the same values. @param states holds them */
  static initial(
    device: Device,
    layout: ParameterLayout,
    seed = 0,
    states = new StateStore(device),
  ): ParameterStore {
    const store = new ParameterStore(layout, states);
    store.#allocate();
    store.states.write(PARAMETERS, initialArena(layout, seed));
    return store;
  }

  get device(): Device {
    return this.states.device;
  }

  /**
   * Overwrites all parameters, but not those of an adapter beside them.
   * @param tensors values by PyTorch's names
   * @throws FormatError for a missing tensor or another shape; DisposedError
   */
  write(tensors: NamedTensors): void {
    this.assertUsable();
    const contents = storedParameters(this.layout, tensors);
    const added = this.layout.addition?.states ?? {};
    for (const [name, data] of contents) {
      if (!(name in added)) this.states.write(name, data);
    }
  }

  /** Reads the values back, by PyTorch's names. @throws OptionError for a quantised layout */
  async read(): Promise<NamedTensors> {
    this.assertUsable();
    return unpackArena(this.layout, await this.states.read(PARAMETERS, this.layout.size));
  }

  /** @throws DisposedError after dispose() */
  assertUsable(): void {
    if (!this.#disposed) return;
    throw new DisposedError(
      'the parameters were disposed, perhaps with their trainer; dispose of the programs that use them first',
    );
  }

  /** Frees the parameters and everything else in the same state store. Idempotent. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.states.dispose();
  }

  #allocate(): void {
    for (const [name, type] of Object.entries(parameterStates(this.layout))) {
      this.states.buffer(name, type);
    }
  }
}
