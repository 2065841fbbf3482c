/**
 * The Layer type: a function of a scope, which holds its parameters, and of tensors. Errors of a
 * layer name its path in the model.
 */
import { dimsEqual } from '../core/dim';
import { checkOptions, DTypeError, OptionError, QkvError, ShapeError } from '../core/errors';
import { formatType } from '../core/shape';
import type { Tensor } from '../graph/op';
import type { Scope } from './scope';

/** A layer of one input, whose parameters come from the scope under PyTorch's names. */
export type Layer = (scope: Scope, x: Tensor) => Tensor;

/** Errors whose message already names the layer. */
const located = new WeakSet<Error>();

/**
 * Makes a layer whose error messages begin with its path in the model: 'mlp.0: linear: expected
 * ...'.
 * @param forward computes the layer from the scope and its inputs
 */
export function layer<Args extends readonly unknown[], Result>(
  forward: (scope: Scope, ...args: Args) => Result,
): (scope: Scope, ...args: Args) => Result {
  return (scope, ...args) => {
    try {
      return forward(scope, ...args);
    } catch (error) {
      throw scope.path === '' ? error : locate(scope.path, error);
    }
  };
}

function locate(path: string, error: unknown): unknown {
  if (!(error instanceof QkvError) || located.has(error)) return error;
  const found = withMessage(error, `${path}: ${error.message}`);
  if (found === undefined) return error;
  found.cause = error;
  located.add(found);
  return found;
}

function withMessage(error: QkvError, message: string): QkvError | undefined {
  if (error instanceof ShapeError) return new ShapeError(message);
  if (error instanceof DTypeError) return new DTypeError(message);
  return error instanceof OptionError ? new OptionError(message) : undefined;
}

/**
 * Checks the type, rank and last axis of a layer's input.
 * @param leading names of the axes before the last (default: any number of axes)
 * @throws DTypeError, ShapeError
 */
export function checkColumns(
  where: string,
  x: Tensor,
  columns: number,
  leading?: readonly string[],
): void {
  const last = x.shape.at(-1);
  const fits = leading === undefined || x.shape.length === leading.length + 1;
  if (x.dtype === 'f32' && last !== undefined && fits && dimsEqual(last, columns)) return;
  const expected = `f32[${[...(leading ?? ['...']), columns].join()}]`;
  const message = `${where}: expected ${expected}, found ${formatType(x)}`;
  throw x.dtype === 'f32' ? new ShapeError(message) : new DTypeError(message);
}

/**
 * Checks the sizes and options of a layer.
 * @throws OptionError for an unknown option, or a size that is not a positive integer
 */
export function checkLayer(
  where: string,
  sizes: Readonly<Record<string, number>>,
  options: object,
  known: readonly string[],
): void {
  checkOptions(where, options, known);
  for (const [name, size] of Object.entries(sizes)) {
    if (Number.isInteger(size) && size > 0) continue;
    throw new OptionError(`${where}: ${name} must be a positive integer, found ${size}`);
  }
}
