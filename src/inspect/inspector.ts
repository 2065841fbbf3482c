/**
 * Captures intermediate values of a model by name, parameters, and their gradients, as additional
 * outputs of the model's graph, and replaces values where a run says so. Values that are not
 * captured cost nothing.
 */
import { gradients } from '../autodiff/grad';
import type { HostTensors } from '../core/hostTensor';
import type { Device } from '../gpu/device';
import type { StateStore } from '../gpu/states';
import type { ParameterLayout } from '../nn/parameters';
import { dropout } from '../ops/dropout/op';
import { allKernels } from '../ops/kernels';
import { Capture, type Captured, type InspectedRun } from './capture';
import type { Inspectable } from './describe';
import { type InspectOptions, inspectedGraph } from './inspectedGraph';
import type { Intervention } from './interventions';

/** Runs a computation on batches, and captures intermediate values and gradients by name. */
export class Inspector {
  readonly #capture: Capture;

  private constructor(capture: Capture) {
    this.#capture = capture;
  }

  /**
   * Compiles a plan that computes the values to capture.
   * @param states holds the parameters; its other states are not used
   * @param withDropout whether dropout is on, keyed by an input 'dropoutKey' i32 [1] (default
   *   false)
   * @throws OptionError for a pattern without a match, or for gradients without a loss
   */
  static async create(
    device: Device,
    layout: ParameterLayout,
    states: StateStore,
    inspectable: Inspectable,
    options: InspectOptions,
    withDropout = false,
  ): Promise<Inspector> {
    const parts = { gradients, ...(withDropout && { dropout }) };
    const traced = inspectedGraph(layout, inspectable, options, parts);
    const { startup = 'balanced' } = options;
    const how = { kernels: allKernels, startup };
    return new Inspector(await Capture.create(device, states, inspectable.inputs, traced, how));
  }

  /** Bytes of the plan on the device, without the parameters. */
  get plannedBytes(): number {
    return this.#capture.plannedBytes;
  }

  /** Number of dispatches of a run. */
  get dispatchCount(): number {
    return this.#capture.dispatchCount;
  }

  /**
   * Checks interventions for a run with these inputs. Nothing runs.
   * @throws OptionError for one that does not fit
   */
  check(inputs: HostTensors, interventions: readonly Intervention[]): void {
    this.#capture.check(inputs, interventions);
  }

  /**
   * Runs the computation on a batch and reads the captured values.
   * @throws OptionError for an intervention or a name that does not fit, before anything runs
   */
  run(inputs: HostTensors, options: InspectedRun = {}): Promise<Captured> {
    return this.#capture.run(inputs, options);
  }

  /** Frees the plan; the states stay. Idempotent. */
  dispose(): void {
    this.#capture.dispose();
  }
}
