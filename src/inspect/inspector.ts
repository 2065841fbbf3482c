/**
 * Captures intermediate values of a model by name, parameters, and their gradients, as additional
 * outputs of the model's graph, and replaces values where a run says so. Values that are not
 * captured cost nothing.
 */
import { gradients } from '../autodiff/grad';
import { compileGraph } from '../compiler/compile';
import { defined, OptionError } from '../core/errors';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import { dimAt } from '../core/shape';
import type { Device } from '../gpu/device';
import { type PrepareOptions, preparePlan } from '../gpu/prepared';
import { createRunner, type Runner } from '../gpu/runner';
import type { StateStore } from '../gpu/states';
import { type Lookup, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import {
  bindParameters,
  type DropoutSource,
  PARAMETERS,
  type ParameterLayout,
  QUANTISED_PARAMETERS,
} from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import { ops } from '../ops';
import { allKernels } from '../ops/kernels';
import { describe, type Inspectable } from './describe';
import {
  type Intervention,
  inputNames,
  interventionInputs,
  interventionTypes,
  type Replaceable,
} from './interventions';
import { observe } from './observation';
import { checkPatterns, matches, type Pattern } from './pattern';

/** What an inspector captures. */
export interface InspectOptions {
  /** Names of values and parameters to capture. */
  readonly values?: Pattern | readonly Pattern[];
  /** Names of values and parameters whose gradients to capture. */
  readonly gradients?: Pattern | readonly Pattern[];
  /** Names of values that runs may replace elements of (default: none). */
  readonly interventions?: Pattern | readonly Pattern[];
  /** How long compiling may take; see Program.create (default 'balanced'). */
  readonly startup?: PrepareOptions['startup'];
}

/** What one run of an inspector does. */
export interface InspectedRun {
  /** What it replaces (default: nothing). */
  readonly interventions?: readonly Intervention[];
  /** Names of the captured values to read (default: all). */
  readonly read?: Pattern | readonly Pattern[];
}

/** Captured values by name; gradients are named `grad:NAME`. */
export type Captured = ReadonlyMap<string, HostTensor>;

const list = (patterns: Pattern | readonly Pattern[] = []): readonly Pattern[] =>
  typeof patterns === 'string' || patterns instanceof RegExp ? [patterns] : patterns;

/** Runs a computation on batches, and captures intermediate values and gradients by name. */
export class Inspector {
  readonly #program: Runner;
  /** Bytes of the plan on the device, without the parameters. */
  readonly plannedBytes: number;
  /** The captured name of each output of the plan; the parts of a parameter are in order. */
  readonly #outputs: ReadonlyMap<string, string>;
  readonly #inputs: Inspectable['inputs'];
  readonly #replaceable: ReadonlyMap<string, Replaceable>;

  private constructor(
    program: Runner,
    plannedBytes: number,
    outputs: ReadonlyMap<string, string>,
    inputs: Inspectable['inputs'],
    replaceable: ReadonlyMap<string, Replaceable>,
  ) {
    this.#program = program;
    this.plannedBytes = plannedBytes;
    this.#outputs = outputs;
    this.#inputs = inputs;
    this.#replaceable = replaceable;
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
    const [wanted, derived] = [list(options.values), list(options.gradients)];
    const changed = list(options.interventions);
    const { values, hasLoss, parameters } = describe(inspectable);
    const names = [...values.keys(), ...(hasLoss ? ['loss'] : []), ...parameters];
    checkPatterns([...wanted, ...derived], names);
    checkPatterns(changed, [...values.keys()]);
    if (derived.length > 0 && !hasLoss) {
      throw new OptionError('inspect: gradients need a loss, and the computation has none');
    }
    const replaceable = new Map(
      [...values].filter(([name, { type }]) => type.dtype === 'f32' && matches(changed, name)),
    );
    const outputs = new Map<string, string>();
    const graph = trace(
      (inputs, kept) => {
        const source: DropoutSource | undefined = withDropout
          ? { key: inputs('dropoutKey'), dropout: ops.dropout }
          : undefined;
        const patterns = [...wanted, ...derived, ...changed];
        const found = collect(inspectable, layout, kept, inputs, source, patterns, replaceable);
        const chosen = outputsOf(found, wanted, derived);
        chosen.forEach(({ name }, i) => {
          outputs.set(`value${i}`, name);
        });
        return {
          outputs: Object.fromEntries(chosen.map(({ tensor }, i) => [`value${i}`, tensor])),
        };
      },
      {
        inputs: {
          ...inspectable.inputs,
          ...(withDropout ? { dropoutKey: { dtype: 'i32', shape: [1] } } : {}),
          ...interventionTypes(replaceable),
        },
        states: parameterStates(layout),
      },
    );
    const { startup = 'balanced' } = options;
    const prepared = preparePlan(device, compileGraph(graph), { kernels: allKernels, startup });
    const program = await createRunner(device, prepared, states);
    return new Inspector(program, prepared.ownBytes, outputs, inspectable.inputs, replaceable);
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
    const { interventions = [], read } = options;
    const names = [...new Set(this.#outputs.values())];
    const asked = read === undefined ? names : names.filter((name) => matches(list(read), name));
    checkPatterns(list(read), names);
    const replaced = interventionInputs(this.#replaceable, interventions, this.#inputs, inputs);
    this.#program.run({ ...inputs, ...replaced });
    const outputs = [...this.#outputs].filter(([, name]) => asked.includes(name));
    const found = new Map(
      Object.entries(await this.#program.read(...outputs.map(([output]) => output))),
    );
    const captured = new Map<string, HostTensor>();
    for (const [output, name] of outputs) {
      const part = defined(found.get(output), output);
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

interface Named {
  readonly name: string;
  readonly tensor: Tensor;
}

interface Found {
  /** Values that the code named and a pattern matches. */
  readonly values: readonly Named[];
  /** Parts of parameters in order, each with its parameter's name. */
  readonly parameters: readonly Named[];
  readonly loss: Tensor | undefined;
}

function collect(
  inspectable: Inspectable,
  layout: ParameterLayout,
  states: Lookup,
  inputs: Lookup,
  source: DropoutSource | undefined,
  patterns: readonly Pattern[],
  replaceable: ReadonlyMap<string, Replaceable>,
): Found {
  const values: Named[] = [];
  const replacement = (name: string) => {
    if (!replaceable.has(name)) return undefined;
    const { choice, given } = inputNames(name);
    return { choice: inputs(choice), given: inputs(given) };
  };
  const observer = observe({
    wants: (name) => matches(patterns, name),
    report: ({ name, tensor }) => values.push({ name, tensor }),
    ...(replaceable.size > 0 && { replacement }),
  });
  const words = layout.wordCount === 0 ? undefined : states(QUANTISED_PARAMETERS);
  const { scope, pieces } = bindParameters(layout, states(PARAMETERS), source, observer, words);
  const loss = inspectable.forward(scope, inputs);
  const names = layout.parameters.flatMap(({ name, parts, scheme }) =>
    scheme === undefined ? parts.map(() => name) : [],
  );
  const parameters = pieces().flatMap(({ tensor }, i) => {
    const name = names[i];
    return name === undefined ? [] : [{ name, tensor }];
  });
  return { values, parameters, loss };
}

function outputsOf(
  { values, parameters, loss }: Found,
  wanted: readonly Pattern[],
  derived: readonly Pattern[],
): readonly Named[] {
  const all = [...values, ...parameters];
  const plain = [...all, ...(loss === undefined ? [] : [{ name: 'loss', tensor: loss }])];
  const chosen = plain.filter(({ name }) => matches(wanted, name));
  const of = all.filter(({ name, tensor }) => matches(derived, name) && tensor.dtype === 'f32');
  if (loss === undefined || of.length === 0) return chosen;
  const found = gradients(
    loss,
    of.map(({ tensor }) => tensor),
  );
  const named = of.map(({ name }, i) => ({
    name: `grad:${name}`,
    tensor: defined(found[i], 'gradient'),
  }));
  return [...chosen, ...named];
}

/** Concatenates the rows of two parts of a parameter. */
function joined(a: HostTensor, b: HostTensor): HostTensor {
  const data = Float32Array.from([...a.data, ...b.data]);
  return { shape: [dimAt(a, 0) + dimAt(b, 0), ...a.shape.slice(1)], data };
}
