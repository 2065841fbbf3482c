/** In the worker: times training steps of both layers by the length of the sentences. */
import type { Device } from 'qkv';
import { random } from 'qkv/cpu';
import { ops } from 'qkv/graph';
import { countParameters } from 'qkv/nn';
import { adam, Trainer } from 'qkv/train';
import { INPUTS, LARGEST, LAYERS, type LayerName, LENGTHS, LONGEST, layerOf, SIZE } from './layers';

export interface Measured {
  readonly layer: LayerName;
  readonly length: number;
  /** The shortest of the samples: other work on the machine only lengthens a step. */
  readonly milliseconds: number;
  readonly samples: readonly number[];
  /** Dispatches of a training step: forward, backward, and the optimiser. */
  readonly stepDispatches: number;
}

export interface Measurement {
  readonly adapter: string;
  readonly batch: number;
  readonly parameters: Readonly<Record<LayerName, number>>;
  readonly measured: readonly Measured[];
}

const WARM_UP = 2;
const SAMPLES = 5;

/**
 * Times all lengths round-robin, so that a slow moment of the machine affects all of them.
 * @param batch number of sentences
 * @throws the signal's reason when it fires
 */
export default async function measureSteps(
  device: Device,
  batch: number,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Measurement> {
  const fork = device.fork();
  try {
    const trainers = new Map<LayerName, Awaited<ReturnType<typeof trainerOf>>>();
    for (const name of LAYERS) trainers.set(name, await trainerOf(fork, name));
    const numbers = Float32Array.from({ length: LARGEST * LONGEST * SIZE }, drawn);
    const runs = LENGTHS.flatMap((length) =>
      LAYERS.map((layer) => ({ layer, length, samples: [] as number[], stepDispatches: 0 })),
    );
    const rounds = WARM_UP + SAMPLES;
    let done = 0;
    for (let round = 0; round < rounds; round++) {
      for (const run of runs) {
        signal.throwIfAborted();
        const trainer = trainers.get(run.layer);
        if (trainer === undefined) continue;
        const shape = [batch, run.length, SIZE];
        const data = numbers.subarray(0, batch * run.length * SIZE);
        const start = performance.now();
        await trainer.step({ x: { shape, data } });
        const elapsed = performance.now() - start;
        if (round >= WARM_UP) run.samples.push(elapsed);
        run.stepDispatches = trainer.submittedCount;
        onProgress(++done / (rounds * runs.length));
      }
    }
    const parameters = Object.fromEntries(
      [...trainers].map(([name, { layout }]) => [name, countParameters(layout)]),
    ) as Record<LayerName, number>;
    const measured = runs.map((run) => ({
      ...run,
      milliseconds: Math.min(...run.samples),
    }));
    return { adapter: device.adapterName, batch, parameters, measured };
  } finally {
    fork.dispose();
  }
}

function trainerOf(device: Device, name: LayerName) {
  const layer = layerOf(name);
  return Trainer.create(device, {
    inputs: INPUTS,
    loss: (scope, { x }) => ops.mean(ops.square(layer(scope, x))),
    optimizer: adam({ learningRate: 1e-4 }),
    startup: 'quick',
  });
}

const source = random(1);
const drawn = () => source.next() - 0.5;
