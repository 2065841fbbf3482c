/** Surprisals against an exact enumeration of a small grammar; subjects and their attractors. */
import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random';
import { toyPairs, toySubject, toySurprisals } from '../../../src/toy';
import { type Chooser, createChooser } from '../../../src/toy/chooser';
import { estimateSurprisal } from '../../../src/toy/surprisal';
import { Recorder, Replay } from '../../../src/toy/trace';
import {
  act,
  ask,
  clause,
  join,
  name,
  np,
  pair,
  passive,
  place,
  say,
  state,
  who,
} from './toyTrees';

/**
 * Sentences that several derivations give: the first choice only shows in what it makes likely, an
 * adjective may be drawn and left out, 'the' comes about in two ways, nouns are repeated.
 */
function tiny(chooser: Chooser): string {
  const often = chooser.pick([0.2, 0.6, 0.9]);
  const noun = chooser.weighted([
    [2, 'cat'],
    [1, 'dog'],
    [0, 'unicorn'],
  ]);
  const adjective = chooser.part(() =>
    chooser.chance(often) ? [chooser.pick(['old', 'big', 'big'])] : [],
  );
  const isShort = chooser.chance(0.5);
  const article = chooser.part(() =>
    chooser.chance(0.4) ? chooser.pick(['my', 'the', 'a']) : 'the',
  );
  const other = chooser.until(() => {
    const found = chooser.pick(['cat', 'dog', 'owl']);
    return found === noun ? undefined : found;
  });
  return [article, ...(isShort ? [] : adjective), noun, 'sees', other].join(' ');
}

const source = { draw: tiny, allows: () => true };

type Options<T> = readonly (readonly [number, T])[];

/** The probability of every text, by making all choices one after the other. */
function enumerate(draw: (chooser: Chooser) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let mass = 0;
  // Indices of the first choices of a derivation; later ones take their first item.
  const open: number[][] = [[]];
  for (let first = open.pop(); first !== undefined; first = open.pop()) {
    const path = first;
    let depth = 0;
    let [probability, isRejected] = [1, false];
    const weighted = <T>(items: Options<T>): T => {
      if (depth === path.length) {
        for (let i = 1; i < items.length; i++) open.push([...path, i]);
        path.push(0);
      }
      const [weight, item] = items[path[depth++]!]!;
      probability *= weight / items.reduce((sum, [one]) => sum + one, 0);
      return item;
    };
    const text = draw({
      weighted,
      pick: (items) => weighted(items.map((item) => [1, item])),
      chance: (p) =>
        weighted([
          [p, true],
          [1 - p, false],
        ] as const) === true,
      allows: () => true,
      part: (inner) => inner(),
      // What is rejected is as likely for every noun, so that all else is normalised in the end.
      until: (inner) => {
        const value = inner();
        if (value === undefined) isRejected = true;
        return value!;
      },
    });
    if (isRejected) continue;
    mass += probability;
    found.set(text, (found.get(text) ?? 0) + probability);
  }
  return new Map([...found].map(([text, value]) => [text, value / mass]));
}

describe('surprisals', () => {
  it('are those of an exact enumeration, from every derivation of a text', () => {
    const exact = enumerate(tiny);
    const sum = [...exact.values()].reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(1, 9);
    const recorder = new Recorder(createChooser(3, false));
    const met = new Set<string>();
    for (let i = 0; i < 150; i++) {
      const text = tiny(recorder);
      const trace = recorder.take();
      if (met.has(text)) continue;
      met.add(text);
      const estimate = estimateSurprisal(source, text, trace, random(i), {
        samples: 1000,
        trials: 12,
      });
      const exactly = -Math.log(exact.get(text)!);
      // A tenth of the replays or more hit: the standard error is about 0.1 at most.
      expect(Math.abs(estimate - exactly), `${text}: ${estimate}, not ${exactly}`).toBeLessThan(
        0.3,
      );
    }
    expect(met.size).toBeGreaterThan(20);
  });

  it('are bounds from above, on average, with few replays too, closer than derivations', () => {
    const exact = enumerate(tiny);
    const recorder = new Recorder(createChooser(4, false));
    let [few, exactly, derived] = [0, 0, 0];
    for (let i = 0; i < 1000; i++) {
      const text = tiny(recorder);
      const trace = recorder.take();
      const copy = new Replay(trace, random(i), source.allows, 'copy');
      expect(tiny(copy)).toBe(text);
      derived -= copy.logGrammar;
      few += estimateSurprisal(source, text, trace, random(i), { samples: 5, trials: 1 });
      exactly -= Math.log(exact.get(text)!);
    }
    expect(few).toBeGreaterThan(exactly);
    expect(few).toBeLessThan(derived - 300);
  });

  it('are one for each sentence of the corpus, below those of the derivations', () => {
    const options = { seed: 2, split: 'test', count: 2 } as const;
    const found = [...toySurprisals({ ...options, samples: 20 })];
    expect(found).toHaveLength(2);
    expect([...toySurprisals({ ...options, samples: 20 })]).toEqual(found);
    const least = toyPairs(options).map(({ source: words }) => 1.5 * words.length);
    for (const [i, value] of found.entries()) {
      expect(value).toBeGreaterThan(least[i]!);
      expect(value).toBeLessThan(5 * least[i]!);
    }
    expect(() => [...toySurprisals({ ...options, samples: 0 })]).toThrow('samples must be');
    expect(() => [...toySurprisals({ ...options, count: 0.5 })]).toThrow('count must be');
  });
});

describe('subjects', () => {
  const cats = np('the cats', place('near', np('the house')));

  it('have the number of their noun, and attractors where other nouns have the other one', () => {
    const seen = say(np('the dog'), passive('see', cats));
    expect(toySubject(seen)).toEqual({ number: 'singular', attractors: 1 });
    const sees = ask(cats, act('see', np('the dogs')));
    expect(toySubject(sees)).toEqual({ number: 'plural', attractors: 1 });
    const joined = join(clause(np('the dog'), state('hungry')), 'and', clause(cats, state('cold')));
    expect(toySubject(joined)).toEqual({ number: 'singular', attractors: 1 });
  });

  it('are told of noun phrases only', () => {
    for (const subject of [who, name('paul'), pair(np('a cat'), np('a dog'))]) {
      expect(toySubject(say(subject, state('hungry')))).toBeUndefined();
    }
  });
});
