/** How an elementwise function of one f32 tensor becomes an op. */
import { DTypeError } from '../../core/errors';
import { formatType } from '../../core/shape';
import { defineOp, type Op } from '../../graph/op';

export type UnaryAttrs = Readonly<Record<string, never>>;

export interface Unary {
  /** The expression; x is an identifier. */
  readonly wgsl: (x: string) => string;
  /** WGSL functions that it calls: names of shared ones, or text. */
  readonly functions?: readonly string[];
}

/*@__NO_SIDE_EFFECTS__*/
export function defineUnary(name: string, { wgsl, functions = [] }: Unary): Op<UnaryAttrs> {
  return defineOp<UnaryAttrs>({
    name,
    infer: (inputs) => {
      if (inputs[0]?.dtype !== 'f32') {
        throw new DTypeError(`${name}: expected f32, found ${inputs.map(formatType)}; cast it?`);
      }
      return inputs;
    },
    lowering: { kind: 'elementwise', expression: ([x = '']) => wgsl(x), functions },
  });
}
