/** Optimisers and clipping against PyTorch: every step's parameters and the last step's state. */

import {
  compileGraph,
  type Graph,
  type HostTensor,
  type Lookup,
  ops,
  Program,
  StateStore,
  type Tensor,
  trace,
} from 'qkv/graph';
import { afterAll, describe, expect, it } from 'vitest';
import { defined } from '../../tools/lib/defined';
import { useDevice } from '../support/device';
import {
  compareVector,
  readVectors,
  type Values,
  type VectorCase,
  vectorCases,
} from '../support/vectors';

const { cases } = vectorCases();
const OPTIMIZERS = ['adam', 'adamw', 'sgd', 'rmsprop', 'adagrad'];
const trajectories = cases.filter(({ op }) => OPTIMIZERS.includes(op));
const clips = cases.filter(({ op }) => op === 'clip_grad_norm');
/** What torch-vectors holds: skipped, and counted as such, where that folder is not. */
const NAMES = [
  ...['adam', 'adam_transformer', 'adam_l2', 'adam_amsgrad', 'adamw', 'adam_noam'],
  ...['sgd_momentum', 'sgd_nesterov_wd', 'rmsprop', 'rmsprop_momentum', 'rmsprop_centered'],
  ...['rmsprop_centered_momentum_wd', 'adagrad', 'adagrad_decay'],
  ...['clip_grad_norm_active', 'clip_grad_norm_inactive', 'clip_grad_norm_zero'],
];
const known = new Set([...trajectories, ...clips].map(({ name }) => name));
const missing = NAMES.filter((name) => !known.has(name));
if (missing.length > 0) console.warn(`skipped ${missing.length} tests: no vectors`);

const device = useDevice();
let compared = 0;

afterAll(() => {
  console.log(`torch optimisers: ${compared} tensors of ${known.size} cases compared`);
});

interface OptimizerAttrs {
  readonly lr?: number;
  readonly lrs: readonly number[] | null;
  readonly steps: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weight_decay?: number;
  readonly amsgrad?: boolean;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly alpha?: number;
  readonly centered?: boolean;
  readonly lr_decay?: number;
  readonly initial_accumulator_value?: number;
}

/** Tensors of a case by name, each from a multiple of 64 elements on in one arena. */
class Layout {
  readonly #offsets = new Map<string, number>();
  readonly #lengths = new Map<string, number>();
  size = 0;

  constructor(values: Values, names: readonly string[]) {
    for (const name of names) {
      const length = defined(values.get(`in/${name}`), name).data.length;
      this.#offsets.set(name, this.size);
      this.#lengths.set(name, length);
      this.size += 64 * Math.ceil(length / 64);
    }
  }

  pack(values: Values, keyOf: (name: string) => string): Float32Array<ArrayBuffer> {
    const arena = new Float32Array(this.size);
    for (const [name, offset] of this.#offsets) {
      arena.set(defined(values.get(keyOf(name)), keyOf(name)).data, offset);
    }
    return arena;
  }

