/**
 * Finds a model's parameters among the tensors of published files, by a map from parameters to the
 * tensors that hold them: under other names, transposed, in several tensors or with a constant added.
 */
import { FormatError } from '../core/errors';
import type { HeaderEntry, TensorFile, ValueSink } from '../io';
import type { KeyMap, KeySource } from '../models/keyMap';
import type { Parameter, ParameterLayout } from '../nn/parameters';
import { type ParameterStates, writeParameter, writeUnit } from '../nn/parameterWriter';
import type { Placement, TensorPlaces } from './streamParameters';

/**
 * Places tensors by a map of keys.
 * @throws FormatError (when the placement is used) for a parameter without its tensors, a tensor of
 *   another shape, and a tensor that is neither used nor ignored
 */
export function placeByKeys(keys: KeyMap): Placement {
  return (layout, states) => {
    let places: KeyedPlaces | undefined;
    return (file) => {
      places ??= new KeyedPlaces(keys, layout, states, file);
      return places.of(file);
    };
  };
}

/** A tensor that holds a parameter, or some rows of it. */
interface Use {
  readonly source: KeySource;
  readonly target: Target;
  /** Shape of the rows that it holds; undefined until its file has been opened. */
  shape?: readonly number[];
}

/** A parameter, and the tensors that hold it, in the order of its rows. */
interface Target {
  readonly parameter: Parameter;
  readonly uses: Use[];
}

class KeyedPlaces {
  readonly #layout: ParameterLayout;
  readonly #states: ParameterStates;
  /** By the names of tensors in files. */
  readonly #uses = new Map<string, Use[]>();
  /** Tensors whose rows could not be placed before another file was opened. */
  #held: { readonly use: Use; readonly values: Float32Array }[] = [];

  constructor(keys: KeyMap, layout: ParameterLayout, states: ParameterStates, file: TensorFile) {
    this.#layout = layout;
    this.#states = states;
    const { where } = file;
    const fileNames = canonicalNames(keys, file);
    const expected = new Set<string>();
    for (const parameter of layout.parameters) {
      const target: Target = { parameter, uses: [] };
      for (const source of keys.sources(parameter, (name) => fileNames.has(name))) {
        for (const name of source.names) expected.add(name);
        const found = source.names.map((name) => fileNames.get(name)).find((name) => name);
        if (found === undefined) {
          throw new FormatError(
            `${where}: no tensor '${source.names.join("' or '")}', which holds '${parameter.name}' ` +
              `[${parameter.shape}]; the file has ${[...file.names].slice(0, 5).join(', ')} ...`,
          );
        }
        const use = { source, target };
        target.uses.push(use);
        this.#uses.set(found, [...(this.#uses.get(found) ?? []), use]);
      }
    }
    for (const [name, fileName] of fileNames) {
      if (expected.has(name) || keys.ignores(name)) continue;
      throw new FormatError(
        `${where}: tensor '${fileName}' belongs to no parameter of the model; is the model of ` +
          'another kind or version?',
      );
    }
  }

  /** The places of a file's tensors, whose shapes are checked. */
  of({ where, tensors }: TensorFile): TensorPlaces {
    for (const tensor of tensors) {
      for (const use of this.#uses.get(tensor.name) ?? []) {
        use.shape = rowsOf(where, tensor, use);
        checkRows(where, tensor, use.target);
      }
    }
    const waiting = this.#held.filter(({ use, values }) => !this.#write(use, values, 0));
    this.#held = waiting;
    return new Map(
      tensors.flatMap(({ name }) => {
        const sinks = this.#uses.get(name)?.map((use) => this.#sink(use)) ?? [];
        return sinks.length === 0 ? [] : [[name, together(sinks)]];
      }),
    );
  }

  #sink(use: Use): ValueSink {
    const { source, target, shape = [] } = use;
    const size = sizeOf(shape);
    if (source.transposed === true) {
      return { unit: size, take: (values) => this.#place(use, transposed(values, shape)) };
    }
    const isPlaced = firstOf(use) !== undefined;
    return {
      unit: isPlaced ? writeUnit(target.parameter) : size,
      take: (values, first) => this.#place(use, values, first),
    };
  }

