/**
 * Measures the adapter's limits with minimal kernels. Rates are the best of several variants and
 * runs; overheads are slopes, the cost of one more among many.
 */
import {
  ARITHMETIC_WORKGROUP,
  arithmeticKernel,
  COPY_KERNEL,
  COPY_WORKGROUP,
  EMPTY_KERNEL,
} from './limitKernels';
import { elapsedMs, quantile } from './measure';

export interface Limits {
  readonly adapter: string;
  /** Float32 multiply-adds in registers. */
  readonly flopsPerSecond: number;
  /** Bytes read plus bytes written, by a kernel and by copyBufferToBuffer. */
  readonly kernelBytesPerSecond: number;
  readonly copyBytesPerSecond: number;
  /** Overhead of an additional empty dispatch in a pass, of a pass in a submit, and of a submit. */
  readonly dispatchMs: number;
  readonly passMs: number;
  readonly submitMs: number;
  /** Time from the submit of a minimal dispatch to its 4 bytes on the CPU. */
  readonly readbackMs: number;
}

/** Measured work of adjustable size takes at least this long, in milliseconds. */
const STRETCH_MS = 40;
const MOST = 2 ** 14;
const REPEATS = 5;
/** Size of the copied buffers, of which two exceed any cache. */
const COPY_BYTES = 2 ** 26;
/** Workgroups of the arithmetic kernels: a portion, and the most portions of a dispatch. */
const PORTION = 128;
const MOST_PORTIONS = 256;

export async function measureLimits(
  gpu: GPU,
  report: (line: string) => void = () => undefined,
): Promise<Limits> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU found no adapter');
  const device = await adapter.requestDevice();
  try {
    const bench = new Probe(device);
    report('limits: arithmetic');
    const flopsPerSecond = await bench.arithmetic();
    report('limits: memory');
    const kernelBytesPerSecond = await bench.kernelCopy();
    const copyBytesPerSecond = await bench.bufferCopy();
    report('limits: dispatches, passes, submits, readbacks');
    return {
      adapter: [adapter.info.vendor, adapter.info.architecture].filter((word) => word).join(' '),
      flopsPerSecond,
      kernelBytesPerSecond,
      copyBytesPerSecond,
      ...(await bench.costs()),
      readbackMs: await bench.readback(),
    };
  } finally {
    device.destroy();
  }
}

/** Repetitions of measured work: dispatches of a pass, passes of a submit, submits. */
interface Amount {
  readonly submits: number;
  readonly passes: number;
  readonly dispatches: number;
}

class Probe {
  readonly #device: GPUDevice;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The best rate over widths of vectors and numbers of independent sums. */
  async arithmetic(): Promise<number> {
    const sink = this.#buffer(4 * ARITHMETIC_WORKGROUP * PORTION * MOST_PORTIONS);
    let best = 0;
    for (const width of [1, 2, 4] as const) {
      for (const sums of [2, 4, 8]) {
        const { code, flops } = arithmeticKernel(width, sums);
        const { pipeline, group } = await this.#prepare(code, [sink]);
        const run = (portions: number) => {
          const inOne = Math.min(portions, MOST_PORTIONS);
          const amount = { submits: 1, passes: 1, dispatches: portions / inOne };
          return this.#run(amount, pipeline, group, PORTION * inOne);
        };
        const flopsOfPortion = flops * ARITHMETIC_WORKGROUP * PORTION;
        best = Math.max(best, (flopsOfPortion * 1000) / (await bestMs(run)));
      }
    }
    sink.destroy();
    return best;
  }

  async kernelCopy(): Promise<number> {
    const buffers = [this.#buffer(COPY_BYTES), this.#buffer(COPY_BYTES)];
    const { pipeline, group } = await this.#prepare(COPY_KERNEL, buffers);
    const run = (dispatches: number) =>
      this.#run(
        { submits: 1, passes: 1, dispatches },
        pipeline,
        group,
        COPY_BYTES / 16 / COPY_WORKGROUP,
      );
    const ms = await bestMs(run);
    for (const buffer of buffers) buffer.destroy();
    return (2 * COPY_BYTES * 1000) / ms;
  }

