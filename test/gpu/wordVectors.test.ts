/** Word vectors: trained on the grammar they know which nouns are alike, and beat counts of words. */
import { describe, expect, it } from 'vitest';
import { wordVectorModel } from '../../src/models/wordVectors';
import { countIds, noiseBaseline, Vocabulary, WordIterator } from '../../src/text';
import { toyPairs } from '../../src/text/toy';
import { Trainer } from '../../src/train/trainer';
import { wordVectorTask } from '../../src/train/wordVectors';
import { useDevice } from '../support/device';

const device = useDevice();

it('x', async () => {
  const t0 = performance.now();
  const texts = (split: 'train' | 'dev', count: number) =>
    toyPairs({ seed: 1, split, count }).map(({ source }) => source);
  const train = texts('train', 4000);
  const v = Vocabulary.build(train);
  const ids = train.map((s) => v.encode(s));
  const dev = texts('dev', 500).map((s) => s.flatMap((w) => v.id(w) ?? []));
  const counts = countIds(ids, v.size);
  console.log('corpus', performance.now() - t0, v.size);
  for (const [kind, rate, window, subsample] of [
    ['skipgram', 0.01, 3, 1e-2],
    ['skipgram', 0.01, 5, 1e-3],
    ['cbow', 0.01, 3, 1e-2],
  ] as const) {
    const model = wordVectorModel({ kind, vocabulary: v.size, size: 32, window });
    const options = { kind, vocabulary: v.size, batchSize: 512, window, subsample, counts };
    const held = () => new WordIterator(dev, { ...options, epochs: 1 });
    const it = new WordIterator(ids, options);
    const trainer = await Trainer.create(device(), wordVectorTask(model, { maxBatch: 512 }), {
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
      clipNorm: undefined,
      schedule: { kind: 'constant', rate },
      seed: 1,
    });
    console.log(
      kind,
      it.batchesPerEpoch,
      trainer.planSize,
      'baseline',
      noiseBaseline(held(), counts, { subsample }),
    );
    for (let r = 0; r < 4; r++) {
      const t1 = performance.now();
      await trainer.train(
        (function* () {
          for (let i = 0; i < 100; i++) {
            const { value } = it.next();
            if (value) yield value;
          }
        })(),
      );
      console.log(performance.now() - t1, await trainer.evaluate(held()), performance.now() - t1);
    }
    const { parameters } = await trainer.snapshot();
    const off = trainer.layout.parameters[0]!.parts[0]!.offset;
    const vec = (id: number) => parameters.subarray(off + id * 32, off + id * 32 + 32);
    const cos = (a: Float32Array, b: Float32Array) => {
      let [x, y, z] = [0, 0, 0];
      a.forEach((p, i) => {
        x += p * b[i]!;
        y += p * p;
        z += b[i]! * b[i]!;
      });
      return x / Math.sqrt(y * z + 1e-30);
    };
    for (const w of ['cat', 'mother', 'table', 'book', 'bread', 'big', 'paris', 'eats']) {
      const id = v.id(w)!;
      const all = v.tokens
        .map((t, i) => [t, i < 4 || i === id ? -2 : cos(vec(id), vec(i))] as const)
        .sort((a, b) => b[1] - a[1]);
      console.log(
        w,
        all
          .slice(0, 6)
          .map(([t, c]) => `${t} ${c.toFixed(2)}`)
          .join(', '),
      );
    }
    trainer.dispose();
  }
}, 300000);
