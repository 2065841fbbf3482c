/** A copy into storage of its own. The compiler inserts it; models do not need it. */
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
