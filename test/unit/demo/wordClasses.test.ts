/** Classes of words follow from the tree of the sentence, where the word alone does not tell. */
import { type ToyExample, toyExamples } from 'qkv/toy';
import { describe, expect, it } from 'vitest';
import { allPhrases, phraseTree } from '../../../demo/views/road/corpus/phrases';
import { wordClasses } from '../../../demo/views/road/corpus/wordClasses';

const examples: ToyExample[] = [];
for (const example of toyExamples(1, 'train')) {
  if (examples.push(example) === 2000) break;
}

/** The class of a word in a context. */
function classesOf(word: string, before?: string) {
  const found = new Set<string>();
  for (const example of examples) {
    const { source } = example.pair;
    source.forEach((one, i) => {
      if (one !== word || (before !== undefined && source[i - 1] !== before)) return;
      found.add(wordClasses(example)[i] ?? '');
    });
  }
  return [...found];
}

describe('classes of words', () => {
  it('are told by the tree', () => {
    expect(classesOf('cat')).toEqual(['noun']);
    expect(classesOf('the')).toEqual(['determiner']);
    expect(classesOf('orange', 'an').toSorted()).toEqual(['adjective', 'noun']);
    expect(classesOf('her').toSorted()).toEqual(['determiner', 'pronoun']);
    expect(classesOf('her', 'loved')).toContain('pronoun');
    expect(classesOf('no', 'will')).toEqual(['adverb']);
  });

  it('are there for every word, and every phrase is contiguous', () => {
    for (const example of examples) {
      const pair = { ...example.pair, classes: wordClasses(example) };
      expect(pair.classes.length).toBe(pair.source.length);
      for (const { words } of allPhrases(phraseTree(pair))) {
        expect((words.at(-1) ?? 0) - (words[0] ?? 0) + 1).toBe(words.length);
      }
    }
  });
});
