/**
 * Structured loops: a body is traced once and replayed for every row of some sequences, with values carried
 * from step to step. The gradient of a loop is a loop, too (grad.ts).
 */
import { addDims, type Dim, dimsEqual, subtractDims } from '../../core/dim';
import { checkOptions, defined, OptionError, ShapeError } from '../../core/errors';
import { formatType, shapesEqual, type TensorType } from '../../core/shape';
import { checkCount } from '../../graph/count';
import { applyAll } from '../../graph/node';
import { defineOp, type Tensor } from '../../graph/op';
import { type ScanAttrs, split } from './attrs';
import { type Step, traceBody } from './body';

function infer(inputs: readonly TensorType[], attrs: ScanAttrs): readonly TensorType[] {
  const { body, length } = attrs;
  const { carries, sequences, constants, rows } = body;
  const [init, xs, captured] = split(inputs, carries.length, sequences.length);
  const found = [...init, ...xs.map(rowType), ...captured];
  const bodyInputs = [...carries, ...sequences, ...constants];
  checkCount('scan inputs', inputs, bodyInputs.length);
  bodyInputs.forEach((expected, i) => {
    const type = defined(found[i], 'input');
    if (type.dtype === expected.dtype && shapesEqual(type.shape, expected.shape)) return;
    throw new ShapeError(
      `scan: input ${i} is ${formatType(type)}, expected ${formatType(expected)}`,
    );
  });
  const stack = (count: Dim) => {
    return ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: [count, ...shape] });
  };
  return [...init, ...carries.map(stack(addDims(length, 1))), ...rows.map(stack(length))];
}

export const scanOp = defineOp<ScanAttrs, [0, number], [0, number]>({
  name: 'scan',
  inputs: [0, Infinity],
  outputs: [0, Infinity],
  infer,
  lowering: { kind: 'loop', loop: (attrs) => attrs },
});

function rowType({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape: shape.slice(1) };
}

export interface ScanOptions {
  /** Whether to go from the last row to the first; false by default. */
  readonly reverse?: boolean;
  /** Number of steps; needed when there are no sequences. */
  readonly length?: Dim;
  /** For sequences with more rows than steps: step t reads row t + shift. 0 for each by default. */
  readonly shifts?: readonly number[];
}

/** A tuple with one tensor for each of a list, where TypeScript knows its length. */
export type Each<List extends readonly Tensor[]> = { readonly [I in keyof List]: Tensor };

export interface ScanResult<
  Carry extends readonly Tensor[] = readonly Tensor[],
  Y extends readonly Tensor[] = readonly Tensor[],
> {
  /** The carries after the last step. */
  readonly carry: Each<Carry>;
  /** Each y for all steps, [L, ...]; row t belongs to row t of the sequences, also in reverse. */
  readonly ys: Each<Y>;
}

/**
 * Runs `body` for each row of the sequences: (carry, x) -> (next carry, y). The body is called once, with
 * placeholders; tensors that it uses from outside are read, never copied.
 * @param init carries before the first step  @param xs sequences [L, ...], L may be symbolic
 * @throws ShapeError when sequences differ in length, a carry changes its type, or a sequence has no axis of
 *   rows; OptionError when the length is unknown
 */
export function scan<
  Carry extends readonly Tensor[],
  Xs extends readonly Tensor[],
  Y extends readonly Tensor[],
>(
  body: (
    carry: Each<Carry>,
    x: Each<Xs>,
  ) => { readonly carry: Each<Carry>; readonly y: readonly [...Y] },
  init: readonly [...Carry],
  xs: readonly [...Xs],
  options?: ScanOptions,
): ScanResult<Carry, Y>;
export function scan(
  body: Step,
  init: readonly Tensor[],
  xs: readonly Tensor[],
  options: ScanOptions = {},
): ScanResult {
  checkOptions('scan', options, ['reverse', 'length', 'shifts']);
  const { reverse = false, shifts = xs.map(() => 0) } = options;
  const length = lengthOf(xs, options);
  const traced = traceBody(body, init.map(typeOf), xs.map(rowType));
  const attrs = { body: traced.body, length, reverse, shifts };
  const outputs = applyAll(scanOp, [...init, ...xs, ...traced.captured], attrs);
  const [carry, , ys] = split(outputs, init.length, init.length, traced.asked);
  return { carry, ys };
}

function typeOf({ dtype, shape }: Tensor): TensorType {
  return { dtype, shape };
}

function lengthOf(xs: readonly Tensor[], { length, shifts }: ScanOptions): Dim {
  const steps = length ?? xs[0]?.shape[0];
  if (steps === undefined) {
    throw new OptionError('scan: without a sequence [L, ...] the option `length` is needed');
  }
  if (typeof steps === 'number' && !(Number.isInteger(steps) && steps >= 0)) {
    throw new OptionError(`scan: length must be a whole number, found ${steps}`);
  }
  if (shifts !== undefined && shifts.length !== xs.length) {
    throw new OptionError(`scan: expected ${xs.length} shifts, found ${shifts.length}`);
  }
  xs.forEach((x, i) => {
    const rows = x.shape[0];
    const shift = shifts === undefined ? 0 : defined(shifts[i], 'shift');
    // A shifted sequence may have more rows than there are steps, never fewer.
    const rest = rows === undefined ? -1 : subtractDims(rows, steps);
    const fits =
      shifts === undefined ? dimsEqual(rest, 0) : typeof rest === 'number' && rest >= shift;
    if (!fits || shift < 0) {
      throw new ShapeError(
        `scan: sequence ${i} is ${formatType(x)}, expected [${steps}, ...]` +
          `${shift === 0 ? '' : ` and ${shift} more rows`}; transpose it?`,
      );
    }
  });
  return steps;
}

declare module '../../graph/op' {
  interface OpSet {
    scan: typeof scan;
  }
}
