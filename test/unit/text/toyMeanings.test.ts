/** Senses of words and tellings of events: what experiments take from the grammar as the truth. */
import { describe, expect, it } from 'vitest';
import { senseOf, tellingsOf, toyEvents, toySenses, toyVocabulary } from '../../../src/toy';

const sorted = (words: readonly string[]) => words.toSorted().join(' ');

describe('events', () => {
  const events = toyEvents();
  const find = (verb: string, ...nouns: readonly string[]) => {
    const event = events.find(
      (item) =>
        item.verb.lemma === verb &&
        item.tense === 'present' &&
        item.nouns.every(({ lemma }) => nouns.includes(lemma)),
    );
    if (event === undefined) throw new Error(`no event: ${verb} ${nouns.join(' ')}`);
    return event;
  };

  it('are told in both voices, by either noun', () => {
    const told = tellingsOf(find('see', 'cat', 'dog')).map(({ pair, doer, voice }) => [
      doer,
      voice,
      pair.source.join(' '),
      pair.target.join(' '),
    ]);
    expect(told).toEqual([
      ['cat', 'active', 'the cat sees the dog', 'le chat voit le chien'],
      ['cat', 'passive', 'the dog is seen by the cat', 'le chien est vu par le chat'],
      ['dog', 'active', 'the dog sees the cat', 'le chien voit le chat'],
      ['dog', 'passive', 'the cat is seen by the dog', 'le chat est vu par le chien'],
    ]);
  });

  it('exchange the doer with the same words, and stay within the vocabulary', () => {
    const known = new Set(toyVocabulary().source);
    const steps = Math.ceil(events.length / 200);
    for (const event of events.filter((_, i) => i % steps === 0)) {
      const [active, passive, otherActive, otherPassive] = tellingsOf(event).map(
        ({ pair }) => pair.source,
      );
      expect(sorted(active ?? [])).toBe(sorted(otherActive ?? []));
      expect(sorted(passive ?? [])).toBe(sorted(otherPassive ?? []));
      expect(active).not.toEqual(otherActive);
      expect([...(active ?? []), ...(passive ?? [])].filter((word) => !known.has(word))).toEqual(
        [],
      );
    }
    expect(events.length).toBeGreaterThan(500);
  });
});

describe('senses', () => {
  const senses = toySenses();
  const told = (word: string, ...aligned: readonly string[]) =>
    senseOf(senses.get(word) ?? [], aligned)?.name;

  it.each([
    ['light', 'légère', 'léger'],
    ['light', 'lumière', 'lumière'],
    ['left', 'gauche', 'gauche'],
    ['left', 'quittée', 'quitte'],
    ['left', 'parties', 'part'],
    ['knew', 'savait', undefined],
    ['knew', 'su', 'sait'],
    ['know', 'connaissent', 'connaît'],
    ['watch', 'montre', 'montre'],
    ['watch', 'regardera', 'regarde'],
  ])('of %s, aligned with %s: %s', (word, aligned, expected) => {
    expect(told(word, aligned)).toBe(expected);
  });

  it('are left open where a French word fits several', () => {
    expect(told('cold', 'froid')).toBeUndefined();
    expect(told('cold', 'froides')).toBe('froid');
    expect(told('light')).toBeUndefined();
  });
});
