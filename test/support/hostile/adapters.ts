/** Adapters that are damaged, of another method, or of another model than the one they are read for. */
import { DTypeError, FormatError, OptionError, type QkvError } from 'qkv';
import { parseSafetensors, type StoredTensor, writeSafetensors } from 'qkv/io';
import { type AdapterFiles, createModel, marian, modelLayout } from 'qkv/models';
import { defined } from '../../../tools/lib/defined';
import { publishedConfiguration, readFixture } from '../published';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const config = text(readFixture('lora-marian', 'adapter_config.json'));
const tensors = readFixture('lora-marian', 'adapter_model.safetensors.gz');
const configuration = publishedConfiguration(
  marian,
  JSON.parse(text(readFixture('marian-en-de', 'config.json'))),
);

/** The model that the adapters are for. */
export const ADAPTED = {
  layout: modelLayout(createModel('translation', 'marian', configuration)),
  keys: defined(marian.published, 'published').keys(configuration),
};

export interface HostileAdapter {
  readonly title: string;
  readonly error: abstract new (...args: never[]) => QkvError;
  readonly says: readonly string[];
  files(): AdapterFiles;
}

type Tensors = Map<string, StoredTensor>;

const adapter = (
  title: string,
  error: HostileAdapter['error'],
  says: readonly string[],
  files: Partial<AdapterFiles>,
): HostileAdapter => ({
  title,
  error,
  says,
  files: () => ({
    'adapter_config.json': config,
    'adapter_model.safetensors': tensors,
    ...files,
  }),
});

/** With other fields in its configuration. */
const fields = (title: string, given: object, error: HostileAdapter['error'], ...says: string[]) =>
  adapter(title, error, says, {
    'adapter_config.json': JSON.stringify({ ...JSON.parse(config), ...given }),
  });

/** With other tensors. */
function changed(
  title: string,
  edit: (all: Tensors, first: string) => void,
  error: HostileAdapter['error'],
  ...says: string[]
): HostileAdapter {
  const all: Tensors = new Map(parseSafetensors(tensors).tensors);
  edit(all, defined([...all.keys()][0], 'name'));
  return adapter(title, error, says, { 'adapter_model.safetensors': writeSafetensors(all) });
}

export const HOSTILE_ADAPTERS: readonly HostileAdapter[] = [
  adapter('its configuration is a page', FormatError, ['adapter_config.json'], {
    'adapter_config.json': '<!doctype html>',
  }),
  adapter('its configuration is a list', FormatError, ['adapter_config.json', '[1]'], {
    'adapter_config.json': '[1]',
  }),
  adapter('its tensors are a page', FormatError, ['safetensors'], {
    'adapter_model.safetensors': new TextEncoder().encode('<!doctype html><title>x</title>'),
  }),
  fields('it is DoRA', { use_dora: true }, OptionError, 'use_dora', 'true'),
  fields('it has biases', { bias: 'all' }, OptionError, 'bias', "'all'"),
  fields('it is of another method', { peft_type: 'IA3' }, OptionError, 'peft_type', "'IA3'"),
  fields('it was made by PiSSA', { init_lora_weights: 'pissa' }, OptionError, "'pissa'"),
  fields('it repeats layers', { layer_replication: [[0, 2]] }, OptionError, 'layer_replication'),
  fields('it switches an unknown field on', { use_magic: 3 }, OptionError, 'use_magic', '3'),
  fields('its rank is 0', { r: 0 }, OptionError, 'rank', '0'),
  fields('its rank is fractional', { r: 2.5 }, OptionError, 'rank', '2.5'),
  fields('its rank is a text', { r: '4' }, FormatError, "'r'", "'4'"),
  fields('its rank is huge', { r: 1e9 }, FormatError, '1000000000', '[4,64]'),
  fields('its alpha is a text', { lora_alpha: '8' }, FormatError, 'lora_alpha', "'8'"),
  fields('its dropout is 1', { lora_dropout: 1 }, OptionError, 'lora_dropout', '1'),
  fields('it names nothing', { target_modules: ['query'] }, OptionError, '["query"]'),
  fields('it names numbers', { target_modules: [3] }, FormatError, 'target_modules', '[3]'),
  fields('its pattern is damaged', { target_modules: '(' }, OptionError, "'('"),
  fields('a pattern of ranks is damaged', { rank_pattern: { '(': 4 } }, OptionError, '('),
  fields(
    'a rank of a pattern is a text',
    { rank_pattern: { a: 'b' } },
    FormatError,
    'rank_pattern',
  ),
  fields(
    'it names other layers',
    { target_modules: ['k_proj'] },
    FormatError,
    'k_proj',
    'has none',
  ),
  changed('a tensor is missing', (all, first) => all.delete(first), FormatError, 'has none'),
  changed(
    'a tensor is strange',
    (all, first) => all.set('base_model.model.magic.weight', defined(all.get(first), first)),
    FormatError,
    'magic',
  ),
  changed(
    'a tensor has another shape',
    (all, first) => {
      const { dtype, shape, bytes } = defined(all.get(first), first);
      all.set(first, { dtype, shape: shape.toReversed(), bytes });
    },
    FormatError,
    '[4,64]',
    '[64,4]',
  ),
  changed(
    'a tensor is of integers',
    (all, first) => {
      const { shape, bytes } = defined(all.get(first), first);
      all.set(first, { dtype: 'I32', shape, bytes });
    },
    DTypeError,
    'I32',
  ),
];
