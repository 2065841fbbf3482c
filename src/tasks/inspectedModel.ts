/**
 * What can be seen and replaced inside a loaded model. One plan captures all values, and others, for
 * calls that intervene, replace them as well; each is compiled at its first use.
 */
import { foldedKernel } from '../../shaders/lib/fold';
import { transfer } from '../core/transfer';
import { Capture, type Captured } from '../inspect/capture';
import { type Described, describe, type Inspectable, type ValueNames } from '../inspect/describe';
import { inspectedGraph } from '../inspect/inspectedGraph';
import { checkPatterns, matches, type Pattern } from '../inspect/pattern';
import type { Inspected, InspectedParameters, TextLookOptions } from './modelInspection';

/** One sequence: with a size that is known, values of all steps of a loop are views of its results. */
const BATCH = 1;

/**
 * Values that runs can replace: positions, attention weights and outputs of heads, and the states
 * in which recurrent layers end.
 */
const PARTS: readonly Pattern[] = ['**positions', '**weights', '**context', '**final_*'];

/** Further such values: gates, for which recurrent cells are computed in many more dispatches. */
const GATES: readonly Pattern[] = ['**_gate*', '**candidate*'];

/** The inside of one loaded model. */
export class InspectedModel {
  readonly #parameters: InspectedParameters;
  readonly #inspectable: Inspectable;
  readonly #described: Described;
  /** The plans by the number of values that they can replace. */
  readonly #captures = new Map<number, Promise<Capture>>();
  #plannedBytes = 0;

  /** @param inspectable what the model computes for one sequence: its batch is 1 */
  constructor(parameters: InspectedParameters, inspectable: Inspectable) {
    this.#parameters = parameters;
    this.#inspectable = inspectable;
    this.#described = describe(inspectable);
  }

  /** Bytes of the plans on the device. */
  get plannedBytes(): number {
    return this.#plannedBytes;
  }

  /** What is known of each value, by name. */
  get types(): Described['values'] {
    return this.#described.values;
  }

  /** Names of all values and parameters. Nothing runs. */
  names(): ValueNames {
    return { values: [...this.types.keys()], parameters: this.#described.parameters };
  }

  /**
   * The plan for a call, compiled at its first use.
   * @throws OptionError for a pattern that matches nothing
   */
  async capture({ inspect = [], interventions = [] }: TextLookOptions): Promise<Capture> {
    const { values } = this.names();
    checkPatterns(inspect, values);
    const changed = interventions.map(({ value }) => value);
    const gates = values.filter((name) => matches(GATES, name));
    const parts = values.filter((name) => matches(PARTS, name));
    checkPatterns(changed, [...parts, ...gates]);
    const hasGates = gates.some((name) => matches(changed, name));
    // Each of these lists begins with the one before, so that its length tells it.
    const replaced = changed.length === 0 ? [] : [...parts, ...(hasGates ? gates : [])];
    const cached = this.#captures.get(replaced.length);
    if (cached !== undefined) return cached;
    const made = this.#compile(replaced);
    this.#captures.set(replaced.length, made);
    try {
      this.#plannedBytes += (await made).plannedBytes;
    } catch (error) {
      this.#captures.delete(replaced.length);
      throw error;
    }
    return made;
  }

  /** @param interventions names of the values that runs can replace */
  async #compile(interventions: readonly string[]): Promise<Capture> {
    const { device, layout, states } = this.#parameters;
    const { values } = this.names();
    const traced = inspectedGraph(layout, this.#inspectable, { values, interventions });
    return Capture.create(device, states, this.#inspectable.inputs, traced, {
      kernels: { folded: foldedKernel },
      startup: 'balanced',
    });
  }

  /** Values of a run that match patterns, without an axis of the batch. */
  values(seen: Captured, inspect: readonly Pattern[]): Inspected['values'] {
    const asked = [...seen].filter(([name]) => matches(inspect, name));
    return Object.fromEntries(
      asked.map(([name, { shape, data }]) => {
        const hasBatch = this.types.get(name)?.type.shape[0] === BATCH;
        // A worker moves it to its page.
        return [name, { shape: hasBatch ? shape.slice(1) : shape, data: transfer(data) }];
      }),
    );
  }
}
