/** ONNX's recurrent nodes, imported: on the GPU as their equations say, and as onnxruntime computes them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DTypeError, OptionError, ShapeError } from 'qkv';
import { random } from 'qkv/cpu';
import {
  compileGraph,
  type HostTensor,
  ops,
  Program,
  StateStore,
  type Tensor,
  trace,
} from 'qkv/graph';
import { importOnnxRecurrent } from 'qkv/io';
import {
  declareParameters,
  PARAMETERS,
  packArena,
  parameterScope,
  parameterStates,
  recurrent,
  type Scope,
} from 'qkv/nn';
import { type Case, EPSILON, worstDifference } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../bench/peers/ort-webgpu/onnx';
import { useDevice } from '../support/device';
import { type OnnxLayer, type OnnxStates, onnxStates } from '../support/onnxCells';
import { ROOT } from '../support/sourceScan';

const device = useDevice();
const [STEPS, BATCH, INPUTS, UNITS] = [5, 3, 4, 6];

type Kind = Pick<OnnxLayer, 'op' | 'direction' | 'activation' | 'linearBeforeReset' | 'lengths'> & {
  /** With biases and first states. */
  readonly whole: boolean;
};

const KINDS: readonly Kind[] = [
  { op: 'LSTM', direction: 'forward', whole: true },
  { op: 'LSTM', direction: 'reverse', whole: false },
  { op: 'LSTM', direction: 'bidirectional', whole: true, lengths: [5, 2, 4] },
  { op: 'GRU', direction: 'forward', linearBeforeReset: 1, whole: true },
  { op: 'GRU', direction: 'bidirectional', linearBeforeReset: 1, whole: true, lengths: [3, 5, 1] },
  { op: 'GRU', direction: 'forward', linearBeforeReset: 0, whole: true },
  { op: 'GRU', direction: 'reverse', linearBeforeReset: 0, whole: false },
  { op: 'GRU', direction: 'bidirectional', linearBeforeReset: 0, whole: true, lengths: [4, 1, 5] },
  { op: 'RNN', direction: 'bidirectional', whole: true },
  { op: 'RNN', direction: 'reverse', activation: 'Relu', whole: true, lengths: [5, 3, 2] },
];

function layerOf(kind: Kind, seed: number): OnnxLayer {
  const source = random(seed);
  const tensor = (...shape: readonly number[]): HostTensor => {
    const size = shape.reduce((product, n) => product * n, 1);
    return { shape, data: Float32Array.from({ length: size }, () => source.normal() * 0.5) };
  };
  const directions = kind.direction === 'bidirectional' ? 2 : 1;
  const rows = { LSTM: 4, GRU: 3, RNN: 1 }[kind.op] * UNITS;
  return {
    ...kind,
    X: tensor(STEPS, BATCH, INPUTS),
    W: tensor(directions, rows, INPUTS),
    R: tensor(directions, rows, UNITS),
    B: kind.whole ? tensor(directions, 2 * rows) : undefined,
    h0: kind.whole ? tensor(directions, BATCH, UNITS) : undefined,
    c0: kind.whole && kind.op === 'LSTM' ? tensor(directions, BATCH, UNITS) : undefined,
  };
}

const attributesOf = ({ op, direction, activation, linearBeforeReset }: OnnxLayer) => ({
  direction,
  hidden_size: UNITS,
  ...(activation === undefined ? {} : { activations: [activation] }),
  ...(op === 'GRU' ? { linear_before_reset: linearBeforeReset ?? 0 } : {}),
});

