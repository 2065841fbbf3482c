/** Finds the dispatch of a program that WebGPU rejects, and the part of the model that it belongs to. */
import { layerOf } from '../compiler/plan/layers';
import type { Plan } from '../compiler/plan/plan';
import { DeviceError } from '../core/errors';
import { checked } from './validation';

/** The part of a program that this needs. */
export interface RefusedProgram {
  readonly device: { readonly gpu: GPUDevice };
  readonly plan: Plan;
  loneDispatches(): readonly {
    readonly step: number;
    readonly label: string;
    readonly kernel: string;
    encode(pass: GPUComputePassEncoder): void;
  }[];
}

/** The error for a program that WebGPU rejected: runs each dispatch alone to find the one at fault. */
export async function refusalError(program: RefusedProgram, message: string): Promise<DeviceError> {
  const { gpu } = program.device;
  for (const { step, label, kernel, encode } of program.loneDispatches()) {
    const { refusal } = checked(gpu, () => {
      const encoder = gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(pass);
      pass.end();
      gpu.queue.submit([encoder.finish()]);
    });
    const own = await refusal;
    if (own === undefined) continue;
    const layer = layerOf(program.plan, step);
    const where = layer === undefined ? '' : ` of ${layer}`;
    const more = own === message ? '' : `; before that: ${message}`;
    return new DeviceError(`${label}${where}, kernel ${kernel}: WebGPU refused it: ${own}${more}`);
  }
  const outputs = [...program.plan.outputs.keys()].join(', ');
  return new DeviceError(`the program of ${outputs}: WebGPU refused it: ${message}`);
}
