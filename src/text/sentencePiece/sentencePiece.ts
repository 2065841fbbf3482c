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

  /** Number of ids. */
  get size(): number {
    return this.vocabulary.list.length;
  }

  /**
   * The text of an id, in which U+2581 marks a space.
   * @throws InputError for an id outside 0..size-1
   */
  piece(id: number): string {
    return this.vocabulary.at(id).text;
  }

  /** The id of a piece; `unk` for a stranger. */
  id(piece: string): number {
    return this.vocabulary.id(piece);
  }

  /** The text as it is cut into pieces: normalised, with U+2581 for spaces. */
  normalise(text: string): string {
    return this.normaliser.normalise(text);
  }

  /**
   * Converts text to ids, without bos and eos. Neighbouring characters without a piece become one
   * `unk`, or their bytes where the model has pieces for bytes.
   */
  encode(text: string): number[] {
    return this.cut(text).map(({ id }) => id);
  }

  /**
   * Converts ids to text. Control pieces are nothing; bytes that form no character become U+FFFD.
   * @throws InputError for an id outside 0..size-1
   */
  decode(ids: Iterable<number>): string {
    const pieces = Array.from(ids, (id) => this.vocabulary.at(id));
    return this.join(pieces);
  }
}
