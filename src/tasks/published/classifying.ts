/** Classifying texts with a published encoder. */
import { defined, FormatError, shown } from '../../core/errors';
import { sequenceClassifier } from '../../models/classifier';
import { Fields } from '../../models/fields';
import { checkSupported, numberOr, objectIn } from '../../models/publishedFields';
import { likeliest } from '../probabilities';
import type { Classified, ClassifyOptions } from '../readings';
import type { ReadingTask } from '../readingTask';
import { encodedText, looksInside, readOne, rowsOfBatches } from './readTexts';
import { each } from './translation';

/** Computes the logits of classes. */
export const classifying: ReadingTask<ClassifyOptions, Classified> = {
  open: async (config) => {
    const labels = labelsOf(config);
    return {
      labels,
      computation: (model) => {
        const { logits } = sequenceClassifier(model, labels.length);
        return { hasPlaces: false, output: (scope, batch) => logits(scope, batch) };
      },
    };
  },
  reading: (setting, reader) => async (texts, options) => {
    const encoded = texts.map((text) => encodedText('classify', setting, text));
    const results = looksInside(options)
      ? await each(encoded, (text) => readOne(setting, reader, text, options))
      : (await rowsOfBatches(setting, reader, encoded, options.signal)).map((logits) => ({
          logits,
        }));
    return results.map(({ logits, ...inside }) => {
      const labels = likeliest(logits, logits.length).map(({ index, probability }) => ({
        label: defined(setting.labels[index], 'label'),
        probability,
      }));
      return { label: defined(labels[0], 'label').label, labels, ...inside };
    });
  },
};

/**
 * The names of the classes.
 * @throws OptionError for a regression, or several labels of a text; FormatError for damaged fields
 */
function labelsOf(config: Fields): readonly string[] {
  checkSupported(config, { problem_type: ['single_label_classification'] });
  const given = objectIn(config, 'id2label') ?? {};
  const names = new Fields('config.json: id2label', given);
  const labels: string[] = [];
  for (let i = 0; names.value(String(i)) !== undefined; i++)
    labels.push(names.text(String(i)) ?? '');
  const count = numberOr(config, 'num_labels', Object.keys(given).length);
  if (labels.length === count && count >= 2) return labels;
  throw new FormatError(
    `config.json: expected ${Math.max(count, 2)} names in id2label, from "0" on, found ` +
      `${labels.length} in ${shown(given)}`,
  );
}
