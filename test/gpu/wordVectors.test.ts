/** Word vectors trained on the grammar: they beat counts of words and know which nouns are alike. */

import type { Device } from 'qkv';
import { noiseBaseline } from 'qkv/evaluation';
import { WORD_VECTORS, type WordVectorKind, wordVectorModel } from 'qkv/models';
import { unpackArena } from 'qkv/nn';
import { buildVocabulary, countIds, type WordBatch, WordIterator } from 'qkv/text';
import { toyNounKinds, toyPairs } from 'qkv/toy';
import { Trainer, wordVectorTask } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { kindAgreement } from '../../tools/lib/nounKinds';
import { useDevice } from '../support/device';

const device = useDevice();

const OPTIMIZER = { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 } as const;

/** Batches of a source, so many. */
function* take(batches: WordIterator, count: number): Iterable<WordBatch> {
  for (let i = 0; i < count; i++) {
    const { value } = batches.next();
    if (value !== undefined) yield value;
  }
}

function corpus(count: number) {
  const read = (split: 'train' | 'dev', pairs: number) =>
    toyPairs({ seed: 1, split, count: pairs }).map(({ source }) => source);
  const train = read('train', count);
  const vocabulary = buildVocabulary(train);
  const ids = train.map((words) => vocabulary.encode(words));
  const held = read('dev', 100).map((words) => words.flatMap((word) => vocabulary.id(word) ?? []));
  return { vocabulary, ids, held, counts: countIds(ids, vocabulary.size) };
}

describe('word vectors', () => {
  const SIZE = 16;
  for (const [kind, steps, window] of [
    ['skipgram', 200, 2],
    ['cbow', 120, 2],
  ] as const) {
    it(`of ${kind} beat counts of words, and find nouns of the same kind`, async () => {
      const { vocabulary, ids, held, counts } = corpus(2000);
      const options = {
        ...{ kind, vocabulary: vocabulary.size, batchSize: 512, window, subsample: 0.01, counts },
      };
      const heldOut = () => new WordIterator(held, { ...options, epochs: 1 });
      const model = wordVectorModel({ kind, vocabulary: vocabulary.size, size: SIZE, window });
      const trainer = await Trainer.create(device(), wordVectorTask(model, { maxBatch: 512 }), {
        optimizer: OPTIMIZER,
        clipNorm: undefined,
        schedule: { kind: 'constant', rate: 0.03 },
        seed: 1,
      });
      // Scores of zero lose log 2 for each of the candidates; nothing is above its noise.
      const before = await trainer.evaluate(heldOut());
      expect(before.loss).toBeLessThanOrEqual(6 * Math.LN2 + 1e-5);
      expect(before.accuracy).toBe(0);

      await trainer.train(take(new WordIterator(ids, options), steps));
      const { loss, accuracy } = await trainer.evaluate(heldOut());
      expect(loss).toBeLessThan(noiseBaseline(heldOut(), counts, { subsample: 0.01 }) - 0.1);
      expect(accuracy).toBeGreaterThan(2 / 6);

      const named = unpackArena(trainer.layout, (await trainer.snapshot()).parameters);
      const vectors = { words: vocabulary.tokens, vectors: named.get(WORD_VECTORS)! };
      const { agreement, chance } = await kindAgreement(device(), vectors, toyNounKinds().source);
      expect(agreement).toBeGreaterThan(3 * chance);
      trainer.dispose();
    });
  }

  const IDS = Array.from({ length: 40 }, (_, i) => [1 + (i % 7), 1 + (i % 5), 8 + (i % 4), 3]);

  async function tiny(gpu: Device, kind: WordVectorKind) {
    const model = wordVectorModel({ kind, vocabulary: 12, size: 5, window: 2, negatives: 3 });
    const trainer = await Trainer.create(gpu, wordVectorTask(model, { maxBatch: 16 }), {
      optimizer: OPTIMIZER,
      clipNorm: 1,
      schedule: { kind: 'constant', rate: 0.02 },
      seed: 2,
    });
    const options = { kind, vocabulary: 12, batchSize: 16, window: 2, negatives: 3, subsample: 0 };
    return { trainer, batches: new WordIterator(IDS, options), options };
  }

  for (const kind of ['skipgram', 'cbow'] as const) {
    it(`of ${kind} take no more memory with more steps, and go on from a snapshot bit by bit`, async () => {
      const whole = await tiny(device(), kind);
      await whole.trainer.train(take(whole.batches, 4));
      const bytes = device().liveBytes;
      const snapshot = await whole.trainer.snapshot();
      const { cursor } = whole.batches;
      await whole.trainer.train(take(whole.batches, 12));
      expect(device().liveBytes).toBe(bytes);

      const resumed = await tiny(device(), kind);
      resumed.trainer.restore(snapshot);
      await resumed.trainer.train(take(new WordIterator(IDS, { ...resumed.options, cursor }), 12));
      expect(await resumed.trainer.snapshot()).toEqual(await whole.trainer.snapshot());
      resumed.trainer.dispose();
      whole.trainer.dispose();
    });
  }

  it('have the loss of negative sampling, in float64', async () => {
    const { trainer } = await tiny(device(), 'cbow');
    const batch: WordBatch = {
      size: 2,
      width: 4,
      candidates: 4,
      inputs: Int32Array.of(1, 2, 3, 0, 4, 0, 0, 0),
      words: Int32Array.of(5, 6, 7, 0, 8, 9, 10, 11),
    };
    // in_embed comes first; padding's row of it is zero from the start and stays so.
    const first = await trainer.snapshot();
    const parameters = first.parameters.map((_, i) => (i < 5 ? 0 : Math.sin(i + 1)));
    trainer.restore({ ...first, parameters });
    const named = unpackArena(trainer.layout, parameters);
    const row = (name: string, id: number) => [
      ...named.get(name)!.data.subarray(id * 5, id * 5 + 5),
    ];
    let want = 0;
    for (let p = 0; p < 2; p++) {
      const known = [...batch.inputs.subarray(p * 4, p * 4 + 4)].filter((id) => id !== 0);
      const sum = known
        .map((id) => row('in_embed.weight', id))
        .reduce((a, b) => a.map((x, i) => x + b[i]!));
      [...batch.words.subarray(p * 4, p * 4 + 4)].forEach((id, n) => {
        if (id === 0) return;
        const vector = row('out_embed.weight', id);
        const score = vector.reduce((s, x, i) => s + (x * sum[i]!) / known.length, 0);
        want += Math.log1p(Math.exp(n === 0 ? -score : score)) / 2;
      });
    }
    const { loss } = await trainer.evaluate([batch]);
    // Scores of 5 products of at most 1, four to eight losses near 1; exp is up to 58 ULP off.
    expect(Math.abs(loss - want)).toBeLessThan(8 * (2 ** -21 + 64 * 2 ** -23));
    trainer.dispose();
  });
});
