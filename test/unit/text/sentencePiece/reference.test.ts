/**
 * SentencePiece's own results (sentencepiece 0.2.3): of three small models on some strings, and where
 * the reference data are, of 14 models on 3,406 strings of all Unicode blocks.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SentencePiece } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import fixtures from '../../../fixtures/sentencepiece/cases.json' with { type: 'json' };
import { fixtureModel } from '../../../support/sentencePieces';

const folder = resolve(process.env.QKV_DATA ?? '../shared/data', 'sentencepiece');
const isThere = existsSync(folder);
const names = isThere
  ? readdirSync(folder).flatMap((file) => /^(.*)\.model$/u.exec(file)?.[1] ?? [])
  : [];
if (!isThere) console.warn(`skipped 14 tests: no SentencePiece models in ${folder}`);

const read = <T>(name: string): T =>
  JSON.parse(gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString());

it.each(Object.entries(fixtures))('%s does as the reference', (name, { cases, random }) => {
  const model = fixtureModel(name);
  for (const [text, ids, normalised, decoded] of cases as [string, number[], string, string][]) {
    expect(model.normalise(text)).toBe(normalised);
    expect(model.encode(text), text).toEqual(ids);
    expect(model.decode(ids)).toBe(decoded);
  }
  for (const [ids, text] of random as [number[], string][]) expect(model.decode(ids)).toBe(text);
});

interface Reference {
  readonly pieces: number;
  readonly ids: readonly (readonly number[])[];
  readonly normalized: readonly string[];
  readonly decoded: readonly string[];
  readonly random: readonly { readonly ids: readonly number[]; readonly text: string }[];
}

describe.runIf(isThere)('on strings of all Unicode blocks', () => {
  const texts = isThere ? read<readonly string[]>('texts') : [];

  it.each(names)('%s does as the reference', (name) => {
    const { pieces, ids, normalized, decoded, random } = read<Reference>(name);
    const model = SentencePiece.parse(readFileSync(join(folder, `${name}.model`)), name);
    expect(model.size).toBe(pieces);
    expect(texts.length).toBeGreaterThan(3400);
    expect(texts.map((text) => model.normalise(text))).toEqual(normalized);
    expect(texts.map((text) => model.encode(text))).toEqual(ids);
    expect(ids.map((row) => model.decode(row))).toEqual(decoded);
    expect(random.length).toBeGreaterThan(0);
    expect(random.map((one) => model.decode(one.ids))).toEqual(random.map(({ text }) => text));
  });
});
