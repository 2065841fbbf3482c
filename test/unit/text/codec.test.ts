/** Codecs: words and byte pairs behind one interface. */
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors';
import { buildVocabulary, bytePairs, readCodec, SubwordCodec } from '../../../src/text';

const sentences = [
  ['the', 'small', 'cat', 'sees', "l'", 'été'],
  ['the', 'smaller', 'cats', 'saw', 'it'],
];

describe('codecs', () => {
  for (const codec of [buildVocabulary(sentences), SubwordCodec.train(sentences, 280)]) {
    it(`${codec.constructor.name} gives back what it was given, also through JSON`, async () => {
      const again = readCodec(JSON.parse(JSON.stringify(codec)), [bytePairs]);
      expect(again.size).toBe(codec.size);
      for (const words of sentences) {
        const ids = codec.encode(words);
        expect(codec.decode([...ids, codec.eos, ids[0]!])).toEqual(words);
        expect(again.encode(words)).toEqual(ids);
      }
    });
  }

  it('byte pairs know every word, and their pieces join to the text', () => {
    const codec = SubwordCodec.train(sentences, 280);
    const ids = codec.encode(['zyzzyva', 'cats']);
    expect(codec.decode(ids)).toEqual(['zyzzyva', 'cats']);
    expect(ids.map((id) => codec.token(id)).join('')).toBe('zyzzyva cats');
    expect(codec.id('zyzzyva')).toBeDefined();
  });

  it('byte pairs stream whole characters, which join to the text', () => {
    const codec = SubwordCodec.train(sentences, 262);
    const pieces = (ids: readonly number[]) => {
      const next = codec.stream();
      return [...ids.map((id) => next(id)), next()];
    };
    const ids = codec.encode(['été', '🐱', '👩‍👧']);
    const streamed = pieces(ids);
    expect(streamed.join('')).toBe('été 🐱 👩‍👧');
    expect(streamed.filter((piece) => piece.includes('\uFFFD'))).toEqual([]);
    expect(streamed.filter((piece) => piece === '🐱')).toHaveLength(1);
    expect(streamed.filter((piece) => piece === '').length).toBeGreaterThan(5);
    expect(codec.decode(ids)).toEqual(['été', '🐱', '👩‍👧']);
    // A cat without its last byte.
    const cut = codec.encode(['a🐱']).slice(0, -1);
    expect(pieces(cut)).toEqual(['a', '', '', '', '\uFFFD']);
    expect(codec.decode(cut)).toEqual(['a\uFFFD']);
    // Bytes in the middle that are none of a character are shown where that is known.
    const [, first, ...rest] = codec.encode(['a🐱']);
    expect(pieces([first!, ...codec.encode(['b'])]).join('')).toBe('\uFFFDb');
    expect(pieces(rest).join('')).toBe(codec.decode(rest).join(' '));
  });

  it('other formats are refused', async () => {
    expect(() => readCodec({ format: 'tiktoken' })).toThrow(FormatError);
    expect(() => readCodec(null)).toThrow(FormatError);
    expect(() => readCodec({ format: 'qkv-byte-pair' })).toThrow(
      /needs 'bytePairs'.*codecs: \[bytePairs\]/,
    );
    expect(() => readCodec({ format: 'constructor' })).toThrow(FormatError);
  });
});
