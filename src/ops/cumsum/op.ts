/** Running sums along an axis, and the running products that the gradient of `prod` is computed from. */
import {
  blockTotals,
  type CumulativeSpec,
  cumulativeGroups,
  type ScanSpec,
  scan,
} from '../../../shaders/cumulative.wgsl';
import { identityEpilogue } from '../../../shaders/lib/epilogue';
import { type Dim, dimBound, multiplyDims } from '../../core/dim';
import { checkOptions, DTypeError } from '../../core/errors';
import { formatType, normaliseAxis } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  type Op,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { mul } from '../binary/op';
import { type Lines, linesOf } from '../lines';
import type { CumulativeAttrs, CumulativeName } from './attrs';

/** Elements of a block; blocks become larger where there would be more than a workgroup can scan at once. */
const BLOCK = 1024;
const MOST_BLOCKS = 1024;

/** Lines of at least this length are divided into blocks if there are no more than FEW_LINES of them. */
const LONG = 4096;
const FEW_LINES = 512;

interface Method {
  /** Threads of a team. */
  readonly lanes: number;
  /** Whether a team has a block of a line, not a whole line. */
  readonly divides: boolean;
}

const nameOf = ({ lanes, divides }: Method) =>
  `${lanes} ${lanes === 1 ? 'thread' : 'threads'} a ${divides ? 'block' : 'line'}`;

const scannedLines = ({ inputs, attrs }: Node<CumulativeAttrs, 1, 1>): Lines =>
  linesOf(inputs[0].shape, attrs.axis);

/** Blocks of a line, the same for every method and every run; 1 where lines are not divided. */
function blocksOf({ size, count }: Lines): number {
  const bound = dimBound(size);
  if (bound < LONG || dimBound(count) > FEW_LINES) return 1;
  return Math.min(MOST_BLOCKS, Math.ceil(bound / BLOCK));
}

/** Lines that are enough to give every lane of a GPU one, and neighbouring values that are read at once. */
const MANY_LINES = 2 ** 14;
const NEIGHBOURS = 32;

/**
 * The default method. On software adapters barriers cost more than they save, and a few threads keep the cores
 * busy; on a GPU neighbouring threads should read neighbouring values.
 */
function defaultMethod(lines: Lines, isSoftware: boolean): Method {
  const [size, count, inner] = [dimBound(lines.size), dimBound(lines.count), dimBound(lines.inner)];
  const divides = blocksOf(lines) > 1;
  if (isSoftware) return { lanes: 1, divides: divides && count < 8 };
  if (divides) return { lanes: 256, divides };
  if (size < 32 || (inner >= NEIGHBOURS && count >= MANY_LINES)) return { lanes: 1, divides };
  return { lanes: size > 512 ? 256 : 64, divides };
}

function methodOf({ node, target, choose }: LoweringCall<CumulativeAttrs, 1, 1>): Method {
  const lines = scannedLines(node);
  const whole = [1, 64, 256].map((lanes): Method => ({ lanes, divides: false }));
  const divided = [1, 256].map((lanes): Method => ({ lanes, divides: true }));
  const first = defaultMethod(lines, target.software);
  const methods = [first, ...whole, ...(blocksOf(lines) > 1 ? divided : [])];
  return choose({
    family: 'cumulative',
    shape: sizeClass({ outer: lines.outer, size: lines.size, inner: lines.inner }),
    candidates: new Map(methods.map((method) => [nameOf(method), method])),
  });
}

const combines = { cumsum: 'sum', cumprod: 'product' } as const;

