/**
 * Models in Hugging Face's layout, as a source for every load: from a hub by name, from any address,
 * folder or files.
 */

import { checkOptions, OptionError, shown } from '../../core/errors';
import type { FileSource } from '../../io';
import type { PublishedEncoder, PublishedSource } from '../publishedSource';
import type { EncoderHubOptions, HubOptions, PlaceOptions } from './hubOptions';
import { openerOf } from './open';
import { readerOf } from './openReader';

const PLACE_OPTIONS = ['tokenizers', 'files', 'revision', 'base', 'maxLength', 'batch'] as const;

/**
 * A published model that generates, for `Translator.load` and `Writer.load`:
 * `Translator.load(hub('Helsinki-NLP/opus-mt-en-fr', { tokenizers: [marianTokenizer] }), { kinds:
 * [marian], decodings: [generationRules, publishedBeamSearch] })`.
 * @param source a model's name on the hub, 'owner/name'; or the address, path or URL of its folder;
 *   its files; a directory handle; or their contents by name. A path in Node begins with '/' or '.'.
 * @throws OptionError for an unknown or invalid option
 */
export function hub(source: FileSource, options: HubOptions): PublishedSource {
  checkOptions('hub', options, [...PLACE_OPTIONS, 'chat', 'generation']);
  return { open: openerOf(placeOf('hub', source, options), options) };
}

/**
 * A published model that reads texts, for `Embedder.load`, `MaskFiller.load` and `Classifier.load`:
 * `Embedder.load(hubEncoder('sentence-transformers/all-MiniLM-L6-v2', { tokenizers: [tokenizerJson]
 * }), { kinds: [bert] })`.
 * @param source as for `hub`
 * @throws OptionError for an unknown or invalid option
 */
export function hubEncoder(source: FileSource, options: EncoderHubOptions): PublishedEncoder {
  checkOptions('hubEncoder', options, [...PLACE_OPTIONS, 'poolings']);
  return { createReader: readerOf(placeOf('hubEncoder', source, options), options) };
}

/** Where a model is. @throws OptionError for an invalid option */
function placeOf(where: string, source: FileSource, options: PlaceOptions): FileSource {
  const { tokenizers, revision, base, maxLength, batch } = options;
  if (!Array.isArray(tokenizers)) {
    throw new OptionError(
      `${where}: tokenizers must be an array such as [tokenizerJson], found ${shown(tokenizers)}`,
    );
  }
  for (const [name, value] of Object.entries({ maxLength, batch })) {
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new OptionError(`${where}: ${name} must be a whole number of at least 1, found ${value}`);
  }
  if (typeof source === 'string' && NAME.test(source)) return hubAddress(source, revision, base);
  if (revision === undefined && base === undefined) return source;
  throw new OptionError(
    `${where}: revision and base are for a model's name on a hub, 'owner/name', found ` +
      shown(source),
  );
}

/** 'owner/name', with the characters that the hub allows. */
const NAME = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/** The address of the folder of a model on a hub. */
function hubAddress(
  name: string,
  revision = 'main',
  base: string | URL = 'https://huggingface.co',
): string {
  const root = String(base).replace(/\/+$/, '');
  return `${root}/${name}/resolve/${encodeURIComponent(revision)}/`;
}
