/** A custom op, which normalises rows to length 1, with its kernel, gradient and reference. */
import { DTypeError } from 'qkv';
import {
  apply,
  defineKernel,
  defineOp,
  type Epilogue,
  input,
  type KernelCall,
  kernelCall,
  lastDim,
  numberOfElements,
  output,
  type Tensor,
} from 'qkv/graph';

const kernel = defineKernel<{ readonly epilogue: Epilogue }>({
  name: 'unitRows',
  params: ({ epilogue }) => ['rows', 'size', ...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'x', access: 'read', element: 'f32' },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  // The epilogue is code that the compiler fuses into the kernel; it takes each result and its
  // index.
  body: ({ epilogue }) => `${epilogue.code}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= params.rows) { return; }
  let begin = id.x * params.size;
  var total = 0.0;
  for (var i = begin; i < begin + params.size; i++) { total += x[i] * x[i]; }
  for (var i = begin; i < begin + params.size; i++) { y[i] = epilogue(x[i] / sqrt(total), i); }
}`,
});

const unitRowsOp = defineOp({
  name: 'unitRows',
  inputs: 1,
  infer: ([x]) => {
    if (x.dtype === 'f32' && x.shape.length > 0) return [x];
    throw new DTypeError(`unitRows: expected f32 rows, found ${x.dtype} [${x.shape}]`);
  },
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: ({ node, epilogue }) => {
      const [y] = node.types;
      const [rows, size] = [numberOfElements(y.shape.slice(0, -1)), lastDim(y)];
      const grid: KernelCall['grid'] = (value) => [Math.ceil(value(rows) / 64), 1, 1];
      const operands = [input(0), output(0)];
      return [kernelCall({ kernel, spec: { epilogue }, operands, params: [rows, size], grid })];
    },
  },
  // dx = (dy - y (y . dy)) / |x|, and |x| = x . y.
  gradient: {
    rule: ({ ops, inputs: [x], outputs: [y], gradients: [dy] }) => {
      const withY = (v: Tensor) => ops.sum(ops.mul(y, v), { axis: -1, keepDims: true });
      return [ops.div(ops.sub(dy, ops.mul(y, withY(dy))), withY(x))];
    },
  },
  reference: ({ inputs: [x], outputs: [y] }) => {
    const size = x.dim(-1);
    x.data.forEach((value, i) => {
      const row = x.data.subarray(i - (i % size), i - (i % size) + size);
      y.data.set([value / Math.hypot(...row)], i);
    });
  },
});

/** x / |x| for each row. @param x f32 [..., C], no row all zeros @returns [..., C] */
export const unitRows = (x: Tensor) => apply(unitRowsOp, [x], {});
