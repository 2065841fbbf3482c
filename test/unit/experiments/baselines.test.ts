/** Intervals over seeds, and the baselines that experiments set beside trained models. */
import { describe, expect, it } from 'vitest';
import { accuracyOf, naiveBayes } from '../../../experiments/lib/bagOfWords';
import { meanInterval, showInterval } from '../../../experiments/lib/intervals';
import { trigramLoss } from '../../../experiments/lib/trigram';

describe('intervals', () => {
  it("are those of Student's t distribution", () => {
    const { mean, halfWidth } = meanInterval([1, 2, 3]);
    expect(mean).toBe(2);
    // 4.303 standard deviations of the mean, 1 / sqrt(3).
    expect(halfWidth).toBeCloseTo(2.4843, 3);
    expect(showInterval({ mean, halfWidth }, 1)).toBe('2.0 ± 2.5');
    expect(() => meanInterval([1])).toThrow('expected 2 to 10 values, found 1');
  });
});

describe('counts of words', () => {
  const split = (text: string) => text.split(' ');
  const examples = [
    { text: 'the cat sleeps', label: 'one' },
    { text: 'the cats sleep', label: 'many' },
    { text: 'a cat sees', label: 'one' },
    { text: 'two cats see', label: 'many' },
  ];

  it('tell labels that a word tells, and not those that only its place tells', () => {
    const classify = naiveBayes(examples, split);
    expect(classify('the cat')).toBe('one');
    expect(classify('cats and dogs')).toBe('many');
    expect(accuracyOf(classify, examples)).toBe(1);
    const places = [
      { text: 'cat cats', label: 'one' },
      { text: 'cats cat', label: 'many' },
    ];
    expect(accuracyOf(naiveBayes(places, split), places)).toBe(0.5);
  });
});

describe('counts of three tokens', () => {
  it('predict what two tokens determine, and otherwise as well as fewer tokens do', () => {
    // Ones and twos end in the token with which they began: two tokens back, not one.
    const certain = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [1, 0, 1] : [2, 0, 2]));
    const [train, dev, test] = [certain, certain.slice(0, 10), certain.slice(10, 30)];
    // A fair choice for the first token, none after it.
    expect(trigramLoss({ train, dev, test }, 3)).toBeCloseTo(Math.log(2) / 3, 2);
    // Without training data all tokens are as likely.
    expect(trigramLoss({ train: [], dev, test }, 3)).toBeCloseTo(Math.log(3), 6);
  });
});
