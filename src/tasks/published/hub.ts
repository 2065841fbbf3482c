/**
 * Models in Hugging Face's layout, as a source for every load: from a hub by name, from any address,
 * folder or files.
 */

import { checkOptions, OptionError, shown } from '../../core/errors';
import type { FileSource } from '../../io';
import type { PublishedSource } from '../publishedSource';
import type { HubOptions } from './hubOptions';
import { openerOf } from './open';
import { readerOf } from './openReader';

const OPTIONS: readonly (keyof HubOptions)[] = [
  ...(['tokenizers', 'chat', 'generation', 'revision', 'base', 'maxLength', 'batch'] as const),
];

/**
 * A published model, for `Translator.load` and all other loads, with `kinds` of published models:
 * `Translator.load(hub('Helsinki-NLP/opus-mt-en-fr', { tokenizers: [marianTokenizer] }), { kinds:
 * [marian] })`.
 * @param source a model's name on the hub, 'owner/name'; or the address, path or URL of its folder;
 *   its files; a directory handle; or their contents by name. A path in Node begins with '/' or '.'.
 * @throws OptionError for an unknown or invalid option
 */
export function hub(source: FileSource, options: HubOptions): PublishedSource {
  checkOptions('hub', options, OPTIONS);
  const { tokenizers, revision, base, maxLength, batch } = options;
  if (!Array.isArray(tokenizers)) {
    throw new OptionError(
      `hub: tokenizers must be an array such as [marianTokenizer], found ${shown(tokenizers)}`,
    );
  }
  for (const [name, value] of Object.entries({ maxLength, batch })) {
    if (value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new OptionError(`hub: ${name} must be a whole number of at least 1, found ${value}`);
  }
  const isNamed = typeof source === 'string' && NAME.test(source);
  if (!isNamed && (revision !== undefined || base !== undefined)) {
    throw new OptionError(
      `hub: revision and base are for a model's name on a hub, 'owner/name', found ${shown(source)}`,
    );
  }
  const place = isNamed ? hubAddress(source, revision, base) : source;
  return { open: openerOf(place, options), createReader: readerOf(place, options) };
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