/** Outputs as ONNX has them, in one list: Y [L, D, B, H], then the last states [D, B, H]. */
async function onGpu(layer: OnnxLayer): Promise<Record<string, ArrayLike<number>>> {
  const { op, W, R, B, lengths } = layer;
  const { options, parameters } = importOnnxRecurrent({
    op,
    attributes: attributesOf(layer),
    W,
    R,
    B,
  });
  const directions = W.shape[0]!;
  const given: Record<string, HostTensor> = {
    X: layer.X,
    ...(layer.h0 ? { h0: layer.h0 } : {}),
    ...(layer.c0 ? { c0: layer.c0 } : {}),
    ...(lengths ? { lengths: { shape: [BATCH], data: Int32Array.from(lengths) } } : {}),
  };
  const types = Object.fromEntries(
    Object.entries(given).map(([name, { shape, data }]) => [
      name,
      { dtype: data instanceof Float32Array ? 'f32' : 'i32', shape } as const,
    ]),
  );
  const build = (scope: Scope, inputs: (name: string) => Tensor) => {
    const state = (name: string, d: number) => {
      const part = { starts: [d, 0, 0], ends: [d + 1, BATCH, UNITS] };
      return given[name] && ops.reshape(ops.slice(inputs(name), part), [BATCH, UNITS]);
    };
    const initial = Array.from({ length: directions }, (_, d) => ({
      hidden: state('h0', d),
      cell: state('c0', d),
    }));
    const x = ops.transpose(inputs('X'), [1, 0, 2]);
    const rows = lengths && inputs('lengths');
    const { y, final } = recurrent(options).withStates(scope, x, { lengths: rows, initial });
    const byDirection = ops.reshape(y, [BATCH, STEPS, directions, UNITS]);
    const stack = (states: readonly Tensor[]) =>
      ops.concat(
        states.map((s) => ops.reshape(s, [1, BATCH, UNITS])),
        0,
      );
    return {
      Y: ops.transpose(byDirection, [1, 2, 0, 3]),
      Y_h: stack(final.map(({ hidden }) => hidden)),
      ...(op === 'LSTM' ? { Y_c: stack(final.map(({ cell }) => cell!)) } : {}),
    };
  };
  const layout = declareParameters((scope) =>
    trace((inputs) => ({ outputs: build(scope, inputs) }), { inputs: types }),
  );
  expect([...parameters.keys()].sort()).toEqual(layout.parameters.map(({ name }) => name).sort());
  const graph = trace(
    (inputs, states) => ({
      outputs: build(parameterScope(layout, states), inputs),
    }),
    { inputs: types, states: parameterStates(layout) },
  );
  const states = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), states);
  states.write(PARAMETERS, packArena(layout, parameters));
  program.run(given);
  const found = await program.read(...graph.outputs.keys());
  program.dispose();
  states.dispose();
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, data]));
}

/** As much of onnxruntime's interface as is used here: its package is the bench's alone. */
interface Peer {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (
    type: 'float32' | 'int32',
    data: HostTensor['data'],
    shape: unknown,
  ) => object;
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<Session>;
  };
}

interface Session {
  run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>>;
  release(): Promise<void>;
}

const peerPath = join(ROOT, 'bench/peers/node_modules/onnxruntime-web/dist/ort.node.min.mjs');
const hasPeer = existsSync(peerPath);
if (!hasPeer) process.stderr.write('skipped onnxruntime: the packages of bench/ are not there\n');

async function onPeer(layer: OnnxLayer): Promise<Record<string, ArrayLike<number>>> {
  const ort: Peer = await import(/* @vite-ignore */ pathToFileURL(peerPath).href);
  ort.env.wasm.numThreads = 1;
  const { op, X, W, R, B, h0, c0, lengths } = layer;
  const directions = W.shape[0]!;
  const counts = lengths && { shape: [BATCH], data: Int32Array.from(lengths) };
  const given = { X, W, R, B, lengths: counts, h0, ...(op === 'LSTM' ? { c0 } : {}) };
  const there = Object.entries(given).flatMap(([name, tensor]) =>
    tensor === undefined ? [] : [[name, tensor] as const],
  );
  const typeOf = ({ data }: HostTensor) => (data instanceof Float32Array ? 'f32' : 'i32');
  const last = { dtype: 'f32', shape: [directions, BATCH, UNITS] } as const;
  const outputs = {
    Y: { dtype: 'f32', shape: [STEPS, directions, BATCH, UNITS] } as const,
    Y_h: last,
    ...(op === 'LSTM' ? { Y_c: last } : {}),
  };
  const model = encodeModel({
    nodes: [
      {
        op,
        inputs: Object.entries(given).map(([name, tensor]) => (tensor === undefined ? '' : name)),
        outputs: Object.keys(outputs),
        attributes: attributesOf(layer),
      },
    ],
    weights: new Map(),
    lists: new Map(),
    inputs: Object.fromEntries(
      there.map(([name, tensor]) => [name, { dtype: typeOf(tensor), shape: tensor.shape }]),
    ),
    outputs,
  });
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const results = await session.run(
    Object.fromEntries(
      there.map(([name, tensor]) => {
        const type = typeOf(tensor) === 'f32' ? 'float32' : 'int32';
        return [name, new ort.Tensor(type, tensor.data, tensor.shape)];
      }),
    ),
  );
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
}

