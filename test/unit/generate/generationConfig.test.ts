/** What generation_config.json, config.json and options of a call make of a decoding. */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { afterTexts, readGenerationConfig } from '../../../src/generate/generationConfig';
import type { GenerationOverrides } from '../../../src/generate/generationFields';
import { strategyOf } from '../../../src/generate/method';
import { everything } from '../../../src/tasks/everything';

const MARIAN = {
  bad_words_ids: [[1650]],
  decoder_start_token_id: 1650,
  eos_token_id: 0,
  forced_eos_token_id: 0,
  max_length: 96,
  num_beams: 4,
  pad_token_id: 1650,
  renormalize_logits: true,
  transformers_version: '5.24.0',
};
const LLAMA = {
  bos_token_id: 0,
  do_sample: true,
  eos_token_id: [1, 2],
  pad_token_id: 1,
  temperature: 0.7,
  top_k: 20,
  top_p: 0.9,
};

describe('readGenerationConfig', () => {
  it('reads beams, rules and ids of an encoder-decoder', () => {
    expect(readGenerationConfig(MARIAN, { is_encoder_decoder: true })).toEqual({
      decoding: {
        kind: 'publishedBeam',
        width: 4,
        best: 1,
        lengthPenalty: 1,
        earlyStopping: false,
        generationRules: {
          context: 'start',
          ends: [0],
          maxLength: 96,
          bannedSequences: [[1650]],
          forcedLast: [0],
          renormalise: true,
        },
      },
      ids: { pad: -1, bos: 1650, eos: 0, never: [] },
      pad: 1650,
      ends: [0],
      stopTexts: [],
    });
  });

  it('reads sampling, and several ends, of a language model', () => {
    const { decoding, ids, ends } = readGenerationConfig(LLAMA, { is_encoder_decoder: false });
    expect(decoding).toEqual({
      kind: 'sample',
      temperature: 0.7,
      count: 1,
      topK: 20,
      topP: 0.9,
      generationRules: { context: 'prompt', ends: [1, 2] },
    });
    expect(ids).toEqual({ pad: -1, bos: 0, eos: 1, never: [] });
    expect(ends).toEqual([1, 2]);
  });

  it('reads config.json where there is no file, and its special ids where the file lacks them', () => {
    const { transformers_version: _, renormalize_logits: __, ...fields } = MARIAN;
    const config = { ...fields, is_encoder_decoder: true, d_model: 64, num_hidden_layers: 3 };
    const own = readGenerationConfig(undefined, config);
    expect(own.decoding).toMatchObject({ kind: 'publishedBeam', width: 4 });
    expect(own.decoding.generationRules).toMatchObject({
      bannedSequences: [[1650]],
      maxLength: 96,
    });
    const sparse = readGenerationConfig({ num_beams: 2 }, { ...config, forced_bos_token_id: 5 });
    expect(sparse.ids).toMatchObject({ bos: 1650, eos: 0 });
    expect(sparse.decoding).toMatchObject({ width: 2 });
    expect(sparse.decoding.generationRules).toEqual({ context: 'start', ends: [0] });
  });

  it('prefers options of the call, in either spelling, and null unsets one of the file', () => {
    const overrides = {
      numBeams: 1,
      max_new_tokens: 24,
      forcedEosTokenId: null,
      noRepeatNgramSize: 2,
      repetitionPenalty: 1.3,
    };
    const { decoding } = readGenerationConfig(MARIAN, {}, overrides);
    expect(decoding).toEqual({
      kind: 'greedy',
      generationRules: {
        context: 'start',
        ends: [0],
        maxNewTokens: 24,
        bannedSequences: [[1650]],
        repetitionPenalty: 1.3,
        noRepeatNgrams: 2,
        renormalise: true,
      },
    });
  });

  it('leaves out what has no effect, as the reference does', () => {
    const idle = { doSample: false, repetitionPenalty: 1, noRepeatNgramSize: 0, minLength: 0 };
    const { decoding } = readGenerationConfig(LLAMA, {}, idle);
    expect(decoding).toEqual({
      kind: 'greedy',
      generationRules: { context: 'prompt', ends: [1, 2] },
    });
    const whole = { topK: 0, topP: 1, typicalP: 1, epsilonCutoff: 0, etaCutoff: 0, minP: 0.1 };
    expect(readGenerationConfig(LLAMA, {}, whole).decoding).toMatchObject({
      ...{ kind: 'sample', minP: 0.1 },
    });
    expect(readGenerationConfig(LLAMA, {}, whole).decoding).not.toHaveProperty('topK');
    // Among the 50 most probable tokens, if nothing else is said.
    expect(readGenerationConfig({ do_sample: true }).decoding).toMatchObject({ topK: 50 });
    const harmless = { guidance_scale: 1, num_beam_groups: 1, diversity_penalty: 0, top_h: null };
    expect(readGenerationConfig({ ...harmless, use_cache: true }).decoding.kind).toBe('greedy');
  });

  it('gives decodings that the library takes, with every option', () => {
    const all: GenerationOverrides = {
      maxNewTokens: 9,
      minNewTokens: 2,
      minLength: 3,
      sequenceBias: [[[3, 4], 1.5]],
      encoderRepetitionPenalty: 1.1,
      repetitionPenalty: 1.2,
      noRepeatNgramSize: 3,
      encoderNoRepeatNgramSize: 4,
      badWordsIds: [[5], [6, 7]],
      forcedBosTokenId: 4,
      forcedEosTokenId: [0],
      removeInvalidValues: true,
      exponentialDecayLengthPenalty: [3, 1.05],
      suppressTokens: [8],
      beginSuppressTokens: [9],
      renormalizeLogits: true,
      eosTokenId: [0, 2],
    };
    const { decodings } = everything;
    for (const method of [
      {
        numBeams: 1,
        doSample: true,
        temperature: 0.5,
        topP: 0.9,
        minP: 0.1,
        typicalP: 0.9,
        etaCutoff: 1e-3,
      },
      { numBeams: 3, numReturnSequences: 2, lengthPenalty: 2, earlyStopping: 'never' },
      { numBeams: 1 },
    ] as const) {
      const { decoding, ids } = readGenerationConfig(MARIAN, {}, { ...all, ...method });
      expect(Object.keys(decoding.generationRules ?? {})).toHaveLength(18);
      expect(strategyOf(decoding, ids, decodings).key).toContain('lengthDecay');
    }
  });

  it.each([
    [{ guidance_scale: 3 }, {}, 'guidance_scale is not supported, found 3'],
    [{ penalty_alpha: 0.6, top_k: 4 }, {}, 'penalty_alpha is not supported, found 0.6'],
    [{ num_beam_groups: 2, num_beams: 4 }, {}, 'num_beam_groups is not supported, found 2'],
    [{ watermarking_config: { bias: 2 } }, {}, 'watermarking_config is not supported'],
    [{ prompt_lookup_num_tokens: 3 }, {}, 'prompt_lookup_num_tokens is not supported'],
    [{ top_h: 0.4 }, {}, 'top_h is not supported'],
    [{ alignment_heads: [[1, 2]] }, {}, "unknown field 'alignment_heads' with the value [[1,2]]"],
    [{ num_beams: '4' }, {}, "num_beams must be a whole number from 1 to 64, found '4'"],
    [
      { bad_words_ids: [3] },
      {},
      'bad_words_ids must be a list of lists of ids, each of one or more, found [3]',
    ],
    [{ early_stopping: 'soon', num_beams: 2 }, {}, "early_stopping must be true, false or 'never'"],
    [{ num_beams: 3, do_sample: true }, {}, 'found num_beams 3 with do_sample'],
    [{ num_return_sequences: 2 }, {}, 'found num_return_sequences 2'],
    [{ num_beams: 2 }, { stopStrings: 'a' }, 'stop_strings do not work with 2 beams'],
    [{}, { beams: 3 }, "unknown field 'beams' with the value 3"],
  ])('refuses %o', (file, overrides, message) => {
    const read = () => readGenerationConfig(file, {}, overrides as GenerationOverrides);
    expect(read).toThrow(message);
    expect(read).toThrow(OptionError);
  });

  it('refuses contents that are no object', () => {
    expect(() => readGenerationConfig([])).toThrow(FormatError);
    expect(() => readGenerationConfig(null, {})).toThrow('generation_config.json: expected');
  });
});

describe('afterTexts', () => {
  const decode = (ids: readonly number[]) => ids.map((id) => ['a', 'bc', 'd.e'][id]).join('');

  it.each([
    [['.'], [0, 1, 2, 0], 3],
    [['ab'], [0, 1, 2], 2],
    [['e', 'a'], [1, 2, 0], 2],
    [['x'], [0, 1, 2], undefined],
    [['a'], [], undefined],
  ])('%o in %o', (texts, ids, kept) => {
    expect(afterTexts(texts, decode)(ids)).toBe(kept);
  });
});
