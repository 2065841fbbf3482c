/** What a backward step reads of the forward step: rows of stacks, or recomputed values. */
import { defined } from '../../core/errors';
import { reachableNodes, tensorKey } from '../../graph/node';
import type { LoopBody, Node, Tensor } from '../../graph/op';
import { type ScanAttrs, split } from './attrs';

/** A tensor of the forward body, and the stack that holds its rows: step t has row t + shift. */
export interface Stacked {
  readonly row: Tensor;
  readonly source: Tensor;
  readonly shift: number;
}

/**
 * All values of the forward body that can be read row by row: carries, sequences, and the intermediate values
 * that `results` use and only a kernel could recompute.
 * @param outputs of the forward loop  @param results tensors on the body's placeholders
 */
export function stackedRows(
  { body, reverse, shifts }: ScanAttrs,
  xs: readonly Tensor[],
  outputs: readonly Tensor[],
  results: readonly Tensor[],
): readonly Stacked[] {
  const { carries, sequences, next, rows } = body;
  const [, stacks, stackedRows] = split(outputs, carries.length, carries.length);
  const known = new Map<string, Stacked>();
  const add = (row: Tensor, source: Tensor | undefined, shift: number): void => {
    const key = tensorKey(row);
    if (!known.has(key)) known.set(key, { row, source: defined(source, 'stack'), shift });
  };
  carries.forEach((row, i) => {
    add(row, stacks[i], reverse ? 1 : 0);
  });
  sequences.forEach((row, i) => {
    add(row, xs[i], defined(shifts[i], 'shift'));
  });
  const wanted = new Map([...next, ...rows].map((tensor) => [tensorKey(tensor), tensor]));
  for (const tensor of forwardReads(body, results)) {
    const key = tensorKey(tensor);
    if (!wanted.has(key) || isCheap(tensor, new Set([...known.keys(), ...constantKeys(body)]))) {
      continue;
    }
    const asCarry = next.findIndex((t) => tensorKey(t) === key);
    if (asCarry >= 0) add(tensor, stacks[asCarry], reverse ? 0 : 1);
    else add(tensor, stackedRows[rows.findIndex((t) => tensorKey(t) === key)], 0);
  }
  return [...known.values()];
}

function constantKeys({ constants }: LoopBody): readonly string[] {
  return constants.map(tensorKey);
}

/** Tensors of the forward body that are results, or that nodes outside of it read, in order. */
function forwardReads(body: LoopBody, results: readonly Tensor[]): readonly Tensor[] {
  const forward = new Set(reachableNodes([...body.next, ...body.rows]).map(({ id }) => id));
  const outside = reachableNodes(results).filter(({ id }) => !forward.has(id));
  const reads = [...results, ...outside.flatMap(({ inputs }) => inputs)];
  const found = new Map(
    reads.filter(({ node }) => forward.has(node.id)).map((t) => [tensorKey(t), t] as const),
  );
  return [...found.values()].sort((a, b) => a.node.id - b.node.id);
}

/** Whether the tensor can be computed from known values without a kernel. */
function isCheap(tensor: Tensor, known: ReadonlySet<string>): boolean {
  if (known.has(tensorKey(tensor))) return true;
  const { op, inputs }: Node = tensor.node;
  const { kind } = op.lowering;
  return (kind === 'elementwise' || kind === 'alias') && inputs.every((t) => isCheap(t, known));
}

/** The stacked rows that the results depend on. */
export function usedRows(
  results: readonly Tensor[],
  stacked: readonly Stacked[],
): readonly Stacked[] {
  const byKey = new Map(stacked.map((item) => [tensorKey(item.row), item]));
  const used = new Set<Stacked>();
  const seen = new Set<string>();
  const stack = [...results];
  for (let tensor = stack.pop(); tensor !== undefined; tensor = stack.pop()) {
    const key = tensorKey(tensor);
    if (seen.has(key)) continue;
    seen.add(key);
    const item = byKey.get(key);
    if (item === undefined) stack.push(...tensor.node.inputs);
    else used.add(item);
  }
  return stacked.filter((item) => used.has(item));
}
