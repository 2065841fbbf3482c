/** An op of three kernels, of which one is wrong and one does not compile: for tests of choosing. */

import {
  applyAll,
  defineKernel,
  defineOp,
  input,
  kernelCall,
  numberOfElements,
  output,
  type Tensor,
} from 'qkv/graph';

type CopySpec = { readonly value: string };

const copyKernel = defineKernel<CopySpec>({
  name: 'copyVariant',
  params: () => ['size'],
  bindings: () => [
    { name: 'x', access: 'read', element: 'f32' },
    { name: 'y', access: 'read_write', element: 'f32' },
  ],
  body: ({ value }) => `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < params.size) { y[id.x] = ${value}; }
}`,
});

/** Candidate -> what it stores; the default is the wrong one. */
const VALUES = new Map([
  ['adds one', 'x[id.x] + 1.0'],
  ['does not compile', 'no_such_value'],
  ['right', 'x[id.x]'],
]);

const copyOp = defineOp({
  name: 'copy',
  infer: (inputs) => inputs,
  lowering: {
    kind: 'kernel',
    calls: ({ node, choose }) => {
      const size = numberOfElements(node.inputs[0]?.shape ?? []);
      const value = choose({ family: 'copy', shape: 'any', candidates: VALUES });
      return [
        kernelCall({
          kernel: copyKernel,
          spec: { value },
          operands: [input(0), output(0)],
          params: [size],
          grid: (value) => [Math.ceil(value(size) / 64), 1, 1],
        }),
      ];
    },
  },
  gradient: 'none',
  reference: ({ inputs: [x], outputs: [y] }) => {
    y?.data.set(x?.data ?? []);
  },
});

/** x, if the right kernel is chosen. */
export function copyOf(x: Tensor): Tensor {
  const [y] = applyAll(copyOp, [x], {});
  if (y === undefined) throw new Error('no output');
  return y;
}
