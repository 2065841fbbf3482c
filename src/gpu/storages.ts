/** Buffers for a plan's storages: its own are created and filled, states come from the store. */
import type { Plan } from '../compile/plan';
import type { Device } from './device';
import type { StateStore } from './states';

export interface Storages {
  /** By storage id. */
  readonly buffers: ReadonlyMap<number, GPUBuffer>;
  /** Those to destroy with the plan. */
  readonly owned: readonly GPUBuffer[];
}

export function allocateStorages(device: Device, plan: Plan, states: StateStore): Storages {
  const buffers = new Map<number, GPUBuffer>();
  const owned: GPUBuffer[] = [];
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  for (const { id, use, byteLength } of plan.storages) {
    if (use.kind === 'state') {
      const port = plan.states.get(use.name);
      if (port !== undefined) buffers.set(id, states.buffer(use.name, port));
      continue;
    }
    const buffer = device.createBuffer(byteLength, usage, use.kind);
    if (use.kind === 'constant') {
      const isFloat = use.dtype === 'f32';
      const data = isFloat ? Float32Array.from(use.data.data) : Int32Array.from(use.data.data);
      device.gpu.queue.writeBuffer(buffer, 0, data);
    }
    buffers.set(id, buffer);
    owned.push(buffer);
  }
  return { buffers, owned };
}