const tolerance = {
  relative: (INPUTS + UNITS + 256 * STEPS) * EPSILON,
  because: 'products of 10 terms and, a step, tanh and sigmoid of up to 64 ULP each',
};

describe('ONNX recurrent nodes', () => {
  KINDS.forEach((kind, i) => {
    const { op, direction, linearBeforeReset, activation = '', lengths, whole } = kind;
    const how = linearBeforeReset === undefined ? activation : `reset ${linearBeforeReset}`;
    const parts = [op, direction, how, lengths ? 'mixed lengths' : '', whole ? 'whole' : ''];
    it(`${parts.filter((part) => part !== '').join(', ')}: equations, GPU, onnxruntime`, async () => {
      const layer = layerOf(kind, i + 1);
      const want: OnnxStates = onnxStates(layer);
      const names = op === 'LSTM' ? ['Y', 'Y_h', 'Y_c'] : ['Y', 'Y_h'];
      const expectClose = (
        found: Record<string, ArrayLike<number>>,
        who: string,
        bound: Case['tolerance'],
      ) => {
        expect(Object.keys(found)).toEqual(names);
        for (const [name, values] of Object.entries(found)) {
          const exact = want[name as keyof OnnxStates];
          expect(worstDifference(values, exact, bound), `${name}, ${who}`).toBeUndefined();
        }
      };
      expectClose(await onGpu(layer), 'ours', tolerance);
      const theirs = { relative: 1e-5, because: "onnxruntime's own tolerance in its tests" };
      if (hasPeer) expectClose(await onPeer(layer), 'theirs', theirs);
    });
  });

  it('say what they cannot be', () => {
    const { W, R, B } = layerOf(KINDS[0]!, 1);
    const node = { op: 'LSTM', W, R, B } as const;
    const peepholes = { shape: [1, 3 * UNITS], data: new Float32Array(3 * UNITS) };
    expect(importOnnxRecurrent({ ...node, P: peepholes }).options.cell).toBe('lstm');
    peepholes.data[7] = 0.1;
    expect(() => importOnnxRecurrent({ ...node, P: peepholes })).toThrow(OptionError);
    const wrong: readonly object[] = [
      { input_forget: 1 },
      { activations: ['Sigmoid', 'Tanh', 'Relu'] },
      { clip: 3 },
    ];
    for (const attributes of wrong) {
      expect(() => importOnnxRecurrent({ ...node, attributes })).toThrow(OptionError);
    }
    expect(() => importOnnxRecurrent({ ...node, attributes: { hidden_size: 7 } })).toThrow(
      ShapeError,
    );
    expect(() =>
      importOnnxRecurrent({ ...node, attributes: { direction: 'bidirectional' } }),
    ).toThrow('W must be [2,24,4], found [1,24,4]');
    expect(() => importOnnxRecurrent({ ...node, op: 'GRU' })).toThrow(ShapeError);
    const whole = { shape: W.shape, data: Int32Array.from(W.data) };
    expect(() => importOnnxRecurrent({ ...node, W: whole })).toThrow(DTypeError);
  });
});
