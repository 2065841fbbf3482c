/** The graph of an inspected computation: its values and gradients by name as outputs. */
import { defined, OptionError } from '../core/errors';
import type { PrepareOptions } from '../gpu/prepared';
import { type Graph, type Lookup, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import {
  bindParameters,
  type DropoutSource,
  PARAMETERS,
  type ParameterLayout,
  QUANTISED_PARAMETERS,
} from '../nn/parameters';
import { parameterStates } from '../nn/storage';
import { describe, type Inspectable } from './describe';
import { inputNames, interventionTypes, type Replaceable } from './interventions';
import { observe } from './observation';
import { checkPatterns, matches, type Pattern, patternList } from './pattern';

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

/** What only some inspectors need: an app whose inspector does not, does not carry it. */
export interface InspectParts {
  /** Differentiates the loss (default: there are no gradients). */
  readonly gradients?: (loss: Tensor, wrt: readonly Tensor[]) => readonly Tensor[];
  /** Dropout, keyed by an input 'dropoutKey' i32 [1] (default: off). */
  readonly dropout?: DropoutSource['dropout'];
}

/** An inspected computation. */
export interface InspectedGraph {
  readonly graph: Graph;
  /** The captured name of each output; the parts of a parameter are in order. */
  readonly outputs: ReadonlyMap<string, string>;
  /** The values that runs can replace. */
  readonly replaceable: ReadonlyMap<string, Replaceable>;
}

/**
 * Traces a computation with what is captured as outputs.
 * @throws OptionError for a pattern without a match, or for gradients without a loss
 */
export function inspectedGraph(
  layout: ParameterLayout,
  inspectable: Inspectable,
  options: InspectOptions,
  { gradients, dropout }: InspectParts = {},
): InspectedGraph {
  const [wanted, derived] = [patternList(options.values), patternList(options.gradients)];
  const changed = patternList(options.interventions);
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
      const source: DropoutSource | undefined = dropout && { key: inputs('dropoutKey'), dropout };
      const patterns = [...wanted, ...derived, ...changed];
      const observed = { patterns, derived, replaceable };
      const found = collect(inspectable, layout, kept, inputs, source, observed);
      const chosen = outputsOf(found, wanted, derived, gradients);
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
        ...(dropout ? { dropoutKey: { dtype: 'i32', shape: [1] } } : {}),
        ...interventionTypes(replaceable),
      },
      states: parameterStates(layout),
    },
  );
  return { graph, outputs, replaceable };
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

/** What a trace looks for. */
interface Observed {
  readonly patterns: readonly Pattern[];
  /** Names of values whose gradients are wanted. */
  readonly derived: readonly Pattern[];
  readonly replaceable: ReadonlyMap<string, Replaceable>;
}

function collect(
  inspectable: Inspectable,
  layout: ParameterLayout,
  states: Lookup,
  inputs: Lookup,
  source: DropoutSource | undefined,
  { patterns, derived, replaceable }: Observed,
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
    differentiates: (name) => matches(derived, name),
    ...(replaceable.size > 0 && { replacement }),
  });
  const words = layout.wordCount === 0 ? undefined : states(QUANTISED_PARAMETERS);
  const { scope, pieces } = bindParameters(layout, states(PARAMETERS), source, observer, words);
  const loss = inspectable.forward(layout.addition?.scope(scope, states) ?? scope, inputs);
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
  gradients: InspectParts['gradients'],
): readonly Named[] {
  const all = [...values, ...parameters];
  const plain = [...all, ...(loss === undefined ? [] : [{ name: 'loss', tensor: loss }])];
  const chosen = plain.filter(({ name }) => matches(wanted, name));
  const of = all.filter(({ name, tensor }) => matches(derived, name) && tensor.dtype === 'f32');
  if (loss === undefined || gradients === undefined || of.length === 0) return chosen;
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