  async bufferCopy(): Promise<number> {
    const [from, to] = [this.#buffer(COPY_BYTES), this.#buffer(COPY_BYTES)];
    const ms = await bestMs(async (count) => {
      const encoder = this.#device.createCommandEncoder();
      for (let i = 0; i < count; i++) encoder.copyBufferToBuffer(from, 0, to, 0, COPY_BYTES);
      this.#device.queue.submit([encoder.finish()]);
      await this.#device.queue.onSubmittedWorkDone();
    });
    from.destroy();
    to.destroy();
    return (2 * COPY_BYTES * 1000) / ms;
  }

  async costs(): Promise<Pick<Limits, 'dispatchMs' | 'passMs' | 'submitMs'>> {
    const sink = this.#buffer(256);
    const { pipeline, group } = await this.#prepare(EMPTY_KERNEL, [sink]);
    const slope = async (amount: (count: number) => Amount) => {
      const [few, many] = [20, 220];
      const time = (count: number) => () => this.#run(amount(count), pipeline, group, 1);
      await time(many)();
      const [short, long] = [await medianMs(time(few)), await medianMs(time(many))];
      return Math.max(0, (long - short) / (many - few));
    };
    const costs = {
      dispatchMs: await slope((dispatches) => ({ submits: 1, passes: 1, dispatches })),
      passMs: await slope((passes) => ({ submits: 1, passes, dispatches: 1 })),
      submitMs: await slope((submits) => ({ submits, passes: 1, dispatches: 1 })),
    };
    sink.destroy();
    return costs;
  }

  async readback(): Promise<number> {
    const source = this.#buffer(256);
    const { pipeline, group } = await this.#prepare(EMPTY_KERNEL, [source]);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = this.#device.createBuffer({ size: 4, usage });
    const once = async () => {
      const encoder = this.#device.createCommandEncoder();
      dispatch(encoder, pipeline, group, 1, 1);
      encoder.copyBufferToBuffer(source, 0, staging, 0, 4);
      this.#device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      staging.unmap();
    };
    await once();
    const ms = await medianMs(once, 25);
    source.destroy();
    staging.destroy();
    return ms;
  }

  #buffer(size: number): GPUBuffer {
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    return this.#device.createBuffer({ size, usage: STORAGE | COPY_SRC | COPY_DST });
  }

  async #prepare(code: string, buffers: readonly GPUBuffer[]) {
    const module = this.#device.createShaderModule({ code });
    const pipeline = await this.#device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module },
    });
    const group = this.#device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { pipeline, group };
  }

  /** Everything is submitted, then waited for. */
  async #run(
    { submits, passes, dispatches }: Amount,
    pipeline: GPUComputePipeline,
    group: GPUBindGroup,
    workgroups: number,
  ): Promise<void> {
    for (let s = 0; s < submits; s++) {
      const encoder = this.#device.createCommandEncoder();
      for (let p = 0; p < passes; p++) dispatch(encoder, pipeline, group, dispatches, workgroups);
      this.#device.queue.submit([encoder.finish()]);
    }
    await this.#device.queue.onSubmittedWorkDone();
  }
}

function dispatch(
  encoder: GPUCommandEncoder,
  pipeline: GPUComputePipeline,
  group: GPUBindGroup,
  dispatches: number,
  workgroups: number,
): void {
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(workgroups);
  pass.end();
}

/** Milliseconds of one of many repetitions, whose count is doubled until they take long enough. */
async function bestMs(run: (count: number) => Promise<void>): Promise<number> {
  await run(1);
  let count = 1;
  while ((await elapsedMs(() => run(count))) < STRETCH_MS && count < MOST) count *= 2;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) least = Math.min(least, await elapsedMs(() => run(count)));
  return least / count;
}

async function medianMs(run: () => Promise<void>, samples = 9): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < samples; i++) times.push(await elapsedMs(run));
  return quantile(
    times.toSorted((a, b) => a - b),
    0.5,
  );
}
