/** Folders whose generation_config.json, tokenizer or chat template is damaged or hostile. */
import { FormatError, OptionError } from 'qkv';
import {
  changedFrom,
  cutShort,
  edited,
  generation,
  type HostileFolder,
  PAGE,
  without,
  written,
} from './folder';

const FILE = 'generation_config.json';
const TOKENIZER = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';

export const HOSTILE_GENERATION: readonly HostileFolder[] = [
  ...changedFrom('marian-en-de', [
    ['options are cut short', cutShort(FILE, 0.5), FormatError, FILE, 'bad_words_ids'],
    ['options are a list', written(FILE, '[4]'), FormatError, FILE, '[4]'],
    ['an option is unknown', generation({ speculate: true }), OptionError, 'speculate', 'true'],
    [
      'a word is searched in the prompt',
      generation({ prompt_lookup_num_tokens: 3 }),
      OptionError,
      'prompt_lookup_num_tokens',
      '3',
    ],
    [
      'layers are left early',
      generation({ assistant_early_exit: 4 }),
      OptionError,
      'assistant_early_exit',
      '4',
    ],
    [
      'groups of beams differ',
      generation({ num_beam_groups: 2 }),
      OptionError,
      'num_beam_groups',
      '2',
    ],
    [
      'words are forced',
      generation({ force_words_ids: [[1]] }),
      OptionError,
      'force_words_ids',
      '[[1]]',
    ],
    ['there are 0 beams', generation({ num_beams: 0 }), OptionError, 'num_beams', '0'],
    ['there are 1e9 beams', generation({ num_beams: 1e9 }), OptionError, 'num_beams', '1000000000'],
    ['beams are a text', generation({ num_beams: '4' }), OptionError, 'num_beams', "'4'"],
    ['beams are fractional', generation({ num_beams: 2.5 }), OptionError, 'num_beams', '2.5'],
    ['more results than beams', generation({ num_return_sequences: 9 }), OptionError, '9', '4'],
    ['beams are sampled', generation({ do_sample: true }), OptionError, 'num_beams', '4'],
    ['the length is negative', generation({ max_length: -5 }), OptionError, 'max_length', '-5'],
    [
      'the length is a text',
      generation({ max_length: 'long' }),
      OptionError,
      'max_length',
      "'long'",
    ],
    [
      'bad words are flat',
      generation({ bad_words_ids: [1650] }),
      OptionError,
      'bad_words_ids',
      '[1650]',
    ],
    [
      'a bad word is empty',
      generation({ bad_words_ids: [[]] }),
      OptionError,
      'bad_words_ids',
      '[]',
    ],
    [
      'a bad word is outside',
      generation({ bad_words_ids: [[9999]] }),
      OptionError,
      'bad_words_ids',
      '9999',
    ],
    [
      'a bad word is negative',
      generation({ bad_words_ids: [[-1]] }),
      OptionError,
      'bad_words_ids',
      '-1',
    ],
    [
      'the forced end is outside',
      generation({ forced_eos_token_id: 9999 }),
      OptionError,
      'forced_eos_token_id',
      '9999',
    ],
    [
      'the forced start is outside',
      generation({ forced_bos_token_id: 9999 }),
      OptionError,
      'forced_bos_token_id',
      '9999',
    ],
    [
      'the forced start is a text',
      generation({ forced_bos_token_id: '0' }),
      OptionError,
      'forced_bos_token_id',
      "'0'",
    ],
    [
      'the start is outside',
      generation({ decoder_start_token_id: 1651 }),
      OptionError,
      'decoder_start_token_id',
      '1651',
    ],
    [
      'the end is outside',
      generation({ eos_token_id: [0, 70000] }),
      OptionError,
      'eos_token_id',
      '70000',
    ],
    [
      'the penalty is 0',
      generation({ repetition_penalty: 0 }),
      OptionError,
      'repetition_penalty',
      '0',
    ],
    [
      'n-grams are negative',
      generation({ no_repeat_ngram_size: -2 }),
      OptionError,
      'no_repeat_ngram_size',
      '-2',
    ],
    [
      'stopping is unknown',
      generation({ early_stopping: 'soon' }),
      OptionError,
      'early_stopping',
      "'soon'",
    ],
    [
      'suppressed tokens are outside',
      generation({ suppress_tokens: [5, 123456] }),
      OptionError,
      'suppress_tokens',
      '123456',
    ],
    [
      'a bias is outside',
      generation({ sequence_bias: [[[123456], 2]] }),
      OptionError,
      'sequence_bias',
      '123456',
    ],
    ['the vocabulary is missing', without('vocab.json'), OptionError, 'vocab.json'],
    ['the vocabulary is a page', written('vocab.json', PAGE), FormatError, 'vocab.json', 'page'],
    [
      'two tokens have one id',
      edited('vocab.json', (ids) => {
        ids['Hallo'] = 7;
      }),
      FormatError,
      'vocab.json',
      "'Hallo'",
      '7',
    ],
    [
      'an id is negative',
      edited('vocab.json', (ids) => {
        ids['Hallo'] = -7;
      }),
      FormatError,
      'vocab.json',
      '-7',
    ],
    [
      'an id is huge',
      edited('vocab.json', (ids) => {
        ids['Hallo'] = 2 ** 40;
      }),
      FormatError,
      'vocab.json',
      '1099511627776',
    ],
    [
      'an id is outside of the model',
      edited('vocab.json', (ids) => {
        ids['Hallo'] = 5000;
      }),
      FormatError,
      '1651',
      '5000',
      "'Hallo'",
    ],
    [
      'there is no end',
      edited('vocab.json', (ids) => {
        delete ids['</s>'];
      }),
      FormatError,
      'vocab.json',
      '</s>',
    ],
    ['the pieces are cut short', cutShort('source.spm', 0.5), FormatError, 'source.spm'],
    ['the pieces are empty', written('source.spm', ''), FormatError, 'source.spm'],
    ['the pieces are a page', written('target.spm', PAGE), FormatError, 'target.spm'],
  ]),
  ...changedFrom('llama3', [
    ['the temperature is 0', generation({ temperature: 0 }), OptionError, 'temperature', '0'],
    [
      'the temperature is a text',
      generation({ temperature: 'hot' }),
      OptionError,
      'temperature',
      "'hot'",
    ],
    ['top_k is negative', generation({ top_k: -3 }), OptionError, 'top_k', '-3'],
    ['top_p is negative', generation({ top_p: -0.5 }), OptionError, 'top_p', '-0.5'],
    ['the tokenizer is missing', without(TOKENIZER), OptionError, TOKENIZER],
    ['the tokenizer is a page', written(TOKENIZER, PAGE), FormatError, TOKENIZER, 'page'],
    ['the tokenizer is cut short', cutShort(TOKENIZER, 0.5), FormatError, TOKENIZER],
    ['the tokenizer is a text', written(TOKENIZER, '"x"'), FormatError, TOKENIZER, "'x'"],
    [
      'the tokenizer has no model',
      edited(TOKENIZER, (json) => {
        delete json.model;
      }),
      FormatError,
      TOKENIZER,
      'model',
      'undefined',
    ],
    [
      'the kind of model is unknown',
      edited(TOKENIZER, ({ model }) => {
        model.type = 'WordLevel';
      }),
      FormatError,
      TOKENIZER,
      'WordLevel',
    ],
    [
      'a merge makes no token',
      edited(TOKENIZER, ({ model }) => {
        model.merges.push(['qq', 'zz']);
      }),
      FormatError,
      'merges',
      'qq',
    ],
    [
      'a merge is of nothing',
      edited(TOKENIZER, ({ model }) => {
        model.merges.unshift(['', 'a']);
      }),
      FormatError,
      'merges',
      '["","a"]',
    ],
    [
      'a merge is of itself',
      edited(TOKENIZER, ({ model }) => {
        model.merges.unshift(['a', '']);
      }),
      FormatError,
      'merges',
      '["a",""]',
    ],
    [
      'merges are numbers',
      edited(TOKENIZER, ({ model }) => {
        model.merges = [1, 2];
      }),
      FormatError,
      'merges',
      '1',
    ],
    [
      'an id is outside of the model',
      edited(TOKENIZER, ({ model }) => {
        model.vocab.strange = 5000;
      }),
      FormatError,
      '904',
      '5000',
      "'strange'",
    ],
    [
      'ids are texts',
      edited(TOKENIZER, ({ model }) => {
        model.vocab.strange = '12';
      }),
      FormatError,
      'vocab',
      "'12'",
    ],
    [
      'a step is unknown',
      edited(TOKENIZER, (json) => {
        json.pre_tokenizer = { type: 'Shell', command: 'ls' };
      }),
      FormatError,
      TOKENIZER,
      'Shell',
    ],
    [
      'a pattern is no regular expression',
      edited(TOKENIZER, (json) => {
        json.pre_tokenizer = {
          type: 'Split',
          pattern: { Regex: '(' },
          behavior: 'Isolated',
          invert: false,
        };
      }),
      FormatError,
      TOKENIZER,
    ],
    [
      'an added token is empty',
      edited(TOKENIZER, (json) => {
        json.added_tokens.push({ id: 3, content: '' });
      }),
      FormatError,
      'added_tokens',
      '""',
    ],
    [
      'a special token is a number',
      edited(CONFIG, (json) => {
        json.bos_token = 5;
      }),
      FormatError,
      CONFIG,
      'bos_token',
      '5',
    ],
    ['the configuration is a page', written(CONFIG, PAGE), FormatError, CONFIG, 'page'],
    [
      'the template is no Jinja',
      written('chat_template.jinja', '{% for x in %}'),
      FormatError,
      'chat_template.jinja',
    ],
    [
      'the template is a number',
      edited(CONFIG, (json) => {
        json.chat_template = 5;
      }),
      FormatError,
      CONFIG,
      'chat_template',
      '5',
    ],
    [
      'the template is deep',
      written('chat_template.jinja', `{{ ${'('.repeat(50_000)} }}`),
      FormatError,
      'chat_template.jinja',
    ],
  ]),
];
