/** Models in float64 with an observer, and what it sees. */
import { evaluateGraph, NdArray } from 'qkv/cpu';
import { type Graph, type Tensor, trace } from 'qkv/graph';
import { observe } from 'qkv/inspect';
import {
  bindParameters,
  initialArena,
  type Observer,
  PARAMETERS,
  type ParameterLayout,
  parameterStates,
  type Scope,
} from 'qkv/nn';

type Inputs = Parameters<typeof trace>[1]['inputs'];

/** What a model computes from its inputs. */
export interface Subject {
  readonly layout: ParameterLayout;
  readonly inputs: Inputs;
  forward(scope: Scope, inputs: (name: string) => Tensor): Tensor;
}

/** The graph of a subject's result, as 'result', and of all values that an observer sees. */
export function observedGraph(
  { layout, inputs, forward }: Subject,
  wants: (name: string) => boolean,
  observer?: Observer,
): Graph {
  return trace(
    (input, states) => {
      const seen: Record<string, Tensor> = {};
      const report = ({ name, tensor }: { readonly name: string; readonly tensor: Tensor }) => {
        seen[name] = tensor;
      };
      const watching = observer ?? observe({ wants, report });
      const { scope } = bindParameters(layout, states(PARAMETERS), undefined, watching);
      const result = forward(scope, input);
      return { outputs: { ...seen, result } };
    },
    { inputs, states: parameterStates(layout) },
  );
}

/** Values in float64. @param arena initial parameters (default: scaled, so that weights differ) */
export function inFloat64(
  { layout, inputs }: Pick<Subject, 'layout' | 'inputs'>,
  graph: Graph,
  given: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>
  >,
  arena: ArrayLike<number> = initialArena(layout, 5).map((value) => 3 * value),
): ReadonlyMap<string, NdArray> {
  const arrays = new Map(
    Object.entries(given).map(([name, { shape, data }]) => [name, NdArray.from(shape, data)]),
  );
  const sizes = new Map<string, number>();
  for (const [name, { shape }] of Object.entries(inputs)) {
    shape.forEach((d, i) => {
      const size = arrays.get(name)?.shape[i];
      if (typeof d !== 'number' && size !== undefined) sizes.set(d.key, size);
    });
  }
  const states = new Map([[PARAMETERS, NdArray.from([layout.size], arena)]]);
  return evaluateGraph(graph, arrays, states, sizes).outputs;
}
