/** Reads results through a small ring of staging buffers that are reused, so that memory does not grow. */
import type { HostData, HostTensor } from '../core/hostTensor';
import type { DType } from '../core/shape';
import { bufferBytes, type Device } from './device';

export interface ReadPart {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  /** In elements. */
  readonly length: number;
  /** Bytes for the largest sizes: a staging buffer serves results of any size. */
  readonly capacity: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The array to fill, of this type and length; a new one by default. */
  readonly into?: HostData | undefined;
}

export class Readback {
  readonly #device: Device;
  #free: GPUBuffer[] = [];
  #disposed = false;

  constructor(device: Device) {
    this.#device = device;
  }

  async read(parts: readonly ReadPart[]): Promise<readonly HostTensor[]> {
    const total = parts.reduce((sum, { capacity }) => sum + bufferBytes(capacity), 0);
    const staging = this.#take(total);
    const encoder = this.#device.gpu.createCommandEncoder();
    let at = 0;
    for (const { buffer, offset, length } of parts) {
      if (length > 0) encoder.copyBufferToBuffer(buffer, offset, staging, at, length * 4);
      at += bufferBytes(length * 4);
    }
    this.#device.gpu.queue.submit([encoder.finish()]);
    try {
      await this.#device.guard(staging.mapAsync(GPUMapMode.READ));
      // Disposing of the device meanwhile ends the mapping.
      this.#device.assertUsable();
      return this.#copyOut(staging, parts);
    } finally {
      this.#give(staging);
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const buffer of this.#free) this.#device.destroyBuffer(buffer);
    this.#free = [];
  }

  #copyOut(staging: GPUBuffer, parts: readonly ReadPart[]): readonly HostTensor[] {
    let at = 0;
    const mapped = staging.getMappedRange();
    return parts.map(({ length, dtype, shape, into }): HostTensor => {
      const Data = dtype === 'f32' ? Float32Array : Int32Array;
      const data = into ?? new Data(length);
      data.set(new Data(mapped, at, length));
      at += bufferBytes(length * 4);
      return { shape, data };
    });
  }

  #take(byteLength: number): GPUBuffer {
    const at = this.#free.findIndex((buffer) => buffer.size >= byteLength);
    const [buffer] = at < 0 ? [] : this.#free.splice(at, 1);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return buffer ?? this.#device.createBuffer(byteLength, usage, 'readback');
  }

  #give(buffer: GPUBuffer): void {
    if (buffer.mapState === 'mapped') buffer.unmap();
    if (this.#disposed) this.#device.destroyBuffer(buffer);
    else this.#free.push(buffer);
  }
}
