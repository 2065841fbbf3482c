/** Traces the body of a loop and captures the tensors that it reads from outside as constants. */
import { defined, ShapeError } from '../../core/errors';
import { formatType, shapesEqual, type TensorType } from '../../core/shape';
import { reachableNodes, tensorKey } from '../../graph/node';
import type { LoopBody, Node, Tensor } from '../../graph/op';
import { outputsOf, rebuild } from '../../graph/rebuild';
import { inputTensor } from '../../graph/source';

/** One step: maps carries and rows of the sequences to the next carries and rows of the results. */
export type Step = (
  carry: readonly Tensor[],
  x: readonly Tensor[],
) => { readonly carry: readonly Tensor[]; readonly y: readonly Tensor[] };

export interface TracedBody {
  readonly body: LoopBody;
  /** The outside tensors that the body's constants stand for. */
  readonly captured: readonly Tensor[];
  /** Number of the body's rows that the step returned; further rows are for the gradient. */
  readonly asked: number;
}

let nextBody = 0;

/**
 * Calls the step once, with placeholders.
 * @throws ShapeError when a next carry has another type than the carry
 */
export function traceBody(
  step: Step,
  carryTypes: readonly TensorType[],
  rowTypes: readonly TensorType[],
): TracedBody {
  const key = `body${nextBody++}`;
  const carries = carryTypes.map((type, i) => inputTensor(`${key}.carry${i}`, type));
  const sequences = rowTypes.map((type, i) => inputTensor(`${key}.x${i}`, type));
  const { carry, y } = step(carries, sequences);
  checkCarries(carries, carry);
  const captured = capturedBy([...carry, ...y], [...carries, ...sequences]);
  const constants = captured.map(({ dtype, shape }, i) =>
    inputTensor(`${key}.constant${i}`, { dtype, shape }),
  );
  const stands = new Map(
    captured.map((tensor, i) => [tensorKey(tensor), defined(constants[i], 'constant')]),
  );
  const inside = rebuild([...carry, ...y], stands);
  const next = carry.map(inside);
  const asked = y.map(inside);
  const rows = [...asked, ...intermediates([...next, ...asked])];
  const body = { key, carries, sequences, constants, next, rows, toString: () => key };
  return { body, captured, asked: asked.length };
}

function checkCarries(carries: readonly Tensor[], next: readonly Tensor[]): void {
  if (carries.length !== next.length) {
    throw new ShapeError(`scan: ${carries.length} carries enter but ${next.length} leave a step`);
  }
  carries.forEach((carry, i) => {
    const after = defined(next[i], 'carry');
    if (carry.dtype === after.dtype && shapesEqual(carry.shape, after.shape)) return;
    throw new ShapeError(
      `scan: carry ${i} enters as ${formatType(carry)} but leaves as ${formatType(after)}`,
    );
  });
}

/** Whether a node is elementwise without inputs: such nodes are part of the body, not captured. */
function isLiteral({ op, inputs }: Node): boolean {
  return op.lowering.kind === 'elementwise' && inputs.length === 0;
}

/** Outside tensors that the results read: those that do not depend on a placeholder. */
function capturedBy(
  results: readonly Tensor[],
  placeholders: readonly Tensor[],
): readonly Tensor[] {
  const varying = new Set(placeholders.map(({ node }) => node.id));
  const found = new Map<string, Tensor>();
  const note = (tensor: Tensor): void => {
    if (varying.has(tensor.node.id) || isLiteral(tensor.node)) return;
    found.set(tensorKey(tensor), tensor);
  };
  for (const node of reachableNodes(results)) {
    if (!node.inputs.some((tensor) => varying.has(tensor.node.id))) continue;
    varying.add(node.id);
    node.inputs.forEach(note);
  }
  results.forEach(note);
  return [...found.values()];
}

/** Values that are computed by a kernel or an elementwise chain: a gradient may need stacks of them. */
function intermediates(results: readonly Tensor[]): readonly Tensor[] {
  const known = new Set(results.map(tensorKey));
  return reachableNodes(results)
    .filter((node) => !isLiteral(node) && !['source', 'alias'].includes(node.op.lowering.kind))
    .flatMap(outputsOf)
    .filter((tensor) => !known.has(tensorKey(tensor)));
}
