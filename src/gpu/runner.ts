/**
 * A plan on a device, as decoding runs it; see also Program. Pipelines, buffers and bind groups are resolved
 * once. A run writes its inputs and, if sizes changed, the uniform buffer, then replays the dispatches in one
 * compute pass.
 */
import { boundBytes, type Plan, type Port, planBytes } from '../compiler/plan/plan';
import { nest, replay, type Sequence } from '../compiler/plan/replay';
import { evaluateDim } from '../core/dim';
import { DeviceError, DisposedError, defined, OptionError } from '../core/errors';
import {
  checkHostTensor,
  type HostData,
  type HostTensor,
  type HostTensors,
} from '../core/hostTensor';
import { type DType, evaluateShape } from '../core/shape';
import { SizeSolver, type Sizes } from '../core/sizes';
import type { Grid } from '../graph/op';
import {
  type Command,
  compilePipelines,
  createCommands,
  createUniforms,
  fillUniforms,
} from './commands';
import type { Device } from './device';
import type { PreparedPlan } from './prepared';
import { Readback } from './readback';
import type { StateStore } from './states';
import { allocateStorages } from './storages';
import { SubmitThrottle } from './submitThrottle';
import { checked } from './validation';

/** Options of one run of a program. */
export interface RunOptions {
  /** Values of symbolic sizes that no input determines. */
  readonly sizes?: Sizes;
  /** Number of times to replay the plan, with state carried from one to the next; 1 by default. */
  readonly repeat?: number;
}

/** The parts of a runner. */
export interface RunnerParts {
  readonly device: Device;
  readonly plan: Plan;
  readonly commands: readonly Command[];
  /** By storage id. */
  readonly buffers: ReadonlyMap<number, GPUBuffer>;
  /** The buffers to destroy with the runner. */
  readonly owned: readonly GPUBuffer[];
  readonly uniforms: GPUBuffer;
  /** WebGPU's message if it rejects the commands. */
  readonly refusal: Promise<string | undefined>;
}

/** A plan on a device, ready to run any number of times: the part of `Program` that decoding needs. */
export class Runner {
  readonly device: Device;
  readonly plan: Plan;
  protected readonly commands: readonly Command[];
  protected grids: readonly Grid[] = [];
  protected submitted = 0;
  readonly #buffers: ReadonlyMap<number, GPUBuffer>;
  readonly #owned: readonly GPUBuffer[];
  readonly #uniforms: GPUBuffer;
  readonly #uniformData: Uint32Array<ArrayBuffer>;
  readonly #readback: Readback;
  readonly #throttle = new SubmitThrottle();
  /** The commands in order, with the plan's loops. */
  readonly #sequence: Sequence;
  #counts: readonly number[] = [];
  #iterations: number[] = [];
  /** Number of consecutive dispatches of each command. */
  #dispatchCounts: readonly number[] = [];
  #sizes: ReadonlyMap<string, number> = new Map();
  #sizeKey = '';
  /** Settled when WebGPU has validated all work so far; undefined when there is nothing to wait for. */
  #verdict: Promise<void> | undefined;
  #failure: DeviceError | undefined;
  #disposed = false;

  constructor({ device, plan, commands, buffers, owned, uniforms, refusal }: RunnerParts) {
    this.device = device;
    this.plan = plan;
    this.commands = commands;
    this.#buffers = buffers;
    this.#owned = [...owned, uniforms];
    this.#uniforms = uniforms;
    this.#uniformData = new Uint32Array(uniforms.size / 4);
    this.#readback = new Readback(device);
    // A step of a loop may be several commands.
    const commandAt = (step: number) => {
      const at = commands.findIndex(({ dispatch }) => dispatch.step >= step);
      return at < 0 ? commands.length : at;
    };
    const loops = plan.loops.map((loop) => ({
      ...loop,
      first: commandAt(loop.first),
      end: commandAt(loop.end),
    }));
    this.#sequence = nest(commands.length, loops);
    this.#judge(refusal);
  }

  /** Number of dispatches in one run, counting those of a loop's body once. */
  get dispatchCount(): number {
    return this.commands.length;
  }

  /** Number of distinct pipelines of the plan. */
  get pipelineCount(): number {
    return new Set(this.commands.map(({ pipeline }) => pipeline)).size;
  }

