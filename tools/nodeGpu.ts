/** WebGPU in Node through Dawn (the `webgpu` package), loaded only when asked for. */
import { DeviceError } from 'qkv';

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
    // Timestamps as they are: a page could tell too much by them, a command may.
    opened = create(['disable-dawn-features=timestamp_quantization']);
    calmPolling();
    return opened;
  } catch (cause) {
    throw new DeviceError('the `webgpu` package (Dawn for Node) does not load; run `npm ci`', {
      cause,
    });
  }
}

/** Milliseconds from the start of a wait in which polls follow at once; later ones are one apart. */
const QUICK_TIME = 1;

/**
 * While something is pending Dawn polls without a pause: its native poll asks `setImmediate` for the
 * next one. On a software adapter with two cores that takes a third of the machine from the kernels, so
 * long waits are polled by a timer.
 */
function calmPolling(): void {
  const isNative = (task: unknown) =>
    typeof task === 'function' &&
    Function.prototype.toString.call(task).includes('{ [native code] }');
  let isPolling = false;
  let start = 0;
  globalThis.setImmediate = new Proxy(globalThis.setImmediate, {
    apply(immediate, self, args: Parameters<typeof setImmediate>) {
      const [poll] = args;
      if (!isNative(poll)) return Reflect.apply(immediate, self, args);
      if (!isPolling) start = performance.now();
      const run = () => {
        isPolling = true;
        try {
          poll();
        } finally {
          isPolling = false;
        }
      };
      const isQuick = performance.now() - start < QUICK_TIME;
      return isQuick ? Reflect.apply(immediate, self, [run]) : setTimeout(run, 1);
    },
  });
}
