/** Checks what an app hands in to a load. */
import { OptionError } from '../core/errors';

/** The lists that an app hands in. */
export interface HandedIn {
  readonly kinds: readonly unknown[];
  readonly decodings?: readonly unknown[];
  readonly formats?: readonly unknown[];
  readonly codecs?: readonly unknown[];
}

/** @throws OptionError for a list that is no array, and where no kinds are handed in */
export function checkLists(options: HandedIn): void {
  const { kinds, decodings = [], formats = [], codecs = [] } = options;
  for (const [name, list] of Object.entries({ kinds, decodings, formats, codecs })) {
    if (Array.isArray(list)) continue;
    throw new OptionError(
      `load: ${name} must be an array` +
        (name === 'kinds'
          ? `: import { transformer } from 'qkv/models', and load with { kinds: [transformer] }`
          : ''),
    );
  }
}
