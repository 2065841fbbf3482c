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
  readonly vocabulary: Pieces;
  readonly normaliser: Normaliser;
  readonly #denormaliser: Denormaliser;
  readonly #segment: Segment;

  /** @throws FormatError for a damaged table of replacements */
  constructor(file: ModelFile, where: string, segment: Segment) {
    const { kind, bos, eos, pad, normaliser, isSuffix, denormaliserCharsmap } = file;
    this.#file = file;
    this.#segment = segment;
    this.vocabulary = new Pieces(file.pieces);
    const { userDefined, unknown } = this.vocabulary;
    this.normaliser = new Normaliser(normaliser, isSuffix, userDefined, where);
    this.#denormaliser = new Denormaliser(denormaliserCharsmap, where);
    this.kind = kind;
    this.unk = unknown;
    this.bos = bos;
    this.eos = eos;
    this.pad = pad;
  }

  /**
   * The texts that a text is cut into: those of pieces, and of characters without a piece those
   * that stand in the text.
   */
  pieces(text: string): string[] {
    return this.cut(text).map(({ piece }) => piece);
  }

  /** Converts pieces to text. What is no piece of this model stands for itself. */
  decodePieces(texts: Iterable<string>): string {
    const pieces = Array.from(texts, (text) => {
      const piece = this.vocabulary.at(this.vocabulary.id(text));
      return piece.text === text ? piece : ({ text, type: 'literal' } as const);
    });
    return this.join(pieces);
  }

  /** The text of pieces. */
  join(pieces: Parameters<typeof joinPieces>[0]): string {
    return this.#denormaliser.denormalise(joinPieces(pieces, this.#file));
  }

  /** The pieces of a text, and their ids. */
  cut(text: string): readonly { readonly piece: string; readonly id: number }[] {
    const { hasByteFallback } = this.#file;
    const found: { piece: string; readonly id: number }[] = [];
    let unknown: { piece: string } | undefined;
    for (const piece of this.#segment(
      this.normaliser.normalise(text),
      this.vocabulary,
      this.#file,
    )) {
      const id = this.vocabulary.id(piece);
      if (id !== this.unk) {
        found.push({ piece, id });
        unknown = undefined;
      } else if (hasByteFallback) {
        for (const byte of new TextEncoder().encode(piece)) {
          found.push({ piece: byteName(byte), id: this.vocabulary.byte(byte) });
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
