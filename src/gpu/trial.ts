/**
 * One step of a plan, to be timed on scratch memory: its dispatches with some candidate, for the largest sizes.
 * The candidates of a step share the memory.
 */
import { shaderSource } from '../../shaders/lib/kernel';
import type { Dispatch } from '../compiler/dispatch/dispatch';
import { lowerStep } from '../compiler/dispatch/lower';
import type { Plan, Storage } from '../compiler/plan/plan';
import { dimBound } from '../core/dim';
import { defined } from '../core/errors';
import { random } from '../core/random';
import type { DType } from '../core/shape';
import { tensorKey } from '../graph/node';
import type { Target } from '../graph/target';
import {
  type Command,
  compilePipelines,
  createCommands,
  createUniforms,
  encodeCommand,
  fillUniforms,
} from './commands';
import type { Device } from './device';

/** Memory for the operands of a step, with contents. */
export interface Scratch {
  readonly buffers: ReadonlyMap<number, GPUBuffer>;
  dispose(): void;
}

/** A whole number larger than every length and position, so that nothing is hidden and ids are clamped. */
const LARGE = 2 ** 20;

/** Creates and fills the buffers that a step reads and writes, instead of the plan's. */
export function scratchFor(device: Device, plan: Plan, index: number): Scratch {
  const { group, scratch } = defined(plan.steps[index], 'step');
  const types = new Map<Storage, DType>(scratch.map(({ storage }) => [storage, 'f32']));
  for (const tensor of [...group.outputs, ...group.inputs]) {
    const { storage, doubleBuffer } = defined(plan.places.get(tensorKey(tensor)), 'place');
    types.set(storage, tensor.dtype);
    if (doubleBuffer !== undefined) types.set(doubleBuffer.other, tensor.dtype);
  }
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffers = new Map<number, GPUBuffer>();
  for (const [{ id, byteLength, use }, dtype] of types) {
    const buffer = device.createBuffer(byteLength, usage, 'tuning');
    buffers.set(id, buffer);
    const given = use.kind === 'constant' ? use.data.data : undefined;
    device.gpu.queue.writeBuffer(buffer, 0, valuesOf(dtype, byteLength / 4, given));
  }
  return {
    buffers,
    dispose: () => {
      for (const buffer of buffers.values()) device.destroyBuffer(buffer);
    },
  };
}

function valuesOf(dtype: DType, length: number, given: Float64Array | undefined) {
  if (dtype === 'f32') {
    const source = random(1);
    return given
      ? Float32Array.from(given)
      : Float32Array.from({ length }, () => source.next() - 0.5);
  }
  // In a mask, true hides a key.
  return given ? Int32Array.from(given) : new Int32Array(length).fill(dtype === 'bool' ? 0 : LARGE);
}

/** A step with one candidate, compiled. */
export class Trial {
  readonly #commands: readonly Command[];
  readonly #iterations: readonly number[];
  readonly #uniforms: GPUBuffer;
  readonly #device: Device;

  private constructor(
    device: Device,
    plan: Plan,
    commands: readonly Command[],
    uniforms: GPUBuffer,
  ) {
    this.#device = device;
    this.#commands = commands;
    this.#uniforms = uniforms;
    this.#iterations = plan.loops.map(() => 0);
  }

  /** @throws DeviceError when a kernel does not compile */
  static async create(
    device: Device,
    plan: Plan,
    dispatches: readonly Dispatch[],
    { buffers }: Scratch,
  ): Promise<Trial> {
    const pipelines = await compilePipelines(device, dispatches);
    const uniforms = createUniforms(device, dispatches);
    const data = new Uint32Array(uniforms.size / 4);
    fillUniforms(data, dispatches, dimBound);
    device.gpu.queue.writeBuffer(uniforms, 0, data);
    const commands = createCommands(device, dispatches, pipelines, buffers, uniforms);
    for (const command of commands) command.setSizes(dimBound);
    return new Trial(device, plan, commands, uniforms);
  }

  /** Encodes the step a number of times. */
  encode(pass: GPUComputePassEncoder, times: number): void {
    for (let i = 0; i < times; i++) {
      for (const command of this.#commands) {
        const { grid, dispatchCount } = command.dispatch;
        const count = dispatchCount?.(dimBound) ?? 1;
        for (let index = 0; index < count; index++) {
          encodeCommand(command, pass, grid(dimBound), this.#iterations, index);
        }
      }
    }
  }

  dispose(): void {
    this.#device.destroyBuffer(this.#uniforms);
  }
}

/** The dispatches of a step with the given candidate for one class of shapes. */
export function withCandidate(
  plan: Plan,
  index: number,
  target: Target,
  shapeClass: string,
  candidate: string,
): readonly Dispatch[] {
  return lowerStep(plan, index, { ...target, choices: new Map([[shapeClass, candidate]]) });
}

/** The WGSL of dispatches. */
export function sourcesOf(dispatches: readonly Dispatch[]): string {
  return dispatches.map(({ kernel, spec }) => shaderSource(kernel, spec)).join('\n');
}
