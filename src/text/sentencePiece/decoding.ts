/** The text of pieces, as SentencePiece joins them (sentencepiece_processor.cc). */
import { byteOf } from './bytePieces';
import type { ModelFile, PieceType } from './modelFile';
import { SPACE_MARK } from './normaliser';

/** A piece, or a text that is none and stands for itself. */
interface Joined {
  readonly text: string;
  readonly type: PieceType | 'literal';
}

/** The text of pieces before it is denormalised. Control pieces are nothing. */
export function joinPieces(
  pieces: Iterable<Joined>,
  { normaliser, unknownSurface }: Pick<ModelFile, 'normaliser' | 'unknownSurface'>,
): string {
  const { addsDummyPrefix, removesExtraSpaces } = normaliser;
  let text = '';
  let bytes: number[] = [];
  // Until there is text, the mark of a piece is that of the dummy prefix.
  let isStart = true;
  let hasPrefix = false;
  for (const { text: piece, type } of pieces) {
    if (type === 'byte') {
      bytes.push(byteOf(piece) ?? 0);
      continue;
    }
    text += bytesText(bytes);
    bytes = [];
    isStart &&= text === '' && !hasPrefix;
    hasPrefix = false;
    if (type === 'control') continue;
    if (type === 'unknown' || type === 'literal') {
      text += type === 'literal' ? piece : unknownSurface;
      continue;
    }
    const isPrefixed: boolean =
      isStart && piece.startsWith(SPACE_MARK) && (addsDummyPrefix || removesExtraSpaces);
    hasPrefix = isPrefixed && !removesExtraSpaces;
    text += (isPrefixed ? piece.slice(SPACE_MARK.length) : piece).replaceAll(SPACE_MARK, ' ');
  }
  return text + bytesText(bytes);
}

/** Bytes as text: each byte that belongs to no character becomes U+FFFD. */
function bytesText(bytes: readonly number[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const character = Uint8Array.from(bytes.slice(at, at + lengthFrom(bytes[at] ?? 0)));
    try {
      text += decoder.decode(character);
      at += character.length;
    } catch {
      text += '\ufffd';
      at++;
    }
  }
  return text;
}

/** Bytes of a character in UTF-8, from its first one. */
function lengthFrom(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
