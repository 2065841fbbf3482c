/** Folders whose tensors of torch.save, or modules of sentence-transformers, are damaged or hostile. */
import { FormatError, OptionError } from 'qkv';
import {
  type Change,
  changedFrom,
  cutShort,
  edited,
  type HostileFolder,
  PAGE,
  without,
  written,
} from './folder';
import { pickled, zipOf } from './torch';

const TORCH = 'pytorch_model.bin';

const bytes =
  (name: string, make: () => Uint8Array): Change =>
  (files) => {
    files[name] = make();
  };

/** Replaces pytorch_model.bin by an archive of entries. */
const archive = (entries: Parameters<typeof zipOf>[0]) => bytes(TORCH, () => zipOf(entries));

export const HOSTILE_ARCHIVES: readonly HostileFolder[] = [
  ...changedFrom('bert-classify', [
    [
      'a pickle runs a program',
      archive([['m/data.pkl', pickled.call('os', 'system', 'touch /tmp/owned')]]),
      FormatError,
      TORCH,
      'os.system',
    ],
    [
      'a pickle runs Python',
      archive([['m/data.pkl', pickled.call('builtins', 'eval', '1+1')]]),
      FormatError,
      TORCH,
      'builtins.eval',
    ],
    [
      'a pickle names another class',
      archive([['m/data.pkl', pickled.call('numpy.core.multiarray', '_reconstruct', '')]]),
      FormatError,
      TORCH,
      'numpy.core.multiarray._reconstruct',
    ],
    [
      'a pickle is cut short',
      archive([['m/data.pkl', pickled.dict().slice(0, 2)]]),
      FormatError,
      TORCH,
      'more bytes',
    ],
    [
      'a pickle holds no tensors',
      archive([['m/data.pkl', pickled.number()]]),
      FormatError,
      TORCH,
      'dictionary of tensors',
    ],
    [
      'a pickle is empty',
      archive([['m/data.pkl', pickled.dict()]]),
      FormatError,
      TORCH,
      'no tensor',
    ],
    [
      'an archive has no pickle',
      archive([['m/version', pickled.dict()]]),
      FormatError,
      TORCH,
      'data.pkl',
    ],
    [
      'an archive has paths outside',
      archive([['../../data.pkl', pickled.dict()]]),
      FormatError,
      TORCH,
      'data.pkl',
    ],
    [
      'an archive is deflated',
      archive([['m/data.pkl', new Uint8Array(9), { method: 8 }]]),
      FormatError,
      TORCH,
      'm/data.pkl',
      'compressed',
    ],
    [
      'an archive is a bomb',
      archive([['m/data.pkl', new Uint8Array(9), { size: 0xffff_fff0 }]]),
      FormatError,
      TORCH,
      'm/data.pkl',
      '42949',
    ],
    [
      'an archive has an entry twice',
      archive([
        ['m/data.pkl', pickled.dict()],
        ['m/data.pkl', pickled.dict()],
      ]),
      FormatError,
      TORCH,
      'm/data.pkl',
      'twice',
    ],
    [
      'an archive claims many entries',
      archive([['m/data.pkl', pickled.dict(), { count: 65_000 }]]),
      FormatError,
      TORCH,
      'entry 1',
    ],
    ['an archive is cut short', cutShort(TORCH, 0.9), FormatError, TORCH, 'zip archive'],
    ['an archive is a page', written(TORCH, PAGE), FormatError, TORCH, 'zip archive'],
    [
      'the file is of an old torch',
      bytes(TORCH, () => Uint8Array.of(0x80, 0x02, 0x8a, 0x0a, 0x6c)),
      FormatError,
      TORCH,
      'before 1.6',
    ],
  ]),
  ...changedFrom('sentence-mean', [
    [
      'modules are a page',
      written('modules.json', PAGE),
      FormatError,
      'modules.json',
      '<!doctype html>',
    ],
    ['modules are a text', written('modules.json', '"x"'), FormatError, 'modules.json', "'x'"],
    [
      'a module is unknown',
      edited('modules.json', (list) => {
        list[1].type = 'sentence_transformers.models.Dense';
      }),
      OptionError,
      'modules.json',
      'models.Dense',
    ],
    [
      'a module is outside',
      edited('modules.json', (list) => {
        list[1].path = '../../secret';
      }),
      FormatError,
      'modules.json',
      '../../secret',
    ],
    [
      'a module is elsewhere',
      (files, elsewhere) => {
        edited('modules.json', (list) => {
          list[1].path = `${elsewhere}/pooling`;
        })(files, elsewhere);
      },
      FormatError,
      'modules.json',
      '/pooling',
    ],
    [
      'a module is a number',
      edited('modules.json', (list) => {
        list[1] = 4;
      }),
      FormatError,
      'modules.json',
      '4',
    ],
    [
      'the pooling is missing',
      without('1_Pooling/config.json'),
      FormatError,
      '1_Pooling/config.json',
    ],
    [
      'there is no pooling',
      edited('1_Pooling/config.json', (json) => {
        json.pooling_mode_mean_tokens = false;
      }),
      OptionError,
      '1_Pooling',
      'none',
    ],
    [
      'there are two poolings',
      edited('1_Pooling/config.json', (json) => {
        json.pooling_mode_cls_token = true;
      }),
      OptionError,
      '1_Pooling',
      'cls_token and pooling_mode_mean_tokens',
    ],
    [
      'the pooling is weighted',
      edited('1_Pooling/config.json', (json) => {
        json.pooling_mode_mean_tokens = false;
        json.pooling_mode_weightedmean_tokens = true;
      }),
      OptionError,
      '1_Pooling',
      'weightedmean',
    ],
    [
      'the pooling is a text',
      edited('1_Pooling/config.json', (json) => {
        json.pooling_mode_mean_tokens = 'yes';
      }),
      FormatError,
      '1_Pooling',
      "'yes'",
    ],
    [
      'the length is negative',
      edited('sentence_bert_config.json', (json) => {
        json.max_seq_length = -4;
      }),
      FormatError,
      'max_seq_length',
      '-4',
    ],
    [
      'the length is a text',
      edited('sentence_bert_config.json', (json) => {
        json.max_seq_length = '32';
      }),
      FormatError,
      'max_seq_length',
      "'32'",
    ],
  ]),
];
