/**
 * Tokenizers of SentencePiece model files (Kudo and Richardson 2018), which give the ids and texts of
 * the reference library, sentencepiece 0.2.
 */
import { readModelFile } from './modelFile';
import { PieceModel } from './pieceModel';
import { segment } from './segmentation';

/** A tokenizer of a SentencePiece model of any kind. */
export class SentencePiece extends PieceModel {
  /**
   * Reads a model file: .model or .spm.
   * @param where names the file in errors
   * @throws FormatError for a damaged file, or one of another format, with the place
   */
  static parse(bytes: Uint8Array, where = 'SentencePiece model'): SentencePiece {
    return new SentencePiece(readModelFile(bytes, where), where, segment);
  }
}
