/**
 * Checks the numbers of a published config.json before anything is computed from them: files come
 * from strangers, and a billion layers would fill the memory before any tensor is missed.
 */
import { FormatError, OptionError, shown } from '../../core/errors';
import type { TensorFile, TensorFiles } from '../../io';
import type { Fields } from '../../models/fields';

/** More layers than any model has. */
const MOST_LAYERS = 256;
/** More tokens, channels or heads than any model has. */
const LARGEST = 2 ** 24;
/** Models without an end have had this many positions and more. */
const LONGEST = 2 ** 31;

/** Numbers of layers, by their names in the files of all kinds. */
const LAYERS = [
  ...['num_hidden_layers', 'encoder_layers', 'decoder_layers', 'num_layers'],
  ...['num_decoder_layers', 'n_layer', 'n_layers'],
];

/** Whole numbers from 1, with the largest value, by their names in the files of all kinds. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ...LAYERS.map((name) => [name, MOST_LAYERS] as const),
  ...[
    ...['vocab_size', 'decoder_vocab_size', 'hidden_size', 'd_model', 'n_embd', 'dim', 'd_kv'],
    ...['intermediate_size', 'encoder_ffn_dim', 'decoder_ffn_dim', 'd_ff', 'n_inner', 'hidden_dim'],
    ...['num_attention_heads', 'num_key_value_heads', 'encoder_attention_heads', 'head_dim'],
    ...['decoder_attention_heads', 'num_heads', 'n_head', 'n_heads', 'type_vocab_size'],
    ...['relative_attention_num_buckets', 'relative_attention_max_distance', 'num_labels'],
  ].map((name) => [name, LARGEST] as const),
  ...['max_position_embeddings', 'n_positions'].map((name) => [name, LONGEST] as const),
]);

/** Numbers above 0. */
const POSITIVE = ['layer_norm_eps', 'layer_norm_epsilon', 'rms_norm_eps', 'rope_theta'];

/**
 * Checks sizes, epsilons, bases and the id of padding.
 * @throws FormatError for a value of another type, OptionError for one out of range, naming field and
 *   value
 */
export function checkConfig(config: Fields): void {
  for (const [name, most] of SIZES) {
    check(config, name, `a whole number from 1 to ${most}`, (value) => {
      return Number.isInteger(value) && value >= 1 && value <= most;
    });
  }
  for (const name of POSITIVE) check(config, name, 'a number above 0', (value) => value > 0);
  const size = config.value('vocab_size');
  if (typeof size !== 'number') return;
  // Some files have -1 for no padding.
  check(config, 'pad_token_id', `an id of the vocabulary, 0 to ${size - 1}`, (value) => {
    return Number.isInteger(value) && value >= -1 && value < size;
  });
}

/**
 * Checks that the tensors have as many layers as the configuration, before these are compiled. Files
 * whose names are known only when all of their bytes are there are checked then, as all are.
 * @returns the files, of which the first has been opened
 * @throws FormatError naming field and value; as `files.read`
 */
export async function checkLayers(config: Fields, files: TensorFiles): Promise<TensorFiles> {
  if (files.isWhole === true) return files;
  let report: (received: number) => void = () => undefined;
  const reading = files.read((received) => report(received))[Symbol.asyncIterator]();
  const first = await reading.next();
  if (first.done !== true) checkNames(config, first.value);
  return {
    byteLength: files.byteLength,
    async *read(onBytes) {
      report = onBytes;
      try {
        for (let next = first; next.done !== true; next = await reading.next()) yield next.value;
      } finally {
        await reading.return?.();
      }
    },
  };
}

function checkNames(config: Fields, { where, names }: TensorFile): void {
  // 'encoder.block.11.layer.0': a layer's number is the first one.
  const numbers = [...names].map((name) => Number(/\.(\d+)\./.exec(`.${name}`)?.[1] ?? -1));
  const found = numbers.reduce((most, number) => Math.max(most, number + 1), 0);
  for (const name of LAYERS) {
    const value = config.value(name);
    if (typeof value !== 'number' || value <= found) continue;
    throw new FormatError(
      `config.json: '${name}' is ${value}, but ${where} has tensors of ${found} layers; do the files ` +
        'belong together?',
    );
  }
}

function check(
  config: Fields,
  name: string,
  expected: string,
  fits: (value: number) => boolean,
): void {
  const value = config.value(name) ?? undefined;
  if (value === undefined) return;
  const message = `config.json: '${name}' must be ${expected}, found ${shown(value)}`;
  if (typeof value !== 'number') throw new FormatError(message);
  if (!fits(value)) throw new OptionError(message);
}
