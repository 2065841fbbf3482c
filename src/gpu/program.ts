/**
 * A plan on a device as apps use it, for graphs of their own too: a runner that names what WebGPU refuses of
 * it, can be profiled, and reads into arrays of the caller's.
 */
import type { Plan } from '../compile/plan';
import type { DeviceError } from '../core/errors';
import type { HostData, HostTensor } from '../core/hostTensor';
import type { Device } from './device';
import { refusalError } from './diagnose';
import { type PrepareOptions, preparePlan } from './prepared';
import { assemble, Runner, type RunnerParts } from './runner';
import type { StateStore } from './states';

export type { RunOptions } from './runner';

/** How a program is compiled. */
export interface ProgramOptions extends PrepareOptions {
  /** Called as pipelines get ready. */
  readonly onProgress?: (ready: number, total: number) => void;
}

/** One dispatch of a program, by itself. */
export interface LoneDispatch {
  /** Its step of the plan. */
  readonly step: number;
  /** The ops it computes, joined. */
  readonly label: string;
  readonly kernel: string;
  encode(pass: GPUComputePassEncoder): void;
}

/** A plan on a device, ready to run as often as wanted. */
export class Program extends Runner {
  /** Compiles what is missing and allocates the plan's memory. */
  static async create(
    device: Device,
    plan: Plan,
    states: StateStore,
    options: ProgramOptions = {},
  ): Promise<Program> {
    const prepared = preparePlan(device, plan, options);
    const make = (parts: RunnerParts) => new Program(parts);
    return assemble(make, device, prepared, states, options.onProgress);
  }

  /** Dispatches of the last run, those of loops as often as they ran; 0 before the first. */
  get submittedCount(): number {
    return this.submitted;
  }

  /**
   * The same into arrays of the caller's, for results that are read again and again: to allocate a
   * large array takes longer than to fill it.
   * @throws DTypeError, ShapeError for an array of another type or length
   */
  readInto<Name extends string>(
    arrays: Readonly<Record<Name, HostData>>,
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.readAll(Object.keys(arrays) as Name[], arrays);
  }

  /**
   * The dispatches of the last run one by one, for whoever times them (profile.ts); those of a loop in
   * its first iteration, of a kernel with steps in its first step. State is changed as by a run.
   */
  loneDispatches(): readonly LoneDispatch[] {
    this.assertUsable();
    const first = this.plan.loops.map(() => 0);
    return this.commands.map((command, i) => ({
      step: command.dispatch.step,
      label: command.dispatch.label,
      kernel: command.dispatch.kernel.name,
      encode: (pass) => {
        const grid = this.grids[i] ?? [0, 0, 0];
        if (grid[0] * grid[1] * grid[2] > 0) command.encode(pass, grid, first, 0);
      },
    }));
  }

  protected override refusal(message: string): Promise<DeviceError> {
    // Disposed or lost meanwhile: what WebGPU said is said in any case.
    return refusalError(this, message).catch(() => super.refusal(message));
  }
}
