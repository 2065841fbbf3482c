/**
 * Captures intermediate values of a model by name, parameters, and their gradients, as additional
 * outputs of the model's graph, and replaces values where a run says so. Values that are not
 * captured cost nothing.
 */
import { compileGraph } from '../compiler/compile';
import { defined } from '../core/errors';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import { dimAt } from '../core/shape';
import type { Device } from '../gpu/device';
import { preparePlan } from '../gpu/prepared';
import { createRunner, type Runner } from '../gpu/runner';
import type { StateStore } from '../gpu/states';
import type { ParameterLayout } from '../nn/parameters';
import { allKernels } from '../ops/kernels';
import type { Inspectable } from './describe';
import { type InspectedGraph, type InspectOptions, inspectedGraph } from './inspectedGraph';
import { type Intervention, interventionInputs, type Replaceable, sizesOf } from './interventions';
import { checkPatterns, matches, type Pattern, patternList } from './pattern';
import { type Rearranged, rearrange, withoutRearrangements } from './rearrangement';

/** What one run of an inspector does. */
export interface InspectedRun {
  /** What it replaces (default: nothing). */
  readonly interventions?: readonly Intervention[];
  /** Names of the captured values to read (default: all). */
  readonly read?: Pattern | readonly Pattern[];
}

/** Captured values by name; gradients are named `grad:NAME`. */
export type Captured = ReadonlyMap<string, HostTensor>;

/** Runs a computation on batches, and captures intermediate values and gradients by name. */
export class Inspector {
  readonly #program: Runner;
  /** Bytes of the plan on the device, without the parameters. */
  readonly plannedBytes: number;
  /** The captured name of each output; the parts of a parameter are in order. */
  readonly #outputs: ReadonlyMap<string, string>;
  readonly #inputs: Inspectable['inputs'];
  readonly #replaceable: ReadonlyMap<string, Replaceable>;
  /** How the outputs follow from those of the plan. */
  readonly #rearrangements: Rearranged['rearrangements'];

  private constructor(
    program: Runner,
    plannedBytes: number,
    inputs: Inspectable['inputs'],
    { outputs, replaceable }: InspectedGraph,
    rearrangements: Rearranged['rearrangements'],
  ) {
    this.#program = program;
    this.plannedBytes = plannedBytes;
    this.#outputs = outputs;
    this.#inputs = inputs;
    this.#replaceable = replaceable;
    this.#rearrangements = rearrangements;
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
    const traced = inspectedGraph(layout, inspectable, options, withDropout);
    const { startup = 'balanced' } = options;
    const { graph, rearrangements } = withoutRearrangements(traced.graph);
    const plan = compileGraph(graph);
    const prepared = preparePlan(device, plan, { kernels: allKernels, startup });
    const program = await createRunner(device, prepared, states);
    return new Inspector(program, prepared.ownBytes, inspectable.inputs, traced, rearrangements);
  }

  /** Number of dispatches of a run. */
  get dispatchCount(): number {
    return this.#program.dispatchCount;
  }

  /**
   * Checks interventions for a run with these inputs. Nothing runs.
   * @throws OptionError for one that does not fit
   */
  check(inputs: HostTensors, interventions: readonly Intervention[]): void {
    interventionInputs(this.#replaceable, interventions, this.#inputs, inputs);
  }

  /**
   * Runs the computation on a batch and reads the captured values.
   * @throws OptionError for an intervention or a name that does not fit, before anything runs
   */
  async run(inputs: HostTensors, options: InspectedRun = {}): Promise<Captured> {
    const { interventions = [] } = options;
    const patterns = options.read;
    const names = [...new Set(this.#outputs.values())];
    const asked =
      patterns === undefined ? names : names.filter((name) => matches(patternList(patterns), name));
    checkPatterns(patternList(patterns), names);
    const replaced = interventionInputs(this.#replaceable, interventions, this.#inputs, inputs);
    this.#program.run({ ...inputs, ...replaced });
    const outputs = [...this.#outputs]
      .filter(([, name]) => asked.includes(name))
      .map(([output, name]) => {
        return { name, arrangement: defined(this.#rearrangements.get(output), output) };
      });
    const read = new Set(outputs.map(({ arrangement }) => arrangement.output));
    const found = new Map(Object.entries(await this.#program.read(...read)));
    const sizes = sizesOf(this.#inputs, inputs);
    const captured = new Map<string, HostTensor>();
    for (const { name, arrangement } of outputs) {
      const { output } = arrangement;
      const part = rearrange(arrangement, defined(found.get(output), output), sizes);
      const before = captured.get(name);
      captured.set(name, before === undefined ? part : joined(before, part));
    }
    return captured;
  }

  /** Frees the plan; the states stay. Idempotent. */
  dispose(): void {
    this.#program.dispose();
  }
}

/** Concatenates the rows of two parts of a parameter. */
function joined(a: HostTensor, b: HostTensor): HostTensor {
  const data = Float32Array.from([...a.data, ...b.data]);
  return { shape: [dimAt(a, 0) + dimAt(b, 0), ...a.shape.slice(1)], data };
}
