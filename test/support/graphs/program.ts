/**
 * A graph as drawn data: sizes, inputs, states, ops, outputs, and what gradients are taken for. Any data
 * of this form is a graph, so that fast-check can leave parts of it out until the smallest is left that
 * still shows a fault.
 */
import fc from 'fast-check';
import { QkvError } from 'qkv';
import { NdArray, random } from 'qkv/cpu';
import {
  type Dim,
  type DType,
  dim,
  evaluateDim,
  type Graph,
  gradients,
  type Lookup,
  type Results,
  type Shape,
  type Tensor,
  type TensorType,
  tensorKey,
  trace,
} from 'qkv/graph';
import { BOUND, Builder, type Instruction, type Shared, sameShape, Unfit } from './builder';
import { loops, recipes } from './recipes';

const names = [...Object.keys(recipes), 'scan'];

/** An input or a state. */
interface Source {
  /** Its axes, as numbers of sizes; 0 is a size of 1. */
  readonly axes: readonly number[];
  readonly dtype: DType;
  /** Whether it has the shape of the one before instead. */
  readonly isAlike: boolean;
}

export interface Program {
  /** Sizes of axes, which inputs and ops draw from. */
  readonly sizes: readonly number[];
  /** Whether the first size is a symbol, and by how much it may be larger. */
  readonly slack: number | undefined;
  readonly inputs: readonly Source[];
  readonly states: readonly Source[];
  readonly instructions: readonly Instruction[];
  /** How much the latest values are preferred as operands: not at all for 1. */
  readonly focus: number;
  /** Numbers that choose outputs, next values of states, and the inputs that gradients are for. */
  readonly outputs: readonly number[];
  readonly updates: readonly number[];
  readonly wrt: readonly number[];
  /** Of the inputs' values. */
  readonly seed: number;
}

const number = fc.nat({ max: BOUND - 1 });
const numbers = fc.array(number, { minLength: 2, maxLength: 14, size: 'max' });

/** Ops that lead kernels, and elementwise ones that are fused with them: what graphs mostly consist of. */
const COMMON = [
  'add',
  'mul',
  'tanh',
  'scale',
  'matmul',
  'softmax',
  'layerNorm',
  'sum',
  'transpose',
];
const common = COMMON.map((name) => names.indexOf(name));
const recipe = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...common) },
  { weight: 2, arbitrary: fc.nat({ max: names.length - 1 }) },
);

const flat: fc.Arbitrary<Instruction> = fc.record({ recipe, numbers, body: fc.constant([]) });
const nested: fc.Arbitrary<Instruction> = fc.record({
  recipe,
  numbers,
  body: fc.array(flat, { maxLength: 3, size: 'max' }),
});
const scan: fc.Arbitrary<Instruction> = fc.record({
  recipe: fc.constant(names.length - 1),
  numbers,
  body: fc.array(nested, { minLength: 1, maxLength: 6, size: 'max' }),
});
const instruction = fc.oneof({ weight: 12, arbitrary: flat }, { weight: 1, arbitrary: scan });

/** One, odd, aligned, past a tile, past a workgroup; rarely nothing, or past a dimension of a grid. */
const size = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(2, 3, 4, 5, 6, 7, 8, 12, 16, 17) },
  { weight: 14, arbitrary: fc.constantFrom(20, 32, 33, 63, 64, 65, 100, 128, 130) },
  { weight: 2, arbitrary: fc.constantFrom(257, 300, 1025) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(65_536, 65_537, 66_000) },
);

const dtype = fc.oneof(
  { weight: 8, arbitrary: fc.constant<DType>('f32') },
  { weight: 1, arbitrary: fc.constantFrom<DType>('i32', 'bool') },
);
const axes = fc.oneof(
  { weight: 1, arbitrary: fc.array(fc.nat({ max: 3 }), { maxLength: 1 }) },
  { weight: 3, arbitrary: fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 2 }) },
  { weight: 3, arbitrary: fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 }) },
);
const source = fc.record({ axes, dtype, isAlike: fc.boolean() });

