/**
 * Captures intermediate values of a model by name, parameters, and their gradients, as additional
 * outputs of the model's graph. Values that are not captured cost nothing.
 */
import { gradients } from '../autodiff/grad';
import { compileGraph } from '../compiler/compile';
import { defined, OptionError } from '../core/errors';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import { dimAt, type TensorType } from '../core/shape';
import type { Device } from '../gpu/device';
import { Program } from '../gpu/program';
import type { StateStore } from '../gpu/states';
import { type Lookup, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import {
  bindParameters,
  type DropoutSource,
  declareParameters,
  type Observer,
  PARAMETERS,
  type ParameterLayout,
  type Scope,
} from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import { ops } from '../ops';
import { allKernels } from '../ops/kernels';
import { checkPatterns, matches, type Pattern } from './pattern';

/** A computation that can be inspected: a training task, or a model's forward pass. */
export interface Inspectable {
  readonly inputs: Readonly<Record<string, TensorType>>;
  /** @returns the loss [1] for gradients; undefined if there is none */
  forward(scope: Scope, inputs: Lookup): Tensor | undefined;
}

/** What an inspector captures. */
export interface InspectOptions {
  /** Names of values and parameters to capture. */
  readonly values?: Pattern | readonly Pattern[];
  /** Names of values and parameters whose gradients to capture. */
  readonly gradients?: Pattern | readonly Pattern[];
}

/** Captured values by name; gradients are named `grad:NAME`. */
export type Captured = ReadonlyMap<string, HostTensor>;

/** Names of everything that an inspector can capture. */
export interface ValueNames {
  /** Values that the model's code names, in the order of computation, and 'loss'. */
  readonly values: readonly string[];
  readonly parameters: readonly string[];
}

const list = (patterns: Pattern | readonly Pattern[] = []): readonly Pattern[] =>
  typeof patterns === 'string' || patterns instanceof RegExp ? [patterns] : patterns;

/** All names that patterns can match. */
export function valueNames(inspectable: Inspectable): ValueNames {
  const names = new Set<string>();
  // Values that are computed on demand only are reported if all are wanted.
  const observer: Observer = { ops, wants: () => true, note: (name) => names.add(name) };
  let hasLoss = false;
  const { parameters } = declareParameters(
    (scope, inputs) => {
      hasLoss = inspectable.forward(scope, inputs) !== undefined;
    },
    inspectable.inputs,
    observer,
  );
  return {
    values: [...names, ...(hasLoss ? ['loss'] : [])],
    parameters: parameters.map(({ name }) => name),
  };
}

/** Runs a computation on batches, and captures intermediate values and gradients by name. */
export class Inspector {
  readonly #program: Program;
  /** The captured name of each output of the plan; the parts of a parameter are in order. */
  readonly #outputs: ReadonlyMap<string, string>;

  private constructor(program: Program, outputs: ReadonlyMap<string, string>) {
    this.#program = program;
    this.#outputs = outputs;
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
    const { values, parameters } = valueNames(inspectable);
    checkPatterns([...wanted, ...derived], [...values, ...parameters]);
    if (derived.length > 0 && !values.includes('loss')) {
      throw new OptionError('inspect: gradients need a loss, and the computation has none');
    }
    const outputs = new Map<string, string>();
    const graph = trace(
      (inputs, kept) => {
        const source: DropoutSource | undefined = withDropout
          ? { key: inputs('dropoutKey'), dropout: ops.dropout }
          : undefined;
        const found = collect(inspectable, layout, kept(PARAMETERS), inputs, source, [
          ...wanted,
          ...derived,
        ]);
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
        },
        states: parameterStates(layout),
      },
    );
    const kernels = allKernels;
    const program = await Program.create(device, compileGraph(graph), states, { kernels });
    return new Inspector(program, outputs);
  }

  /** Number of dispatches of a run. */
  get dispatchCount(): number {
    return this.#program.dispatchCount;
  }

  /** Runs the computation on a batch and reads the captured values. */
  async run(inputs: HostTensors): Promise<Captured> {
    this.#program.run(inputs);
    const found = new Map(Object.entries(await this.#program.read(...this.#outputs.keys())));
    const captured = new Map<string, HostTensor>();
    for (const [output, name] of this.#outputs) {
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
  arena: Tensor,
  inputs: Lookup,
  source: DropoutSource | undefined,
  patterns: readonly Pattern[],
): Found {
  const values: Named[] = [];
  const observer: Observer = {
    ops,
    wants: (name) => matches(patterns, name),
    note: (name, tensor) => {
      if (matches(patterns, name)) values.push({ name, tensor });
    },
  };
  const { scope, pieces } = bindParameters(layout, arena, source, observer);
  const loss = inspectable.forward(scope, inputs);
  const names = layout.parameters.flatMap(({ name, parts }) => parts.map(() => name));
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
