/**
 * What @huggingface/tokenizers 0.2.0 does otherwise than the reference, tokenizers 0.23: expected values
 * are the reference's.
 */
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { tokenizerJson } from 'qkv/text';
import { expect, it } from 'vitest';
import { publishedFiles, publishedTokenizer } from '../../../support/publishedTokenizers';

const json = (files: ReadonlyMap<string, Uint8Array>, name = 'tokenizer.json') =>
  JSON.parse(new TextDecoder().decode(files.get(name)));
const library = (name: string) => {
  const files = publishedFiles(name);
  return new Library(json(files), json(files, 'tokenizer_config.json'));
};
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const tokens = (name: string, text: string) => {
  const tokenizer = publishedTokenizer(name);
  return tokenizer.encode(text, { special: false }).ids.map((id) => tokenizer.token(id));
};

/** A tokenizer of words with a normaliser. */
function wordPieces(words: readonly string[], normalizer: unknown) {
  const vocab = Object.fromEntries(['[UNK]', ...words].map((word, id) => [word, id]));
  const model = { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', vocab };
  const parts = {
    post_processor: null,
    decoder: null,
    pre_tokenizer: { type: 'BertPreTokenizer' },
  };
  const files = { 'tokenizer.json': bytes({ model, added_tokens: [], normalizer, ...parts }) };
  return tokenizerJson.read(new Map(Object.entries(files)));
}

it('replaces characters by the table of the file: joined emoji stay one unknown piece', () => {
  const family = 'a\u{1f469}\u200d\u{1f467}b';
  expect(tokens('mbart50', family)).toEqual(['▁a', '<unk>', 'b']);
  expect(library('mbart50').tokenize(family)).not.toEqual(['▁a', '<unk>', 'b']);
});

it('decodes no ids to an empty text', () => {
  expect(publishedTokenizer('bert').decode([])).toBe('');
  expect(publishedTokenizer('bert').decode([2, 3])).toBe('');
  expect(() => library('bert').decode([])).toThrow(/non-empty/u);
});

it('keeps U+FEFF at the beginning of bytes', () => {
  const tokenizer = publishedTokenizer('gemma');
  const { ids } = tokenizer.encode('\ufeffstart', { special: false });
  expect(tokenizer.decode(ids)).toBe('\ufeffstart');
  expect(library('gemma').decode([...ids])).toBe('start');
});

it('writes U+FFFD for each byte of a run that is no UTF-8', () => {
  const tokenizer = publishedTokenizer('llama');
  const ids = ['<0xE2>', '<0x82>', '<0xAC>', '<0xFF>'].map((byte) => tokenizer.id(byte)!);
  expect(tokenizer.decode(ids.slice(0, 3))).toBe('€');
  expect(tokenizer.decode(ids)).toBe('\ufffd'.repeat(4));
  // A stream waits for the end of the run, also across special tokens.
  const next = tokenizer.stream();
  const texts = [...ids, tokenizer.special.eos!, ...ids.slice(0, 3)].map((id) => next(id));
  expect([...texts, next()].join('')).toBe('\ufffd'.repeat(7));
});

it('takes ideographs outside of the first plane for words', () => {
  const normalizer = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true };
  const tokenizer = wordPieces(['\u{20057}', '\u4e2d', 'x'], { ...normalizer, lowercase: false });
  expect(tokenizer.encode('x\u{20057}\u{20057}\u4e2dx').ids).toEqual([3, 1, 1, 2, 3]);
});

it('gives a Greek sigma at the end of a word no other form', () => {
  const words = ['\u03bf\u03c3'];
  expect(wordPieces(words, { type: 'Lowercase' }).encode('\u039f\u03a3').ids).toEqual([1]);
  const normalizer = { type: 'BertNormalizer', lowercase: true };
  expect(wordPieces(words, normalizer).encode('\u039f\u03a3').ids).toEqual([1]);
});

it('takes U+0085 for white space, and U+FEFF not, where words are split', () => {
  const files = publishedFiles('t5');
  const own = { ...json(files), normalizer: null };
  const tokenizer = tokenizerJson.read(new Map(files).set('tokenizer.json', bytes(own)));
  const cut = (text: string) =>
    tokenizer.encode(text, { special: false }).ids.map((id) => tokenizer.token(id));
  expect(cut('x\u0085y')).toEqual(['▁', 'x', '▁', 'y']);
  expect(cut('x\ufeffy')).toEqual(['▁', 'x', '<unk>', 'y']);
});

it('tells two texts apart by type where nothing else says so, and RoBERTa never', () => {
  const types = (name: string) => publishedTokenizer(name).encode('a', { pair: 'b' }).types;
  expect(types('qwen2')).toEqual([0, 1]);
  expect(types('roberta')).toEqual([0, 0, 0, 0, 0, 0]);
});
