/** Sentences of the grammar that clauses were added to: their translations and links. */
import type { Device } from 'qkv';
import { describe, expect, it } from 'vitest';
import drawGrammar from '../../../demo/engine/grammar';
import { EXAMPLES } from '../../../demo/engine/models';
import { Grammar } from '../../../demo/state/truths';

const pairs = drawGrammar({} as Device);
const grammar = new Grammar(pairs);

describe('the truth of a sentence', () => {
  it('is known of the examples of the page, however they are typed', () => {
    for (const [english, french] of EXAMPLES) {
      expect(
        grammar.truthOf(`  ${english.toUpperCase().replace(' ?', '?')} `)!.french.join(' '),
      ).toBe(french);
    }
    expect(grammar.truthOf('the zyzzyva sleeps')).toBeUndefined();
    expect(grammar.truthOf('')).toBeUndefined();
  });

  it('follows those of its parts where clauses were added', () => {
    const [english] = EXAMPLES[0]!;
    const [first, second] = grammar.clauses;
    const text = grammar.extended(grammar.extended(english, first!)!, second!)!;
    expect(text).toBe(`${english} and ${first} and ${second}`);
    const truth = grammar.truthOf(text)!;
    const [a, b, c] = [english, first!, second!].map((part) => grammar.truthOf(part)!);
    expect(truth.french).toEqual([...a!.french, 'et', ...b!.french, 'et', ...c!.french]);
    const words = (links: typeof truth.links, source: string, target: readonly string[]) =>
      links!.map(([e, f]) => `${source.split(' ')[e]} ${target[f]}`);
    expect(words(truth.links, text, truth.french)).toEqual([
      ...words(a!.links, english, a!.french),
      'and et',
      ...words(b!.links, first!, b!.french),
      'and et',
      ...words(c!.links, second!, c!.french),
    ]);
  });

  it('is not that of a question with a clause', () => {
    expect(grammar.extended('which cheese do the kings sell ?', grammar.clauses[0]!)).toBe(
      undefined,
    );
    expect(grammar.extended('', grammar.clauses[0]!)).toBe(undefined);
  });
});

it('clauses to be added are short statements that refer to nothing before them', () => {
  expect(grammar.clauses.length).toBeGreaterThan(5);
  for (const clause of grammar.clauses) {
    expect(clause.split(' ').length).toBeLessThanOrEqual(5);
    expect(clause).not.toMatch(/\b(?:he|she|it|they|and)\b/u);
  }
});
