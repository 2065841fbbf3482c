/** Filling in masks with a published encoder. */
import { defined, InputError, OptionError } from '../../core/errors';
import { likeliest } from '../probabilities';
import type { FilledText, FillOptions } from '../readings';
import type { ReadingTask } from '../readingTask';
import { vectorsAt } from './reader';
import { encodedText, readOne } from './readTexts';
import { each } from './translation';

/** Computes the logits of the tokens at places. */
export const filling: ReadingTask<FillOptions, FilledText> = {
  open: async () => ({
    computation: (model) => ({
      hasPlaces: true,
      output: (scope, batch, places) => {
        const vectors = model.encode(scope, batch);
        return model.predict(scope, vectorsAt(vectors, defined(places, 'places'), model.size));
      },
    }),
  }),
  reading: (setting, reader) => (texts, options) => {
    const { tokenizer, model } = setting;
    const { count = 5 } = options;
    if (!(Number.isInteger(count) && count >= 1 && count <= model.vocabulary)) {
      throw new OptionError(`fill: count must be 1 to ${model.vocabulary}, found ${count}`);
    }
    const { mask } = tokenizer.special;
    if (mask === undefined) {
      throw new OptionError('fill: the tokenizer of this model has no mask; load another model');
    }
    const written = tokenizer.token(mask);
    return each(texts, async (text) => {
      const encoded = encodedText('fill', setting, text);
      const places = [...encoded.ids.keys()].filter((i) => encoded.ids[i] === mask);
      if (places.length === 0) {
        throw new InputError(`fill: the text has no ${written}; write it in place of a word`);
      }
      const { logits, ...inside } = await readOne(setting, reader, encoded, options, places);
      const masks = places.map((_, i) => {
        const row = logits.subarray(i * model.vocabulary, (i + 1) * model.vocabulary);
        return likeliest(row, count).map(({ index, probability }) => ({
          token: tokenizer.token(index),
          id: index,
          probability,
        }));
      });
      const ids = [...encoded.ids];
      places.forEach((place, i) => {
        ids[place] = defined(masks[i]?.[0], 'candidate').id;
      });
      return { text: tokenizer.decode(ids), masks, ...inside };
    });
  },
};
