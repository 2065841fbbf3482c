/**
 * Sizes of tensors: numbers, or polynomials over bounded symbols (`dim('T', 64)`), so that one
 * trace and one plan serve all sentence lengths. Equal polynomials have equal canonical keys; a
 * run's size table gives their values.
 */
import { QkvError, ShapeError } from './errors';

/** A size: a number, or a symbolic size whose value is set by each run. */
export type Dim = number | SymbolicDim;

/** The value of each symbol in one run. */
export type SizeTable = ReadonlyMap<string, number>;

/** A monomial: a coefficient times a product of symbols. */
export interface SizeTerm {
  readonly coefficient: number;
  /** Symbol names, sorted; a power repeats its symbol. */
  readonly names: readonly string[];
}

/** A polynomial over bounded symbols. */
export class SymbolicDim {
  readonly terms: readonly SizeTerm[];
  /** The largest value of each symbol. */
  readonly bounds: ReadonlyMap<string, number>;
  /** Canonical text: equal if and only if the polynomials are equal. */
  readonly key: string;

  constructor(terms: readonly SizeTerm[], bounds: ReadonlyMap<string, number>) {
    this.terms = terms;
    this.bounds = bounds;
    this.key = terms
      .map(({ coefficient, names }) =>
        [...(coefficient === 1 && names.length > 0 ? [] : [coefficient]), ...names].join('*'),
      )
      .join('+');
  }

  toString(): string {
    return this.key;
  }
}

/**
 * A symbolic size with values from 0 to `max`.
 * @throws ShapeError if max is not a positive integer
 */
export function dim(name: string, max: number): SymbolicDim {
  if (!Number.isInteger(max) || max < 1) {
    throw new ShapeError(`dim('${name}', ${max}): the bound must be a positive integer`);
  }
  return new SymbolicDim([{ coefficient: 1, names: [name] }], new Map([[name, max]]));
}

function termsOf(d: Dim): readonly SizeTerm[] {
  if (typeof d !== 'number') return d.terms;
  return d === 0 ? [] : [{ coefficient: d, names: [] }];
}

function boundsOf(...dims: readonly Dim[]): Map<string, number> {
  const bounds = new Map<string, number>();
  for (const d of dims) {
    if (typeof d === 'number') continue;
    for (const [name, max] of d.bounds) {
      const known = bounds.get(name);
      if (known !== undefined && known !== max) {
        throw new ShapeError(
          `size '${name}' has two bounds, ${known} and ${max}; use one dim() for both`,
        );
      }
      bounds.set(name, max);
    }
  }
  return bounds;
}

function collect(terms: readonly SizeTerm[], bounds: ReadonlyMap<string, number>): Dim {
  const byNames = new Map<string, SizeTerm>();
  for (const term of terms) {
    const key = term.names.join('*');
    const coefficient = (byNames.get(key)?.coefficient ?? 0) + term.coefficient;
    byNames.set(key, { coefficient, names: term.names });
  }
  const nonZero = [...byNames.entries()]
    .filter(([, term]) => term.coefficient !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, term]) => term);
  const [only] = nonZero;
  if (only === undefined) return 0;
  if (nonZero.length === 1 && only.names.length === 0) return only.coefficient;
  const used = new Set(nonZero.flatMap((term) => term.names));
  return new SymbolicDim(nonZero, new Map([...bounds].filter(([name]) => used.has(name))));
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return collect([...termsOf(a), ...termsOf(b)], boundsOf(a, b));
}

/** a - b. */
export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(b, -1));
}

/** The product of two sizes. */
export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const products = termsOf(a).flatMap((x) =>
    termsOf(b).map((y) => ({
      coefficient: x.coefficient * y.coefficient,
      names: [...x.names, ...y.names].sort(),
    })),
  );
  return collect(products, boundsOf(a, b));
}

/**
 * a / b, for a monomial b that divides every term of a.
 * @throws ShapeError if it does not divide
 */
export function divideDims(a: Dim, b: Dim): Dim {
  const [divisor, ...rest] = termsOf(b);
  if (divisor === undefined || rest.length > 0) throw new ShapeError(`cannot divide ${a} by ${b}`);
  const quotients = termsOf(a).map((term) => {
    const coefficient = term.coefficient / divisor.coefficient;
    const names = [...term.names];
    for (const name of divisor.names) {
      const at = names.indexOf(name);
      if (at < 0) throw new ShapeError(`${a} is not a multiple of ${b}`);
      names.splice(at, 1);
    }
    if (!Number.isInteger(coefficient)) throw new ShapeError(`${a} is not a multiple of ${b}`);
    return { coefficient, names };
  });
  return collect(quotients, boundsOf(a, b));
}

export function dimsEqual(a: Dim, b: Dim): boolean {
  return typeof a === 'number' || typeof b === 'number' ? a === b : a.key === b.key;
}

/** The value of a size in a size table. @throws QkvError for a symbol without a value */
export function evaluateDim(d: Dim, sizes: SizeTable): number {
  if (typeof d === 'number') return d;
  return sum(d, (name) => {
    const size = sizes.get(name);
    if (size === undefined) {
      throw new QkvError('size', `no value for size '${name}'; pass it in the run's sizes`);
    }
    return size;
  });
}

/** The largest value of a size: all symbols at their bounds. */
export function dimBound(d: Dim): number {
  return typeof d === 'number' ? d : sum(d, (name) => d.bounds.get(name) ?? 0);
}

function sum(d: SymbolicDim, value: (name: string) => number): number {
  let total = 0;
  for (const { coefficient, names } of d.terms) {
    let product = coefficient;
    for (const name of names) product *= value(name);
    total += product;
  }
  return total;
}

/** Whether all values of the size are known to be multiples of n. */
export function isMultipleOf(d: Dim, n: number): boolean {
  return termsOf(d).every((term) => term.coefficient % n === 0);
}
