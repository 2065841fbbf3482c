import { expect, test } from 'vitest';
import * as T from '../../../src/text';
import { readTatoeba } from './tatoeba';

test('explore', () => {
  const train = T.readTabSeparated(readTatoeba('train.tsv'));
  const raw = T.readTabSeparated(readTatoeba('all.tsv.gz'), {
    source: (s) => T.tokenise(s, { language: 'en' }),
    target: (s) => T.tokenise(s, { language: 'fr' }),
  });
  const set = new Set(raw.map((p) => p.source.join(' ') + '\t' + p.target.join(' ')));
  console.log(
    'agree',
    train.filter((p) => set.has(p.source.join(' ') + '\t' + p.target.join(' '))).length,
    train.length,
  );
  console.log(
    JSON.stringify(train.filter((p) => !set.has(p.source.join(' ') + '\t' + p.target.join(' ')))),
  );
  let bad = 0;
  for (const p of raw) {
    for (const [s, language] of [
      [p.source, 'en'],
      [p.target, 'fr'],
    ] as const) {
      const d = T.detokenise(s, { language });
      if (
        T.tokenise(d, { language }).join(' ') !== s.join(' ') ||
        T.tokenise(s.join(' '), { language }).join(' ') !== s.join(' ')
      ) {
        if (bad++ < 20) console.log(JSON.stringify(s), d, T.tokenise(s.join(' '), { language }));
      }
    }
  }
  console.log('bad', bad);
  console.log(
    raw
      .slice(0, 3000)
      .filter((_, i) => i % 300 === 0)
      .map((p) => T.detokenise(p.target, { language: 'fr', capitalise: true })),
  );
  const groups = T.groupReferences(T.readTabSeparated(readTatoeba('dev.tsv')));
  console.log(
    groups.length,
    groups.reduce((n, g) => n + g.references.length, 0),
  );
  const refs = groups.map((g) => g.references);
  let t = performance.now();
  const w = T.wordForWord(train);
  console.log('wfw train', performance.now() - t);
  const hyp = groups.map((g) => w(g.source));
  console.log(
    'wfw',
    T.corpusBleu(hyp, refs),
    T.corpusBleu(hyp, refs, { smoothing: 'exp' }).score,
    T.exactMatch(hyp, refs),
  );
  // other direction
  const back = T.alignByIbmModel1(train.map((p) => ({ source: p.target, target: p.source })));
  const w2 = T.wordForWord(
    back.map((p, i) => ({ ...train[i]!, links: p.links.map(([a, b]) => [b, a] as const) })),
  );
  const hyp2 = groups.map((g) => w2(g.source));
  console.log('wfw2', T.corpusBleu(hyp2, refs), T.exactMatch(hyp2, refs));
  t = performance.now();
  const nn = T.nearestNeighbour(train);
  console.log('nn build', performance.now() - t);
  t = performance.now();
  const hyp3 = groups.map((g) => nn(g.source));
  console.log('nn', performance.now() - t, T.corpusBleu(hyp3, refs), T.exactMatch(hyp3, refs));
  console.log(
    groups
      .slice(0, 10)
      .map((g, i) => [
        g.source.join(' '),
        hyp[i]!.join(' '),
        hyp2[i]!.join(' '),
        hyp3[i]!.join(' '),
      ]),
  );
  t = performance.now();
  const nn5 = T.nearestNeighbour(raw.slice(0, 50000));
  console.log('nn50k build', performance.now() - t);
  t = performance.now();
  for (const p of raw.slice(50000, 51000)) nn5([...p.source, 'x']);
  console.log('nn50k 1000q', performance.now() - t);
  const text = readTatoeba('all.tsv.gz').slice(0, 1_000_000);
  t = performance.now();
  const bpe = T.BytePair.train(text, { vocabularySize: 8000 });
  console.log('bpe', performance.now() - t, bpe.size);
  t = performance.now();
  const ids = bpe.encode(text);
  console.log('enc', performance.now() - t, ids.length);
  expect(bpe.decode(ids)).toBe(text);
  t = performance.now();
  const ev = T.Vocabulary.build(train.map((p) => p.source)),
    fv = T.Vocabulary.build(train.map((p) => p.target));
  console.log(ev.size, fv.size);
  const enc = T.encodePairs(train, ev, fv);
  const it = new T.BatchIterator(enc, { batchSize: 64, epochs: 2 });
  let n = 0,
    toks = 0,
    padded = 0;
  for (const b of it) {
    n++;
    toks += b.targetTokens;
    padded += b.size * b.targetLength;
  }
  console.log(n, it.batchesPerEpoch, toks, padded, performance.now() - t);
});
