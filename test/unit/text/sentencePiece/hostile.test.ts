/** SentencePiece models that are damaged, and strings that are hostile. */
import { SentencePiece } from 'qkv/text';
import { expect, it } from 'vitest';
import { FormatError, InputError } from '../../../../src/core/errors';
import { random } from '../../../../src/core/random';
import { isFull } from '../../../support/sample';
import { fixtureBytes, fixtureModel } from '../../../support/sentencePieces';

const NAMES = ['unigram-identity', 'unigram-own-rules', 'bpe-bytes-identity'];
const files = NAMES.map(fixtureBytes);
const models = NAMES.map(fixtureModel);

/** Strings, or damaged files, of each model. */
const STRINGS = isFull ? 1_000_000 : 20_000;
const DAMAGED = isFull ? 20_000 : 1000;

it('encodes and decodes any string', () => {
  const numbers = random(1);
  const ranges = [0x80, 0x800, 0x3100, 0x10000, 0x110000];
  let characters = 0;
  for (let i = 0; i < STRINGS; i++) {
    const model = models[i % models.length]!;
    const units = Array.from({ length: numbers.below(12) }, () =>
      numbers.below(ranges[numbers.below(ranges.length)]!),
    );
    // Halves of pairs of surrogates among them.
    const text = units.map((unit) => String.fromCodePoint(unit)).join('');
    const ids = model.encode(text);
    for (const id of ids) if (!(id >= 0 && id < model.size)) throw new Error(`id ${id} of ${text}`);
    characters += model.decode(ids).length;
  }
  expect(characters).toBeGreaterThan(STRINGS);
});

it('reads a damaged file, or says where the damage is', () => {
  const numbers = random(2);
  let refused = 0;
  for (let i = 0; i < DAMAGED; i++) {
    const file = files[i % files.length]!;
    const damaged = i % 2 === 0 ? file.slice(0, numbers.below(file.length)) : Uint8Array.from(file);
    if (i % 2 === 1) damaged[numbers.below(file.length)] = numbers.below(256);
    try {
      SentencePiece.parse(damaged, 'm.spm').decode(
        SentencePiece.parse(damaged, 'm.spm').encode('a b\u0301 \ud83d\ude42'),
      );
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(/^m\.spm/u);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(DAMAGED / 4);
});

it('refuses what is no model, and ids that are none', () => {
  const model = models[0]!;
  expect(() => SentencePiece.parse(new Uint8Array())).toThrow(/there are no pieces/u);
  expect(() => SentencePiece.parse(new TextEncoder().encode('<!doctype html>'))).toThrow(
    FormatError,
  );
  expect(() => model.decode([model.size])).toThrow(InputError);
  expect(() => model.piece(-1)).toThrow(/outside 0\.\./u);
  expect(model.encode('')).toEqual([]);
  expect(model.id('no such piece')).toBe(model.unk);
  expect([model.kind, model.bos, model.eos, model.pad]).toEqual(['unigram', 1, 2, undefined]);
});
