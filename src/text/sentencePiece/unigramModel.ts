/** Unigram models of SentencePiece alone, for tokenizers that have no others. */
import { OptionError } from '../../core/errors';
import { readModelFile } from './modelFile';
import { PieceModel } from './pieceModel';
import { unigramPieces } from './unigram';

/**
 * Reads a model file.
 * @throws FormatError for a damaged file; OptionError for a model of another kind, with the `remedy`
 */
export function parseUnigram(bytes: Uint8Array, where: string, remedy: string): PieceModel {
  const file = readModelFile(bytes, where);
  if (file.kind === 'unigram') return new PieceModel(file, where, unigramPieces);
  throw new OptionError(
    `${where}: expected a unigram model, found one of kind '${file.kind}'; ${remedy}`,
  );
}
