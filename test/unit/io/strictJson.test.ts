import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors';
import { hasLoneSurrogate, quoted, StrictJsonReader } from '../../../src/io/strictJson';

const reader = (text: string, maxMembers = 100) =>
  new StrictJsonReader('text', new TextEncoder().encode(text), maxMembers);

describe('strings', () => {
  test.each([
    ['""', ''],
    ['"a b"', 'a b'],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"\\u0041\\u00e9\\uD83D\\ude00"', 'Aé😀'],
    ['"é😀\u2028\u007f"', 'é😀\u2028\u007f'],
    ['"__proto__"', '__proto__'],
  ])('%s is read', (text, value) => {
    const json = reader(text);
    expect(json.readString()).toBe(value);
    json.finish();
  });

  test.each([
    ['"a', "expected the string's end, found the end"],
    ['"a\nb"', "expected the string's end"],
    ['"\\x41"', 'unknown escape'],
    ['"\\u00g0"', 'unknown escape'],
    ['"\\u+041"', 'unknown escape'],
    ['"\\', 'unknown escape'],
    ['"\\ud800"', 'lone surrogate'],
    ['"\\ude00\\ud83d"', 'lone surrogate'],
    ["'a'", 'expected a string'],
    ['1', 'expected a string, found "1"'],
  ])('%s is refused', (text, message) => {
    expect(() => reader(text).readString()).toThrow(FormatError);
    expect(() => reader(text).readString()).toThrow(message);
  });
});

describe('integers', () => {
  test.each([
    ['0', 0n],
    ['7', 7n],
    [' 9007199254740993 ', 9007199254740993n],
    ['18446744073709551615', 18446744073709551615n],
  ])('%s is exact', (text, value) => {
    const json = reader(text);
    expect(json.readUnsigned()).toBe(value);
    json.finish();
  });

  test.each([
    '2.0',
    '2e0',
    '2E1',
    '-1',
    '-0',
    '+1',
    '01',
    '.5',
    'NaN',
    '0x10',
    '"1"',
    '',
    '1'.repeat(21),
  ])('%s is refused', (text) => {
    const json = reader(text);
    const read = () => {
      json.readUnsigned();
      json.finish();
    };
    expect(read).toThrow(FormatError);
  });

  test('a million digits cost no BigInt', () => {
    expect(() => reader('9'.repeat(5_000_000)).readUnsigned()).toThrow('at most 20 digits');
  });
});

describe('objects and arrays', () => {
  const readAll = (text: string, maxMembers?: number): [string, bigint[]][] => {
    const json = reader(text, maxMembers);
    const members: [string, bigint[]][] = [];
    json.readObject((key) => {
      const items: bigint[] = [];
      json.readArray((index) => {
        expect(index).toBe(items.length);
        items.push(json.readUnsigned());
      });
      members.push([key, items]);
    });
    json.finish();
    return members;
  };

  test('members and items come in order, with any white space between', () => {
    expect(readAll('{}')).toEqual([]);
    expect(readAll(' {\t"b" : [ 1 ,\r\n2 ] ,"a":[]} \n')).toEqual([
      ['b', [1n, 2n]],
      ['a', []],
    ]);
  });

  test.each([
    ['a duplicate key', '{"a":[],"b":[],"a":[]}', 'key "a" occurs twice'],
    ['a duplicate key written differently', '{"a":[],"\\u0061":[]}', 'key "a" occurs twice'],
    ['a trailing comma in an object', '{"a":[],}', 'expected a string'],
    ['a trailing comma in an array', '{"a":[1,]}', 'whole number'],
    ['a missing comma', '{"a":[1 2]}', "expected ',' or ']'"],
    ['a missing colon', '{"a"[]}', 'expected \':\' after key "a"'],
    ['a comment', '{/**/}', 'expected a string'],
    ['an unquoted key', '{a:[]}', 'expected a string'],
    ['something after the end', '{} {}', 'expected the end, found "{}"'],
    ['a cut', '{"a":[1', 'found the end'],
    ['no text', '', 'expected an object, found the end'],
    ['another type', '[]', 'expected an object'],
    ['a byte-order mark', '\uFEFF{}', 'expected an object'],
    ['white space that is not JSON', '\u00a0{}', 'expected an object'],
    ['unexpected nesting', `{"a":${'['.repeat(100_000)}`, 'whole number'],
  ])('%s is refused', (_, text, message) => {
    expect(() => readAll(text)).toThrow(FormatError);
    expect(() => readAll(text)).toThrow(message);
  });

  test('the number of members is capped', () => {
    expect(readAll('{"a":[],"b":[]}', 2)).toHaveLength(2);
    expect(() => readAll('{"a":[],"b":[],"c":[]}', 2)).toThrow('more than 2 members');
  });

  test('messages say where', () => {
    expect(() => readAll('{"a":[1],"b":[x]}')).toThrow('text, character 14: expected a whole');
  });
});

test.each([[[0xff]], [[0x22, 0xc3, 0x22]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]]])(
  'bytes %o are not UTF-8',
  (bytes) => {
    const read = () => new StrictJsonReader('text', Uint8Array.from(bytes), 1);
    expect(read).toThrow(FormatError);
    expect(read).toThrow('not valid UTF-8');
  },
);

test('foreign text is quoted, escaped and shortened in messages', () => {
  expect(quoted('a"b\n')).toBe('"a\\"b\\n"');
  expect(quoted('x'.repeat(1000))).toHaveLength(85);
});

test('lone surrogates are found, pairs are none', () => {
  expect(['a', '😀', '\ud83d', '\ude00\ud83d'].map(hasLoneSurrogate)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