  /**
   * Uploads inputs and replays the plan. Returns at once; results are read by `read`.
   * @throws ShapeError, DTypeError, OptionError before anything is submitted; DeviceError when WebGPU rejected
   *   an earlier run
   */
  run(inputs: HostTensors = {}, options: RunOptions = {}): void {
    this.assertUsable();
    const { repeat = 1 } = options;
    if (!(repeat > 0 && repeat % 1 === 0)) {
      throw new OptionError(`run: repeat must be a positive integer, found ${repeat}`);
    }
    const sizes = this.#solve(inputs, options.sizes);
    const run = () => {
      this.#setSizes(sizes);
      this.#upload(inputs);
      this.#submit(repeat);
    };
    if (this.submitted > 0) run();
    else this.#judge(checked(this.device.gpu, run).refusal);
  }

  #upload(inputs: HostTensors): void {
    for (const [name, { data }] of Object.entries(inputs)) {
      const port = this.plan.inputs.get(name);
      if (port === undefined || data.byteLength === 0) continue;
      const buffer = this.#buffer(port);
      this.device.gpu.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
    }
  }

  /** Stores the error if WebGPU rejects the program, to be thrown by the next call that uses it. */
  #judge(refusal: Promise<string | undefined>): void {
    const before = this.#verdict;
    this.#verdict = refusal.then(async (message) => {
      await before;
      if (message === undefined || this.#disposed || this.#failure !== undefined) return;
      this.#failure = await this.refusal(message);
    });
  }

  /** The error for a program that WebGPU rejected. */
  protected async refusal(message: string): Promise<DeviceError> {
    const outputs = [...this.plan.outputs.keys()].join(', ');
    return new DeviceError(`the program of ${outputs}: WebGPU refused it: ${message}`);
  }

  /**
   * Reads outputs of the last run, in the shapes for its sizes. The promise may be awaited while later runs are
   * in flight.
   * @throws OptionError for an unknown name; DeviceError when WebGPU rejected the program; DeviceLostError
   */
  async read<Name extends string>(
    ...names: readonly Name[]
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.readAll(names);
  }

  /** @param arrayFor the array to fill with an output (default: a new one) */
  protected async readAll<Name extends string>(
    names: readonly Name[],
    arrayFor?: (name: Name, shape: readonly number[], dtype: DType) => HostData,
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    this.assertUsable();
    const ports = names.map((name): readonly [Name, Port] => {
      const port = this.plan.outputs.get(name);
      if (port === undefined) {
        const known = [...this.plan.outputs.keys()].join(', ');
        throw new OptionError(`read: no output '${name}'; the plan has: ${known}`);
      }
      return [name, port];
    });
    const sizes = this.#sizes;
    const parts = ports.map(([name, port]) => {
      const shape = evaluateShape(port.shape, sizes);
      const length = shape.reduce((product, size) => product * size, 1);
      const offset = port.place.elementOffset * 4;
      const capacity = boundBytes(port.shape);
      const into = arrayFor?.(name, shape, port.dtype);
      return {
        buffer: this.#buffer(port),
        offset,
        length,
        capacity,
        dtype: port.dtype,
        shape,
        into,
      };
    });
    const reading = this.#readback.read(parts);
    if (this.#verdict !== undefined) {
      await this.device.guard(Promise.all([this.#verdict, reading.catch(() => undefined)]));
      this.#verdict = undefined;
      this.assertUsable();
    }
    const values = await reading;
    // If the runner was disposed meanwhile, there is no result: its buffers may have been destroyed before the
    // copy.
    this.assertUsable();
    this.#throttle.done();
    const named = ports.map(([name], i) => [name, values[i]] as const);
    return Object.fromEntries(named) as Record<Name, HostTensor>;
  }

  /** Frees the plan's own memory; shared state stays. Does nothing the second time. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const buffer of this.#owned) this.device.destroyBuffer(buffer);
    this.#readback.dispose();
  }

  /** Replays the commands in as few submits as the throttle allows. */
  #submit(repeat: number): void {
    const { gpu } = this.device;
    const { limit } = this.#throttle;
    let encoder = gpu.createCommandEncoder();
    let pass = encoder.beginComputePass();
    let bound: GPUComputePipeline | undefined;
    let [count, total] = [0, 0];
    const flush = () => {
      pass.end();
      gpu.queue.submit([encoder.finish()]);
      total += count;
      count = 0;
    };
    const dispatch = (command: Command, grid: Grid, index: number) => {
      if (count >= limit) {
        flush();
        encoder = gpu.createCommandEncoder();
        pass = encoder.beginComputePass();
        bound = undefined;
      }
      if (command.pipeline !== bound) pass.setPipeline(command.pipeline);
      bound = command.pipeline;
      command.bind(pass, this.#iterations, index);
      pass.dispatchWorkgroups(...grid);
      count++;
    };
    const visit = (i: number) => {
      const command = defined(this.commands[i], 'command');
      const grid = defined(this.grids[i], 'grid');
      if (grid[0] * grid[1] * grid[2] === 0) return;
      const dispatches = defined(this.#dispatchCounts[i], 'dispatches');
      for (let index = 0; index < dispatches; index++) dispatch(command, grid, index);
    };
    for (let i = 0; i < repeat; i++) {
      replay(this.#sequence, this.#counts, this.#iterations, visit);
    }
    flush();
    this.submitted = total;
    this.#throttle.submitted(total);
  }

  #solve(inputs: HostTensors, given: Sizes | undefined): ReadonlyMap<string, number> {
    const solver = new SizeSolver(this.plan.symbols, given);
    for (const [name, value] of Object.entries(inputs)) {
      const port = this.plan.inputs.get(name);
      if (port === undefined) {
        const known = [...this.plan.inputs.keys()].join(', ') || 'none';
        throw new OptionError(`run: no input '${name}'; the plan has: ${known}`);
      }
      if (value === undefined) continue;
      checkHostTensor(`input '${name}'`, value, port.dtype);
      solver.match(`input '${name}'`, port.shape, value.shape);
    }
    const missing = [...this.plan.inputs.keys()].filter((name) => inputs[name] === undefined);
    if (missing.length > 0) throw new OptionError(`run: missing input ${missing.join(', ')}`);
    return solver.finish();
  }

  /** Rewrites the params on the device if the sizes changed. */
  #setSizes(sizes: ReadonlyMap<string, number>): void {
    const key = [...this.plan.symbols.keys()].map((name) => sizes.get(name)).join();
    if (this.grids.length > 0 && key === this.#sizeKey) return;
    this.#sizeKey = key;
    this.#sizes = new Map(sizes);
    const size = (d: Parameters<typeof evaluateDim>[0]) => evaluateDim(d, sizes);
    this.#counts = this.plan.loops.map(({ length }) => size(length));
    this.#iterations = this.#counts.map(() => 0);
    for (const command of this.commands) command.setSizes(size);
    this.grids = this.commands.map(({ dispatch }) => dispatch.grid(size));
    this.#dispatchCounts = this.commands.map(
      ({ dispatch: { dispatchCount } }) => dispatchCount?.(size) ?? 1,
    );
    fillUniforms(
      this.#uniformData,
      this.commands.map(({ dispatch }) => dispatch),
      size,
    );
    this.device.gpu.queue.writeBuffer(this.#uniforms, 0, this.#uniformData);
  }

  #buffer(port: Port): GPUBuffer {
    const buffer = this.#buffers.get(port.place.storage.id);
    if (buffer === undefined) throw new DisposedError('program: buffer missing');
    return buffer;
  }

  protected assertUsable(): void {
    if (this.#disposed) throw new DisposedError('the program was disposed; compile it again');
    if (this.#failure !== undefined) throw this.#failure;
    this.device.assertUsable();
  }
}

/**
 * Compiles the missing pipelines of a lowered plan, and allocates its memory.
 * @param make creates the runner from the parts  @param onProgress called as pipelines become ready
 */
export async function assemble<T extends Runner>(
  make: (parts: RunnerParts) => T,
  device: Device,
  { plan, dispatches }: PreparedPlan,
  states: StateStore,
  onProgress?: (ready: number, total: number) => void,
): Promise<T> {
  // Memory is allocated before pipelines are ready, so that states can be written meanwhile.
  const memory = checked(device.gpu, () => allocateStorages(device, plan, states));
  const { buffers, owned } = memory.value;
  const held = [...owned];
  try {
    const uniforms = createUniforms(device, dispatches);
    held.push(uniforms);
    const compiling = compilePipelines(device, dispatches, onProgress);
    const ready = Promise.all([compiling, memory.refusal]);
    const [pipelines, refusal] = await device.guard(ready);
    if (refusal !== undefined) {
      const { owned: bytes, state } = planBytes(plan);
      throw new DeviceError(
        `the plan needs ${bytes} bytes and ${state} of state: WebGPU refused them: ${refusal}; ` +
          'use smaller sizes, or dispose of what is not needed any more',
      );
    }
    const bound = checked(device.gpu, () =>
      createCommands(device, dispatches, pipelines, buffers, uniforms),
    );
    const { refusal: ofBindings, value: commands } = bound;
    return make({ device, plan, commands, buffers, owned, uniforms, refusal: ofBindings });
  } catch (error) {
    for (const buffer of held) device.destroyBuffer(buffer);
    throw error;
  }
}

/** A runner for a lowered plan. @param onProgress called as pipelines become ready */
export function createRunner(
  device: Device,
  prepared: PreparedPlan,
  states: StateStore,
  onProgress?: (ready: number, total: number) => void,
): Promise<Runner> {
  return assemble((parts) => new Runner(parts), device, prepared, states, onProgress);
}