function calls(
  name: CumulativeName,
  call: LoweringCall<CumulativeAttrs, 1, 1>,
): readonly KernelCall[] {
  const { node, epilogue } = call;
  const { reverse, exclusive } = node.attrs;
  const lines = scannedLines(node);
  const { lanes, divides } = methodOf(call);
  const element = node.types[0].dtype === 'i32' ? 'i32' : 'f32';
  const blocks = divides ? blocksOf(lines) : 1;
  const common: CumulativeSpec = { combine: combines[name], element, lanes, reverse };
  const spec: ScanSpec = { ...common, exclusive, continues: divides, epilogue };
  const teams = multiplyDims(lines.count, blocks);
  const launch = (each: Dim, params: readonly Dim[]): Pick<KernelCall, 'params' | 'grid'> => ({
    params: [each, ...params],
    grid: (value) => grid1d(cumulativeGroups(value(each), lanes)),
  });
  const results = launch(teams, [lines.size, lines.inner, blocks]);
  if (!divides) {
    return [kernelCall({ kernel: scan, spec, operands: [input(0), output(0)], ...results })];
  }
  return [
    kernelCall({ kernel: blockTotals, spec: common, operands: [input(0), scratch(0)], ...results }),
    // Blocks are numbered in the direction of the sum.
    kernelCall({
      kernel: scan,
      spec: {
        ...spec,
        reverse: false,
        exclusive: true,
        continues: false,
        epilogue: identityEpilogue(element),
      },
      operands: [scratch(0), scratch(1)],
      ...launch(lines.count, [blocks, lines.inner, 1]),
    }),
    kernelCall({ kernel: scan, spec, operands: [input(0), scratch(1), output(0)], ...results }),
  ];
}

/*@__NO_SIDE_EFFECTS__*/
function cumulativeOp(name: CumulativeName): Op<CumulativeAttrs, 1, 1> {
  return defineOp<CumulativeAttrs>({
    name,
    infer: ([x]) => {
      if (x.dtype === 'bool') {
        throw new DTypeError(`${name}: expected f32 or i32, found ${formatType(x)}`);
      }
      return [x];
    },
    lowering: {
      kind: 'kernel',
      epilogue: true,
      calls: (call) => calls(name, call),
      scratch: (node) => {
        const { outer, inner, ...lines } = scannedLines(node);
        const blocks = blocksOf({ outer, inner, ...lines });
        if (blocks === 1) return [];
        const type = { dtype: node.types[0].dtype, shape: [outer, blocks, inner] };
        return [type, type];
      },
    },
  });
}

export const cumsumOp = cumulativeOp('cumsum');
export const cumprodOp = cumulativeOp('cumprod');

export interface CumulativeOptions {
  /** The axis to sum along; a negative one counts from the last. */
  readonly axis: number;
  /** Whether to sum from the end of the axis to its beginning; false by default. */
  readonly reverse?: boolean;
  /** Whether to leave out the element itself, so that the first result is 0; false by default. */
  readonly exclusive?: boolean;
}

/**
 * Running sums along an axis: result i is x[0] + ... + x[i], or x[i] + ... + x[n - 1] in reverse. Whole numbers
 * wrap around at 2^31.
 * @param x f32 or i32, of rank 1 or more
 * @returns shape and type of x
 * @throws ShapeError when the axis is out of range; DTypeError, OptionError
 */
export function cumsum(x: Tensor, options: CumulativeOptions): Tensor {
  checkOptions('cumsum', options, ['axis', 'reverse', 'exclusive']);
  const { reverse = false, exclusive = false } = options;
  const axis = normaliseAxis('cumsum', options.axis, x.shape.length);
  return apply(cumsumOp, [x], { axis, reverse, exclusive });
}

/**
 * The product of the other elements of each element's line, without a division: right where some are 0. It has
 * no gradient.
 * @throws ShapeError when the axis is out of range; DTypeError
 */
export function productOfOthers(x: Tensor, axis: number): Tensor {
  const at = normaliseAxis('productOfOthers', axis, x.shape.length);
  const of = (reverse: boolean) => apply(cumprodOp, [x], { axis: at, reverse, exclusive: true });
  return mul(of(false), of(true));
}

declare module '../../graph/op' {
  interface OpSet {
    cumsum: typeof cumsum;
    productOfOthers: typeof productOfOthers;
  }
}