  /** Writes values of a tensor, or keeps them until it is known which rows they are. */
  #place(use: Use, values: Float32Array, first = 0): void {
    const { added = 0 } = use.source;
    const changed = added === 0 ? values : values.map((value) => value + added);
    if (!this.#write(use, changed, first)) this.#held.push({ use, values: changed.slice() });
  }

  #write(use: Use, values: Float32Array, first: number): boolean {
    const before = firstOf(use);
    if (before === undefined) return false;
    writeParameter(this.#states, this.#layout, use.target.parameter, values, before + first);
    return true;
  }
}

/** Names of the tensors in files, by their canonical names. */
function canonicalNames(keys: KeyMap, { where, names }: TensorFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const fileName of names) {
    const name = keys.canonical?.(fileName) ?? fileName;
    const other = found.get(name);
    if (other !== undefined) {
      throw new FormatError(
        `${where}: tensors '${other}' and '${fileName}' are both '${name}'; remove one of them`,
      );
    }
    found.set(name, fileName);
  }
  return found;
}

/**
 * The shape of the rows of a parameter that a tensor holds. Axes of size 1 may be missing or added
 * where the tensor holds the whole parameter.
 */
function rowsOf(where: string, tensor: HeaderEntry, { source, target }: Use): readonly number[] {
  const { shape, name } = target.parameter;
  const isTransposed = source.transposed === true;
  const found = isTransposed ? tensor.shape.toReversed() : tensor.shape;
  const rest = shape.slice(1);
  const isWhole = target.uses.length === 1;
  const fits = isWhole
    ? squeezed(found) === squeezed(shape) && (!isTransposed || found.length === 2)
    : found.length === shape.length && found.slice(1).join() === rest.join();
  if (fits) return isWhole ? shape : found;
  const rows = isWhole ? shape : ['rows', ...rest];
  throw new FormatError(
    `${where}: tensor '${tensor.name}' must be [${isTransposed ? rows.toReversed() : rows}], as it ` +
      `holds ${isWhole ? '' : 'rows of '}'${name}' [${shape}], found [${tensor.shape}]; does the ` +
      'configuration belong to this file?',
  );
}

const squeezed = (shape: readonly number[]) => shape.filter((size) => size !== 1).join();

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Checks that the tensors of a parameter have as many rows together, as far as they are known. */
function checkRows(where: string, { name }: HeaderEntry, { parameter, uses }: Target): void {
  const known = uses.flatMap(({ shape }) => (shape === undefined ? [] : [sizeOf(shape)]));
  const sum = known.reduce((total, size) => total + size, 0);
  const expected = sizeOf(parameter.shape);
  if (known.length < uses.length ? sum <= expected : sum === expected) return;
  throw new FormatError(
    `${where}: tensor '${name}' and others hold '${parameter.name}' [${parameter.shape}]: expected ` +
      `${expected} elements together, found ${sum}; does the configuration belong to this file?`,
  );
}

/**
 * Index in its parameter of a tensor's first element; undefined if the tensors before and after it
 * are in files that have not been opened.
 */
function firstOf(use: Use): number | undefined {
  const { parameter, uses } = use.target;
  const at = uses.indexOf(use);
  const before = total(uses.slice(0, at));
  if (before !== undefined) return before;
  const after = total(uses.slice(at));
  return after === undefined ? undefined : sizeOf(parameter.shape) - after;
}

/** Elements of tensors; undefined unless all are known. */
function total(uses: readonly Use[]): number | undefined {
  return uses.reduce<number | undefined>(
    (sum, { shape }) => (sum === undefined || !shape ? undefined : sum + sizeOf(shape)),
    0,
  );
}

/** A matrix from its transposed values. @param shape [rows, columns] of the result */
function transposed(values: Float32Array, [rows = 0, columns = 0]: readonly number[]) {
  const result = new Float32Array(values.length);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      result[row * columns + column] = values[column * rows + row] ?? 0;
    }
  }
  return result;
}

/** A sink that hands all that it takes to several. */
function together(sinks: readonly ValueSink[]): ValueSink {
  return {
    unit: sinks.map(({ unit }) => unit).reduce(leastCommonMultiple),
    take: (values, first) => {
      for (const { take } of sinks) take(values, first);
    },
  };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return x === 0 ? 1 : (a / x) * b;
}
