/**
 * Builds a graph from drawn numbers, one op after the other. Whatever the numbers are, a graph comes of
 * them: a recipe that finds nothing that fits is passed over. Every value is computed in float64 at once,
 * so that recipes can ask for values they can take, and what overflows or is not defined is dropped.
 * Beside the graph stands its source text, for a report to be pasted from.
 */

import { QkvError } from 'qkv';
import { interpret, NdArray, references, type Values } from 'qkv/cpu';
import {
  type Dim,
  dimBound,
  ops,
  reachableNodes,
  type SizeTable,
  sourceOf,
  type Tensor,
  tensorKey,
} from 'qkv/graph';

/** One drawn op: which recipe, the numbers that it draws from, and the ops of its body if it has one. */
export interface Instruction {
  readonly recipe: number;
  readonly numbers: readonly number[];
  readonly body: readonly Instruction[];
}

/** Nothing that the graph has fits what a recipe needs. */
export class Unfit extends Error {}

/** Values beyond it are dropped: in float32 they would soon overflow, or not be whole numbers any more. */
const LARGEST = { f32: 1e4, i32: 2 ** 20, bool: 1 } as const;

/** Multiply-adds that one op may take in float64. */
const MOST_WORK = 4e6;

/** Elements that one value may have. */
const MOST_ELEMENTS = 300_000;

/** Drawn numbers are below it. */
export const BOUND = 10_000;

type Named = Readonly<Record<string, unknown>>;

/** What all builders of one graph share: loops build in a builder of their own. */
export interface Shared {
  /** Source text of every tensor that has a name. */
  readonly names: Map<string, string>;
  readonly values: Values;
  readonly sizes: SizeTable;
  /** Sizes of axes to draw from. */
  readonly dims: readonly Dim[];
  /** How much the latest values are preferred: not at all for 1. */
  readonly focus: number;
  next: number;
  /** How often each op was applied, and how often it refused its inputs. */
  readonly applied: Map<string, number>;
  readonly refused: Map<string, string>;
}

export class Builder {
  readonly shared: Shared;
  readonly pool: Tensor[];
  readonly lines: string[] = [];
  #numbers: readonly number[] = [];
  #at = 0;

  constructor(shared: Shared, pool: readonly Tensor[]) {
    this.shared = shared;
    this.pool = [...pool];
  }

  /** Draws from other numbers from here on. */
  draws(numbers: readonly number[]): void {
    this.#numbers = numbers;
    this.#at = 0;
  }

  /** A whole number below n. */
  below(n: number): number {
    return n < 1 ? 0 : (this.#numbers[this.#at++] ?? 0) % n;
  }

  /** The numbers that were not drawn yet. */
  rest(): readonly number[] {
    return this.#numbers.slice(this.#at);
  }

  flag(): boolean {
    return this.below(2) === 1;
  }

  one<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Unfit('nothing to choose from');
    return item;
  }

  /** A size of the graph's palette. */
  dim(): Dim {
    return this.one(this.shared.dims);
  }

  /** The number that a size is. */
  size(d: Dim | undefined): number {
    if (typeof d !== 'number') throw new Unfit('a size that is no number');
    return d;
  }

  /** A tensor that fits: the latest for the number 0, and later ones rather than early ones. */
  tensor(fits: (tensor: Tensor) => boolean): Tensor {
    const tensor = this.find(fits);
    if (tensor === undefined) throw new Unfit('no tensor fits');
    return tensor;
  }

  /** The same, or undefined where none fits. */
  find(fits: (tensor: Tensor) => boolean): Tensor | undefined {
    const found = this.pool.filter(fits).reverse();
    const share = this.below(BOUND) / BOUND;
    return found[Math.floor(share ** this.shared.focus * found.length)];
  }

  f32(fits: (tensor: Tensor) => boolean = () => true): Tensor {
    return this.tensor((tensor) => tensor.dtype === 'f32' && fits(tensor));
  }

  /** f32 of a rank from `least` to `most`. */
  ranked(least: number, most = 9): Tensor {
    return this.f32(({ shape }) => shape.length >= least && shape.length <= most);
  }

  /** f32 of exactly these sizes. */
  shaped(...shape: readonly (Dim | undefined)[]): Tensor {
    return this.f32((tensor) => sameShape(tensor.shape, shape));
  }

  /** An axis of a tensor, counted from either end. */
  axis({ shape }: Tensor): number {
    const axis = this.below(shape.length);
    return this.flag() ? axis : axis - shape.length;
  }

  /** Whole numbers from 0 to below a bound, in the shape of an f32 tensor. */
  ids(x: Tensor, bound: Dim): Tensor {
    const share = this.call('sigmoid', [x]);
    return this.call('cast', [this.call('scale', [share, dimBound(bound) - 0.01]), 'i32']);
  }

  /** The float64 value that a tensor has. */
  value(tensor: Tensor): NdArray {
    const value = this.shared.values.get(tensorKey(tensor));
    if (value === undefined) throw new Error(`no value of ${tensor.node.op.name}`);
    return value;
  }

