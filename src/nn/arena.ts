/** Fills, reads and writes a parameter arena on the CPU: initial values, named tensors both ways. */
import { FormatError } from '../core/errors';
import { type Random, random } from '../core/random';
import type { Initialiser, Parameter, ParameterLayout } from './parameters';

/** Named values in PyTorch's layout. */
export type NamedTensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>;

/** An arena with every parameter initialised, the same for the same seed. */
export function initialArena(layout: ParameterLayout, seed: number): Float32Array<ArrayBuffer> {
  const source = random(seed);
  const values = new Map(
    layout.parameters.map((parameter) => {
      const { name, shape, initialiser } = parameter;
      return [name, { shape, data: initialValues(shape, initialiser, source) }] as const;
    }),
  );
  return packArena(layout, values);
}

function initialValues(
  shape: readonly number[],
  initialiser: Initialiser,
  source: Random,
): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1);
  const draw = (): number => {
    switch (initialiser.kind) {
      case 'zeros':
        return 0;
      case 'ones':
        return 1;
      case 'normal':
        return source.normal() * initialiser.deviation;
      case 'uniform':
        return (source.next() * 2 - 1) * initialiser.bound;
      default:
        return initialiser satisfies never;
    }
  };
  const values = Float32Array.from({ length: size }, draw);
  if (initialiser.kind === 'normal' && initialiser.zeroRow !== undefined) {
    const width = size / (shape[0] ?? 1);
    values.fill(0, initialiser.zeroRow * width, (initialiser.zeroRow + 1) * width);
  }
  if (initialiser.kind === 'uniform' && initialiser.raised !== undefined) {
    const { from, to, by } = initialiser.raised;
    for (let i = from; i < to; i++) values[i] = (values[i] ?? 0) + by;
  }
  return values;
}

/**
 * Named tensors in their places of an arena.
 * @throws FormatError for a missing tensor or another shape
 */
export function packArena(
  layout: ParameterLayout,
  tensors: NamedTensors,
): Float32Array<ArrayBuffer> {
  const arena = new Float32Array(layout.size);
  for (const parameter of layout.parameters) {
    const { name, shape } = parameter;
    const found = tensors.get(name);
    if (found === undefined) {
      const has = [...tensors.keys()].slice(0, 5).join(', ');
      throw new FormatError(`weights: no tensor '${name}' [${shape}]; the file has ${has} ...`);
    }
    if (found.shape.join() !== shape.join()) {
      throw new FormatError(
        `weights: '${name}' should be [${shape}], the file has [${found.shape}]; is it for ` +
          'another configuration?',
      );
    }
    for (const { from, to, length } of ranges(parameter)) {
      arena.set(found.data.subarray(from, from + length), to);
    }
  }
  return arena;
}

/** The named tensors of an arena. */
export function unpackArena(layout: ParameterLayout, arena: Float32Array): NamedTensors {
  return new Map(
    layout.parameters.map((parameter) => {
      const size = parameter.shape.reduce((product, n) => product * n, 1);
      const data = new Float32Array(size);
      for (const { from, to, length } of ranges(parameter)) {
        data.set(arena.subarray(to, to + length), from);
      }
      return [parameter.name, { shape: parameter.shape, data }];
    }),
  );
}

/** Where each part lies in the tensor (from) and in the arena (to). */
function ranges({ shape, parts }: Parameter) {
  const width = shape.slice(1).reduce((product, n) => product * n, 1);
  let row = 0;
  return parts.map(({ rows, offset }) => {
    const range = { from: row * width, to: offset, length: rows * width };
    row += rows;
    return range;
  });
}