/** Graphs of 1 to 18 ops. */
export const anyProgram: fc.Arbitrary<Program> = fc.record({
  sizes: fc.array(size, { minLength: 3, maxLength: 3 }),
  slack: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat({ max: 5 }) },
  ),
  inputs: fc.array(source, { minLength: 1, maxLength: 4, size: 'max' }),
  states: fc.array(source, { maxLength: 2 }),
  instructions: fc.array(instruction, { minLength: 1, maxLength: 24, size: 'max' }),
  focus: fc.integer({ min: 1, max: 5 }),
  outputs: fc.array(number, { minLength: 2, maxLength: 10, size: 'max' }),
  updates: fc.array(number, { maxLength: 2 }),
  wrt: fc.array(number, { maxLength: 3 }),
  seed: number,
});

export interface Built {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, NdArray>;
  readonly states: ReadonlyMap<string, NdArray>;
  readonly sizes: ReadonlyMap<string, number>;
  /** Source text, ready to paste. */
  readonly text: string;
  readonly applied: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, string>;
}

/** Elements of an input at most, so that float64 stays quick. */
const MOST_ELEMENTS = 140_000;

/** The graph of a program, with values for its inputs. */
export function build(program: Program): Built {
  const [first = 1] = program.sizes;
  const symbol = program.slack === undefined ? undefined : dim('N', first + program.slack + 1);
  const sizes = new Map(symbol === undefined ? [] : [['N', first]]);
  const dims: readonly Dim[] = [1, symbol ?? first, ...program.sizes.slice(1)];
  const drawn = { inputs: typesOf(program.inputs, dims), states: typesOf(program.states, dims) };
  const signature = {
    inputs: named('i', drawn.inputs),
    states: named('s', drawn.states),
  };
  const source = random(program.seed);
  const valuesOf = (types: Readonly<Record<string, TensorType>>) =>
    new Map(
      Object.entries(types).map(([name, type]) => {
        const shape = type.shape.map((d) => evaluateDim(d, sizes));
        const data = new NdArray(shape).data.map(() => draw(source, type.dtype));
        return [name, new NdArray(shape, data)] as const;
      }),
    );
  const inputs = valuesOf(signature.inputs);
  const states = valuesOf(signature.states);
  const shared: Shared = {
    names: new Map(),
    values: new Map(),
    sizes,
    dims,
    focus: program.focus,
    next: 0,
    applied: new Map(),
    refused: new Map(),
  };
  const builder = new Builder(shared, []);
  let ends: readonly string[] = [];
  const body = (input: Lookup, state: Lookup): Results => {
    const enter = (tensor: Tensor, value: NdArray, text: string) => {
      shared.values.set(tensorKey(tensor), value);
      builder.add(tensor, text);
    };
    for (const [name, value] of inputs) enter(input(name), value, `input('${name}')`);
    for (const [name, value] of states) enter(state(name), value, `state('${name}')`);
    for (const instruction of program.instructions) follow(builder, instruction);
    const results = choose(builder, program, state, Object.keys(signature.states));
    ends = [
      `return { outputs: ${builder.show(results.outputs)}, updates: ${builder.show(results.updates)} };`,
    ];
    return results;
  };
  const graph = withText(builder, () => trace(body, signature));
  const text = [
    ...(symbol === undefined
      ? []
      : [`const N = dim('N', ${first + (program.slack ?? 0) + 1}); // ${first}`]),
    'const graph = trace((input, state) => {',
    ...[...builder.lines, ...ends].map((line) => `  ${line}`),
    `}, { inputs: ${showTypes(signature.inputs)}, states: ${showTypes(signature.states)} });`,
  ].join('\n');
  return { graph, inputs, states, sizes, text, applied: shared.applied, refused: shared.refused };
}

