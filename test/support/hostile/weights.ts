/** Folders whose tensors in safetensors, or the index of these, are damaged or hostile. */
import { DTypeError, FormatError, OptionError } from 'qkv';
import { defined } from '../../../tools/lib/defined';
import {
  type Change,
  changedFrom,
  config,
  cutShort,
  edited,
  fileIn,
  type HostileFolder,
  PAGE,
  without,
  written,
} from './folder';

const FILE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Writes another header before the same data, with spaces up to its length if it is shorter. */
const header =
  (edit: (entries: Record<string, Entry>, last: string) => void): Change =>
  (files) => {
    const bytes = fileIn(files, FILE);
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const entries: Record<string, Entry> = JSON.parse(
      new TextDecoder().decode(bytes.subarray(8, 8 + length)),
    );
    delete entries.__metadata__;
    const ends = Object.entries(entries).map(([name, entry]) => [entry.data_offsets[1], name]);
    edit(entries, String(defined(ends.sort(([a], [b]) => Number(b) - Number(a))[0], 'end')[1]));
    const text = new TextEncoder().encode(JSON.stringify(entries));
    files[FILE] = withLength(text.length, text, bytes.subarray(8 + length));
  };

/** A file that claims a length of its header. */
function withLength(length: number | bigint, ...parts: readonly Uint8Array[]): Uint8Array {
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
  return new Uint8Array(Buffer.concat([start, ...parts]));
}

/** The entry of a tensor. */
const of = (entries: Record<string, Entry>, name: string) => defined(entries[name], name);

const bytes =
  (name: string, make: () => Uint8Array): Change =>
  (files) => {
    files[name] = make();
  };

/** Changes the map from tensors to files. */
const index = (edit: (map: Record<string, string>) => void) =>
  edited(INDEX, ({ weight_map }) => edit(weight_map));

const NORM = 'model.norm.weight';
const FIRST = 'model-00001-of-00002.safetensors';
const SECOND = 'model-00002-of-00002.safetensors';

export const HOSTILE_WEIGHTS: readonly HostileFolder[] = [
  ...changedFrom('llama3', [
    ['there are no weights', without(FILE), OptionError, FILE, 'pytorch_model.bin'],
    ['weights are a page', written(FILE, PAGE), FormatError, FILE, 'the file says'],
    ['weights are empty', written(FILE, ''), FormatError, FILE, 'found 0'],
    ['weights are cut short', cutShort(FILE, 0.9), FormatError, FILE, 'truncated'],
    ['the header is cut short', cutShort(FILE, 100), FormatError, FILE, 'found 92'],
    [
      'bytes follow the weights',
      (files) => {
        files[FILE] = new Uint8Array(Buffer.concat([fileIn(files, FILE), new Uint8Array(7)]));
      },
      FormatError,
      FILE,
      'belong to no tensor',
    ],
    [
      'the header claims 2^60 bytes',
      bytes(FILE, () => withLength(2n ** 60n)),
      FormatError,
      FILE,
      String(2n ** 60n),
    ],
    [
      'a tensor is missing',
      header((entries, last) => {
        entries.strange = of(entries, last);
        delete entries[last];
      }),
      FormatError,
      FILE,
      'no tensor',
    ],
    [
      'a tensor is strange',
      header((entries) => {
        entries['model.extra'] = { dtype: 'F32', shape: [0], data_offsets: [0, 0] };
      }),
      FormatError,
      FILE,
      'model.extra',
    ],
    [
      'a tensor has another shape',
      header((entries) => {
        of(entries, NORM).shape = [8, 8];
      }),
      FormatError,
      FILE,
      NORM,
      '[8,8]',
    ],
    [
      'a tensor is of integers',
      header((entries) => {
        of(entries, NORM).dtype = 'I16';
      }),
      DTypeError,
      FILE,
      'norm',
      'I16',
    ],
    [
      'a type is unknown',
      header((entries) => {
        of(entries, NORM).dtype = 'F4';
      }),
      FormatError,
      FILE,
      NORM,
      'F4',
    ],
    [
      'a shape is of 2^53 and more',
      header((entries) => {
        of(entries, NORM).shape = [2 ** 52, 2 ** 10];
      }),
      FormatError,
      FILE,
      NORM,
      '4503599627370496',
    ],
    [
      'tensors overlap',
      header((entries) => {
        entries.other = { ...of(entries, NORM) };
      }),
      FormatError,
      FILE,
      'overlaps',
    ],
    [
      'offsets are negative',
      header((entries) => {
        of(entries, NORM).data_offsets = [-128, 0];
      }),
      FormatError,
      FILE,
      NORM.slice(0, 5),
      '-128',
    ],
    ['channels are of another model', config({ hidden_size: 32 }), FormatError, '32', '64'],
    ['layers are missing', config({ num_hidden_layers: 1 }), FormatError, FILE, 'layers.1'],
  ]),
  ...changedFrom('nllb', [
    [
      'a shard is outside',
      index((map) => {
        map['model.shared.weight'] = '../secret.safetensors';
      }),
      FormatError,
      INDEX,
      '../secret.safetensors',
    ],
    [
      'a shard is elsewhere',
      (files, elsewhere) => {
        index((map) => {
          map['model.shared.weight'] = `${elsewhere}/secret.safetensors`;
        })(files, elsewhere);
      },
      FormatError,
      INDEX,
      '/secret.safetensors',
    ],
    [
      'a shard is a path',
      index((map) => {
        map['model.shared.weight'] = '/etc/passwd';
      }),
      FormatError,
      INDEX,
      '/etc/passwd',
    ],
    [
      'a shard is a number',
      edited(INDEX, ({ weight_map }) => {
        weight_map['model.shared.weight'] = 7;
      }),
      FormatError,
      INDEX,
      '7',
    ],
    ['a shard is missing', without(SECOND), OptionError, SECOND],
    ['a shard is a page', written(SECOND, PAGE), FormatError, SECOND],
    ['the index is a page', written(INDEX, PAGE), FormatError, INDEX],
    ['the index is empty', written(INDEX, '{"weight_map": {}}'), FormatError, INDEX, 'no tensors'],
    [
      'the index is a list',
      edited(INDEX, (json) => {
        json.weight_map = ['a'];
      }),
      FormatError,
      INDEX,
    ],
    [
      'shards are exchanged',
      (files) => {
        [files[FIRST], files[SECOND]] = [fileIn(files, SECOND), fileIn(files, FIRST)];
      },
      FormatError,
      FIRST,
      INDEX,
    ],
    [
      'a tensor is in no shard',
      index((map) => {
        map['model.strange'] = SECOND;
      }),
      FormatError,
      'model.strange',
    ],
  ]),
];
