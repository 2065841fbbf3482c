/**
 * Models of SentencePiece whose way of cutting text is passed in: the ids and texts are those of the
 * reference library, sentencepiece 0.2.
 */
import { byteName } from './bytePieces';
import { joinPieces } from './decoding';
import type { ModelFile, SentencePieceKind } from './modelFile';
import { Denormaliser, Normaliser } from './normaliser';
import { Pieces } from './pieces';

/** The pieces of normalised text, unknown ones among them. */
export type Segment = (text: string, pieces: Pieces, file: ModelFile) => readonly string[];

/** A tokenizer of a SentencePiece model. */
export class PieceModel {
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
  readonly #segment: Segment;

  /** @throws FormatError for a damaged table of replacements */
  constructor(file: ModelFile, where: string, segment: Segment) {
    const { kind, bos, eos, pad, normaliser, isSuffix, denormaliserCharsmap } = file;
    this.#file = file;
    this.#segment = segment;
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
    return this.#cut(text).map(({ id }) => id);
  }

  /**
   * The texts that `encode` gives ids to: those of pieces, and of characters without a piece those
   * that stand in the text.
   */
  pieces(text: string): string[] {
    return this.#cut(text).map(({ piece }) => piece);
  }

  /**
   * Converts ids to text. Control pieces are nothing; bytes that form no character become U+FFFD.
   * @throws InputError for an id outside 0..size-1
   */
  decode(ids: Iterable<number>): string {
    const pieces = Array.from(ids, (id) => this.#pieces.at(id));
    return this.#denormaliser.denormalise(joinPieces(pieces, this.#file));
  }

  /** Converts pieces to text. What is no piece of this model stands for itself. */
  decodePieces(texts: Iterable<string>): string {
    const pieces = Array.from(texts, (text) => {
      const piece = this.#pieces.at(this.#pieces.id(text));
      return piece.text === text ? piece : ({ text, type: 'literal' } as const);
    });
    return this.#denormaliser.denormalise(joinPieces(pieces, this.#file));
  }

  #cut(text: string): readonly { readonly piece: string; readonly id: number }[] {
    const { hasByteFallback } = this.#file;
    const found: { piece: string; readonly id: number }[] = [];
    let unknown: { piece: string } | undefined;
    for (const piece of this.#segment(this.normalise(text), this.#pieces, this.#file)) {
      const id = this.#pieces.id(piece);
      if (id !== this.unk) {
        found.push({ piece, id });
        unknown = undefined;
      } else if (hasByteFallback) {
        for (const byte of new TextEncoder().encode(piece)) {
          found.push({ piece: byteName(byte), id: this.#pieces.byte(byte) });
        }
      } else if (unknown === undefined) {
        const one = { piece, id };
        found.push(one);
        unknown = one;
      } else unknown.piece += piece;
    }
    return found;
  }
}
