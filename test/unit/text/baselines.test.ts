import { describe, expect, test } from 'vitest';
import { InputError, OptionError } from '../../../src/core/errors';
import { nearestNeighbour, wordForWord } from '../../../src/evaluation/baselines';
import { corpusBleu } from '../../../src/evaluation/bleu';
import { alignByIbmModel1 } from '../../../src/evaluation/ibmModel1';
import { groupReferences, type Pair, readTabSeparated, tokenise } from '../../../src/text';
import { readTatoeba, withTatoeba } from './tatoeba';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const pair = (source: string, target: string): Pair => ({
  source: words(source),
  target: words(target),
});
const linked = (source: string, target: string, links: readonly (readonly [number, number])[]) => ({
  ...pair(source, target),
  links,
});

describe('alignByIbmModel1', () => {
  // Knight's example: co-occurrence alone tells das from Haus and Buch.
  const corpus = [
    pair('das Haus', 'the house'),
    pair('das Buch', 'the book'),
    pair('ein Buch', 'a book'),
  ];

  test('links the words that occur together throughout', () => {
    for (const { links } of alignByIbmModel1(corpus, { iterations: 10 })) {
      expect(links).toEqual([
        [0, 0],
        [1, 1],
      ]);
    }
  });

  test('reordered words and several words for one are linked', () => {
    const [first] = alignByIbmModel1([
      pair('red car', 'voiture rouge'),
      pair('red house', 'maison rouge'),
      pair('a car', 'une voiture'),
      pair('not', 'ne pas'),
      pair('a house', 'une maison'),
    ]);
    expect(first?.links).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('fewer than one iteration is an OptionError', () => {
    expect(() => alignByIbmModel1(corpus, { iterations: 0 })).toThrow(OptionError);
  });
});

describe('wordForWord', () => {
  test('takes the phrase most often linked, in target order; ties by first occurrence', () => {
    const translate = wordForWord([
      linked('not here', 'ne ici pas', [
        [0, 2],
        [0, 0],
        [1, 1],
      ]),
      linked('here', 'là', [[0, 0]]),
      linked('here', 'là', [[0, 0]]),
      linked('there', 'là', [[0, 0]]),
      linked('there', 'voilà', [[0, 0]]),
      linked('do', '', []),
    ]);
    expect(translate(words('here do not go there'))).toEqual(words('là ne pas go là'));
    expect(translate([])).toEqual([]);
  });

  test('a corpus without links is aligned first', () => {
    const translate = wordForWord([
      pair('the house', 'la maison'),
      pair('the car', 'la voiture'),
      pair('a car', 'une voiture'),
      pair('a house', 'une maison'),
    ]);
    expect(translate(words('a constructor house'))).toEqual(words('une constructor maison'));
  });

  test('no pair, links outside a sentence and links in part of the pairs throw', () => {
    expect(() => wordForWord([])).toThrow(InputError);
    expect(() => wordForWord([linked('a', 'b', [[0, 1]])])).toThrow("link [0,1] is outside 'a'");
    expect(() => wordForWord([linked('a', 'b', []), pair('a', 'b')])).toThrow('1 of 2 pairs');
  });
});

describe('nearestNeighbour', () => {
  const translate = nearestNeighbour([
    pair('x y z', '0'),
    pair('a b c', '1'),
    pair('a b c d', '2'),
    pair('c b a', '3'),
    pair('a b c', '4'),
    pair('q q', '5'),
    pair('q r', '6'),
  ]);

  test('the highest F1 of unigrams and bigrams wins', () => {
    expect(translate(words('a b c'))).toEqual(['1']);
    // Shared with 'a b c d': a b c, a-b, b-c = 5 of 7 and 7; with 'a b c': 5 of 7 and 5.
    expect(translate(words('a b c e'))).toEqual(['1']);
    expect(translate(words('b c d e'))).toEqual(['2']);
    expect(translate(words('c b'))).toEqual(['3']);
  });

  test('repeated words count as often as both have them', () => {
    expect(translate(words('q q s'))).toEqual(['5']);
  });

  test('ties and inputs that share nothing go to the first pair', () => {
    expect(translate(words('q'))).toEqual(['5']);
    expect(translate(words('nothing'))).toEqual(['0']);
    expect(() => nearestNeighbour([])).toThrow(InputError);
  });
});

withTatoeba({
  'both baselines beat copying the source by far on dev.tsv': () => {
    const train = readTabSeparated(readTatoeba('train.tsv'));
    const groups = groupReferences(readTabSeparated(readTatoeba('dev.tsv')));
    const references = groups.map((group) => group.references);
    const score = (translate: (source: readonly string[]) => readonly string[]): number =>
      corpusBleu(
        groups.map((group) => translate(group.source)),
        references,
      ).score;
    expect(score((source) => source)).toBeLessThan(5);
    expect(score(wordForWord(train))).toBeGreaterThan(15);
    expect(score(nearestNeighbour(train))).toBeGreaterThan(15);
  },
  '1,000 queries against 50,000 pairs are answered within the timeout': () => {
    const source = (text: string): string[] => tokenise(text, { language: 'en' });
    const pairs = readTabSeparated(readTatoeba('all.tsv.gz'), { source });
    const translate = nearestNeighbour(pairs.slice(0, 50_000));
    const found = pairs
      .slice(50_000, 51_000)
      .map((query) => translate([...query.source, 'unseen']));
    expect(found.filter((words) => words.length > 0).length).toBeGreaterThan(900);
  },
});
