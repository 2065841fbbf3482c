/** Files of tokenizers that are missing, damaged or of another kind, and hostile strings. */
import { m2m100Tokenizer, marianTokenizer, readChatTemplate, tokenizerJson } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { FormatError, InputError, OptionError } from '../../../../src/core/errors';
import { random } from '../../../../src/core/random';
import {
  PUBLISHED,
  publishedFiles,
  publishedFormat,
  publishedTokenizer,
} from '../../../support/publishedTokenizers';

const bytes = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));
const parsed = (files: ReadonlyMap<string, Uint8Array>, name: string) =>
  JSON.parse(new TextDecoder().decode(files.get(name)));

/** Reads a model's tokenizer with one of its files replaced. */
function readWith(name: string, file: string, content: Uint8Array) {
  return publishedFormat(name).read(publishedFiles(name).set(file, content));
}

interface Own {
  readonly model: object;
}

/** Reads a tokenizer.json with other values at its top. */
function readJson(name: string, change: (own: Own) => object) {
  const own = parsed(publishedFiles(name), 'tokenizer.json');
  return readWith(name, 'tokenizer.json', json({ ...own, ...change(own) }));
}

function fails(read: () => unknown, message: RegExp) {
  expect(read).toThrow(FormatError);
  expect(read).toThrow(message);
}

describe('files', () => {
  it.each([marianTokenizer, m2m100Tokenizer, tokenizerJson])(
    '$name: none may be missing',
    (format) => {
      const model = [...PUBLISHED].find((name) => publishedFormat(name) === format)!;
      for (const file of format.files) {
        const files = publishedFiles(model);
        files.delete(file);
        fails(() => format.read(files), new RegExp(`^${file}: expected this file`, 'u'));
      }
      fails(() => format.read(new Map()), /found no files/u);
    },
  );

  it.each([marianTokenizer, m2m100Tokenizer, tokenizerJson])(
    '$name: none may be a web page',
    (format) => {
      const model = [...PUBLISHED].find((name) => publishedFormat(name) === format)!;
      for (const file of [...format.files, ...format.optional]) {
        fails(
          () => readWith(model, file, bytes('<!doctype html><p>Not found')),
          new RegExp(`^${file}`, 'u'),
        );
      }
    },
  );

  it('say where what is damaged', () => {
    fails(() => readWith('bert', 'tokenizer.json', bytes('{"model": ')), /expected JSON/u);
    fails(() => readWith('bert', 'tokenizer.json', bytes('[]')), /expected an object, found \[\]/u);
    fails(() => readWith('bert', 'tokenizer.json', Uint8Array.of(0xff)), /UTF-8/u);
    const config = (value: unknown) => () => readWith('bert', 'tokenizer_config.json', json(value));
    fails(config({ eos_token: 3 }), /eos_token: expected the text of a token, found 3/u);
    fails(config({ extra_special_tokens: 'x' }), /extra_special_tokens: expected a list/u);
    const listed = (added_tokens_decoder: unknown) => () =>
      readWith('marian-en-de', 'tokenizer_config.json', json({ added_tokens_decoder }));
    fails(listed({ x: { content: 'a' } }), /found NaN/u);
    fails(listed({ 1: 'a' }), /1: expected a token/u);
  });
});

describe('vocabularies', () => {
  const read = (vocabulary: unknown) => () =>
    readWith('marian-en-de', 'vocab.json', json(vocabulary));

  it.each([
    [{ '</s>': 0, '<unk>': 1, a: 1 }, /'<unk>' and 'a' both have the id 1/u],
    [{ '</s>': 0, '<unk>': -1 }, /token '<unk>'.*found -1/u],
    [{ '</s>': 0, '<unk>': 1.5 }, /found 1.5/u],
    [{ '</s>': 0, '<unk>': '1' }, /found '1'/u],
    [{ '</s>': 0, '<unk>': 1e15 }, /found 1000000000000000/u],
    [{ '</s>': 0 }, /expected the token '<unk>'/u],
    [{}, /there are no tokens/u],
    [[], /expected an object/u],
  ])('are refused: %j', (vocabulary, message) => {
    fails(read(vocabulary), message);
  });
});

