/**
 * A plan on a device, for apps and for graphs of their own: a runner that also finds the dispatch that WebGPU
 * rejects, can be profiled, and reads into arrays of the caller.
 */
import type { Plan } from '../compiler/plan/plan';
import { type DeviceError, defined } from '../core/errors';
import {
  checkHostTensor,
  type HostData,
  type HostTensor,
  type HostTensors,
} from '../core/hostTensor';
import { encodeCommand } from './commands';
import type { Device } from './device';
import { refusalError } from './diagnose';
import { type PrepareOptions, preparePlan } from './prepared';
import { assemble, Runner, type RunnerParts, type RunOptions } from './runner';
import type { StateStore } from './states';

export type { RunOptions } from './runner';

/** How a program is compiled. */
export interface ProgramOptions extends PrepareOptions {
  /** Called as pipelines become ready. */
  readonly onProgress?: (ready: number, total: number) => void;
}

/** A single dispatch of a program. */
export interface LoneDispatch {
  /** Index of its step in the plan. */
  readonly step: number;
  /** The ops it computes, joined. */
  readonly label: string;
  readonly kernel: string;
  encode(pass: GPUComputePassEncoder): void;
}

/** A runner that can run its dispatches one by one, to find the one that WebGPU rejects. */
class OpenRunner extends Runner {
  /** Number of dispatches in the last run. */
  get submittedCount(): number {
    return this.submitted;
  }

  readInto<Name extends string>(
    arrays: Readonly<Record<Name, HostData>>,
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.readAll(Object.keys(arrays) as Name[], (name, shape, dtype) => {
      const data = arrays[name];
      checkHostTensor(`readInto: '${name}'`, { shape, data }, dtype);
      return data;
    });
  }

  loneDispatches(): readonly LoneDispatch[] {
    this.assertUsable();
    const first = this.plan.loops.map(() => 0);
    return this.commands.map((command, i) => ({
      step: command.dispatch.step,
      label: command.dispatch.label,
      kernel: command.dispatch.kernel.name,
      encode: (pass) => {
        const grid = defined(this.grids[i], 'grid');
        if (grid[0] * grid[1] * grid[2] > 0) encodeCommand(command, pass, grid, first, 0);
      },
    }));
  }

  protected override refusal(message: string): Promise<DeviceError> {
    // If the device was disposed or lost meanwhile, WebGPU's message is reported anyway.
    return refusalError(this, message).catch(() => super.refusal(message));
  }
}

/** A plan on a device, ready to run any number of times. */
export class Program {
  readonly device: Device;
  readonly plan: Plan;
  readonly #runner: OpenRunner;

  private constructor(runner: OpenRunner) {
    this.device = runner.device;
    this.plan = runner.plan;
    this.#runner = runner;
  }

  /** Compiles what is missing and allocates the plan's memory. */
  static async create(
    device: Device,
    plan: Plan,
    states: StateStore,
    options: ProgramOptions = {},
  ): Promise<Program> {
    const prepared = preparePlan(device, plan, options);
    const make = (parts: RunnerParts) => new OpenRunner(parts);
    return new Program(await assemble(make, device, prepared, states, options.onProgress));
  }

  /** Number of dispatches in one run, counting those of a loop's body once. */
  get dispatchCount(): number {
    return this.#runner.dispatchCount;
  }

  /**
   * Number of dispatches in the last run, counting those of loops for each iteration; 0 before the first run.
   */
  get submittedCount(): number {
    return this.#runner.submittedCount;
  }

  /** Number of distinct pipelines of the plan. */
  get pipelineCount(): number {
    return this.#runner.pipelineCount;
  }

  /**
   * Uploads inputs and replays the plan. Returns at once; results are read by `read`.
   * @throws ShapeError, DTypeError, OptionError before anything is submitted; DeviceError when WebGPU rejected
   *   an earlier run
   */
  run(inputs: HostTensors = {}, options: RunOptions = {}): void {
    this.#runner.run(inputs, options);
  }

  /**
   * Reads outputs of the last run, in the shapes for its sizes. The promise may be awaited while later runs are
   * in flight.
   * @throws OptionError for an unknown name; DeviceError, naming kernel and layer, when WebGPU rejected the
   *   program; DeviceLostError
   */
  read<Name extends string>(
    ...names: readonly Name[]
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.#runner.read(...names);
  }

  /**
   * Reads into arrays of the caller, for results that are read repeatedly: allocating a large array takes
   * longer than filling it.
   * @throws DTypeError, ShapeError for an array of another type or length
   */
  readInto<Name extends string>(
    arrays: Readonly<Record<Name, HostData>>,
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.#runner.readInto(arrays);
  }

  /**
   * The dispatches of the last run one by one, to time them (profile.ts). Those of a loop are of its first
   * iteration, those of a kernel that is dispatched several times of the first. State changes as by a run.
   */
  loneDispatches(): readonly LoneDispatch[] {
    return this.#runner.loneDispatches();
  }

  /** Frees the plan's own memory; shared state stays. Does nothing the second time. */
  dispose(): void {
    this.#runner.dispose();
  }
}
