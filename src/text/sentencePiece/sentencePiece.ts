/**
 * Tokenizers of SentencePiece model files (Kudo and Richardson 2018), which give the ids and texts of
 * the reference library, sentencepiece 0.2.
 */
import { readModelFile, type SentencePieceKind } from './modelFile';
import { PieceModel } from './pieceModel';
import { segment } from './segmentation';

/** A tokenizer of a SentencePiece model of any kind. */
export class SentencePiece {
  readonly kind: SentencePieceKind;
  /** Id of the unknown piece. */
  readonly unk: number;
  /** Ids of the special pieces; undefined for those that the model does without. */
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly pad: number | undefined;
  readonly #model: PieceModel;

  private constructor(model: PieceModel) {
    const { kind, unk, bos, eos, pad } = model;
    this.kind = kind;
    this.unk = unk;
    this.bos = bos;
    this.eos = eos;
    this.pad = pad;
    this.#model = model;
  }

  /**
   * Reads a model file: .model or .spm.
   * @param where names the file in errors
   * @throws FormatError for a damaged file, or one of another format, with the place
   */
  static parse(bytes: Uint8Array, where = 'SentencePiece model'): SentencePiece {
    return new SentencePiece(new PieceModel(readModelFile(bytes, where), where, segment));
  }

  /** Number of ids. */
  get size(): number {
    return this.#model.vocabulary.list.length;
  }

  /**
   * The text of an id, in which U+2581 marks a space.
   * @throws InputError for an id outside 0..size-1
   */
  piece(id: number): string {
    return this.#model.vocabulary.at(id).text;
  }

  /** The id of a piece; `unk` for a stranger. */
  id(piece: string): number {
    return this.#model.vocabulary.id(piece);
  }

  /** The text as it is cut into pieces: normalised, with U+2581 for spaces. */
  normalise(text: string): string {
    return this.#model.normaliser.normalise(text);
  }

  /**
   * Converts text to ids, without bos and eos. Neighbouring characters without a piece become one
   * `unk`, or their bytes where the model has pieces for bytes.
   */
  encode(text: string): number[] {
    return this.#model.cut(text).map(({ id }) => id);
  }

  /**
   * Converts ids to text. Control pieces are nothing; bytes that form no character become U+FFFD.
   * @throws InputError for an id outside 0..size-1
   */
  decode(ids: Iterable<number>): string {
    const pieces = Array.from(ids, (id) => this.#model.vocabulary.at(id));
    return this.#model.join(pieces);
  }

  /**
   * The texts that a text is cut into: those of pieces, and of characters without a piece those
   * that stand in the text.
   */
  pieces(text: string): string[] {
    return this.#model.pieces(text);
  }

  /** Converts pieces to text. What is no piece of this model stands for itself. */
  decodePieces(texts: Iterable<string>): string {
    return this.#model.decodePieces(texts);
  }
}
