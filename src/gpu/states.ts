/** State that lives on the device between runs, and that plans share: parameters, caches, counters. */

import { boundBytes } from '../compiler/plan/plan';
import { QkvError, ShapeError } from '../core/errors';
import type { HostData } from '../core/hostTensor';
import { ELEMENT_BYTES, formatType, type TensorType } from '../core/shape';
import type { Device } from './device';
import { Readback } from './readback';

interface Entry {
  readonly buffer: GPUBuffer;
  readonly type: TensorType;
}

/** A buffer that kernels use, and that can be written and read. */
export function createStorage(device: Device, byteLength: number, label: string): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return device.createBuffer(byteLength, usage, label);
}

/** States on a device, such as parameters and moments, which programs share by name. */
export class StateStore {
  readonly device: Device;
  readonly #entries = new Map<string, Entry>();
  readonly #parent: StateStore | undefined;
  readonly #inherited: ReadonlySet<string>;

  constructor(device: Device, parent?: StateStore, inherited: readonly string[] = []) {
    this.device = device;
    this.#parent = parent;
    this.#inherited = new Set(inherited);
  }

  /** A new store that shares the named states with this one. @param device that holds the other states */
  fork(shared: readonly string[], device = this.device): StateStore {
    return new StateStore(device, this, shared);
  }

  /**
   * The buffer of a state, created with zeros on first use.
   * @throws ShapeError when the name is known with another type
   */
  buffer(name: string, type: TensorType): GPUBuffer {
    if (this.#parent !== undefined && this.#inherited.has(name)) {
      return this.#parent.buffer(name, type);
    }
    const known = this.#entries.get(name);
    if (known !== undefined) {
      if (formatType(known.type) !== formatType(type)) {
        throw new ShapeError(
          `state '${name}' is ${formatType(known.type)} in one plan and ${formatType(type)} in another`,
        );
      }
      return known.buffer;
    }
    const buffer = createStorage(this.device, boundBytes(type.shape), `state ${name}`);
    this.#entries.set(name, { buffer, type });
    return buffer;
  }

  /**
   * Overwrites a part of a state.
   * @param first index of its first element (default: the beginning)
   * @throws ShapeError when the state has fewer elements
   */
  write(name: string, data: HostData, first = 0): void {
    const { buffer } = this.#entry(name, first + data.length);
    this.device.assertUsable();
    const { byteOffset, byteLength } = data;
    this.device.gpu.queue.writeBuffer(buffer, 4 * first, data.buffer, byteOffset, byteLength);
  }

  /**
   * Reads the first `length` elements of a state; by default all, with symbolic sizes at their bounds.
   * @throws ShapeError when it has fewer
   */
  async read(name: string, length?: number): Promise<Float32Array> {
    const { buffer, type } = this.#entry(name, length);
    const bytes = length === undefined ? boundBytes(type.shape) : length * 4;
    return new Float32Array(await readBuffer(this.device, buffer, 0, bytes));
  }

  dispose(): void {
    for (const { buffer } of this.#entries.values()) this.device.destroyBuffer(buffer);
    this.#entries.clear();
  }

  /** @param length a number of elements that it must have */
  #entry(name: string, length = 0): Entry {
    if (this.#parent !== undefined && this.#inherited.has(name)) {
      return this.#parent.#entry(name, length);
    }
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new QkvError(
        'signature',
        `no state '${name}'; there are: ${[...this.#entries.keys()].join(', ')}`,
      );
    }
    const { type } = entry;
    if (length >>> 0 !== length || length * 4 > boundBytes(type.shape)) {
      throw new ShapeError(`state '${name}' is ${formatType(type)}, found ${length} elements`);
    }
    return entry;
  }
}

/** Copies bytes from a buffer to the CPU, through a new staging buffer. @param byteLength in whole elements */
export async function readBuffer(
  device: Device,
  buffer: GPUBuffer,
  offset: number,
  byteLength: number,
): Promise<ArrayBuffer> {
  const into = new Float32Array(byteLength / ELEMENT_BYTES);
  const readback = new Readback(device);
  try {
    const part = { buffer, offset, length: into.length, capacity: byteLength, into } as const;
    await readback.read([{ ...part, dtype: 'f32', shape: [] }]);
    return into.buffer;
  } finally {
    readback.dispose();
  }
}
