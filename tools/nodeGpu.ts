/** WebGPU in Node through Dawn (the `webgpu` package), loaded only when asked for. */
import { DeviceError } from '../src/core/errors';

let opened: GPU | undefined;

/**
 * Dawn's entry point; also defines WebGPU's global constants. One instance a process: Dawn does not
 * survive being garbage collected.
 * @throws DeviceError when the package is not installed
 */
export async function nodeGpu(): Promise<GPU> {
  if (opened !== undefined) return opened;
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    opened = create([]);
    return opened;
  } catch (cause) {
    throw new DeviceError('the `webgpu` package (Dawn for Node) does not load; run `npm ci`', {
      cause,
    });
  }
}