  /** Passes the op over if it would take too long in float64. */
  limit(...sizes: readonly (Dim | undefined)[]): void {
    const work = sizes.reduce<number>((product, d) => product * dimBound(d ?? 1), 1);
    if (work > MOST_WORK) throw new Unfit('too much work');
  }

  /** Calls an op function for its one result. */
  call(name: string, args: readonly unknown[]): Tensor {
    return this.calls<Tensor>(name, args);
  }

  /** Calls an op function; all tensors in what it gives come into the pool. */
  calls<T>(name: string, args: readonly unknown[]): T {
    const found = this.#apply(name, args);
    const fresh = tensorsIn(found).filter(
      ({ tensor }) => !this.shared.names.has(tensorKey(tensor)),
    );
    if (fresh.length > 0) {
      const text = `${isTensor(found) ? 't' : 'r'}${this.shared.next++}`;
      this.lines.push(`const ${text} = ops.${name}(${args.map((a) => this.show(a)).join(', ')});`);
      for (const { tensor, path } of fresh) this.add(tensor, `${text}${path}`);
    }
    return found as T;
  }

  #apply(name: string, args: readonly unknown[]): unknown {
    const call = (ops as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[name];
    if (call === undefined) throw new Error(`no op ${name}`);
    return this.attempt(name, () => call(...args));
  }

  /** Applies an op; a typed refusal of its inputs, and values out of bounds, pass it over. */
  attempt<T>(name: string, apply: () => T): T {
    const { applied, refused } = this.shared;
    try {
      const found = apply();
      this.check(tensorsIn(found).map(({ tensor }) => tensor));
      applied.set(name, (applied.get(name) ?? 0) + 1);
      return found;
    } catch (error) {
      if (!(error instanceof QkvError) || !['shape', 'dtype', 'option'].includes(error.code)) {
        throw error;
      }
      refused.set(name, error.message);
      throw new Unfit(error.message);
    }
  }

  /** Computes tensors in float64. @throws Unfit for values that float32 could not hold or that are none */
  check(tensors: readonly Tensor[]): void {
    const { values, sizes } = this.shared;
    const nodes = reachableNodes(tensors);
    for (const { types } of nodes) {
      for (const { shape } of types) {
        const elements = shape.reduce<number>((product, d) => product * dimBound(d), 1);
        if (elements > MOST_ELEMENTS) throw new Unfit('too many elements');
      }
    }
    for (const node of nodes) {
      const source = sourceOf(node);
      if (source?.kind !== 'constant') continue;
      values.set(`${node.id}.0`, new NdArray(source.data.shape, source.data.data));
    }
    interpret(nodes, values, sizes, references);
    for (const tensor of tensors) {
      const usable = (x: number) => Math.abs(x) <= LARGEST[tensor.dtype];
      if (!this.value(tensor).data.every(usable)) throw new Unfit('values beyond the limit');
    }
  }

  /** A tensor whose source text is known. */
  add(tensor: Tensor, text: string): void {
    this.shared.names.set(tensorKey(tensor), text);
    this.pool.push(tensor);
  }

  /** The source text of an argument. */
  show(value: unknown): string {
    if (isTensor(value)) {
      const name = this.shared.names.get(tensorKey(value));
      if (name === undefined) throw new Error(`${value.node.op.name} has no name`);
      return name;
    }
    if (Array.isArray(value)) return `[${value.map((item) => this.show(item)).join(', ')}]`;
    if (isDim(value)) return this.#showDim(value);
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value as Named).filter(([, item]) => item !== undefined);
      return `{ ${entries.map(([key, item]) => `${key}: ${this.show(item)}`).join(', ')} }`;
    }
    return typeof value === 'string' ? `'${value}'` : String(value);
  }

  #showDim(d: { readonly key: string }): string {
    if (this.shared.sizes.has(d.key)) return d.key;
    const owner = this.pool.find(({ shape }) => shape.some((own) => keyOf(own) === d.key));
    if (owner === undefined) return `/* ${d.key} */`;
    const axis = owner.shape.findIndex((own) => keyOf(own) === d.key);
    return `${this.show(owner)}.shape[${axis}]`;
  }
}

function keyOf(d: Dim): string {
  return typeof d === 'number' ? String(d) : d.key;
}

function isDim(value: unknown): value is Exclude<Dim, number> {
  return typeof value === 'object' && value !== null && 'terms' in value && 'bounds' in value;
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'node' in value && 'index' in value;
}

/** All tensors in what an op function gives, and where they are in it. */
function tensorsIn(
  found: unknown,
  path = '',
): readonly { readonly tensor: Tensor; readonly path: string }[] {
  if (isTensor(found)) return [{ tensor: found, path }];
  if (typeof found !== 'object' || found === null) return [];
  const step = Array.isArray(found) ? (key: string) => `[${key}]` : (key: string) => `.${key}`;
  return Object.entries(found).flatMap(([key, value]) => tensorsIn(value, path + step(key)));
}

export function sameShape(a: readonly (Dim | undefined)[], b: readonly (Dim | undefined)[]) {
  return a.length === b.length && a.every((d, i) => keyOf(d ?? -1) === keyOf(b[i] ?? -2));
}
