/** In the worker: times single operations on the visitor's GPU. */
import { allKernels, type Device } from 'qkv';
import { random } from 'qkv/cpu';
import { compileGraph, Program, StateStore, trace } from 'qkv/graph';
import { WORKLOAD_NAMES, WORKLOADS, type Workload, type WorkloadName } from './workloads';

export interface BenchTime {
  readonly name: WorkloadName;
  /** Time of one run. */
  readonly medianMs: number;
  readonly samples: readonly number[];
  /** Runs of each sample, one after the other. */
  readonly runs: number;
  readonly flops: number;
  readonly dispatches: number;
}

export interface BenchResult {
  readonly adapter: string;
  readonly times: readonly BenchTime[];
}

const SAMPLES = 9;

/** A sample takes at least so long, so that waiting for the GPU does not count. */
const SAMPLE_MS = 20;
const MOST_RUNS = 200;

/**
 * Times all workloads.
 * @throws the signal's reason when it fires
 */
export default async function benchKernels(
  device: Device,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<BenchResult> {
  const times: BenchTime[] = [];
  for (const [i, name] of WORKLOAD_NAMES.entries()) {
    const fork = device.fork();
    try {
      const program = await prepare(fork, WORKLOADS[name]);
      const run = async (count: number) => {
        const start = performance.now();
        for (let j = 0; j < count; j++) program.run();
        await fork.gpu.queue.onSubmittedWorkDone();
        return (performance.now() - start) / count;
      };
      await run(1);
      const once = await run(2);
      const runs = Math.max(1, Math.min(MOST_RUNS, Math.ceil(SAMPLE_MS / once)));
      const samples: number[] = [];
      for (let sample = 0; sample < SAMPLES; sample++) {
        signal.throwIfAborted();
        samples.push(await run(runs));
        onProgress((i + (sample + 1) / SAMPLES) / WORKLOAD_NAMES.length);
      }
      const medianMs = [...samples].sort((a, b) => a - b)[SAMPLES >> 1] ?? Number.NaN;
      const { flops } = WORKLOADS[name];
      times.push({ name, medianMs, samples, runs, flops, dispatches: program.submittedCount });
    } finally {
      fork.dispose();
    }
  }
  return { adapter: device.adapterName, times };
}

async function prepare(device: Device, { operands, build }: Workload): Promise<Program> {
  const types = Object.fromEntries(
    Object.entries(operands).map(([name, shape]) => [name, { dtype: 'f32', shape } as const]),
  );
  const graph = trace((_, kept) => ({ outputs: { result: build(kept) } }), {
    inputs: {},
    states: types,
  });
  const states = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), states, {
    kernels: allKernels,
    startup: 'thorough',
  });
  const source = random(1);
  for (const [name, shape] of Object.entries(operands)) {
    const count = shape.reduce((product, size) => product * size, 1);
    states.write(
      name,
      Float32Array.from({ length: count }, () => source.next() - 0.5),
    );
  }
  return program;
}
