/**
 * A profile as a file for Perfetto (ui.perfetto.dev) or chrome://tracing: the Trace Event Format, with one
 * slice per dispatch in execution order.
 */
import type { Explanation } from '../compiler/explain/explain';
import type { DispatchTime } from './profile';

/**
 * The JSON text of a trace.
 * @param explanation of the same plan and sizes: adds operations and bytes of each dispatch's step, and the
 *   rates over all dispatches of the step
 */
export function chromeTrace(times: readonly DispatchTime[], explanation?: Explanation): string {
  const stepMs = new Map<number, number>();
  for (const { step, milliseconds } of times) {
    stepMs.set(step, (stepMs.get(step) ?? 0) + milliseconds);
  }
  let at = 0;
  const slices = times.map(({ step, label, kernel, milliseconds, clock }) => {
    const explained = explanation?.steps[step];
    const seconds = (stepMs.get(step) ?? 0) / 1000;
    const work =
      explained === undefined
        ? {}
        : {
            stepFlops: explained.flops,
            stepBytes: explained.bytes,
            writes: explained.writes.join(', '),
            choices: explained.choices.map(({ family, chosen }) => `${family}: ${chosen}`),
            ...(seconds > 0
              ? {
                  'GFLOP/s': explained.flops / seconds / 1e9,
                  'GB/s': explained.bytes / seconds / 1e9,
                }
              : {}),
          };
    const slice = {
      name: label,
      cat: kernel,
      ph: 'X',
      pid: 1,
      tid: 1,
      // The format's unit is the microsecond.
      ts: at * 1000,
      dur: milliseconds * 1000,
      args: { kernel, step, clock, ...work },
    };
    at += milliseconds;
    return slice;
  });
  const names = [
    { name: 'process_name', ph: 'M', pid: 1, args: { name: 'qkv' } },
    { name: 'thread_name', ph: 'M', pid: 1, tid: 1, args: { name: 'dispatches' } },
  ];
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...slices] });
}
