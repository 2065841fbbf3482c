/** Cuts normalised text into pieces, by the kind of model. */
import { mergedPieces } from './mergedPairs';
import type { ModelFile } from './modelFile';
import { characterLength, SPACE_MARK } from './normaliser';
import type { Pieces } from './pieces';
import { unigramPieces } from './unigram';

/** The pieces of normalised text, unknown ones among them. */
export function segment(
  text: string,
  pieces: Pieces,
  { kind, isSuffix }: Pick<ModelFile, 'kind' | 'isSuffix'>,
): readonly string[] {
  switch (kind) {
    case 'unigram':
      return unigramPieces(text, pieces);
    case 'bpe':
      return mergedPieces(text, pieces);
    case 'char':
      return characters(text, pieces);
    case 'word':
      return words(text, isSuffix);
    default:
      return kind satisfies never;
  }
}

/** Characters, and what the user defined. */
function characters(text: string, { userDefined }: Pieces): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = userDefined.longest(text, at) || characterLength(text, at);
    found.push(text.slice(at, at + length));
    at += length;
  }
  return found;
}

/** Words with the mark of the space before, or behind, them. */
function words(text: string, isSuffix: boolean): readonly string[] {
  const pattern = isSuffix
    ? `[^${SPACE_MARK}]*${SPACE_MARK}|[^${SPACE_MARK}]+`
    : `${SPACE_MARK}?[^${SPACE_MARK}]+|${SPACE_MARK}`;
  return text.match(new RegExp(pattern, 'gu')) ?? [];
}
