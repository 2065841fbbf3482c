/** The kinds that the page trains: their forms have words, and their defaults can be trained. */
import { describe, expect, it } from 'vitest';
import {
  defaultsOf,
  faultOf,
  PRESETS,
  type RunRecipe,
  readValues,
  writeValues,
} from '../../../demo/views/train/recipe';
import { WORDS } from '../../../demo/views/train/words';
import { kinds, withStudy } from '../../../demo/views/train/worker/kinds';
import { predict, predictOf } from '../../../demo/views/train/worker/predict';

const PAIRS = ['cat', 'dog', 'hen', 'cow', 'bee'].flatMap((noun) =>
  ['sleeps', 'eats', 'sings', 'runs'].map((verb) => `the ${noun} ${verb} well\tx ${noun} ${verb}`),
);

describe('the kinds that the page trains', () => {
  const all = kinds();

  it('are all of the road', () => {
    expect(all.map(({ name }) => name)).toEqual([
      ...['skipgram', 'rnn', 'lstm', 'gru', 'seq2seq'],
      ...['bahdanau', 'transformer', 'gpt', 'bert'],
    ]);
  });

  it.each(all)('$name has words and sound presets', (kind) => {
    for (const { kinds: names, fields, values } of Object.values(WORDS)) {
      expect(names).toHaveProperty(kind.name);
      for (const field of kind.fields) {
        expect(fields).toHaveProperty([field.name]);
        if (field.values.kind !== 'choice') continue;
        for (const value of field.values.of) expect(values).toHaveProperty([value]);
      }
    }
    for (const preset of PRESETS) {
      const chosen = { ...defaultsOf(kind), ...kind.presets[preset] };
      expect(Object.keys(chosen)).toHaveLength(kind.fields.length);
      for (const field of kind.fields) {
        expect(faultOf(field, chosen[field.name] ?? Number.NaN)).toBeUndefined();
      }
    }
  });

  it.each(all)('$name is the same after its link, which leaves out defaults', (kind) => {
    const values = { ...defaultsOf(kind), ...kind.presets.minute, seed: 7 };
    const written = Object.entries(writeValues(kind, values)).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    expect(written.length).toBeLessThan(kind.fields.length);
    expect(readValues(kind, new URLSearchParams(written))).toEqual(values);
    expect(readValues(kind, new URLSearchParams('steps=-3&lr=many&seed=1.5'))).toEqual(
      defaultsOf(kind),
    );
  });

  it.each(all)('$name tells what it needs, for the grammar and for text of the visitor', (kind) => {
    const values = { ...defaultsOf(kind), pairs: 120 };
    for (const text of ['', PAIRS.join('\n')]) {
      const recipe: RunRecipe = { kind: kind.name, text, values };
      const needs = withStudy(recipe, (study) => {
        expect(Number.isFinite(study.baseline())).toBe(true);
        return predict(recipe, study);
      });
      expect(needs.bytes).toBeGreaterThan(needs.parameters * 4);
      expect(needs.examples).toBe(text === '' ? 120 : 18);
      expect(needs.batchesPerEpoch).toBeGreaterThan(0);
    }
  });

  it('need as much for many sentences as all of them tell', () => {
    const kind = all.find(({ name }) => name === 'lstm');
    const values = { ...(kind === undefined ? {} : defaultsOf(kind)), pairs: 1001, batch: 10 };
    const recipe: RunRecipe = { kind: 'lstm', text: '', values };
    const whole = withStudy(recipe, (study) => predict(recipe, study));
    expect(predictOf(recipe)).toEqual(whole);
    expect(whole.batchesPerEpoch).toBe(101);
  });

  it('refuse pairs without a tab, naming the line', () => {
    const kind = all.find(({ name }) => name === 'transformer');
    const values = kind === undefined ? {} : defaultsOf(kind);
    const recipe = { kind: 'transformer', text: 'a\tb\nonly one', values };
    expect(() => withStudy(recipe, (study) => study.facts)).toThrow('line 2');
  });
});
