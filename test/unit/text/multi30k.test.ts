/** Raw captions in three languages, where they are there: conventions and byte pairs lose nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { SubwordCodec, textRules } from '../../../src/text';

const folder = resolve(process.env.QKV_DATA ?? '../shared/data', 'multi30k');
const present = existsSync(resolve(folder, 'val.de.gz'));
if (!present) console.warn(`skipped 3 tests: no captions in ${folder}`);

it.skipIf(!present).each(['en', 'de', 'fr'])('text of %s is kept as it is', (language) => {
  const text = gunzipSync(readFileSync(resolve(folder, `val.${language}.gz`))).toString('utf8');
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(1014);
  const { split, join } = textRules({ case: 'cased', tokenised: false, unit: 'word' });
  const sentences = lines.map(split);
  const codec = SubwordCodec.train(sentences, 600);
  for (const [i, words] of sentences.entries()) {
    const line = lines[i]!.trim().replace(/ +/g, ' ');
    expect(join(words)).toBe(line);
    const ids = codec.encode(words);
    expect(join(codec.decode(ids))).toBe(line);
    const next = codec.stream();
    expect(ids.map((id) => next(id)).join('') + next()).toBe(line);
  }
  // Tokenised and joined by its language's rules, text tokenises to the same words.
  const rules = textRules({ language, case: 'cased', tokenised: true, unit: 'word' });
  for (const line of lines) {
    const words = rules.split(line);
    expect(rules.split(rules.join(words)), line).toEqual(words);
  }
});
