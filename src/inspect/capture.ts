/**
 * A compiled plan whose values are captured by name and replaced where a run says so, for
 * inspectors: what only some of them need, such as gradients, is in the graph that they hand in.
 */
import { compileGraph } from '../compiler/compile';
import { defined } from '../core/errors';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import { dimAt } from '../core/shape';
import type { Device } from '../gpu/device';
import { type PrepareOptions, preparePlan } from '../gpu/prepared';
import { createRunner, type Runner } from '../gpu/runner';
import type { StateStore } from '../gpu/states';
import type { Values } from '../graph/interpret';
import type { Inspectable } from './describe';
import type { InspectedGraph } from './inspectedGraph';
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

/** A compiled plan that captures values. */
export class Capture {
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

  /** Compiles a traced computation. @param states holds the parameters */
  static async create(
    device: Device,
    states: StateStore,
    inputs: Inspectable['inputs'],
    traced: InspectedGraph,
    options: PrepareOptions,
  ): Promise<Capture> {
    const { graph, rearrangements } = withoutRearrangements(traced.graph);
    const prepared = preparePlan(device, compileGraph(graph), options);
    const program = await createRunner(device, prepared, states);
    return new Capture(program, prepared.ownBytes, inputs, traced, rearrangements);
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
    const values: Values = new Map();
    for (const { name, arrangement } of outputs) {
      const { output } = arrangement;
      const part = rearrange(arrangement, defined(found.get(output), output), sizes, values);
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
