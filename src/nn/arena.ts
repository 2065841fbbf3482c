/** Parameter arenas on the CPU: initial values, and conversion from and to named tensors. */
import { FormatError, OptionError } from '../core/errors';
import { type Random, random } from '../core/random';
import { dimAt } from '../core/shape';
import type { Initialiser, Parameter, ParameterLayout } from './parameters';

/** Tensors by PyTorch's names, in PyTorch's layout. */
export type NamedTensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>;

/** An arena of initialised parameters; the same seed gives the same values. */
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
  const within = (bound: number, center = 0) => (source.next() * 2 - 1) * bound + center;
  const draw = (): number => {
    switch (initialiser.kind) {
      case 'zeros':
        return 0;
      case 'ones':
        return 1;
      case 'constant':
        return initialiser.value;
      case 'normal':
        return source.normal() * initialiser.deviation + (initialiser.mean ?? 0);
      case 'uniform':
        return within(initialiser.bound, initialiser.center);
      case 'xavierUniform':
      case 'kaimingUniform':
        return within(uniformBound(shape, initialiser));
      default:
        return initialiser satisfies never;
    }
  };
  const values = Float32Array.from({ length: size }, draw);
  if (initialiser.kind === 'normal' && initialiser.zeroRow !== undefined) {
    const width = size / dimAt({ shape }, 0);
    values.fill(0, initialiser.zeroRow * width, (initialiser.zeroRow + 1) * width);
  }
  if (initialiser.kind === 'normal' && initialiser.scaled !== undefined) {
    const { to, by } = initialiser.scaled;
    for (let i = 0; i < to; i++) values[i] = (values[i] ?? 0) * by;
  }
  if (initialiser.kind === 'uniform' && initialiser.raised !== undefined) {
    const { from, to, by } = initialiser.raised;
    for (let i = from; i < to; i++) values[i] = (values[i] ?? 0) + by;
  }
  return values;
}

/**
 * The bound of the uniform distribution for a weight [out, in, ...], from its fan-in and fan-out.
 */
function uniformBound(
  shape: readonly number[],
  { kind, gain }: { readonly kind: 'xavierUniform' | 'kaimingUniform'; readonly gain: number },
): number {
  const [fanOut, fanIn] = [dimAt({ shape }, 0), dimAt({ shape }, 1)];
  const receptive = shape.slice(2).reduce((product, n) => product * n, 1);
  const fans = kind === 'xavierUniform' ? fanIn + fanOut : fanIn;
  return gain * Math.sqrt((kind === 'xavierUniform' ? 6 : 3) / (fans * receptive));
}

/**
 * Copies named tensors to their offsets in an arena.
 * @param layout all float32; see storage.ts for quantised ones
 * @throws FormatError for a missing tensor or another shape
 */
export function packArena(
  layout: ParameterLayout,
  tensors: NamedTensors,
): Float32Array<ArrayBuffer> {
  assertFloats(layout);
  const arena = new Float32Array(layout.size);
  for (const parameter of layout.parameters) {
    fillArena(arena, parameter, namedTensor(parameter, tensors));
  }
  return arena;
}

/**
 * The values of a parameter among named tensors.
 * @throws FormatError for a missing tensor or another shape
 */
export function namedTensor({ name, shape }: Parameter, tensors: NamedTensors): Float32Array {
  const found = tensors.get(name);
  if (found === undefined) {
    const has = [...tensors.keys()].slice(0, 5).join(', ');
    throw new FormatError(`parameters: no tensor '${name}' [${shape}]; the file has ${has} ...`);
  }
  if (found.shape.join() !== shape.join()) {
    throw new FormatError(
      `parameters: '${name}' must be [${shape}], the file has [${found.shape}]; was it trained with ` +
        'another configuration?',
    );
  }
  return found.data;
}

/** Copies a float32 parameter into the arena. */
export function fillArena(arena: Float32Array, parameter: Parameter, data: Float32Array): void {
  for (const { from, to, length } of ranges(parameter)) {
    arena.set(data.subarray(from, from + length), to);
  }
}

/** Copies an arena out to named tensors. @param layout all float32 */
export function unpackArena(layout: ParameterLayout, arena: Float32Array): NamedTensors {
  assertFloats(layout);
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

function assertFloats({ wordCount }: ParameterLayout): void {
  if (wordCount === 0) return;
  throw new OptionError(
    "parameters: the arena of a quantised layout holds only a part of them; use the model's own " +
      'layout, which is float32',
  );
}

/** Offsets of each part in the tensor (from), and in the arena or the quantised words (to). */
export function ranges({ shape, parts }: Parameter) {
  const width = shape.slice(1).reduce((product, n) => product * n, 1);
  let row = 0;
  return parts.map(({ rows, offset }) => {
    const range = { from: row * width, to: offset, length: rows * width };
    row += rows;
    return range;
  });
}
