/** What a computation notes: names and types of its values, found by a trace. */
import type { TensorType } from '../core/shape';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { declareParameters, type Scope } from '../nn/parameters';
import type { Replaceable } from './interventions';
import { type Noted, observe } from './observation';

/** A computation that can be inspected: a training task, or a model's forward pass. */
export interface Inspectable {
  readonly inputs: Readonly<Record<string, TensorType>>;
  /** @returns the loss [1] for gradients; undefined if there is none */
  forward(scope: Scope, inputs: Lookup): Tensor | undefined;
}

/** Names of everything that an inspector can capture. */
export interface ValueNames {
  /** Values that the model's code names, in the order of computation, and 'loss'. */
  readonly values: readonly string[];
  readonly parameters: readonly string[];
}

/** All names that patterns can match. */
export function valueNames(inspectable: Inspectable): ValueNames {
  const { values, hasLoss, parameters } = describe(inspectable);
  return { values: [...values.keys(), ...(hasLoss ? ['loss'] : [])], parameters };
}

/** What a computation notes. */
export interface Described {
  /** All values that are noted, by name. */
  readonly values: ReadonlyMap<string, Replaceable>;
  readonly hasLoss: boolean;
  readonly parameters: readonly string[];
}

/** Traces a computation to learn what it notes. Nothing runs. */
export function describe(inspectable: Inspectable): Described {
  const values = new Map<string, Replaceable>();
  const report = ({ name, tensor: { dtype, shape }, hasAbsent }: Noted) => {
    if (!values.has(name)) values.set(name, { type: { dtype, shape }, hasAbsent });
  };
  let hasLoss = false;
  const { parameters } = declareParameters(
    (scope, inputs) => {
      hasLoss = inspectable.forward(scope, inputs) !== undefined;
    },
    inspectable.inputs,
    // Values that are computed on demand only are reported if all are wanted.
    observe({ wants: () => true, report }),
  );
  return { values, hasLoss, parameters: parameters.map(({ name }) => name) };
}
