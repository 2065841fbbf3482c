/**
 * Text of ids that arrive one by one. Decoders join tokens in ways of their own, so recent ids are
 * decoded together, and what the next ids may still change is held back.
 */

/** Ids that are decoded together before the oldest ones are forgotten. */
const WINDOW = 24;
/** Ids that are then kept as the context of the next ones. */
const CONTEXT = 8;

/** How a tokenizer decodes. */
export interface StreamOptions {
  /** The text of ids, without special tokens. */
  readonly decode: (ids: readonly number[]) => string;
  /** Whether decoding leaves an id out. @throws InputError for an id outside the vocabulary */
  readonly isHidden: (id: number) => boolean;
  /** Whether later ids may change the text of this one, as with bytes of a character. */
  readonly isOpen?: (id: number) => boolean;
  /** Characters at the end of a text that later ids may change (default 0). */
  readonly held?: number;
}

/** A function for `Tokenizer.stream`. */
export function streamOf(options: StreamOptions): (id?: number) => string {
  const { decode, isHidden, isOpen = () => false, held = 0 } = options;
  let ids: number[] = [];
  /** How much of the ids' text has been returned. */
  let returned = 0;
  return (id) => {
    if (id === undefined) {
      const rest = decode(ids).slice(returned);
      ids = [];
      returned = 0;
      return rest;
    }
    if (isHidden(id)) return '';
    ids.push(id);
    if (isOpen(id)) return '';
    const text = decode(ids);
    const settled = settledLength(text, held);
    if (settled <= returned) return '';
    const added = text.slice(returned, settled);
    returned = settled;
    if (ids.length > WINDOW) {
      const recent = ids.slice(-CONTEXT);
      const own = decode(recent);
      const before = returned - (text.length - own.length);
      // Spaces and prefixes at the beginning of a text are decoded otherwise than within it.
      if (before > 0 && /^\S/u.test(own) && text.endsWith(own)) {
        ids = recent;
        returned = before;
      }
    }
    return added;
  };
}

/** The length of a text without spaces, and parts of a character, at its end. */
function settledLength(text: string, held: number): number {
  const rest = text.replace(/[\s\ufffd]+$/u, '');
  const length = Math.min(rest.length, text.length - held);
  const isWithinPair = /[\udc00-\udfff]/.test(text.charAt(length));
  return isWithinPair ? length - 1 : length;
}
