/** Marks of arrays that a message moves to another thread, rather than copies; see src/worker. */

const transferable = new WeakSet<ArrayBufferLike>();

/**
 * Marks an array's buffer to be transferred with the message that contains it, rather than copied.
 * The array is detached when the message is sent.
 */
export function transfer<T extends ArrayBufferView | ArrayBuffer>(value: T): T {
  transferable.add(value instanceof ArrayBuffer ? value : value.buffer);
  return value;
}

/** Takes a buffer's mark away. @returns whether it had one */
export function takeMark(buffer: ArrayBufferLike): boolean {
  return transferable.delete(buffer);
}
