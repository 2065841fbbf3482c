/**
 * LoRA (Hu et al. 2021): low-rank products that are added to matrices of a frozen model. A scope
 * adds them as the model's code asks for its parameters, so that models know nothing of them. Which
 * matrices have one is decided elsewhere (models/lora).
 */
import { OptionError } from '../core/errors';
import { dimAt } from '../core/shape';
import type { Tensor } from '../graph/op';
import { add } from '../ops/binary/op';
import { concat } from '../ops/concat/op';
import { fill, scale } from '../ops/fill/op';
import { matmul } from '../ops/matmul/op';
import { slice } from '../ops/movement/op';
import { declareParameters, type ParameterLayout } from './parameters';
import type { Provide, Scope } from './scope';
import type { Weight } from './weight';

/** The low-rank product of one matrix, or of some rows of one. */
export interface LoraTarget {
  /** Name of the parameter that has the matrix [outputs, inputs]. */
  readonly parameter: string;
  /** The rows of that parameter: queries, keys and values are rows of one. */
  readonly from: number;
  readonly rows: number;
  readonly inputs: number;
  /**
   * What A and B are called: the parameters `name.lora_A.weight` [rank, inputs] and
   * `name.lora_B.weight` [rows, rank].
   */
  readonly name: string;
  readonly rank: number;
  /** Factor of the product: alpha / rank, or alpha / sqrt(rank) (Kalajdzievski 2023). */
  readonly scale: number;
  /** Dropout rate of the product's input in training. */
  readonly dropout: number;
}

/** A parameter that is trained as a whole, by a copy of it. */
export interface LoraCopy {
  readonly parameter: string;
  readonly shape: readonly number[];
  /** What the copy is called. */
  readonly name: string;
}

/** What an adapter adds to a model: all matrices keep their values but the copies. */
export interface LoraPlan {
  readonly targets: readonly LoraTarget[];
  readonly copies: readonly LoraCopy[];
}

/** Names of A and B of a target. */
export function loraNames({ name }: Pick<LoraTarget, 'name'>) {
  return { a: `${name}.lora_A.weight`, b: `${name}.lora_B.weight` } as const;
}

/** A and B of a target: A starts as nn.Linear's weight, B with zeros, as in PEFT. */
function factors(own: Scope, target: LoraTarget): readonly [a: Tensor, b: Tensor] {
  const { rank, inputs, rows } = target;
  const { a, b } = loraNames(target);
  return [
    own.parameter(a, [rank, inputs], { kind: 'uniform', bound: 1 / Math.sqrt(inputs) }),
    own.parameter(b, [rows, rank], { kind: 'zeros' }),
  ];
}

/** The adapter's own parameters. Copies start with zeros: write the model's values to them. */
export function loraLayout({ targets, copies }: LoraPlan): ParameterLayout {
  return declareParameters((scope) => {
    for (const target of targets) factors(scope, target);
    for (const { name, shape } of copies) scope.parameter(name, shape, { kind: 'zeros' });
  });
}

/**
 * The scope of a model with an adapter: products with targeted matrices are x W^T + scale * x A^T
 * B^T.
 * @param base has the model's parameters; its dropout and its observer are used
 * @param own has the adapter's parameters
 * @throws OptionError when the model looks rows up in a targeted matrix, or computes with it in
 *   another way than by products
 */
export function loraScope(base: Scope, own: Scope, { targets, copies }: LoraPlan): Scope {
  const targetsOf = new Map<string, LoraTarget[]>();
  for (const target of targets) {
    const { parameter } = target;
    targetsOf.set(parameter, [...(targetsOf.get(parameter) ?? []), target]);
  }
  const copyOf = new Map(copies.map(({ parameter, name }) => [parameter, name]));
  const at = (scope: Scope): Scope => {
    const full = (name: string) => (scope.path === '' ? name : `${scope.path}.${name}`);
    const split: Scope['split'] = (name, ...rest) => {
      const copy = copyOf.get(full(name));
      if (copy !== undefined) return own.split(copy, ...rest);
      if (targetsOf.has(full(name)))
        throw notProduct(full(name), 'in another way than by products');
      return scope.split(name, ...rest);
    };
    const splitWeight: Scope['splitWeight'] = (name, ...rest) => {
      const copy = copyOf.get(full(name));
      if (copy !== undefined) return own.splitWeight(copy, ...rest);
      const found = targetsOf.get(full(name));
      const weights = scope.splitWeight(name, ...rest);
      if (found === undefined) return weights;
      let from = 0;
      return weights.map((weight, i) => {
        const rows = rest[2][i] ?? 0;
        const part = { from, rows };
        from += rows;
        return adapted(weight, part, found, scope, own);
      });
    };
    return {
      ...scope,
      split,
      splitWeight,
      parameter: (name, shape, start) => only(split, name, shape, start),
      weight: (name, shape, start) => only(splitWeight, name, shape, start),
      child: (name) => at(scope.child(name)),
    };
  };
  return at(base);
}

function only<T>(provide: Provide<T>, ...[name, shape, start]: Parameters<Scope['weight']>): T {
  const [whole] = provide(name, shape, start, [dimAt({ shape }, 0)]);
  if (whole === undefined) throw new OptionError(`lora: parameter ${name} has no rows`);
  return whole;
}

function notProduct(name: string, how: string): OptionError {
  return new OptionError(
    `lora: the model uses '${name}' ${how}, which low-rank products cannot adapt; leave it out of ` +
      'target_modules',
  );
}

interface Rows {
  readonly from: number;
  readonly rows: number;
}

/** A matrix with the low-rank products of those targets that share rows with it. */
function adapted(
  weight: Weight,
  part: Rows,
  targets: readonly LoraTarget[],
  scope: Scope,
  own: Scope,
): Weight {
  const end = part.from + part.rows;
  const shared = targets
    .filter(({ from, rows }) => from < end && from + rows > part.from)
    .toSorted((one, other) => one.from - other.from);
  if (shared.length === 0) return weight;
  return {
    rows: () => {
      throw notProduct(shared[0]?.parameter ?? '', 'as a table of vectors');
    },
    product: (x) => {
      const columns: Tensor[] = [];
      let done = part.from;
      const zeros = (until: number) => {
        if (until > done) columns.push(fill([...x.shape.slice(0, -1), until - done], 0));
      };
      for (const target of shared) {
        const first = Math.max(target.from, part.from);
        const last = Math.min(target.from + target.rows, end);
        zeros(first);
        columns.push(
          lowRank(x, target, { from: first - target.from, rows: last - first }, scope, own),
        );
        done = last;
      }
      zeros(end);
      const [whole] = columns;
      const added = columns.length === 1 && whole !== undefined ? whole : concat(columns, -1);
      return add(weight.product(x), added);
    },
  };
}

/** scale * x A^T B^T, for some rows of B. */
function lowRank(x: Tensor, target: LoraTarget, { from, rows }: Rows, scope: Scope, own: Scope) {
  const [a, b] = factors(own, target);
  const dropped = target.dropout > 0 ? scope.dropout(x, target.dropout) : x;
  const inner = scale(matmul(dropped, a, { transposeB: true }), target.scale);
  const part = rows === target.rows ? b : slice(b, { starts: [from], ends: [from + rows] });
  return matmul(inner, part, { transposeB: true });
}
