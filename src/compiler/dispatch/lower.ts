/** Lowers a plan's steps to dispatches for a target: kernels, specialisations, places, sizes. */
import { ELEMENTWISE_WORKGROUP, elementwise } from '../../../shaders/elementwise.wgsl';
import { identityEpilogue } from '../../../shaders/lib/epilogue';
import { MAX_WORKGROUPS } from '../../../shaders/lib/kernel';
import { dimBound } from '../../core/dim';
import { assert, defined, QkvError } from '../../core/errors';
import { numberOfElements } from '../../core/shape';
import type { CandidateSet, Choice } from '../../graph/choice';
import { outputOf, tensorKey } from '../../graph/node';
import {
  grid1d,
  type KernelCall,
  kernelCall,
  type Node,
  type Operand,
  type Target,
  type Tensor,
} from '../../graph/op';
import { boundBytes, groupName, type Plan, type Step } from '../plan/plan';
import { scratchTypes } from '../schedule/group';
import type { BoundPlace, Dispatch } from './dispatch';
import { checkDispatch } from './dispatchLimits';
import { type ChainCode, chainCode, storedElement } from './epilogue';

/**
 * All dispatches of a plan, in order.
 * @throws DeviceError when a kernel needs more than the device has
 */
export function lowerPlan(plan: Plan, target: Target): readonly Dispatch[] {
  return plan.steps.flatMap((_, i) => lowerStep(plan, i, target));
}

/** The dispatches of one step. */
export function lowerStep(plan: Plan, index: number, target: Target): readonly Dispatch[] {
  const step = defined(plan.steps[index], `step ${index}`);
  const dispatches = stepDispatches(plan, step, target).map((one) => ({
    ...folded(one, target),
    step: index,
  }));
  dispatches.forEach(checkDispatch);
  return dispatches;
}

type StepDispatch = Omit<Dispatch, 'step'>;

function stepDispatches(plan: Plan, step: Step, target: Target): readonly StepDispatch[] {
  const { group } = step;
  const label = groupName(group);
  const code = group.chain.length > 0 ? chainCode(group) : undefined;
  const bound = (tensor: Tensor): BoundPlace => ({
    ...defined(plan.places.get(tensorKey(tensor)), `place of ${tensor.node.op.name}`),
    byteLength: boundBytes(tensor.shape),
  });
  const expressions = group.chain.flatMap((node) => singleChoice(node, 'expression', target));
  if (group.host === undefined) {
    return [elementwiseDispatch(label, defined(code, 'a chain or a host'), expressions, bound)];
  }
  const { host } = group;
  const { calls, choices } = hostCalls(host, target, code, group.outputs);
  return calls.map((call, i): StepDispatch => {
    const epilogue = i === calls.length - 1 ? code : undefined;
    const resolve = (operand: Operand): BoundPlace => {
      switch (operand.kind) {
        case 'input':
          return bound(defined(host.inputs[operand.index], 'operand'));
        case 'output':
          if (operand.index === 0 && epilogue !== undefined) return bound(epilogue.result);
          return bound(outputOf(host, operand.index));
        case 'scratch':
          return scratchPlace(host, step, operand.index);
        default:
          return operand satisfies never;
      }
    };
    return {
      label,
      kernel: call.kernel,
      spec: call.spec,
      bindings: [...call.operands.map(resolve), ...(epilogue?.operands ?? []).map(bound)],
      params: [...call.params, ...(epilogue?.params ?? [])],
      choices: [...choices, ...expressions],
      grid: call.grid,
      ...(call.dispatchCount === undefined ? {} : { dispatchCount: call.dispatchCount }),
    };
  });
}

/**
 * The dispatch, folded into a grid that WebGPU allows if a dimension of its own may become too
 * large.
 */
function folded(
  dispatch: StepDispatch,
  { maxWorkgroups = MAX_WORKGROUPS, kernels }: Target,
): StepDispatch {
  const { kernel, grid } = dispatch;
  const fits = grid(dimBound).every((workgroups) => workgroups <= maxWorkgroups);
  if (fits || kernels?.folded === undefined) return dispatch;
  return {
    ...dispatch,
    kernel: kernels.folded(kernel),
    grid: (size) => grid1d(grid(size).reduce((product, workgroups) => product * workgroups, 1)),
    unfoldedGrid: grid,
  };
}

function scratchPlace(host: Node, step: Step, index: number): BoundPlace {
  const place = defined(step.scratch[index], `scratch ${index} of ${host.op.name}`);
  return { ...place, byteLength: boundBytes(defined(scratchTypes(host)[index], 'scratch').shape) };
}

function hostCalls(
  host: Node,
  target: Target,
  code: ChainCode | undefined,
  outputs: readonly Tensor[],
): { readonly calls: readonly KernelCall[]; readonly choices: readonly Choice[] } {
  const { lowering } = host.op;
  assert(lowering.kind === 'kernel', `${host.op.name} cannot be lowered to kernels`);
  const written = new Set(outputs.filter((t) => t.node === host).map((t) => t.index));
  const choices: Choice[] = [];
  const calls = lowering.calls({
    node: host,
    target,
    epilogue: code?.epilogue ?? identityEpilogue(storedElement(outputOf(host, 0).dtype)),
    used: (i) => written.has(i) || (i === 0 && code !== undefined),
    choose: (set) => {
      const chosen = target.kernels?.choose?.(set, target);
      if (chosen === undefined) return firstOf(set);
      const { value, choice } = chosen;
      choices.push(choice);
      return value;
    },
  });
  if (choices.length === 0) choices.push(...singleChoice(host, 'kernel', target));
  return { calls, choices };
}

/**
 * The choice of an op with a single kernel or expression, which the self-check may reject as well.
 */
function singleChoice(
  { op }: Node,
  what: 'kernel' | 'expression',
  target: Target,
): readonly Choice[] {
  const candidates = new Map([[`its ${what}`, undefined]]);
  const chosen = target.kernels?.choose?.({ family: op.name, shape: '', candidates }, target);
  return chosen === undefined ? [] : [chosen.choice];
}

/**
 * The default candidate, for programs without `kernels`: they know no measurements and no verdicts.
 */
function firstOf<T>({ family, candidates }: CandidateSet<T>): T {
  for (const value of candidates.values()) return value;
  throw new QkvError('internal', `${family}: no candidates`);
}

/** The dispatch of a group without a kernel of its own: one invocation per element. */
function elementwiseDispatch(
  label: string,
  { epilogue, result, operands, params }: ChainCode,
  choices: readonly Choice[],
  bound: (tensor: Tensor) => BoundPlace,
): StepDispatch {
  const size = numberOfElements(result.shape);
  const call = kernelCall({
    kernel: elementwise,
    spec: { epilogue },
    operands: [],
    params: [size, ...params],
    grid: (value) => grid1d(Math.ceil(value(size) / ELEMENTWISE_WORKGROUP)),
  });
  return { ...call, label, choices, bindings: [result, ...operands].map(bound) };
}
