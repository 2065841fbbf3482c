/** Configurations of recurrent models: which kinds take which cells and scores. */
import { expect, test } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { createModel } from '../../../src/models/allKinds';
import { modelLayout } from '../../../src/models/layout';
import { recurrentLanguageModel } from '../../../src/models/recurrentLanguage/model';

const SIZES = { sourceVocabulary: 9, targetVocabulary: 9, embeddingSize: 5, hiddenSize: 6 };

test("with dot products the encoder's directions have half of the decoder's units", () => {
  const shapes = new Map(
    modelLayout(
      createModel('translation', 'bahdanau', { ...SIZES, score: 'dot', cell: 'gru-reset-before' }),
    ).parameters.map(({ name, shape }) => [name, shape]),
  );
  expect(shapes.get('encoder.weight_hh_l0_reverse')).toEqual([9, 3]);
  expect(shapes.get('cell.weight_hh')).toEqual([18, 6]);
  expect(shapes.has('key_layer.weight')).toBe(false);
  const odd = { ...SIZES, hiddenSize: 7, score: 'dot' };
  expect(() => createModel('translation', 'bahdanau', odd)).toThrow(OptionError);
  expect(() => createModel('translation', 'bahdanau', odd)).toThrow(
    'hiddenSize must be even, found 7',
  );
});

test('embeddings and output share a matrix of one vocabulary, through a readout of its size', () => {
  const make = (options: object) =>
    createModel('translation', 'bahdanau', { ...SIZES, tied: 'all', ...options });
  const shapes = new Map(
    modelLayout(make({})).parameters.map(({ name, shape }) => [name, shape] as const),
  );
  expect(shapes.get('tgt_embed.weight')).toEqual([9, 5]);
  expect(shapes.get('readout.weight')).toEqual([5, 6 + 12 + 5]);
  expect([...shapes.keys()]).not.toEqual(expect.arrayContaining(['src_embed.weight']));
  expect(shapes.has('out.weight')).toBe(false);
  expect(() => make({ readout: 'linear' })).toThrow("needs readout 'tanh'");
  expect(() => make({ targetVocabulary: 8 })).toThrow('needs one vocabulary, found 9 and 8 ids');
  const transformer = { sourceVocabulary: 9, targetVocabulary: 8, tied: 'all' };
  expect(() => createModel('translation', 'transformer', transformer)).toThrow(OptionError);
});

test('a language model of any cell is of the kind that reads it again', () => {
  for (const cell of ['tanh', 'relu', 'lstm', 'gru', 'gru-reset-before'] as const) {
    const { kind, config } = recurrentLanguageModel({ vocabulary: 9, cell });
    expect(createModel('language', kind, config).config).toEqual(config);
  }
  expect(() =>
    createModel('language', 'lstm', { vocabulary: 9, cell: 'gru-reset-before' }),
  ).toThrow(FormatError);
});
