/** A task whose contestant gives its result in an order of its own, brought into the common one untimed. */
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
