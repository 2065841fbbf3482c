/**
 * Published models that read texts in both directions, as files: BERT and RoBERTa that predict
 * masked tokens, BERT and DistilBERT with a classifier, and sentence vectors, compared with the
 * reference in float64.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bert, pooled, publishedPooling, type Sequences, sequenceClassifier } from 'qkv/models';
import type { Scope } from 'qkv/nn';
import { expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import { distances, publishedEncoder } from '../../support/publishedEncoders';
import { lengthsIn, MARGIN, PUBLISHED, publishedFolder } from '../../support/publishedStacks';

const device = useDevice();

/** Checks all distances but those of `except`, and returns them. */
async function check(
  folder: ReturnType<typeof publishedFolder>,
  result: string,
  forward: Parameters<typeof distances>[4],
) {
  const found = await distances(device(), bert, folder, result, forward);
  expect(Object.keys(found)).toHaveLength(4);
  for (const [output, distance] of Object.entries(found)) {
    const error = folder.errors[output];
    if (error !== undefined) expect(distance, output).toBeLessThanOrEqual(MARGIN * error);
  }
  return found;
}

it.each([
  ['bert', 4],
  ['roberta', 4],
] as const)('%s predicts masked tokens as the reference does', async (name, maskId) => {
  const folder = publishedFolder(name);
  expect(folder.errors['out.logits']).toBeGreaterThan(0);
  await check(folder, 'out.logits', publishedEncoder(bert, folder, maskId).logits);
});

it.each(['bert-classify', 'distilbert-classify'])(
  '%s labels as the reference does',
  async (name) => {
    const folder = publishedFolder(name);
    expect(folder.errors['out.logits']).toBeGreaterThan(0);
    const labels = Object.keys(Object(folder.config.id2label));
    const labeller = sequenceClassifier(publishedEncoder(bert, folder), labels.length);
    await check(folder, 'out.logits', labeller.logits);
  },
);

it('sentence vectors are those of the reference', async () => {
  const folder = publishedFolder('sentence-mean');
  const path = join(PUBLISHED, 'sentence-mean/1_Pooling/config.json');
  const kind = publishedPooling(JSON.parse(readFileSync(path, 'utf8')));
  const model = publishedEncoder(bert, folder);
  const forward = (scope: Scope, batch: Sequences) =>
    pooled(model.encode(scope, batch), batch.lengths, { kind, normalise: true });
  const found = await check(folder, 'embeddings', forward);
  // An error of the mean is divided by its length, like the mean itself.
  const bound = (MARGIN * defined(folder.errors['out.last_hidden_state'], 'error')) / shortest();
  expect(found.embeddings).toBeLessThanOrEqual(bound);

  /** Length of the shortest mean vector. */
  function shortest(): number {
    const { shape, data } = folder.floats('out.last_hidden_state');
    const [rows = 0, positions = 0, size = 0] = shape;
    const lengths = lengthsIn(folder.ints('in.attention_mask')).data;
    const norms = Array.from({ length: rows }, (_, b) => {
      const count = defined(lengths[b], 'length');
      const means = Array.from({ length: size }, (_, c) => {
        let sum = 0;
        for (let t = 0; t < count; t++) sum += data[(b * positions + t) * size + c] ?? 0;
        return sum / count;
      });
      return Math.hypot(...means);
    });
    return Math.min(...norms);
  }
});
