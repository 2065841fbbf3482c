/** States that programs share: what one program gave stays as it was, whatever others write. */

import { ShapeError } from 'qkv';
import type { Tensors } from 'qkv/graph';
import {
  compileGraph,
  type Graph,
  i32,
  type Lookup,
  ops,
  Program,
  StateStore,
  trace,
} from 'qkv/graph';
import { expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

const graphOf = (build: (state: Lookup) => { outputs: Tensors; updates: Tensors }): Graph =>
  trace((_, state) => build(state), { inputs: {}, states: { s: i32(2), p: i32(2) } });

async function made(states: StateStore, build: Parameters<typeof graphOf>[0]) {
  return Program.create(device(), compileGraph(graphOf(build)), states);
}

it('an output keeps its value when another program or the caller writes the state', async () => {
  const states = new StateStore(device());
  const first = await made(states, (state) => {
    const y = ops.increment(state('s'));
    return { outputs: { y }, updates: { s: y } };
  });
  const second = await made(states, (state) => ({
    outputs: {},
    updates: { s: ops.scale(state('s'), 1, 100) },
  }));
  states.write('s', Int32Array.of(1, 2));
  first.run();
  second.run();
  states.write('s', Int32Array.of(7, 7));
  expect([...(await first.read('y')).y!.data]).toEqual([2, 3]);
  first.run();
  second.run();
  expect([...(await first.read('y')).y!.data]).toEqual([8, 8]);
  const now = await states.read('s');
  expect([...new Int32Array(now.buffer)]).toEqual([108, 108]);
  for (const program of [first, second]) program.dispose();
  states.dispose();
});

it('a value between two writes of a state keeps its own', async () => {
  const states = new StateStore(device());
  const program = await made(states, (state) => {
    const a = ops.increment(state('s'));
    return { outputs: { a }, updates: { s: ops.increment(a), p: a } };
  });
  for (const expected of [1, 3]) {
    program.run();
    expect([...(await program.read('a')).a!.data]).toEqual([expected, expected]);
    const other = await states.read('p');
    expect([...new Int32Array(other.buffer)]).toEqual([expected, expected]);
  }
  program.dispose();
  states.dispose();
});

it('a state is read and written within its size', async () => {
  const states = new StateStore(device());
  states.buffer('s', i32(2));
  expect(() => states.write('s', Int32Array.of(1, 2, 3))).toThrow(ShapeError);
  states.write('s', Int32Array.of(5));
  expect([...new Int32Array((await states.read('s', 1)).buffer)]).toEqual([5]);
  for (const length of [-1, 1.5, 3, Number.NaN]) {
    await expect(states.read('s', length)).rejects.toThrow(`i32[2], found ${length} elements`);
  }
  states.dispose();
});
