/**
 * Normalisers, pre-tokenizers and decoders of tokenizer.json for which the library's JavaScript form
 * differs from the reference, which is written in Rust: these do as the reference does.
 */
import { byteOf } from '../sentencePiece/bytePieces';
import type { Charsmap } from '../sentencePiece/charsmap';
import type { JsonObject } from './files';

/** Bytes of a group of characters that is replaced as a whole, at most. */
const GROUP = 5;

/**
 * Replaces characters by a table of SentencePiece as the reference does, which is not what SentencePiece
 * does: groups of characters that are seen as one are looked up first, if they are short, and the
 * replacement of their beginning stands for all of them.
 */
export function replacedBy(table: Charsmap): (text: string) => string {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const encoder = new TextEncoder();
  const each = (text: string) =>
    Array.from(text, (one) => table.shortest(encoder.encode(one))?.text ?? one).join('');
  return (text) => {
    let written = '';
    for (const { segment } of graphemes.segment(text)) {
      const bytes = encoder.encode(segment);
      const whole = bytes.length <= GROUP ? table.shortest(bytes) : undefined;
      written += whole?.text ?? each(segment);
    }
    return written;
  };
}

/** Ideographs, which BERT takes for words of their own; some stand as two units in a string. */
const IDEOGRAPH =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** BERT's normaliser, with all ideographs, and lower case without regard to neighbours. */
export function bertNormaliser({
  clean_text: cleans,
  handle_chinese_chars: splits,
  lowercase,
  strip_accents: strips,
}: JsonObject): (text: string) => string {
  return (text) => {
    let now = cleans ? cleaned(text) : text;
    if (splits) now = now.replace(IDEOGRAPH, ' $& ');
    if (strips ?? lowercase) now = now.normalize('NFD').replace(/\p{Mn}/gu, '');
    return lowercase ? lowerCase(now) : now;
  };
}

/** Text without controls and other characters that have no glyph, and with plain spaces. */
function cleaned(text: string): string {
  return text
    .replace(/(?![\t\n\r])[\ufffd\p{Cc}\p{Cf}\p{Co}]/gu, '')
    .replace(/\p{White_Space}/gu, ' ');
}

/**
 * Lower case of each character by itself, unlike that of the whole string, which gives a Greek sigma at
 * the end of a word another form.
 */
export function lowerCase(text: string): string {
  return text.replace(/\u03a3/gu, '\u03c3').toLowerCase();
}

/** Splits at Unicode's white space, which JavaScript's \s is not quite. */
export function splitAtWhiteSpace(text: string): readonly string[] {
  return text.match(/\P{White_Space}+/gu) ?? [];
}

/** Joins pieces of bytes: U+FFFD stands for each byte of a run that is no UTF-8 as a whole. */
export function joinBytes(tokens: readonly string[]): readonly string[] {
  const found: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) found.push(runText(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = byteOf(token.toUpperCase().replace('X', 'x'));
    if (byte === undefined) {
      flush();
      found.push(token);
    } else bytes.push(byte);
  }
  flush();
  return found;
}

function runText(bytes: readonly number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
  } catch {
    return '\ufffd'.repeat(bytes.length);
  }
}
