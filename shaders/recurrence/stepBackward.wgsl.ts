/**
 * Backward pass through the gates of a single step of a recurrent cell, element by element; its products are
 * matmuls.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { type CellName, cellFunctions, cells } from './cells';

export type StepBackwardSpec = {
  readonly cell: CellName;
  /** Whether units are a multiple of 4; a thread then has four of them. */
  readonly aligned: boolean;
};

export const STEP_WORKGROUP = 64;

export const recurrenceStepBackward = defineKernel<StepBackwardSpec>({
  name: 'recurrenceStepBackward',
  params: () => ['rows', 'size'],
  bindings: ({ cell, aligned }) => {
    const element = aligned ? 'vec4<f32>' : 'f32';
    const { cell: hasCell, splits } = cells[cell];
    return [
      { name: 'dy', access: 'read', element },
      { name: 'kept', access: 'read', element },
      ...(hasCell ? [{ name: 'dcells', access: 'read', element } as const] : []),
      { name: 'dproducts', access: 'read_write', element },
      ...(hasCell ? [{ name: 'dbefore', access: 'read_write', element } as const] : []),
      ...(splits
        ? ([
            { name: 'dxs', access: 'read_write', element },
            { name: 'directs', access: 'read_write', element },
          ] as const)
        : []),
    ];
  },
  body: ({ cell, aligned }) => {
    const { gates, cell: hasCell, saved, splits, backward } = cells[cell];
    const place = (parts: number, part: number) =>
      `(row * ${parts}u + ${part}u) * params.size + unit`;
    return wgsl`
alias V = ${aligned ? 'vec4<f32>' : 'f32'};
${cellFunctions}
@compute @workgroup_size(${STEP_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y;
  let unit = id.x;
  if (unit >= params.size) { return; }
  let dh = dy[${place(1, 0)}];
  ${hasCell ? `let dc = dcells[${place(1, 0)}];` : ''}
  ${each(saved, (i) => `let k${i} = kept[${place(saved, i)}];`)}
  ${backward}
  ${each(gates, (g) => `dproducts[${place(gates, g)}] = d${g};`)}
  ${hasCell ? `dbefore[${place(1, 0)}] = dc_before;` : ''}
  ${splits ? each(gates, (g) => `dxs[${place(gates, g)}] = dx${g};`) : ''}
  ${splits ? `directs[${place(1, 0)}] = direct;` : ''}
}`;
  },
});
