/** Captures intermediate values of trained models under teacher forcing; see Inspector. */

import type { Device } from 'qkv';
import { type HostTensor, StateStore } from 'qkv/graph';
import { type Captured, Inspector, type Pattern } from 'qkv/inspect';
import { PARAMETERS } from 'qkv/nn';
import { encodePairs, makeBatch, type Pair } from 'qkv/text';
import { translationTask } from 'qkv/train';
import type { Report } from './experiment';
import type { TrainedModel } from './trained';

const BATCH = 32;

/**
 * Runs a model on sentence pairs.
 * @param values patterns of names of tensors [B, ...]
 * @returns the values of each pair by name, without B, padded to the longest sentence of its batch
 */
export async function capture(
  device: Device,
  { model, layout, parameters, source, target }: TrainedModel,
  pairs: readonly Pair[],
  values: Pattern,
  report: Report,
): Promise<readonly Captured[]> {
  const states = new StateStore(device);
  const task = translationTask(model, { maxBatch: BATCH, labelSmoothing: 0, padId: target.pad });
  const inspector = await Inspector.create(
    device,
    layout,
    states,
    {
      inputs: task.inputs,
      forward: (scope, inputs) => task.forward(scope, inputs, 'evaluation').loss,
    },
    { values },
  );
  states.write(PARAMETERS, parameters);
  const found: Captured[] = [];
  const encoded = encodePairs(pairs, source, target);
  try {
    for (let at = 0; at < encoded.length; at += BATCH) {
      const batch = makeBatch(encoded.slice(at, at + BATCH));
      const captured = await inspector.run(task.feed(batch));
      for (let b = 0; b < batch.size; b++) {
        found.push(new Map([...captured].map(([name, tensor]) => [name, itemOf(tensor, b)])));
      }
      report(found.length, encoded.length, 'sentences');
    }
  } finally {
    inspector.dispose();
    states.dispose();
  }
  return found;
}

/** Element `at` of a tensor's first axis. */
export function itemOf({ shape: [, ...shape], data }: HostTensor, at: number): HostTensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, data: data.subarray(at * length, (at + 1) * length) };
}

/** The rows of a tensor [rows, columns]. */
export function rowsOf(tensor: HostTensor): readonly (readonly number[])[] {
  const [rows = 0] = tensor.shape;
  return Array.from({ length: rows }, (_, row) => Array.from(itemOf(tensor, row).data));
}
