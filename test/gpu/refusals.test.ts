/** What WebGPU refuses is an error that names the kernel and the layer, never a result of zeros. */

import { DeviceError, openDevice } from 'qkv';
import { compileGraph, ops, Program, StateStore, type Tensor, trace } from 'qkv/graph';
import { NearestRows } from 'qkv/inspect';
import { bindParameters, declareParameters, linear, ones, type Scope } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';
import { useDevice } from '../support/device';

const device = useDevice();

/** A device with WebGPU's default limits, as many phones have. */
async function plainDevice() {
  const adapter = await (await nodeGpu()).requestAdapter();
  if (adapter === null) throw new Error('no adapter');
  return openDevice({ device: await adapter.requestDevice() });
}

describe('a device with default limits', () => {
  it('refuses to bind more than it can, by the names of op and kernel', async () => {
    const plain = await plainDevice();
    const [n, d] = [350_000, 100];
    const rows = NearestRows.create(plain, { shape: [n, d], data: new Float32Array(n * d) });
    await expect(rows).rejects.toThrow(DeviceError);
    await expect(rows).rejects.toThrow(
      /kernel \w+: '\w+' takes 140000000 bytes, this device binds at most 134217728/,
    );
    expect(plain.liveBytes).toBe(0);
    plain.dispose();
  });

  it('refuses a buffer larger than it can have, by its name, and leaves nothing', async () => {
    const plain = await plainDevice();
    const graph = trace((input) => ({ outputs: { y: ops.view(input('x'), [64], 64) } }), {
      inputs: { x: { dtype: 'f32', shape: [100_000_000] } },
    });
    const created = Program.create(plain, compileGraph(graph), new StateStore(plain));
    await expect(created).rejects.toThrow(/input x: needs a buffer of 400000000 bytes/);
    expect(plain.liveBytes).toBe(0);
    plain.dispose();
  });
});

describe('a program that WebGPU refuses when it runs', () => {
  const model = (scope: Scope, x: Tensor): Tensor => {
    const layer = linear(64, 64, { initialiser: ones() });
    return layer(
      scope.child('decoder.linear2'),
      ops.tanh(layer(scope.child('decoder.linear1'), x)),
    );
  };
  const layout = declareParameters((scope) => model(scope, ops.fill([2, 64], 1)));
  const graph = trace(
    (input, state) => ({
      outputs: { y: model(bindParameters(layout, state('parameters')).scope, input('x')) },
    }),
    {
      inputs: { x: { dtype: 'f32', shape: [2, 64] } },
      states: { parameters: { dtype: 'f32', shape: [layout.size] } },
    },
  );
  const x = { shape: [2, 64], data: new Float32Array(128).fill(1) };

  it('fails with the kernel and the layer, on every later use as well', async () => {
    const states = new StateStore(device());
    const program = await Program.create(device(), compileGraph(graph), states);
    // Its memory is gone: what it submits is refused.
    states.dispose();
    program.run({ x });
    const read = program.read('y');
    await expect(read).rejects.toThrow(DeviceError);
    await expect(read).rejects.toThrow(
      /matmul\+add\+tanh of decoder\.linear1, kernel \w+: WebGPU refused it: .*destroyed/s,
    );
    expect(() => program.run({ x })).toThrow(/decoder\.linear1/);
    await expect(program.read('y')).rejects.toThrow(/decoder\.linear1/);
    program.dispose();
  });

  it('is right when it is not refused', async () => {
    const states = new StateStore(device());
    const program = await Program.create(device(), compileGraph(graph), states);
    states.write('parameters', new Float32Array(layout.size).fill(1 / 64));
    program.run({ x });
    const { y } = await program.read('y');
    expect(y.data[0]).toBeCloseTo(Math.tanh(1 + 1 / 64) + 1 / 64, 5);
    program.dispose();
    states.dispose();
  });
});