describe('tokenizer.json', () => {
  it.each<[string, string, (own: Own) => object, RegExp]>([
    ['no model', 'bert', () => ({ model: undefined }), /expected the object 'model'/u],
    ['another model', 'bert', () => ({ model: { type: 'Own' } }), /found 'Own'/u],
    [
      'no vocabulary',
      'bert',
      () => ({ model: { type: 'BPE' } }),
      /model.vocab: expected an object/u,
    ],
    [
      'a piece without score',
      't5',
      ({ model }) => ({ model: { ...model, vocab: [['a']] } }),
      /vocab, 0/u,
    ],
    [
      'no such unknown piece',
      't5',
      ({ model }) => ({ model: { ...model, unk_id: 5000 } }),
      /unk_id/u,
    ],
    ['merges of strangers', 'gpt2', merges([['A', 'zz']]), /found 'zz' in \["A","zz"\]/u],
    ['merges of nothing', 'gpt2', merges([['', 'A']]), /merges, 0/u],
    ['merges of three', 'gpt2', merges(['A m a']), /expected a pair of tokens/u],
    ['merges that make a stranger', 'gpt2', merges([['A', 'A']]), /found 'AA'/u],
    ['merges that are none', 'gpt2', merges('A m'), /expected a list/u],
    [
      'an added token without text',
      'bert',
      () => ({ added_tokens: [{ id: 1 }] }),
      /added_tokens, 0/u,
    ],
    [
      'an added token without id',
      'bert',
      () => ({ added_tokens: [{ content: 'a' }] }),
      /'a'.*as the id/u,
    ],
    [
      'another normaliser',
      'bert',
      () => ({ normalizer: { type: 'Own' } }),
      /normalizer: the type 'Own' is not supported/u,
    ],
    ['a table that is none', 't5', charsmap('AAAA'), /precompiled_charsmap/u],
    ['a table not in base64', 't5', charsmap('<html>'), /expected base64/u],
    ['special strangers', 'bert', frame('[NONE]'), /'\[NONE\]' is not in the vocabulary/u],
  ])('is refused with %s', (_, name, change, message) => {
    fails(() => readJson(name, change), message);
  });

  function merges(value: unknown) {
    return ({ model }: Own) => ({ model: { ...model, merges: value } });
  }

  function charsmap(table: string) {
    return () => ({ normalizer: { type: 'Precompiled', precompiled_charsmap: table } });
  }

  function frame(id: string) {
    const single = [{ SpecialToken: { id, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];
    const post_processor = { type: 'TemplateProcessing', single, pair: single, special_tokens: {} };
    return () => ({ post_processor });
  }
});

describe('strings', () => {
  it.each(PUBLISHED)('%s encodes any, and decodes any ids as they arrive', (name) => {
    const tokenizer = publishedTokenizer(name);
    const numbers = random(7);
    const ranges = [0x80, 0x800, 0x3100, 0x10000, 0x110000];
    for (let i = 0; i < 100; i++) {
      const points = Array.from({ length: numbers.below(12) }, () =>
        numbers.below(ranges[numbers.below(ranges.length)]!),
      );
      const { ids } = tokenizer.encode(String.fromCodePoint(...points));
      const given = Array.from({ length: numbers.below(60) }, () => numbers.below(tokenizer.size));
      for (const some of [ids, given]) {
        const next = tokenizer.stream();
        const text = [...some.map((id) => next(id)), next()].join('');
        expect(text).toBe(tokenizer.decode(some));
      }
    }
  });
});

describe('chat templates', () => {
  const read = (template: unknown, name?: string) =>
    readChatTemplate(
      new Map([['tokenizer_config.json', json({ chat_template: template, bos_token: '<s>' })]]),
      name === undefined ? {} : { name },
    );

  it('are read by name, and written with the tokens and values of the caller', () => {
    const list = [
      { name: 'default', template: '{{ bos_token }}{{ messages[0].content }}{{ extra }}' },
      { name: 'tools', template: '{{ tools | length }}' },
    ];
    const messages = [{ role: 'user', content: 'a' }];
    expect(read(list)?.(messages, { variables: { extra: '!' } })).toBe('<s>a!');
    expect(read(list, 'tools')?.(messages, { variables: { tools: [1, 2] } })).toBe('2');
    expect(() => read(list, 'other')).toThrow(/'other'; known: default, tools/u);
    expect(() => read('x', 'other')).not.toThrow();
    expect(read(undefined)).toBeUndefined();
    expect(() => read(undefined, 'other')).toThrow(OptionError);
    // @ts-expect-error for callers without types
    expect(() => read('x')?.(messages, { generation: true })).toThrow(/'generation'/u);
  });

  it('fail with typed errors', () => {
    fails(() => read('{% for x in %}'), /chat_template: expected a template in Jinja/u);
    fails(() => read(3), /expected a template, found 3/u);
    const refused = () => read("{{ raise_exception('No system.') }}")?.([]);
    expect(refused).toThrow(InputError);
    expect(refused).toThrow(/No system\./u);
  });
});
