/** Comparing an answer with the truth: nothing is lost, and as much as possible is right. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareTokens } from '../../../demo/engine/difference';

const texts = (compared: ReturnType<typeof compareTokens>, ...kinds: readonly string[]) =>
  compared.filter(({ kind }) => kinds.includes(kind)).map(({ token }) => token);

it('marks what is wrong and what is missing', () => {
  const compared = compareTokens(['le', 'chat', 'noire', 'dort'], ['le', 'petit', 'chat', 'dort']);
  expect(compared.map(({ kind, token }) => `${kind} ${token}`)).toEqual([
    ...['right le', 'missing petit', 'right chat', 'wrong noire', 'right dort'],
  ]);
});

/** The longest common subsequence, by trying all of one side. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let longest = 0;
  for (let chosen = 0; chosen < 2 ** a.length; chosen++) {
    const part = a.filter((_, i) => (chosen >> i) & 1);
    let at = 0;
    for (const token of b) if (token === part[at]) at++;
    if (at === part.length) longest = Math.max(longest, at);
  }
  return longest;
}

it('keeps both sentences, and finds the most that is right', () => {
  const sentence = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
  fc.assert(
    fc.property(sentence, sentence, (answer, truth) => {
      const compared = compareTokens(answer, truth);
      expect(texts(compared, 'right', 'wrong')).toEqual(answer);
      expect(texts(compared, 'right', 'missing')).toEqual(truth);
      expect(texts(compared, 'right')).toHaveLength(longestCommon(answer, truth));
      const indices = compared.flatMap((one) => (one.kind === 'missing' ? [] : [one.index]));
      expect(indices).toEqual(answer.map((_, i) => i));
    }),
  );
});
