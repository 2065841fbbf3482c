/** Compiles a function of tensors for a device; calling the result with a batch runs it there. */
import { compileGraph } from '../compiler/compile';
import { type BatchOf, type BatchValue, hostTensors, type InputTypes } from '../core/batch';
import { defined, OptionError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import type { Device } from '../gpu/device';
import { Program, type ProgramOptions } from '../gpu/program';
import { StateStore } from '../gpu/states';
import { type Lookup, type Tensors, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { allKernels } from '../ops/kernels';
import type { NamedTensors } from './arena';
import { ParameterStore } from './parameterStore';
import { declareParameters } from './parameters';
import { makeScope, type Scope } from './scope';
import { parameterScope, parameterStates } from './storage';

/** A tensor for each input. */
export type InputTensors<Inputs extends InputTypes> = {
  readonly [Name in keyof Inputs]: Tensor;
};

/** A value for each tensor. */
export type HostResults<Results extends Tensors> = {
  readonly [Name in keyof Results]: HostTensor;
};

/** A function of tensors that gets its parameters from the scope. */
export type ModelFunction<Inputs extends InputTypes, Result> = (
  scope: Scope,
  inputs: InputTensors<Inputs>,
) => Result;

/** A compiled function, with the memory that it holds on the device. */
export interface Compiled<Inputs extends InputTypes, Result> {
  /**
   * Runs on a batch. Calls may overlap.
   * @throws OptionError, ShapeError, DTypeError for a batch that does not fit, before anything runs
   */
  (batch: BatchOf<Inputs>): Promise<Result>;
  /** The compiled program, for `explain`, `profile` and `tune`. */
  readonly program: Program;
  /**
   * Frees the program and parameters that `compile` uploaded; a store that was passed in stays.
   * Idempotent.
   */
  dispose(): void;
}

/**
 * Compiles a function of tensors once, for all sizes of its inputs. Dropout is off.
 * @param fn called once, on symbolic tensors; returns a tensor, or tensors by name
 * @param inputs types by name: `{ x: f32(dim('B', 64), 4) }`
 * @param parameters those of a trainer, or values by PyTorch's names; required if `fn` asks its
 *   scope for any
 * @throws OptionError for parameters that are missing; ShapeError, DTypeError of the function's
 *   ops; DeviceError
 */
export function compile<Inputs extends InputTypes>(
  device: Device,
  fn: ModelFunction<Inputs, Tensor>,
  inputs: Inputs,
  parameters?: ParameterStore | NamedTensors,
  options?: ProgramOptions,
): Promise<Compiled<Inputs, HostTensor>>;
export function compile<Inputs extends InputTypes, Results extends Tensors>(
  device: Device,
  fn: ModelFunction<Inputs, Results>,
  inputs: Inputs,
  parameters?: ParameterStore | NamedTensors,
  options?: ProgramOptions,
): Promise<Compiled<Inputs, HostResults<Results>>>;
export async function compile(
  device: Device,
  fn: (scope: Scope, inputs: Tensors) => Tensor | Tensors,
  inputs: InputTypes,
  parameters?: ParameterStore | NamedTensors,
  options: ProgramOptions = {},
): Promise<Compiled<InputTypes, HostTensor | Readonly<Record<string, HostTensor>>>> {
  const isShared = parameters === undefined || parameters instanceof ParameterStore;
  const call = (scope: Scope, input: Lookup) =>
    fn(scope, Object.fromEntries(Object.keys(inputs).map((name) => [name, input(name)])));
  const owned = isShared
    ? undefined
    : ParameterStore.create(device, declareParameters(call, inputs), parameters);
  const store = isShared ? parameters : owned;
  store?.assertUsable();
  const layout = store?.layout;
  let isSingle = false;
  const run = (input: Lookup, states: Lookup) => {
    const scope = layout === undefined ? bareScope() : parameterScope(layout, states);
    const result = call(scope, input);
    isSingle = isTensor(result);
    return { outputs: isTensor(result) ? { result } : result };
  };
  const states = store?.states ?? new StateStore(device);
  try {
    const types = layout === undefined ? {} : parameterStates(layout);
    const graph = trace(run, { inputs, states: types });
    const program = await Program.create(device, compileGraph(graph), states, {
      kernels: allKernels,
      ...options,
    });
    const predict = async (batch: Readonly<Record<string, BatchValue>>) => {
      store?.assertUsable();
      program.run(hostTensors('batch', inputs, batch));
      const results = await program.read(...graph.outputs.keys());
      return isSingle ? defined(results.result, 'result') : results;
    };
    const dispose = () => {
      program.dispose();
      owned?.dispose();
    };
    return Object.assign(predict, { program, dispose });
  } catch (error) {
    owned?.dispose();
    throw error;
  }
}

function isTensor(result: Tensor | Tensors): result is Tensor {
  return typeof result.dtype === 'string';
}

const missing = (name: string): never => {
  throw new OptionError(
    `compile: the function needs the parameter '${name}'; pass parameters, such as ` +
      '`trainer.parameters`, as the fourth argument',
  );
};

/** The scope of a function without parameters. */
function bareScope(): Scope {
  return makeScope({ tensors: missing, weights: missing }, undefined, undefined);
}
