/**
 * A plan on a device as apps use it, for graphs of their own too: a runner that names what WebGPU refuses of
 * it, can be profiled, and reads into arrays of the caller's.
 */
import type { Plan } from '../compiler/plan/plan';
import type { DeviceError } from '../core/errors';
import type { HostData, HostTensor, HostTensors } from '../core/hostTensor';
import type { Device } from './device';
import { refusalError } from './diagnose';
import { type PrepareOptions, preparePlan } from './prepared';
import { assemble, Runner, type RunnerParts, type RunOptions } from './runner';
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

/** A runner that lets its dispatches run alone, to find the one that WebGPU refuses. */
class OpenRunner extends Runner {
  /** Dispatches of the last run. */
  get submittedCount(): number {
    return this.submitted;
  }

  readInto<Name extends string>(
    arrays: Readonly<Record<Name, HostData>>,
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.readAll(Object.keys(arrays) as Name[], arrays);
  }

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

/** A plan on a device, ready to run as often as wanted. */
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

  /** Dispatches of one run, those of a loop's body once. */
  get dispatchCount(): number {
    return this.#runner.dispatchCount;
  }

  /** Dispatches of the last run, those of loops as often as they ran; 0 before the first. */
  get submittedCount(): number {
    return this.#runner.submittedCount;
  }

  /** Distinct pipelines of the plan. */
  get pipelineCount(): number {
    return this.#runner.pipelineCount;
  }

  /**
   * Uploads inputs and replays the plan. Returns at once; results are read by `read`.
   * @throws ShapeError, DTypeError, OptionError before anything is submitted; DeviceError when WebGPU
   * refused an earlier run
   */
  run(inputs: HostTensors = {}, options: RunOptions = {}): void {
    this.#runner.run(inputs, options);
  }

  /**
   * Reads outputs of the last run, in the shapes of its sizes. Submits nothing that waits: the
   * promise may be awaited while later runs are under way.
   * @throws OptionError for an unknown name; DeviceError, naming kernel and layer, when WebGPU refused
   * the program; DeviceLostError
   */
  read<Name extends string>(
    ...names: readonly Name[]
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.#runner.read(...names);
  }

  /**
   * The same into arrays of the caller's, for results that are read again and again: to allocate a
   * large array takes longer than to fill it.
   * @throws DTypeError, ShapeError for an array of another type or length
   */
  readInto<Name extends string>(
    arrays: Readonly<Record<Name, HostData>>,
  ): Promise<Readonly<Record<Name, HostTensor>>> {
    return this.#runner.readInto(arrays);
  }

  /**
   * The dispatches of the last run one by one, for whoever times them (profile.ts); those of a loop in
   * its first iteration, of a kernel that is dispatched several times the first. State is changed as by a run.
   */
  loneDispatches(): readonly LoneDispatch[] {
    return this.#runner.loneDispatches();
  }

  /** Frees the plan's own memory; shared state stays. Harmless twice. */
  dispose(): void {
    this.#runner.dispose();
  }
}
