/** Buffers for a plan's storages: creates and fills its own, and takes states from the store. */
import { type Plan, storageName } from '../compiler/plan/plan';
import type { Device } from './device';
import { createStorage, type StateStore } from './states';

export interface Storages {
  /** By storage id. */
  readonly buffers: ReadonlyMap<number, GPUBuffer>;
  /** The buffers to destroy with the plan. */
  readonly owned: readonly GPUBuffer[];
}

/** @throws DeviceError when one is too large for the device; the others are freed then */
export function allocateStorages(device: Device, plan: Plan, states: StateStore): Storages {
  const owned: GPUBuffer[] = [];
  try {
    return { buffers: allocate(device, plan, states, owned), owned };
  } catch (error) {
    for (const buffer of owned) device.destroyBuffer(buffer);
    throw error;
  }
}

/** All buffers by storage id; those of the plan alone are added to `owned` as well. */
function allocate(
  device: Device,
  plan: Plan,
  states: StateStore,
  owned: GPUBuffer[],
): ReadonlyMap<number, GPUBuffer> {
  const buffers = new Map<number, GPUBuffer>();
  for (const { id, use, byteLength } of plan.storages) {
    if (use.kind === 'state') {
      const port = plan.states.get(use.name);
      if (port !== undefined) buffers.set(id, states.buffer(use.name, port));
      continue;
    }
    const buffer = createStorage(device, byteLength, storageName(use));
    if (use.kind === 'constant') {
      const isFloat = use.dtype === 'f32';
      const data = isFloat ? Float32Array.from(use.data.data) : Int32Array.from(use.data.data);
      device.gpu.queue.writeBuffer(buffer, 0, data);
    }
    buffers.set(id, buffer);
    owned.push(buffer);
  }
  return buffers;
}
