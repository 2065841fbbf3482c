/** The four shapes of sequence models learn something of the grammar, better than a stated baseline. */

import { unigramPerplexity } from 'qkv/evaluation';
import { Decoder } from 'qkv/generate';
import { type Labeller, manyToMany, manyToOne, oneToMany, oneToOne } from 'qkv/models';
import {
  buildVocabulary,
  encodePairs,
  type Labelled,
  type LabelledBatch,
  labelledBatch,
  makeBatch,
  vocabularyOf,
} from 'qkv/text';
import { type ToyExample, toyExamples } from 'qkv/toy';
import { labellingTask, Trainer, type TrainerOptions, translationTask } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { isFull } from '../support/sample';

const device = useDevice();
const BATCH = 32;
const OPTIONS: TrainerOptions = {
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
  clipNorm: 1,
  schedule: { kind: 'constant', rate: 0.01 },
  seed: 1,
};

function examples(split: 'train' | 'dev', count: number): readonly ToyExample[] {
  const found: ToyExample[] = [];
  for (const example of toyExamples(1, split)) {
    if (found.push(example) === count) break;
  }
  return found;
}

const [training, held] = [examples('train', 1600), examples('dev', 300)];
const words = buildVocabulary(training.map(({ pair }) => pair.source));
const ids = ({ pair }: ToyExample) => words.encode(pair.source, { unknown: 'unk' });

function* batches(
  all: readonly Labelled[],
  perToken: boolean,
  epochs = 1,
): Generator<LabelledBatch> {
  for (let at = 0; at < all.length * epochs; at += BATCH) {
    const from = at % all.length;
    yield labelledBatch(all.slice(from, from + BATCH), { perToken });
  }
}

/** Loss and accuracy on held-out examples after so many epochs. */
async function learn(
  model: Labeller,
  [train, dev]: readonly (readonly Labelled[])[],
  epochs: number,
) {
  const trainer = await Trainer.create(
    device(),
    labellingTask(model, { maxBatch: BATCH }),
    OPTIONS,
  );
  await trainer.train(batches(train!, model.perToken, epochs));
  const result = await trainer.evaluate(batches(dev!, model.perToken));
  trainer.dispose();
  return result;
}

/** The commonest of some values. */
function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

const share = (right: readonly boolean[]) => right.filter(Boolean).length / right.length;

describe('a sequence model', () => {
  it('one to one: knows the next word better than how common words are', async () => {
    const next = (example: ToyExample): readonly Labelled[] => {
      const row = [...ids(example), words.eos];
      return row.map((label, i) => ({ tokens: [row[i - 1] ?? words.bos], labels: [label] }));
    };
    const [train, dev] = [training.flatMap(next), held.flatMap(next)];
    const labels = (all: readonly Labelled[]) => all.flatMap((item) => item.labels);
    const baseline = Math.log(unigramPerplexity(labels(train), labels(dev), words.size));
    const sizes = { vocabulary: words.size, classes: words.size };
    const { loss } = await learn(oneToOne(sizes), [train, dev], 1);
    expect(loss).toBeLessThan(baseline - 0.5);
  });

  // The sample has the first and the last of the four.
  it.runIf(isFull)('many to one: tells the tense of a sentence', async () => {
    const tenses = ['present', 'past', 'future'];
    const labelled = (all: readonly ToyExample[]): readonly Labelled[] =>
      all.flatMap((example) => {
        const { sentence } = example;
        if (sentence.kind === 'joined') return [];
        return [{ tokens: ids(example), labels: [tenses.indexOf(sentence.clause.tense)] }];
      });
    const [train, dev] = [labelled(training), labelled(held)];
    const common = commonest(train.flatMap(({ labels }) => labels));
    const baseline = share(dev.map(({ labels }) => labels[0] === common));
    const model = manyToOne({ vocabulary: words.size, classes: 3 });
    const { accuracy } = await learn(model, [train, dev], 4);
    expect(accuracy).toBeGreaterThan(Math.max(0.8, baseline + 0.2));
  });

  it.runIf(isFull)('many to many: tells on which side of a word its head is', async () => {
    const labelled = (example: ToyExample): Labelled => ({
      tokens: ids(example),
      // 0: to the left, 1: to the right, 2: the root has none.
      labels: example.pair.sourceHeads.map((head, i) => (head < 0 ? 2 : head < i ? 0 : 1)),
    });
    const [train, dev] = [training.map(labelled), held.map(labelled)];
    const seen = new Map<number, number[]>();
    for (const { tokens, labels } of train) {
      tokens.forEach((id, i) => {
        seen.set(id, [...(seen.get(id) ?? []), labels[i]!]);
      });
    }
    const ofWord = new Map([...seen].map(([id, labels]) => [id, commonest(labels)]));
    const baseline = share(
      dev.flatMap(({ tokens, labels }) => tokens.map((id, i) => ofWord.get(id) === labels[i])),
    );
    const model = manyToMany({ vocabulary: words.size, classes: 3 });
    const { accuracy } = await learn(model, [train, dev], 2);
    expect(accuracy).toBeGreaterThan(baseline + 0.05);
  });

  it('one to many: says the sentence of each vector', async () => {
    const sentences = training.slice(0, 12).map(({ pair }) => pair.source);
    // Two features a sentence, none of which says it alone: a row and a column.
    const features = vocabularyOf([
      ...['<pad>', '<bos>', '<eos>', '<unk>'],
      ...['a', 'b', 'c', '1', '2', '3', '4'],
    ]);
    const pairs = sentences.map((target, i) => ({
      source: ['abc'[i % 3]!, `${1 + (i % 4)}`],
      target,
    }));
    const model = oneToMany({
      vocabulary: features.size,
      classes: words.size,
      maxLength: 24,
      cell: 'lstm',
      hiddenSize: 48,
    });
    const task = translationTask(model, { maxBatch: 12, labelSmoothing: 0, padId: words.pad });
    const trainer = await Trainer.create(device(), task, OPTIONS);
    const batch = makeBatch(encodePairs(pairs, features, words));
    await trainer.train(Array.from({ length: 80 }, () => batch));
    const decoder = await Decoder.create(device(), model, trainer.layout, trainer.states, {
      maxBatch: 12,
      ids: words,
    });
    const said = await decoder.decode(
      { shape: [12, batch.sourceLength], data: batch.source },
      { shape: [12], data: batch.sourceLengths },
    );
    const right = said.filter(
      ([best], i) => words.decode(best!.ids).join(' ') === sentences[i]!.join(' '),
    );
    // A generator that does not look at its vector says one sentence, right once.
    expect(right.length).toBeGreaterThanOrEqual(11);
    decoder.dispose();
    trainer.dispose();
  });
});
