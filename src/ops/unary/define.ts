/** Defines ops from elementwise functions of one f32 tensor. */
import { DTypeError } from '../../core/errors';
import { formatType } from '../../core/shape';
import { defineOp, type Op } from '../../graph/op';

export type UnaryAttrs = Readonly<Record<string, never>>;

/**
 * @param wgsl the expression; x is an identifier
 * @param functions texts of the WGSL functions that it calls
 */
/*@__NO_SIDE_EFFECTS__*/
export function defineUnary(
  name: string,
  wgsl: (x: string) => string,
  functions: readonly string[] = [],
): Op<UnaryAttrs, 1, 1> {
  return defineOp<UnaryAttrs>({
    name,
    infer: ([x]) => {
      if (x.dtype !== 'f32') {
        throw new DTypeError(`${name}: expected f32, found ${formatType(x)}; cast it?`);
      }
      return [x];
    },
    lowering: { kind: 'elementwise', expression: ([x]) => wgsl(x), functions },
  });
}
