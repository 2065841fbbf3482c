/**
 * Runs a plan on the CPU in float64. Values share storages as the plan says and overwrite each
 * other as on a device, so that a bug in fusion or memory planning shows as a difference from the
 * oracle.
 */
import type { Place, Plan, Step } from '../compiler/plan/plan';
import { nest, replay } from '../compiler/plan/replay';
import { groupNodes } from '../compiler/schedule/group';
import { evaluateDim, type SizeTable } from '../core/dim';
import { defined } from '../core/errors';
import { NdArray } from '../core/ndArray';
import { ELEMENT_BYTES, evaluateShape, type Shape } from '../core/shape';
import { runReference } from '../graph/interpret';
import { tensorKey } from '../graph/node';
import type { Tensor } from '../graph/op';
import { references } from '../ops/references';
import type { Arrays } from './oracle';

/** Values of states in float64 by name, which plans can share. */
export type CpuStates = Map<string, Float64Array>;

/**
 * Runs a plan once, updates the states, and returns the outputs.
 * @param arenas contents of arenas by storage id, to be kept between runs as on a device
 */
export function runPlan(
  plan: Plan,
  inputs: Arrays,
  states: CpuStates,
  sizes: SizeTable,
  arenas = new Map<number, Float64Array>(),
): Arrays {
  const memory = new Map<number, Float64Array>();
  for (const { id, use, byteLength } of plan.storages) {
    const length = byteLength / ELEMENT_BYTES;
    if (use.kind === 'state') {
      const state = states.get(use.name) ?? new Float64Array(length);
      states.set(use.name, state);
      memory.set(id, state);
      continue;
    }
    // Unwritten memory is NaN, so that a read of it shows; the padding of arenas must be zero.
    const isArena = use.kind === 'arena';
    const kept = isArena ? arenas.get(id) : undefined;
    const data = kept ?? new Float64Array(length).fill(isArena ? 0 : Number.NaN);
    if (isArena) arenas.set(id, data);
    if (use.kind === 'constant') data.set(use.data.data);
    if (use.kind === 'input') data.set(defined(inputs.get(use.name), use.name).data);
    memory.set(id, data);
  }
  const iterations: number[] = [];
  const at = (place: Place, shape: Shape): NdArray => {
    const sized = evaluateShape(shape, sizes);
    const length = sized.reduce((product, n) => product * n, 1);
    const { storage, elementOffset, strides = [], doubleBuffer } = place;
    const isOdd = doubleBuffer !== undefined && (iterations[doubleBuffer.loop] ?? 0) % 2 === 1;
    const data = defined(memory.get((isOdd ? doubleBuffer.other : storage).id), 'storage');
    const from = strides.reduce((sum, { loop, start, advance }) => {
      const steps = (iterations[loop] ?? 0) * evaluateDim(advance, sizes);
      return sum + evaluateDim(start, sizes) + steps;
    }, elementOffset);
    return new NdArray(sized, data.subarray(from, from + length));
  };
  const counts = plan.loops.map(({ length }) => evaluateDim(length, sizes));
  replay(nest(plan.steps.length, plan.loops), counts, iterations, (i) => {
    runStep(plan, defined(plan.steps[i], 'step'), at, sizes);
  });
  return new Map(
    [...plan.outputs].map(([name, { place, shape }]) => {
      const value = at(place, shape);
      return [name, new NdArray(value.shape, value.data.slice())];
    }),
  );
}

type Access = (place: Place, shape: Shape) => NdArray;

/** Runs a plan step: copies the group's inputs, computes its nodes, and stores its outputs. */
function runStep(plan: Plan, { group }: Step, at: Access, sizes: SizeTable): void {
  const inMemory = (tensor: Tensor): NdArray => {
    const place = defined(plan.places.get(tensorKey(tensor)), 'place');
    return at(place, tensor.shape);
  };
  const local = new Map<string, NdArray>();
  for (const tensor of group.inputs) {
    const { shape, data } = inMemory(tensor);
    local.set(tensorKey(tensor), new NdArray(shape, data.slice()));
  }
  for (const node of groupNodes(group)) {
    const operands = node.inputs.map((t) => defined(local.get(tensorKey(t)), 'operand'));
    runReference(node, operands, sizes, references).forEach((value, i) => {
      local.set(`${node.id}.${i}`, value);
    });
  }
  for (const tensor of group.outputs) {
    inMemory(tensor).data.set(defined(local.get(tensorKey(tensor)), 'result').data);
  }
}
