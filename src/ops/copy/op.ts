/** A copy into storage of its own. The memory pass inserts it; models have no need of it. */
import { apply } from '../../graph/node';
import { type Attrs, defineOp, type Tensor } from '../../graph/op';

export const copyOp = defineOp<Attrs>({
  name: 'copy',
  infer: (inputs) => inputs,
  lowering: { kind: 'elementwise', expression: ([x]) => x },
});

/** The same values in storage of their own. */
export function copy(x: Tensor): Tensor {
  return apply(copyOp, [x], {});
}
