/** The baseline of text classification: words without their order. */
import type { SplitSentence } from 'qkv/text';
import type { LabelledText } from 'qkv/train';

/**
 * Naive Bayes on the words of a text, with add-one smoothing (McCallum and Nigam 1998).
 * @param examples of at least one label
 * @returns the likelier label of a text
 */
export function naiveBayes(
  examples: readonly LabelledText[],
  split: SplitSentence,
): (text: string) => string {
  const words = new Set(examples.flatMap(({ text }) => split(text)));
  const labels = [...new Set(examples.map(({ label }) => label))];
  const classes = labels.map((label) => {
    const texts = examples.filter((example) => example.label === label);
    const counts = new Map<string, number>();
    let all = 0;
    for (const word of texts.flatMap(({ text }) => split(text))) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      all++;
    }
    const score = (word: string) =>
      words.has(word) ? Math.log(((counts.get(word) ?? 0) + 1) / (all + words.size)) : 0;
    return { label, prior: Math.log(texts.length), score };
  });
  return (text) => {
    const scores = classes.map(({ prior, score }) =>
      split(text).reduce((sum, word) => sum + score(word), prior),
    );
    return labels[scores.indexOf(Math.max(...scores))] ?? '';
  };
}

/** The part of examples whose label a classifier finds. */
export function accuracyOf(
  classify: (text: string) => string,
  examples: readonly LabelledText[],
): number {
  return examples.filter(({ text, label }) => classify(text) === label).length / examples.length;
}
