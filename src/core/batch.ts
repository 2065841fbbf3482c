/**
 * Converts batches from the forms that apps use (numbers, nested arrays, typed arrays, values with
 * shapes) to values with shapes, checked against the types of a program's inputs.
 */
import { evaluateDim, type SymbolicDim } from './dim';
import { DTypeError, OptionError, ShapeError } from './errors';
import { checkHostTensor, type HostData, type HostTensor, type HostTensors } from './hostTensor';
import { type DType, formatType, type Shape, type TensorType } from './shape';
import { SizeSolver } from './sizes';

/** Types of inputs by name; their shapes may have symbolic sizes. */
export type InputTypes = Readonly<Record<string, TensorType>>;

/** Numbers, nested to the tensor's rank, or flat in row-major order. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** The forms of an input's value. Flat data may leave one size of the shape to be inferred. */
export type BatchValue<D extends DType = DType> =
  | (D extends 'f32' ? Float32Array : Int32Array)
  | NestedNumbers
  | HostTensor;

/** A value for each input. */
export type BatchOf<Inputs extends InputTypes> = {
  readonly [Name in keyof Inputs]: BatchValue<Inputs[Name]['dtype']>;
};

/** An input's value with its data flattened. */
interface InputValue {
  readonly name: string;
  readonly type: TensorType;
  readonly data: HostData;
  /** undefined for flat data, whose shape is still to be inferred. */
  readonly shape: readonly number[] | undefined;
}

/**
 * Converts a batch to values with shapes.
 * @param where prefix of error messages
 * @throws OptionError for a missing or unknown input; ShapeError or DTypeError for one that does
 *   not fit
 */
export function hostTensors(
  where: string,
  types: InputTypes,
  batch: Readonly<Record<string, BatchValue>>,
): HostTensors {
  const known = Object.keys(types);
  const unknown = Object.keys(batch).find((name) => !(name in types));
  if (unknown !== undefined) {
    throw new OptionError(`${where}: no input '${unknown}'; expected ${known.join(', ')}`);
  }
  const values = Object.entries(types).map(([name, type]) => {
    const value = batch[name];
    if (value !== undefined && value !== null) {
      return { input: name, ...readValue(`${where}: '${name}'`, type, value) };
    }
    throw new OptionError(`${where}: input '${name}' is missing; expected ${known.join(', ')}`);
  });
  const sizes = solveSizes(values);
  return Object.fromEntries(
    values.map(({ input, name, type, data, shape }) => {
      const found = shape ?? type.shape.map((size) => evaluateDim(size, sizes));
      const value = { shape: found, data };
      checkHostTensor(name, value, type.dtype);
      return [input, value];
    }),
  );
}

function readValue(name: string, type: TensorType, value: BatchValue): InputValue {
  if (value instanceof Float32Array || value instanceof Int32Array) {
    const isFloat = value instanceof Float32Array;
    if (isFloat !== (type.dtype === 'f32')) {
      const found = isFloat ? 'a Float32Array' : 'an Int32Array';
      throw new DTypeError(`${name} is ${formatType(type)}, found ${found}`);
    }
    return { name, type, data: value, shape: undefined };
  }
  if (typeof value === 'object' && 'data' in value) {
    checkHostTensor(name, value, type.dtype);
    return { name, type, ...value };
  }
  const numbers: number[] = [];
  const shape = flatten(name, value, numbers);
  if (type.dtype !== 'f32') checkIntegers(name, type, numbers);
  const data = type.dtype === 'f32' ? Float32Array.from(numbers) : Int32Array.from(numbers);
  // A flat array of numbers is treated like a typed array, and a single number may stand for [1].
  const isFlat = shape.length <= 1 && shape.length !== type.shape.length;
  return { name, type, data, shape: isFlat ? undefined : shape };
}

/**
 * Appends the numbers to `into` in row-major order.
 * @returns their shape
 * @throws ShapeError, DTypeError
 */
function flatten(name: string, value: NestedNumbers, into: number[]): readonly number[] {
  if (typeof value === 'number') {
    into.push(value);
    return [];
  }
  if (!Array.isArray(value)) {
    throw new DTypeError(
      `${name}: expected numbers, a Float32Array, an Int32Array or { shape, data }, found ${typeof value}`,
    );
  }
  const rows = value.map((row: NestedNumbers) => flatten(name, row, into));
  const [first] = rows;
  if (first === undefined) return [0];
  const other = rows.findIndex((row) => row.join() !== first.join());
  if (other >= 0) {
    throw new ShapeError(
      `${name}: row 0 has shape [${first}], but row ${other} has [${rows[other]}]; pad them to one shape`,
    );
  }
  return [value.length, ...first];
}

function checkIntegers(name: string, type: TensorType, numbers: readonly number[]): void {
  const at = numbers.findIndex((value) => (value | 0) !== value);
  if (at < 0) return;
  throw new DTypeError(`${name} is ${formatType(type)}, found ${numbers[at]} at ${at}`);
}

/**
 * Infers the size of every symbol, from values with shapes first and then from the lengths of flat
 * data.
 */
function solveSizes(values: readonly InputValue[]): ReadonlyMap<string, number> {
  const symbols = new Map(
    values.flatMap(({ type }) =>
      type.shape.flatMap((size) => (typeof size === 'number' ? [] : [...size.bounds])),
    ),
  );
  const solver = new SizeSolver(symbols);
  for (const { name, type, shape } of values) {
    if (shape !== undefined) solver.match(name, type.shape, shape);
  }
  let flat = values.filter(({ shape }) => shape === undefined);
  while (flat.length > 0) {
    const open = flat.filter((each) => !matchFlat(solver, each));
    const [first] = open;
    if (first !== undefined && open.length === flat.length) {
      throw new ShapeError(
        `${first.name}: ${first.data.length} numbers do not determine the sizes of ` +
          `${formatType(first.type)}; pass { shape, data } or nested arrays`,
      );
    }
    flat = open;
  }
  return solver.table;
}

/**
 * Infers the unknown size of flat data, if there is only one.
 * @returns whether the shape is now known
 */
function matchFlat(solver: SizeSolver, { name, type, data }: InputValue): boolean {
  const open = openSymbols(type.shape, solver.table);
  const [symbol] = open;
  if (open.length > 1) return false;
  const other = type.shape.filter((size) => size !== symbol);
  const product = other.reduce<number>((all, size) => all * evaluateDim(size, solver.table), 1);
  const size = symbol === undefined ? 1 : data.length / product;
  if (!Number.isInteger(size) || size * product !== data.length) {
    const count = symbol === undefined ? `${product}` : `a multiple of ${product}`;
    throw new ShapeError(
      `${name} is ${formatType(type)}, expected ${count} numbers, found ${data.length}`,
    );
  }
  const shape = type.shape.map((each) =>
    each === symbol ? size : evaluateDim(each, solver.table),
  );
  solver.match(name, type.shape, shape);
  return true;
}

/** Symbolic sizes that have no value yet. */
function openSymbols(shape: Shape, table: ReadonlyMap<string, number>): readonly SymbolicDim[] {
  return shape.filter(
    (size): size is SymbolicDim =>
      typeof size !== 'number' && [...size.bounds.keys()].some((name) => !table.has(name)),
  );
}
