/** WebGPU in Node by Dawn (the `webgpu` package), loaded on demand. */
import { DeviceError } from 'qkv';

let opened: GPU | undefined;

/**
 * Dawn's WebGPU entry point; also defines WebGPU's global constants. There is one instance for each
 * process, because Dawn crashes if it is garbage-collected.
 * @throws DeviceError if the package is not installed
 */
export async function nodeGpu(): Promise<GPU> {
  if (opened !== undefined) return opened;
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    // Unquantised timestamps, which browsers withhold for privacy.
    opened = create(['disable-dawn-features=timestamp_quantization']);
    calmPolling();
    return opened;
  } catch (cause) {
    throw new DeviceError('the `webgpu` package (Dawn for Node) does not load; run `npm ci`', {
      cause,
    });
  }
}

/**
 * Milliseconds after the start of a wait during which Dawn polls without delay; then it polls every
 * millisecond.
 */
const QUICK_TIME = 1;

/**
 * While something is pending, Dawn polls without pause by `setImmediate`. On a software adapter
 * with two cores this takes a third of the machine's time from the kernels, so that long waits are
 * polled by a timer instead.
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
