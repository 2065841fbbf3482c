/** Which dispatch of a program WebGPU refuses, and to what part of the model it belongs. */
import { layerOf } from '../compiler/plan/layers';
import type { Plan } from '../compiler/plan/plan';
import { DeviceError } from '../core/errors';
import { checked } from './validation';

/** What it needs of a program. */
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

/** The error for a program of which WebGPU refused something, found by running each dispatch alone. */
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
