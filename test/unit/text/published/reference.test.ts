/** Published tokenizers give the ids and texts that the reference, transformers 5.24, gives. */
import { mosesPunctuation } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import {
  normalisingTokenizer,
  PUBLISHED,
  publishedCases,
  publishedTemplate,
  publishedTokenizer,
} from '../../../support/publishedTokenizers';

it('has all models', () => {
  expect(PUBLISHED.length).toBe(21);
});

describe.each(PUBLISHED)('%s', (name) => {
  const tokenizer = publishedTokenizer(name);
  const { tokenizer: cases, chat = [], punctuation = [] } = publishedCases(name);

  it('encodes texts, pairs and targets', () => {
    expect(cases.length).toBeGreaterThan(30);
    for (const one of cases) {
      const isTarget = one.target !== undefined;
      const options = { target: isTarget, ...(one.pair === undefined ? {} : { pair: one.pair }) };
      const { ids, types } = tokenizer.encode(one.target ?? one.text ?? '', options);
      expect(ids, one.text).toEqual(one.ids);
      expect(types.length).toBe(ids.length);
      // Null for models that have no types.
      if (one.token_type_ids) expect(types).toEqual(one.token_type_ids);
    }
  });

  it('names the tokens', () => {
    for (const { ids, tokens } of cases) {
      if (tokens === undefined) continue;
      expect(ids.map((id) => tokenizer.token(id))).toEqual(tokens);
      for (const [i, token] of tokens.entries()) expect(tokenizer.id(token)).toBe(ids[i]);
    }
  });

  it('decodes ids with special tokens and without, also as they arrive', () => {
    const decoded = cases.filter((one) => one.decoded !== undefined);
    expect(decoded.length).toBeGreaterThan(30);
    for (const { ids, decoded: whole, decoded_without_special: plain } of decoded) {
      expect(tokenizer.decode(ids, { special: true })).toBe(whole);
      expect(tokenizer.decode(ids)).toBe(plain);
      const next = tokenizer.stream();
      expect([...ids.map((id) => next(id)), next()].join('')).toBe(plain);
    }
  });

  if (chat.length > 0)
    it('writes conversations', () => {
      const template = publishedTemplate(name);
      for (const { messages, add_generation_prompt: addGenerationPrompt, text, ids } of chat) {
        const written = template(messages, { addGenerationPrompt });
        expect(written).toBe(text);
        expect(tokenizer.encode(written, { special: false }).ids).toEqual(ids);
      }
    });

  if (punctuation.length > 0)
    it('normalises punctuation', () => {
      const normalising = normalisingTokenizer(name);
      for (const { text, normalized } of punctuation) {
        expect(mosesPunctuation(text, 'en')).toBe(normalized);
        // Added tokens are cut out first, as in the reference.
        if (/<\/s>|<pad>/u.test(text)) continue;
        expect(normalising.encode(text)).toEqual(tokenizer.encode(normalized));
      }
    });
});
