/** model.json: text conventions are kept, those of older files are what these meant, damage is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allKinds } from '../../../src/models/allKinds';
import { recurrentLanguageModel } from '../../../src/models/recurrentLanguage/model';
import {
  readDescription,
  readLanguageDescription,
  writeDescription,
  writeLanguageDescription,
} from '../../../src/tasks/modelFiles';
import { buildVocabulary } from '../../../src/text';
import { ROOT } from '../../support/sourceScan';

const readers = { kinds: allKinds };
const first = readFileSync(join(ROOT, 'test/fixtures/model-0.1.0-transformer.json'), 'utf8');
const de = { language: 'de', case: 'cased', tokenised: false, unit: 'word' } as const;
const en = { language: 'en', case: 'lower', tokenised: true, unit: 'character' } as const;

it('of a translation model of version 1 means lower-case English and French', () => {
  const lower = { case: 'lower', tokenised: true, unit: 'word' };
  expect(readDescription(first, readers).text).toEqual({
    unknown: 'error',
    source: { language: 'en', ...lower },
    target: { language: 'fr', ...lower },
  });
});

it('keeps the conventions of both sides', () => {
  const text = { unknown: 'unk', source: en, target: de } as const;
  const written = writeDescription({ ...readDescription(first, readers), text });
  expect(readDescription(written, readers).text).toEqual(text);
  const without = { ...de, language: undefined };
  const description = { ...readDescription(first, readers), text: { ...text, target: without } };
  expect(readDescription(writeDescription(description), readers).text.target).toEqual(without);
});

const vocabulary = buildVocabulary([['a', 'b']]);
const model = recurrentLanguageModel({
  ...{ vocabulary: vocabulary.size, cell: 'gru', layers: 1, maxLength: 8 },
  ...{ embeddingSize: 4, hiddenSize: 4 },
});

it('of a language model of version 1 means text as it is', () => {
  const written = writeLanguageDescription({ model, vocabulary, text: { unknown: 'unk', ...en } });
  expect(readLanguageDescription(written, readers).text).toEqual({ unknown: 'unk', ...en });
  for (const unit of ['word', 'character']) {
    const older = { ...JSON.parse(written), version: 1, text: { unknown: 'error', unit } };
    expect(readLanguageDescription(JSON.stringify(older), readers).text).toEqual({
      ...{ unknown: 'error', unit, case: 'cased', tokenised: false },
    });
  }
});

it.each([
  [{ unknown: 'maybe', source: en, target: de }, "'unknown' must be error or unk"],
  [{ unknown: 'unk', source: en }, 'text.target: expected an object'],
  [
    { unknown: 'unk', source: { ...en, case: 'title' }, target: de },
    "'case' must be lower or cased",
  ],
  [{ unknown: 'unk', source: { ...en, tokenised: 1 }, target: de }, "'tokenised' must be true or"],
  [{ unknown: 'unk', source: { ...en, unit: 'byte' }, target: de }, "'unit' must be word or"],
  [{ unknown: 'unk', source: { ...en, language: 5 }, target: de }, "'language' must be a text"],
  [undefined, 'model.json: text: expected an object'],
])('with damaged text %j is refused', (text, message) => {
  const json = { ...JSON.parse(first), version: 2, text };
  expect(() => readDescription(JSON.stringify(json), readers)).toThrow(message);
});
