/**
 * Checks the rules of plans, which a device would enforce too, but not before memory is allocated.
 */
import { assert, defined } from '../../core/errors';
import { ELEMENT_BYTES } from '../../core/shape';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { ALIGNED_ELEMENTS } from '../../ops/view/op';
import { groupNodes } from '../schedule/group';
import { inPlacePairs } from '../schedule/inPlace';
import { boundBytes, groupName, type Place, type Plan, type Step } from './plan';

/**
 * Every value lies in its storage, at an aligned offset; no step reads from memory what it computes
 * itself; and none binds one storage as input and as output, except where its kernel works in
 * place.
 * @throws Error naming the step: an internal error
 */
export function verifyPlan(plan: Plan): void {
  plan.steps.forEach((step, i) => {
    verifyPlaces(plan, step, `step ${i}, ${groupName(step.group)}`);
    verifyUsage(plan, step, `step ${i}, ${groupName(step.group)}`);
  });
}

function resolveStorage(plan: Plan, tensor: Tensor, where: string): Place {
  return defined(plan.places.get(tensorKey(tensor)), `${where}: place of ${tensor.node.op.name}`);
}

function verifyPlaces(plan: Plan, { group }: Step, where: string): void {
  for (const tensor of [...group.inputs, ...group.outputs]) {
    const { elementOffset, storage, strides } = resolveStorage(plan, tensor, where);
    assert(elementOffset % ALIGNED_ELEMENTS === 0, `${where}: offset ${elementOffset}`);
    // A value with strides is a row of a larger one: the offset alone does not say where it ends.
    if (strides !== undefined) continue;
    const end = elementOffset * ELEMENT_BYTES + boundBytes(tensor.shape);
    assert(
      end <= Math.max(storage.byteLength, ELEMENT_BYTES),
      `${where}: ends at ${end} of ${storage.byteLength} bytes`,
    );
  }
}

function verifyUsage(plan: Plan, { group, scratch }: Step, where: string): void {
  // Elementwise values without inputs are in memory too, where a host reads them.
  const computed = groupNodes(group).filter(
    (node) => node === group.host || node.inputs.length > 0,
  );
  const own = new Set(computed.map(({ id }) => id));
  const cyclic = group.inputs.find(({ node }) => own.has(node.id));
  assert(cyclic === undefined, `${where}: reads ${cyclic?.node.op.name} of its own from memory`);
  const replaced = new Set(inPlacePairs(group).map(([, from]) => tensorKey(from)));
  const read = group.inputs
    .filter((tensor) => !replaced.has(tensorKey(tensor)))
    .flatMap((tensor) => storagesOf(resolveStorage(plan, tensor, where)));
  const written = group.outputs.flatMap((tensor) =>
    storagesOf(resolveStorage(plan, tensor, where)),
  );
  for (const id of [...written, ...scratch.flatMap(storagesOf)]) {
    assert(!read.includes(id), `${where}: reads and writes storage ${id}`);
  }
}

/**
 * The storage of a place; none for a double buffer, as it depends on the iteration which one is
 * used.
 */
function storagesOf({ storage, doubleBuffer }: Place): readonly number[] {
  return doubleBuffer === undefined ? [storage.id] : [];
}
