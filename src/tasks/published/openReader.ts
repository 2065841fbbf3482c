/** Loads published models that read texts: encoders with a head, or with a pooling. */
import { type FileSource, openTensors, shards } from '../../io';
import { Fields } from '../../models/fields';
import { createOfKind } from '../../models/kind';
import type { Tokenizer } from '../../text/published/tokenizer';
import { placeByKeys } from '../keyedParameters';
import type { PublishedEncoder } from '../publishedSource';
import { checkLayers } from './checkConfig';
import { findKind, LONGEST } from './findKind';
import { Folder } from './folder';
import type { EncoderHubOptions } from './hubOptions';
import { createBatchReader } from './reader';
import { checkTokenizer, PLAIN_TEXT, tokenizerCodec } from './tokenizerCodec';

/** Texts that are read together by default. */
const BATCH = 16;

/** Loads a published model that reads texts, from a folder. */
export function readerOf(
  source: FileSource,
  { tokenizers, files: formats = [], maxLength, batch = BATCH, poolings = [] }: EncoderHubOptions,
): PublishedEncoder['createReader'] {
  return async (task, options, context) => {
    const { meter, signal } = context;
    const folder = new Folder(source, { ...options, signal }, (received) =>
      meter.update('download', received, undefined),
    );
    const config = new Fields('config.json', await folder.json('config.json'));
    const { kind, layout, configuration } = findKind(config, options.kinds, Infinity);
    const [tokenizer, given, files] = await Promise.all([
      folder.tokenizer(tokenizers),
      task.open(config, (name) => folder.jsonIfThere(name), poolings),
      openTensors(source, { ...options, signal }, [shards, ...formats]).then((files) =>
        checkLayers(config, files),
      ),
    ]);
    const { mask: maskId = -1 } = tokenizer.special;
    const [name = ''] = kind.names;
    const model = createOfKind([kind], 'masked language', name, { ...configuration, maskId });
    checkTokenizer(tokenizer, model.vocabulary);
    const { labels = [] } = given;
    const computation = given.computation(model);
    const length = Math.min(model.maxLength, maxLength ?? given.maxLength ?? LONGEST);
    // Each text of a batch may have several masks.
    const sizes = { batch, length, places: length };
    const parameters = {
      files,
      received: folder.received,
      placement: placeByKeys(layout.keys(configuration)),
    };
    const reader = await createBatchReader(computation, sizes, parameters, options, context);
    const setting = { tokenizer, model, maxLength: length, maxBatch: batch, labels };
    return {
      ...reader,
      get memory() {
        return reader.memory;
      },
      description: {
        model,
        vocabulary: tokenizerCodec(tokenizer, model.vocabulary, idsOf(tokenizer)),
        text: { unknown: 'unk', ...PLAIN_TEXT },
        labels,
      },
      logits: async (ids) => {
        const places = computation.hasPlaces ? [...ids.keys()] : undefined;
        const { data } = await reader.run([{ ids, types: ids.map(() => 0) }], places);
        return Float32Array.from(data);
      },
      published: task.reading(setting, reader),
    };
  };
}

/** A text begins with cls, or bos, and ends with sep, or eos. */
function idsOf({ special: { pad = 0, bos, eos, cls, sep } }: Tokenizer) {
  return { pad, bos: cls ?? bos ?? pad, eos: sep ?? eos ?? pad };
}
