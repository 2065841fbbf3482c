/**
 * One device for all GPU tests of a process, which compile each kernel once, and a fork of it for each file:
 * buffers are counted by file, and freed at its end. A validation error scope surrounds each test.
 */

import { allKernels, type Device, openDevice } from 'qkv';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';

let shared: Promise<Device> | undefined;

async function open(): Promise<Device> {
  const device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels });
  // A device that a test lost, or that lost itself, is replaced for the next file.
  void device.lost.then(() => {
    shared = undefined;
  });
  return device;
}

/** Gives the tests of the calling file a device. */
export function useDevice(): () => Device {
  let device: Device | undefined;
  beforeAll(async () => {
    shared ??= open();
    device = (await shared).fork();
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
