/** Byte-pair dropout: as many merges as asked are skipped, and no text is changed. */
import { expect, it } from 'vitest';
import { OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { BytePairDropoutBatches } from '../../../src/text/bytePairDropout';
import { SubwordCodec } from '../../../src/text/subwordCodec';

const sentences = ['the cat sees the bird', 'a bird sees the cat', 'the bird , the cat'].map(
  (text) => text.split(' '),
);
const codec = SubwordCodec.train(sentences, 280);

it('skips no merge, all merges, and those between without changing the text', () => {
  const numbers = random(1);
  for (const words of sentences) {
    expect(codec.encodeWithDropout(words, 0, numbers)).toEqual(codec.encode(words));
    const bytes = codec.encodeWithDropout(words, 1, numbers);
    expect(bytes).toEqual([...words.join(' ')].map((letter) => 4 + letter.charCodeAt(0)));
    const seen = Array.from({ length: 50 }, () => codec.encodeWithDropout(words, 0.5, numbers));
    for (const ids of seen) expect(codec.decode(ids)).toEqual(words);
    expect(new Set(seen.map(String)).size).toBeGreaterThan(10);
  }
});

it('skips a merge with the given probability', () => {
  // 'ab' has one merge, which is offered once: it stays apart if that is skipped.
  const one = SubwordCodec.train([['ab'], ['ab']], 261);
  expect(one.encode(['ab'])).toHaveLength(1);
  const numbers = random(2);
  const apart = Array.from({ length: 10_000 }, () => one.encodeWithDropout(['ab'], 0.3, numbers));
  const skipped = apart.filter((ids) => ids.length === 2).length;
  // The standard deviation is 46.
  expect(Math.abs(skipped - 3000)).toBeLessThan(5 * 46);
});

const pairs = Array.from({ length: 24 }, (_, i) => ({
  source: sentences[i % 3]!,
  target: sentences[(i + 1) % 3]!,
}));
const epochs = (options: object = {}) => [
  ...new BytePairDropoutBatches(pairs, {
    ...{ source: codec, target: codec, rate: 0.3, batchSize: 8, epochs: 2 },
    ...options,
  }),
];

it('cuts sentences into other pieces in each epoch, and resumes with the same', () => {
  const batches = epochs();
  expect(batches).toHaveLength(6);
  const rows = (half: typeof batches) =>
    half.flatMap(({ size, source, sourceLength, sourceLengths }) =>
      Array.from({ length: size }, (_, b) =>
        source.slice(b * sourceLength, b * sourceLength + sourceLengths[b]!).join(),
      ),
    );
  expect(new Set(rows(batches.slice(0, 3)))).not.toEqual(new Set(rows(batches.slice(3))));
  expect(epochs({ cursor: { seed: 0, epoch: 1, batch: 1 } })).toEqual(batches.slice(4));
  const whole = epochs({ rate: 0 }).flatMap(({ sourceLengths }) => [...sourceLengths]);
  const longest = Math.max(...whole);
  const limited = epochs({ rate: 0.9, maxSourceLength: longest });
  expect(Math.max(...limited.flatMap(({ sourceLengths }) => [...sourceLengths]))).toBe(longest);
});

it('refuses a rate that is no probability', () => {
  expect(() => epochs({ rate: -0.1 })).toThrow(OptionError);
  expect(() => epochs({ part: 1 })).toThrow("unknown option 'part'");
});
