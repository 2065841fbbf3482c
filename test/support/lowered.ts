/** What a device would refuse of a lowered plan, without a device. */
import { allKernels } from 'qkv';
import { kernelKey, lowerPlan, type Plan, shaderSource, type Target } from 'qkv/graph';
import { verifyDispatch } from 'qkv/selfcheck';

const { folded } = allKernels;

/** A GPU, software adapters with and without subgroups; and a GPU for which no kernels were handed in. */
export const TARGETS: Readonly<Record<'gpu' | 'software' | 'lanes' | 'lean', Target>> = {
  gpu: target({ subgroupMinSize: 32, subgroupMaxSize: 32 }),
  software: target({ software: true }),
  lanes: target({ software: true, subgroups: false }),
  // Of them only what grids of any size need.
  lean: target({ subgroups: false, kernels: folded === undefined ? {} : { folded } }),
};

function target(own: Partial<Target>): Target {
  return {
    subgroups: true,
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
    workgroupMemory: 16384,
    shaderF16: false,
    software: false,
    cores: 2,
    kernels: allKernels,
    ...own,
  };
}

const withoutComments = (text: string) => text.replaceAll(/\/\/.*/g, '');

/** Specialisations whose text has been looked at. */
const read = new Set<string>();

/** Dispatches whose bindings or params are not those of the kernel, or are more than a device has. */
export function loweringFaults(plan: Plan): readonly string[] {
  return Object.entries(TARGETS).flatMap(([name, each]) =>
    lowerPlan(plan, each).flatMap((dispatch) => {
      const { kernel, spec, label, params, dispatchCount, unfoldedGrid } = dispatch;
      verifyDispatch(dispatch);
      const specialised = kernelKey(kernel, spec);
      const text = read.has(specialised) ? '' : withoutComments(shaderSource(kernel, spec));
      read.add(specialised);
      const where = `${kernel.name} of ${label} for ${name}`;
      const own = (dispatchCount === undefined ? 0 : 1) + (unfoldedGrid === undefined ? 0 : 3);
      const counted = kernel.params(spec).length - own;
      return [
        ...(text.includes('undefined') ? [`${where}: undefined in the text`] : []),
        ...(params.length === counted ? [] : [`${where}: ${params.length} params of ${counted}`]),
      ];
    }),
  );
}
