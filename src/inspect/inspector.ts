/**
 * Looking inside a model: any value that its code names, any parameter, and their gradients, as further
 * outputs of the model's own graph. What nobody asks for costs nothing.
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
import { inputTensor } from '../graph/source';
import {
  bindParameters,
  type DropoutSource,
  declareParameters,
  type Observer,
  PARAMETERS,
  type ParameterLayout,
  type Scope,
} from '../nn/parameters';
import { ops } from '../ops';
import { allKernels } from '../ops/kernels';
import { checkPatterns, matches, type Pattern } from './pattern';

/** A computation that can be looked into: a training task, or a model's forward pass. */
export interface Inspectable {
  readonly inputs: Readonly<Record<string, TensorType>>;
  /** @returns the loss [1]: what gradients are of; undefined where there is none */
  forward(scope: Scope, inputs: Lookup): Tensor | undefined;
}

/** Which values an inspector captures. */
export interface InspectOptions {
  /** Values wanted. */
  readonly values?: Pattern | readonly Pattern[];
  /** Values and parameters whose gradients are wanted. */
  readonly gradients?: Pattern | readonly Pattern[];
}

/** Values by name; gradients by `grad:` and the name. */
export type Captured = ReadonlyMap<string, HostTensor>;

/** What an inspector can be asked for. */
export interface ValueNames {
  /** Values that the code names, in its order, and 'loss'. */
  readonly values: readonly string[];
  readonly parameters: readonly string[];
}

const list = (patterns: Pattern | readonly Pattern[] = []): readonly Pattern[] =>
  typeof patterns === 'string' || patterns instanceof RegExp ? [patterns] : patterns;

/** All names that patterns can ask for. */
export function valueNames(inspectable: Inspectable): ValueNames {
  const names = new Set<string>();
  // Wanting everything is the way to hear of values that are computed only when wanted.
  const observer: Observer = { ops, wants: () => true, note: (name) => names.add(name) };
  const inputs = new Map(
    Object.entries(inspectable.inputs).map(([name, type]) => [name, inputTensor(name, type)]),
  );
  const lookup: Lookup = (name) => defined(inputs.get(name), `input '${name}'`);
  let hasLoss = false;
  const { parameters } = declareParameters((scope) => {
    hasLoss = inspectable.forward(scope, lookup) !== undefined;
  }, observer);
  return {
    values: [...names, ...(hasLoss ? ['loss'] : [])],
    parameters: parameters.map(({ name }) => name),
  };
}

/** Runs a function and captures values and gradients inside of it, by name. */
export class Inspector {
  readonly #program: Program;
  /** Output of the plan -> name; parts of a parameter follow each other. */
  readonly #outputs: ReadonlyMap<string, string>;

  private constructor(program: Program, outputs: ReadonlyMap<string, string>) {
    this.#program = program;
    this.#outputs = outputs;
  }

  /**
   * Compiles a plan of the values wanted.
   * @param states holds the parameters under PARAMETERS; nothing else of it is touched
   * @param withDropout give the plan an input 'dropoutKey' i32 [1] and drop out as in training
   * @throws OptionError for a pattern that matches nothing, or gradients where there is no loss
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
      throw new OptionError('inspect: gradients are of a loss, and there is none');
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
        states: { [PARAMETERS]: { dtype: 'f32', shape: [layout.size] } },
      },
    );
    const kernels = allKernels;
    const program = await Program.create(device, compileGraph(graph), states, { kernels });
    return new Inspector(program, outputs);
  }

  /** Dispatches of a run. */
  get dispatchCount(): number {
    return this.#program.dispatchCount;
  }

  /** Runs the computation on a batch and reads what was wanted. */
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

  /** Frees the plan; states stay. Harmless twice. */
  dispose(): void {
    this.#program.dispose();
  }
}

interface Named {
  readonly name: string;
  readonly tensor: Tensor;
}

interface Found {
  /** Values that the code named and some pattern wants. */
  readonly values: readonly Named[];
  /** Pieces of parameters, in order: those of one have its name. */
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

/** Rows of a parameter after each other. */
function joined(a: HostTensor, b: HostTensor): HostTensor {
  const data = Float32Array.from([...a.data, ...b.data]);
  return { shape: [dimAt(a, 0) + dimAt(b, 0), ...a.shape.slice(1)], data };
}
