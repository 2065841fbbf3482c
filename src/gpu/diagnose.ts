/** Which dispatch of a program WebGPU refuses, and to what part of the model it belongs. */
import { layerOf } from '../compile/layers';
import { DeviceError } from '../core/errors';
import type { Program } from './program';
import { checked } from './validation';

/** The error for a program of which WebGPU refused something, found by running each dispatch alone. */
export async function refusalError(program: Program, message: string): Promise<DeviceError> {
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
