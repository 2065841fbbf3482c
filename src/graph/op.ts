/**
 * The Op contract: all that the compiler and the device know about an operation. They never look at its
 * name. Nodes and tensors are immutable; a graph is what its outputs depend on. What only training and
 * checks need to know about ops is kept apart: gradient.ts, reference.ts.
 */
import type { Epilogue } from '../../shaders/lib/epilogue';
import { type Kernel, MAX_WORKGROUPS, type Spec } from '../../shaders/lib/kernel';
import type { Dim } from '../core/dim';
import type { DType, Shape, TensorType } from '../core/shape';
import type { CandidateSet } from './choice';
import type { Count, Counted } from './count';
import type { Target } from './target';

/** A value of an op's attributes: plain data, or an object with a key that identifies it. */
export type AttrValue =
  | string
  | number
  | boolean
  | undefined
  | { readonly key: string; toString(): string }
  | readonly AttrValue[];

/** An op's static options. Symbolic sizes are allowed as values. */
export type Attrs = { readonly [name: string]: AttrValue };

/** One application of an op. */
export interface Node<A extends Attrs = Attrs, I extends Count = Count, O extends Count = Count> {
  readonly id: number;
  readonly op: Op<A>;
  readonly attrs: A;
  readonly inputs: Counted<Tensor, I>;
  readonly types: Counted<TensorType, O>;
}

/** A symbolic value: one output of a node. Holds no data. */
export interface Tensor {
  readonly node: Node;
  /** Which output of the node. */
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * An operation as the compiler sees it: output types, and how it is computed. What is asked of it has as
 * many inputs and outputs as it says.
 */
export interface Op<A extends Attrs = Attrs, I extends Count = Count, O extends Count = Count> {
  readonly name: string;
  /** How many inputs it takes; one when left out. */
  readonly inputs?: I;
  /** How many outputs it gives; one when left out. */
  readonly outputs?: O;
  /**
   * Output types from input types.
   * @throws ShapeError, DTypeError, OptionError with expected, found and remedy
   */
  infer(inputs: Counted<TensorType, I>, attrs: A): Counted<TensorType, O>;
  readonly lowering: Lowering<A, I, O>;
}

/** Work of one application, for reports; sizes may be symbolic. */
export interface Cost {
  /** Floating-point operations of the mathematics, whatever a kernel computes twice. */
  readonly flops: Dim;
  /** Elements read and written, where those are not all of the inputs and outputs. */
  readonly moved?: Dim;
}

/** The op functions that gradient rules may call; each op folder adds its own by declaration merging. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the op folders
export interface OpSet {}

/** How an op becomes work on the device. */
export type Lowering<A extends Attrs, I extends Count = Count, O extends Count = Count> =
  | Elementwise<A, I>
  | KernelLowering<A, I, O>
  | AliasLowering<A>
  | PackLowering<A>
  | { readonly kind: 'source' }
  | LoopLowering<A>;

/** An op that is one WGSL expression per element; it is fused into chains and epilogues. */
export interface Elementwise<A extends Attrs, I extends Count = Count> {
  readonly kind: 'elementwise';
  /**
   * @param args WGSL expressions of the inputs: f32, i32 or bool values
   * @param context the place in the output, and sizes that are no part of the specialisation
   */
  expression(args: Counted<string, I>, attrs: A, context: ExpressionContext): string;
  /** Texts of the WGSL functions that the expression calls. */
  readonly functions?: readonly string[];
}

/** What an elementwise expression may refer to besides its inputs. */
export interface ExpressionContext {
  /** WGSL expression (u32) of the flat output index. */
  readonly index: string;
  /** WGSL expression (u32) of a value that is passed at run time, so that pipelines are shared. */
  param(value: Dim): string;
}

/** An op that is computed by kernels of its own. */
export interface KernelLowering<A extends Attrs, I extends Count = Count, O extends Count = Count> {
  readonly kind: 'kernel';
  calls(call: LoweringCall<A, I, O>): readonly KernelCall[];
  /** True when the last call stores output 0 through `epilogue`. */
  readonly epilogue?: boolean;
  /** Output index -> input index: the kernel updates that input's buffer, binding only the output. */
  inPlace?(attrs: A): ReadonlyMap<number, number>;
  /**
   * Outputs that the calls leave out when `used` says that nothing reads them. The kernels store all
   * others, read or not, except an output 0 that an epilogue replaces.
   */
  optional?(attrs: A): readonly number[];
  /** Types of the values that exist only between the calls. */
  scratch?(node: Node<A, I, O>): readonly TensorType[];
}

/** The output is the storage of input 0, from an element offset on. */
export interface AliasLowering<A extends Attrs> {
  readonly kind: 'alias';
  offset(attrs: A): number;
}

/** The inputs lie one after the other in the output, each from its element offset on. */
export interface PackLowering<A extends Attrs> {
  readonly kind: 'pack';
  offsets(attrs: A): readonly number[];
}

/** A sub-graph that is computed once per iteration; see ops/scan. */
export interface LoopLowering<A extends Attrs> {
  readonly kind: 'loop';
  loop(attrs: A): Loop;
}

/**
 * A structured loop. The node's inputs are initial carries, sequences and constants; its outputs are final
 * carries, stacks of carries [length + 1, ...] and stacked rows [length, ...]. An iteration belongs to a
 * row t, which rises from 0 or, in a reverse loop, falls to 0. Row t of a carry's stack is its value before
 * the iteration and row t + 1 its value after it; in a reverse loop it is the other way round. Outputs that
 * nothing reads are not computed.
 */
export interface Loop {
  readonly body: LoopBody;
  readonly length: Dim;
  readonly reverse: boolean;
  /** For each sequence: iteration t reads its row t + shift. */
  readonly shifts: readonly number[];
}

/** Placeholders, and what is computed from them. Whatever the body reads from outside is a constant. */
export interface LoopBody {
  /** Unique, as attributes are compared by it. */
  readonly key: string;
  readonly carries: readonly Tensor[];
  readonly sequences: readonly Tensor[];
  readonly constants: readonly Tensor[];
  /** The carries' next values. */
  readonly next: readonly Tensor[];
  /** One row of each stacked result: those asked for, then values that a gradient may need. */
  readonly rows: readonly Tensor[];
}

/** The arguments of a lowering: a node, and the device that it is lowered for. */
export interface LoweringCall<A extends Attrs, I extends Count = Count, O extends Count = Count> {
  readonly node: Node<A, I, O>;
  readonly target: Target;
  /** What to do with each element of output 0; the identity unless `epilogue` is declared. */
  readonly epilogue: Epilogue;
  /** Whether anything reads output i. If not, a value that is saved for a gradient is not computed. */
  used(output: number): boolean;
  /** The candidate to take: as measured on the device, else the first. */
  choose<T>(set: CandidateSet<T>): T;
}

/** What a binding of a kernel call refers to. */
export type Operand =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'scratch'; readonly index: number };

