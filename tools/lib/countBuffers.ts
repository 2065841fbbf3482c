/** Counts live GPU buffers independently of the library, by wrapping createBuffer and destroy. */

/**
 * Starts counting.
 * @returns a function that returns the number and bytes of live buffers created since
 */
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
