/** One device for all GPU tests of a file, with a validation error scope round each test. */

import { allKernels, type Device, openDevice } from 'qkv';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';

/**
 * Opens a device before the tests of the calling file. No adapter is a failure unless
 * QKV_ALLOW_NO_GPU=1; then the caller's tests see `undefined` and skip, counted by the runner.
 */
export function useDevice(): () => Device {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels });
  });
  beforeEach(() => {
    device?.gpu.pushErrorScope('validation');
  });
  afterEach(async () => {
    const error = await device?.gpu.popErrorScope();
    expect(error?.message).toBeUndefined();
  });
  afterAll(() => {
    device?.dispose();
  });
  return () => {
    if (device === undefined) throw new Error('no device was opened');
    return device;
  };
}
