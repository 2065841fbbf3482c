/** Counts live buffers independently of the runtime, by wrapping createBuffer and destroy. */

/** @returns a function that gives the buffers created since and not destroyed, and their bytes */
export function countBuffers(device: GPUDevice): () => { buffers: number; bytes: number } {
  const alive = new Map<GPUBuffer, number>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    alive.set(buffer, descriptor.size);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      return destroy();
    };
    return buffer;
  };
  return () => ({
    buffers: alive.size,
    bytes: [...alive.values()].reduce((sum, size) => sum + size, 0),
  });
}
