/**
 * Tokenizers of SentencePiece model files (Kudo and Richardson 2018), which give the ids and texts of
 * the reference library, sentencepiece 0.2.
 */
import { joinPieces } from './decoding';
import { type ModelFile, readModelFile, type SentencePieceKind } from './modelFile';
import { Denormaliser, Normaliser } from './normaliser';
import { Pieces } from './pieces';
import { segment } from './segmentation';

/** A tokenizer of a SentencePiece model. */
export class SentencePiece {
  readonly kind: SentencePieceKind;
  /** Id of the unknown piece. */
  readonly unk: number;
  /** Ids of the special pieces; undefined for those that the model does without. */
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly pad: number | undefined;
  readonly #file: ModelFile;
  readonly #pieces: Pieces;
  readonly #normaliser: Normaliser;
  readonly #denormaliser: Denormaliser;

  private constructor(file: ModelFile, where: string) {
    const { kind, bos, eos, pad, normaliser, isSuffix, denormaliserCharsmap } = file;
    this.#file = file;
    this.#pieces = new Pieces(file.pieces);
    const { userDefined, unknown } = this.#pieces;
    this.#normaliser = new Normaliser(normaliser, isSuffix, userDefined, where);
    this.#denormaliser = new Denormaliser(denormaliserCharsmap, where);
    this.kind = kind;
    this.unk = unknown;
    this.bos = bos;
    this.eos = eos;
    this.pad = pad;
  }

  /**
   * Reads a model file: .model or .spm.
   * @param where names the file in errors
   * @throws FormatError for a damaged file, or one of another format, with the place
   */
  static parse(bytes: Uint8Array, where = 'SentencePiece model'): SentencePiece {
    return new SentencePiece(readModelFile(bytes, where), where);
  }

  /** Number of ids. */
  get size(): number {
    return this.#pieces.list.length;
  }

  /**
   * The text of an id, in which U+2581 marks a space.
   * @throws InputError for an id outside 0..size-1
   */
  piece(id: number): string {
    return this.#pieces.at(id).text;
  }

  /** The id of a piece; `unk` for a stranger. */
  id(piece: string): number {
    return this.#pieces.id(piece);
  }

  /** The text as it is cut into pieces: normalised, with U+2581 for spaces. */
  normalise(text: string): string {
    return this.#normaliser.normalise(text);
  }

  /**
   * Converts text to ids, without bos and eos. Neighbouring characters without a piece become one
   * `unk`, or their bytes where the model has pieces for bytes.
   */
  encode(text: string): number[] {
    const { hasByteFallback } = this.#file;
    const ids: number[] = [];
    let isAfterUnknown = false;
    for (const piece of segment(this.normalise(text), this.#pieces, this.#file)) {
      const id = this.#pieces.id(piece);
      const isUnknown = id === this.unk;
      if (isUnknown && hasByteFallback) {
        for (const byte of new TextEncoder().encode(piece)) ids.push(this.#pieces.byte(byte));
      } else if (!(isUnknown && isAfterUnknown)) ids.push(id);
      isAfterUnknown = isUnknown;
    }
    return ids;
  }

  /**
   * Converts ids to text. Control pieces are nothing; bytes that form no character become U+FFFD.
   * @throws InputError for an id outside 0..size-1
   */
  decode(ids: Iterable<number>): string {
    const pieces = Array.from(ids, (id) => this.#pieces.at(id));
    return this.#denormaliser.denormalise(joinPieces(pieces, this.#file));
  }
}