/** Names what was built so far when tracing fails. */
function withText<T>(builder: Builder, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : error}\n${builder.lines.join('\n')}`,
      {
        cause: error,
      },
    );
  }
}

/** Standard normal values of two decimal places more than float16 has; small whole numbers; flags. */
function draw(source: ReturnType<typeof random>, dtype: DType): number {
  if (dtype === 'f32') return Math.fround(source.normal());
  return dtype === 'i32' ? source.below(7) - 2 : source.below(2);
}

function typesOf(sources: Program['inputs'], dims: readonly Dim[]): readonly TensorType[] {
  let before: Shape | undefined;
  return sources.map(({ axes, dtype, isAlike }) => {
    if (isAlike && before !== undefined) return { dtype, shape: before };
    let elements = 1;
    const shape = axes.map((at): Dim => {
      const d = dims[at % dims.length] ?? 1;
      const size = typeof d === 'number' ? d : (d.bounds.values().next().value ?? 1);
      if (elements * size > MOST_ELEMENTS) return 1;
      elements *= Math.max(1, size);
      return d;
    });
    before = shape;
    return { dtype, shape };
  });
}

function named(prefix: string, types: readonly TensorType[]): Readonly<Record<string, TensorType>> {
  return Object.fromEntries(types.map((type, i) => [`${prefix}${i}`, type]));
}

/** Adds one drawn op, if it finds what it needs. */
function follow(builder: Builder, { recipe: at, numbers: own, body }: Instruction): void {
  const name = names[at % names.length] ?? 'add';
  builder.draws(own);
  try {
    const known = recipes[name];
    if (known !== undefined) known(builder);
    else {
      loops(builder, (inner) => {
        for (const one of body) follow(inner, one);
      });
    }
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
  }
}

/** Outputs, next values of states, and gradients of a weighted sum of the outputs. */
function choose(
  builder: Builder,
  program: Program,
  state: (name: string) => Tensor,
  states: readonly string[],
): { outputs: Record<string, Tensor>; updates: Record<string, Tensor> } {
  const outputs: Record<string, Tensor> = {};
  builder.draws(program.outputs);
  const read = new Set(builder.pool.flatMap(({ node }) => node.inputs.map(tensorKey)));
  Array.from({ length: Math.ceil(program.outputs.length / 2) }).forEach((_, i) => {
    // Mostly what nothing reads, so that little of the graph is dead.
    const isLeaf = builder.below(4) > 0;
    const isMade = (t: Tensor) => t.node.op.lowering.kind !== 'source';
    const y = builder.find((t) => !isLeaf || (isMade(t) && !read.has(tensorKey(t))));
    if (y !== undefined) outputs[`y${i}`] = y;
  });
  const updates: Record<string, Tensor> = {};
  builder.draws(program.updates);
  states.slice(0, program.updates.length).forEach((name) => {
    const own = state(name);
    const fits = (t: Tensor) => t.dtype === own.dtype && sameShape(t.shape, own.shape);
    updates[name] = builder.tensor(fits);
  });
  builder.draws(program.wrt);
  // Mostly inputs and states; values on the way to the loss too.
  const sources = builder.pool.filter(
    (t) => t.dtype === 'f32' && (t.node.op.lowering.kind === 'source' || builder.below(4) === 0),
  );
  const losses = Object.values(outputs).filter((t) => t.dtype === 'f32');
  if (program.wrt.length === 0 || sources.length === 0 || losses.length === 0) {
    return { outputs, updates };
  }

  const wrt = [...new Set(program.wrt.map(() => builder.one(sources)))];
  try {
    const terms = losses.map((y) =>
      builder.call('sum', [builder.call('mul', [y, weights(builder, y)])]),
    );
    const loss = terms.reduce((a, t) => builder.call('add', [a, t]));
    const found = gradients(loss, wrt);
    builder.lines.push(`const d = gradients(${builder.show(loss)}, ${builder.show(wrt)});`);
    builder.check(found);
    found.forEach((tensor, i) => {
      if (!builder.shared.names.has(tensorKey(tensor))) builder.add(tensor, `d[${i}]`);
      outputs[`d${i}`] = tensor;
    });
  } catch (error) {
    const isRefused = error instanceof QkvError && error.code === 'gradient';
    if (!(error instanceof Unfit) && !isRefused) throw error;
  }
  return { outputs, updates };
}

/** Factors that differ from element to element: y itself, bounded. */
function weights(builder: Builder, y: Tensor): Tensor {
  return builder.call('scale', [builder.call('tanh', [y]), 0.5, 1]);
}

function showTypes(types: Readonly<Record<string, TensorType>>): string {
  const show = ({ dtype, shape }: TensorType) =>
    `{ dtype: '${dtype}', shape: [${shape.join(', ')}] }`;
  return `{ ${Object.entries(types)
    .map(([name, type]) => `${name}: ${show(type)}`)
    .join(', ')} }`;
}