  /** The values of a tensor in an arena. */
  part(arena: ArrayLike<number>, name: string): readonly number[] {
    const offset = defined(this.#offsets.get(name), name);
    const length = defined(this.#lengths.get(name), name);
    return Array.from({ length }, (_, i) => arena[offset + i] ?? Number.NaN);
  }
}

const isAdam = (op: string) => op === 'adam' || op === 'adamw';

/** torch's names of the state, in the order of our outputs after the parameters. */
function stateNames(op: string, attrs: OptimizerAttrs): readonly string[] {
  const { amsgrad = false, momentum = 0, centered = false } = attrs;
  if (op === 'sgd') return ['momentum_buffer'];
  if (op === 'adagrad') return ['sum'];
  if (op === 'rmsprop') {
    const extra = [...(momentum > 0 ? ['momentum_buffer'] : []), ...(centered ? ['grad_avg'] : [])];
    return ['square_avg', ...extra];
  }
  return ['exp_avg', 'exp_avg_sq', ...(amsgrad ? ['max_exp_avg_sq'] : [])];
}

function updateOf(
  op: string,
  attrs: OptimizerAttrs,
  states: readonly Tensor[],
  inputs: Lookup,
): readonly Tensor[] {
  const [parameters, first, second, largest] = states;
  const shared = {
    parameters: defined(parameters, 'parameters'),
    gradients: inputs('gradients'),
    scale: ops.fill([1], 1),
    rate: inputs('rate'),
  };
  const state = defined(first, 'state');
  const { momentum = 0, nesterov = false, weight_decay: weightDecay = 0, centered = false } = attrs;
  const epsilon = attrs.eps ?? (op === 'adagrad' ? 1e-10 : 1e-8);
  if (op === 'sgd')
    return ops.sgd({ ...shared, first: state }, { momentum, nesterov, weightDecay });
  if (op === 'adagrad') return ops.adagrad({ ...shared, sum: state }, { epsilon, weightDecay });
  if (op === 'rmsprop') {
    return ops.rmsprop(
      {
        ...{ ...shared, squareAverage: state },
        momentumBuffer: momentum > 0 ? second : undefined,
        gradientAverage: centered ? states.at(-1) : undefined,
      },
      { alpha: attrs.alpha ?? 0.99, epsilon, momentum, centered, weightDecay },
    );
  }
  const [beta1, beta2] = attrs.betas ?? [0.9, 0.999];
  return ops.adam(
    {
      ...shared,
      first: state,
      second: defined(second, 'second'),
      corrections: inputs('corrections'),
      ...(largest === undefined ? {} : { largest }),
    },
    { beta1, beta2, epsilon, weightDecay, decoupled: op === 'adamw' },
  );
}

function optimizerGraph(op: string, attrs: OptimizerAttrs, size: number): Graph {
  const names = ['parameters', ...stateNames(op, attrs)];
  const arena = { dtype: 'f32', shape: [size] } as const;
  return trace(
    (inputs, states) => {
      const next = updateOf(op, attrs, names.map(states), inputs);
      return {
        outputs: {},
        updates: Object.fromEntries(names.map((name, i) => [name, defined(next[i], name)])),
      };
    },
    {
      inputs: {
        gradients: arena,
        rate: { dtype: 'f32', shape: [1] },
        ...(isAdam(op) ? { corrections: { dtype: 'f32', shape: [2] } as const } : {}),
      },
      states: Object.fromEntries(names.map((name) => [name, arena])),
    },
  );
}

/** What a step takes beside the gradients; corrections computed in float64. */
function stepInputs(op: string, attrs: OptimizerAttrs, step: number): Record<string, HostTensor> {
  const { lr_decay: decay = 0 } = attrs;
  const rate = (attrs.lrs?.[step - 1] ?? defined(attrs.lr, 'lr')) / (1 + (step - 1) * decay);
  const given = { rate: { shape: [1], data: Float32Array.of(rate) } };
  if (!isAdam(op)) return given;
  const corrections = (attrs.betas ?? [0.9, 0.999]).map((beta) => 1 - beta ** step);
  return { ...given, corrections: { shape: [2], data: Float32Array.from(corrections) } };
}

async function checkTrajectory(vector: VectorCase, values: Values): Promise<void> {
  const attrs = vector.attrs as unknown as OptimizerAttrs;
  const names = vector.inputs.filter((name) => /^p\d+$/.test(name));
  const layout = new Layout(values, names);
  const compare = (key: string, arena: ArrayLike<number>, name: string) => {
    const want = defined(values.get(key), key).data;
    compareVector(vector, key, layout.part(arena, name), want);
    compared++;
  };
  const states = new StateStore(device());
  const graph = optimizerGraph(vector.op, attrs, layout.size);
  const program = await Program.create(device(), compileGraph(graph), states);
  expect(program.dispatchCount, 'one dispatch, and the factor 1').toBeLessThanOrEqual(2);
  states.write(
    'parameters',
    layout.pack(values, (name) => `in/${name}`),
  );
  const { initial_accumulator_value: start = 0 } = attrs;
  if (start > 0) states.write('sum', new Float32Array(layout.size).fill(start));
  for (let step = 1; step <= attrs.steps; step++) {
    const data = layout.pack(values, (name) => `in/${name.replace('p', 'g')}@${step}`);
    const gradients = { shape: [layout.size], data };
    program.run({ gradients, ...stepInputs(vector.op, attrs, step) });
    const arena = await states.read('parameters');
    for (const name of names) compare(`out/${name}@${step}`, arena, name);
  }
  for (const state of stateNames(vector.op, attrs)) {
    const arena = await states.read(state);
    for (const name of names) compare(`out/state/${state}/${name}`, arena, name);
  }
  program.dispose();
  states.dispose();
}

async function checkClip(vector: VectorCase, values: Values): Promise<void> {
  const layout = new Layout(values, vector.inputs);
  const maxNorm = vector.attrs.max_norm as number;
  const graph = trace(
    (inputs) => {
      const { norm, scale } = ops.clipScale(inputs('gradients'), maxNorm);
      return { outputs: { norm, clipped: ops.mul(inputs('gradients'), scale) } };
    },
    { inputs: { gradients: { dtype: 'f32', shape: [layout.size] } } },
  );
  const states = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), states);
  const data = layout.pack(values, (name) => `in/${name}`);
  program.run({ gradients: { shape: [layout.size], data } });
  const { norm, clipped } = await program.read('norm', 'clipped');
  const want = (key: string) => defined(values.get(key), key).data;
  compareVector(vector, 'out/total_norm', norm.data, want('out/total_norm'));
  for (const name of vector.inputs) {
    compareVector(vector, `out/${name}`, layout.part(clipped.data, name), want(`out/${name}`));
  }
  compared += 1 + vector.inputs.length;
  program.dispose();
  states.dispose();
}

describe('PyTorch optimisers', () => {
  for (const name of missing) it.skip(`${name}: its vectors are not here`);

  for (const vector of trajectories) {
    it(`${vector.name}: parameters after every step, and the state`, () =>
      checkTrajectory(vector, readVectors(vector)));
  }
  for (const vector of clips) {
    it(`${vector.name}: the norm and the clipped gradients`, () =>
      checkClip(vector, readVectors(vector)));
  }
});
