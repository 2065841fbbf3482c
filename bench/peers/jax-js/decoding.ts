/**
 * Greedy decoding with a key-value cache. One jit encodes the source, another runs a decoding step.
 * Tokens stay on the device and are read at the end.
 */
import { jit, numpy as np, tree } from '@jax-js/jax';
import type { Prepared } from '../../contestant';
import { benchData } from '../../data/transformer';
import { BEGIN, type ModelSpec } from '../../spec';
import { type Cache, decodeStep, encodeMemory } from './decoderStep';
import type { Parameters } from './transformer';
import { upload } from './upload';

export async function greedyDecoding(spec: ModelSpec): Promise<Prepared> {
  const { batch, length, layers, modelSize } = spec;
  const data = benchData(spec);
  const { parameters, source, target, classes, positions } = upload(data, spec);
  tree.dispose([source, target, classes]);
  const reads = jit((p: Parameters, ids: np.Array, rows: np.Array) =>
    encodeMemory(p, ids, rows, spec),
  );
  const steps = jit(
    (
      p: Parameters,
      memory: np.Array[],
      cache: Cache,
      token: np.Array,
      at: np.Array,
      row: np.Array,
    ) => decodeStep(p, memory, cache, { token, at, row }, spec),
  );
  const empty = (): Cache => ({
    keys: Array.from({ length: layers }, () => np.zeros([batch, length, modelSize])),
    values: Array.from({ length: layers }, () => np.zeros([batch, length, modelSize])),
  });
  const rows = np.split(positions, length, 0);
  const places = rows.map((_, i) => np.array(Int32Array.of(i)));
  return {
    async run() {
      const ids = np.array(data.source).reshape([batch, length]);
      const memory = reads(tree.ref(parameters), ids, np.concatenate(tree.ref(rows), 0));
      let cache = empty();
      let token = np.array(new Int32Array(batch).fill(BEGIN)).reshape([batch, 1]);
      const tokens: np.Array[] = [];
      for (const [i, row] of rows.entries()) {
        const at = places[i];
        if (at === undefined) break;
        const next = steps(tree.ref(parameters), tree.ref(memory), cache, token, at.ref, row.ref);
        cache = next.cache;
        token = next.token;
        tokens.push(token.ref);
      }
      token.dispose();
      tree.dispose([cache, memory]);
      const written = await np.concatenate(tokens, 1).data();
      return Float32Array.from(written);
    },
    dispose() {
      tree.dispose([parameters, rows, places]);
      reads.dispose();
      steps.dispose();
    },
  };
}
