/** Word vectors as text: what is written reads back, however the text is cut; damage is named by line. */
import { describe, expect, it } from 'vitest';
import { FormatError, InputError, OptionError, ShapeError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import {
  float32Text,
  type ReadVectorsOptions,
  readTextVectors,
  type TextVectors,
  writeTextVectors,
} from '../../../src/io';

const vectorsOf = (words: readonly string[], numbers: readonly number[]): TextVectors => ({
  words,
  vectors: {
    shape: [words.length, numbers.length / words.length],
    data: Float32Array.from(numbers),
  },
});

const read = (text: string, options?: ReadVectorsOptions) => readTextVectors([text], options);

/** Any float32 that is finite, subnormal ones among them. */
function anyFloats(count: number, seed: number): Float32Array {
  const source = random(seed);
  const bits = new Int32Array(count).map(() => source.below(2 ** 32) | 0);
  return new Float32Array(bits.buffer).map((value) => (Number.isFinite(value) ? value : 0));
}

describe('a float32 as text', () => {
  it('is read back exactly, every bit of it', () => {
    const values = anyFloats(20_000, 1);
    const back = values.map((value) => Number(float32Text(value)));
    expect(new Int32Array(back.buffer)).toEqual(new Int32Array(values.buffer));
  });

  it('has no more digits than it needs', () => {
    const texts = {
      '0.1': 0.1,
      '-0': -0,
      '0': 0,
      '1e-45': 2 ** -149,
      '3.4028235e+38': 3.4028234663852886e38,
      '16777216': 2 ** 24,
      '-1.5': -1.5,
    };
    for (const [text, value] of Object.entries(texts)) {
      expect(float32Text(Math.fround(value))).toBe(text);
    }
    for (const value of anyFloats(2000, 2)) {
      const digits = float32Text(value)
        .replace(/e.*/, '')
        .replace(/^-?[0.]*|\./g, '')
        .replace(/0+$/, '');
      if (digits.length > 1) {
        expect(Math.fround(Number(value.toPrecision(digits.length - 1)))).not.toBe(value);
      }
    }
  });
});

describe('word vectors as text', () => {
  const words = ['the', '__proto__', 'constructor', 'œuf', '日本', '👍🏽', 'a\u00a0b', '12', '-1'];
  const data = anyFloats(words.length * 7, 3);
  const vectors: TextVectors = { words, vectors: { shape: [words.length, 7], data } };

  for (const header of [false, true]) {
    it(`are read back ${header ? 'with' : 'without'} a header, whatever the pieces`, async () => {
      const text = [...writeTextVectors(vectors, { header })].join('');
      const bytes = new TextEncoder().encode(text);
      for (const size of [1, 2, 3, 7, 64, bytes.length]) {
        const pieces = (function* () {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        })();
        const back = await readTextVectors(pieces);
        expect(back.words).toEqual(words);
        expect(back.vectors.shape).toEqual([words.length, 7]);
        expect(new Int32Array(back.vectors.data.buffer)).toEqual(new Int32Array(data.buffer));
      }
    });
  }

  it('come from an async source, in pieces of more rows than are written at once', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `w${i}`);
    const numbers = Float32Array.from({ length: 3000 }, (_, i) => i / 8);
    const all = { words: many, vectors: { shape: [1000, 3], data: numbers } };
    const slow = (async function* () {
      for (const piece of writeTextVectors(all)) {
        await Promise.resolve();
        yield piece;
      }
    })();
    expect(await readTextVectors(slow)).toEqual(all);
  });

  it('accept CRLF, tabs, a byte-order mark, trailing spaces and no last line feed', async () => {
    const want = vectorsOf(['a', 'b'], [1, -2, 0.5, 1e-3]);
    expect(await read('\uFEFFa 1 -2\r\nb .5 1e-3\r\n')).toEqual(want);
    expect(await read('2 2\na 1 -2 \nb 0.5 1E-3 ')).toEqual(want);
    expect(await read('a\t1\t-2\nb\t+0.5\t0.001')).toEqual(want);
  });

  it('are cut at a limit, before what comes later is looked at', async () => {
    const text = 'a 1 2\nb 3 4\nc broken';
    expect((await read(text, { limit: 2 })).words).toEqual(['a', 'b']);
    expect((await read(`3 2\n${text}`, { limit: 1 })).vectors.data).toEqual(Float32Array.of(1, 2));
  });

  it('have words with spaces where the number of numbers is told', async () => {
    const { words: found } = await read('. . . 1 2\nat x.y 3 4', { dimensions: 2 });
    expect(found).toEqual(['. . .', 'at x.y']);
    await expect(read('a 1 2\n. . 1 2')).rejects.toThrow('line 2: expected a word and 2 numbers');
  });

  it('keep the first of a word that is there again, when asked to', async () => {
    const text = '3 1\na 1\nb 2\na 3\n';
    await expect(read(text)).rejects.toThrow("line 4: 'a' occurred in line 2 already");
    expect(await read(text, { duplicates: 'first' })).toEqual(vectorsOf(['a', 'b'], [1, 2]));
  });

  const damaged: Readonly<Record<string, readonly [string, string]>> = {
    'no text': ['', 'the text has none'],
    'a header alone': ['0 3\n', 'the text has none'],
    'a ragged row': ['a 1 2\nb 3\n', 'line 2: expected a word and 2 numbers, found 2 fields'],
    NaN: ['a 1 NaN\n', "line 1: number 2 of 2 is 'NaN'"],
    infinity: ['a 1 2\nb Infinity 2\n', "line 2: number 1 of 2 is 'Infinity'"],
    'a number beyond f32': ['a 1 1e39\n', "is '1e39'"],
    'hexadecimal digits': ['a 1 0x10\n', "is '0x10'"],
    'two spaces': ['a 1  2\n', "number 2 of 3 is ''"],
    'an empty line': ['a 1 2\n\nb 3 4\n', 'line 2: expected a word'],
    'no word': [' 1 2\n', 'line 1: expected a word'],
    'fewer words than announced': ['3 2\na 1 2\nb 3 4\n', 'announces 3 words, found 2'],
    'more words than announced': ['1 2\na 1 2\nb 3 4\n', 'announces 1 words, found 2'],
    'other numbers than announced': ['2 3\na 1 2\n', 'line 2: expected a word and 3 numbers'],
  };
  for (const [name, [text, message]] of Object.entries(damaged)) {
    it(`with ${name} are a FormatError that says where`, async () => {
      await expect(read(text)).rejects.toThrow(message);
      await expect(read(text)).rejects.toBeInstanceOf(FormatError);
    });
  }

  it('that are no UTF-8, or end within a letter, are a FormatError', async () => {
    for (const bytes of [
      [0x61, 0xff, 0x20, 0x31],
      [0x61, 0x20, 0x31, 0x0a, 0xc3],
    ]) {
      await expect(readTextVectors([Uint8Array.from(bytes)])).rejects.toThrow('not valid UTF-8');
    }
  });

  it('are not written when they could not be read back', () => {
    const write = (vectors: TextVectors, header = false) => [
      ...writeTextVectors(vectors, { header }),
    ];
    expect(() => write(vectorsOf(['a b'], [1, 2]))).toThrow(InputError);
    expect(() => write(vectorsOf([''], [1, 2]))).toThrow(InputError);
    expect(() => write(vectorsOf(['a', 'a'], [1, 2, 3, 4]))).toThrow(InputError);
    expect(() => write(vectorsOf(['a'], [1, Number.NaN]))).toThrow(FormatError);
    expect(() => write({ ...vectorsOf(['a'], [1, 2]), words: ['a', 'b'] })).toThrow(ShapeError);
    expect(() => write(vectorsOf(['5'], [7]))).toThrow(OptionError);
    expect(write(vectorsOf(['5'], [7]), true).join('')).toBe('1 1\n5 7\n');
  });

  it('refuse options that cannot be', async () => {
    await expect(read('a 1', { limit: 0 })).rejects.toThrow(OptionError);
    await expect(read('a 1', { dimensions: 1.5 })).rejects.toThrow(OptionError);
  });
});
