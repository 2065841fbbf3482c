/**
 * Wraps a task whose contestant returns its result in another order; the reordering is not timed.
 */
import type { Prepared } from './contestant';

export function reordered(
  prepared: Prepared,
  order: (data: Float32Array) => Float32Array,
): Prepared {
  let last: Float32Array = new Float32Array();
  return {
    async run() {
      last = await prepared.run();
      return last;
    },
    values: async () => order(last),
    dispose: () => prepared.dispose(),
  };
}
