/** Vectors of texts by a published encoder, pooled as the files of sentence-transformers say. */
import { InputError, OptionError, shown } from '../../core/errors';
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
  if (!Array.isArray(modules)) return {};
  const parts = modules.map((item) => {
    const fields = new Fields('modules.json', item);
    const type = (fields.text('type') ?? '').split('.').at(-1) ?? '';
    if (MODULES.includes(type)) return { type, path: fields.text('path') ?? '' };
    throw new OptionError(
      `modules.json: type '${fields.text('type')}' is not supported, only ${MODULES.join(', ')}; ` +
        'choose another model',
    );
  });
  const pooling = parts.find(({ type }) => type === 'Pooling');
  const kind = pooling && publishedPooling(await file(`${pooling.path}/config.json`));
  const name = 'sentence_bert_config.json';
  const limits = await file(name);
  const longest = limits && new Fields(name, limits).value('max_seq_length');
  return {
    ...(kind && { kind }),
    normalise: parts.some(({ type }) => type === 'Normalize'),
    maxLength: typeof longest === 'number' ? longest : undefined,
  };
}