/** Numbers of workgroups in x, y and z. */
export type Grid = readonly [number, number, number];

/** One dispatch: kernel, specialisation, bindings, parameters and grid. */
export interface KernelCall {
  readonly kernel: Kernel;
  readonly spec: Spec;
  /** Bound in the order of the kernel's bindings (the epilogue's follow by themselves). */
  readonly operands: readonly Operand[];
  /** Values of the kernel's params, in order (the epilogue's follow by themselves). */
  readonly params: readonly Dim[];
  /** Workgroup counts for the sizes of a run. */
  grid(size: (d: Dim) => number): Grid;
  /**
   * Number of dispatches (default 1); the last parameter is their index. Must not decrease as sizes grow.
   */
  dispatchCount?(size: (d: Dim) => number): number;
}

/** The operand that is an input of the node. */
export const input = (index: number): Operand => ({ kind: 'input', index });

/** The operand that is an output of the node. */
export const output = (index: number): Operand => ({ kind: 'output', index });

/** The operand that is a scratch value of the lowering. */
export const scratch = (index: number): Operand => ({ kind: 'scratch', index });

/** A KernelCall whose spec is checked against its kernel. */
export function kernelCall<S extends Spec>(
  call: Omit<KernelCall, 'kernel' | 'spec'> & { readonly kernel: Kernel<S>; readonly spec: S },
): KernelCall {
  return call;
}

/** Workgroups in one or, above WebGPU's 65,535 a dimension, two dimensions. */
export function grid1d(workgroups: number): Grid {
  if (workgroups <= MAX_WORKGROUPS) return [workgroups, 1, 1];
  const rows = Math.ceil(workgroups / MAX_WORKGROUPS);
  return [Math.ceil(workgroups / rows), rows, 1];
}

/**
 * Checks at compile time that every part of an op is there, and takes the inputs and outputs that it says it
 * has. Bundlers leave out what is not used.
 */
/*@__NO_SIDE_EFFECTS__*/
export function defineOp<A extends Attrs, const I extends Count = 1, const O extends Count = 1>(
  op: Op<A, I, O>,
): Op<A, I, O> {
  return op;
}

export type { Target };
