/** Vectors of texts by a published encoder, pooled as the files of sentence-transformers say. */
import { FormatError, InputError, OptionError, shown } from '../../core/errors';
import { Fields } from '../../models/fields';
import { type PoolingOptions, pooledBy, publishedPooling } from '../../models/pooling';
import type { EmbedOptions } from '../readings';
import type { ReadingTask, TaskFiles } from '../readingTask';
import { rowsOfBatches } from './readTexts';

/** Computes one vector for each text. */
export const embedding: ReadingTask<EmbedOptions, Float32Array> = {
  open: async (_, file, poolings) => {
    const { maxLength, ...pooling } = await readSentences(file);
    return {
      maxLength,
      computation: (model) => ({
        hasPlaces: false,
        output: (scope, batch) =>
          pooledBy(model.encode(scope, batch), batch.lengths, pooling, poolings),
      }),
    };
  },
  reading:
    (setting, reader) =>
    (texts, { signal }) => {
      const { maxLength: maxTokens, tokenizer } = setting;
      const encoded = texts.map((text) => {
        if (typeof text === 'string') return tokenizer.encode(text, { maxTokens });
        throw new InputError(`embed: expected a text, found ${shown(text)}`);
      });
      return rowsOfBatches(setting, reader, encoded, signal);
    },
};

/** What the files of sentence-transformers say. */
type Sentences = PoolingOptions & Pick<TaskFiles, 'maxLength'>;

/** Modules of sentence-transformers that are supported, by the last part of their names. */
const MODULES = ['Transformer', 'Pooling', 'Normalize'];

/**
 * Reads how vectors of tokens become one; the mean where the files do not say.
 * @throws OptionError for a module that is not supported
 */
async function readSentences(file: (name: string) => Promise<unknown>): Promise<Sentences> {
  const modules = await file('modules.json');
  if (modules === undefined) return {};
  if (!Array.isArray(modules)) {
    throw new FormatError(`modules.json: expected a list of modules, found ${shown(modules)}`);
  }
  const parts = modules.map((item) => {
    const fields = new Fields('modules.json', item);
    const type = (fields.text('type') ?? '').split('.').at(-1) ?? '';
    const path = fields.text('path') ?? '';
    if (!/^(\w[\w.-]*)?$/.test(path)) {
      throw new FormatError(
        `modules.json: 'path' must be a folder beside it, found ${shown(path)}; do not use this model`,
      );
    }
    if (MODULES.includes(type)) return { type, path };
    throw new OptionError(
      `modules.json: type ${shown(fields.text('type'))} is not supported, only ${MODULES.join(', ')}; ` +
        'choose another model',
    );
  });
  const pooling = parts.find(({ type }) => type === 'Pooling');
  const kind = pooling && publishedPooling(await neededFile(`${pooling.path}/config.json`));
  const limits = await file(LIMITS);
  return {
    ...(kind && { kind }),
    normalise: parts.some(({ type }) => type === 'Normalize'),
    maxLength: limits === undefined ? undefined : longestOf(limits),
  };

  async function neededFile(name: string): Promise<unknown> {
    const json = await file(name);
    if (json !== undefined) return json;
    throw new FormatError(`${name} is missing, which modules.json names; download the model again`);
  }
}

/** The file that says how long texts may be. */
const LIMITS = 'sentence_bert_config.json';

/** @throws FormatError for a length that is none */
function longestOf(json: unknown): number | undefined {
  const name = 'max_seq_length';
  const value = new Fields(LIMITS, json).value(name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw new FormatError(
    `${LIMITS}: '${name}' must be a whole number from 1, found ${shown(value)}`,
  );
}
