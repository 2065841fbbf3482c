/**
 * Reads SentencePiece's model files (.model, .spm): the message ModelProto of sentencepiece_model.proto
 * (Kudo and Richardson 2018).
 */
import { FormatError } from '../../core/errors';
import { byteOf } from './bytePieces';
import { Message, wireFields } from './protocolBuffer';

/** What a piece is. */
const PIECE_TYPES = ['normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const;
export type PieceType = (typeof PIECE_TYPES)[number];

export interface Piece {
  readonly text: string;
  /** Logarithm of its probability, or the negative rank of its merge. */
  readonly score: number;
  readonly type: PieceType;
}

const KINDS = ['unigram', 'bpe', 'word', 'char'] as const;

/** How a model of SentencePiece cuts text into pieces. */
export type SentencePieceKind = (typeof KINDS)[number];

/** What is done to text before it is cut. */
export interface NormaliserSpec {
  /** A trie of replacements; empty for none. */
  readonly charsmap: Uint8Array;
  /** Whether a space is put before the text, or behind it. */
  readonly addsDummyPrefix: boolean;
  /** Whether spaces at either end, and all but one within the text, are removed. */
  readonly removesExtraSpaces: boolean;
  /** Whether spaces become U+2581. */
  readonly escapesSpaces: boolean;
}

export interface ModelFile {
  readonly kind: SentencePieceKind;
  readonly pieces: readonly Piece[];
  readonly normaliser: NormaliserSpec;
  /** Replacements in decoded text; empty for none. */
  readonly denormaliserCharsmap: Uint8Array;
  /** Whether the mark of a space belongs to the word before it. */
  readonly isSuffix: boolean;
  /** Whether characters without a piece become bytes. */
  readonly hasByteFallback: boolean;
  /** What the unknown piece is decoded to. */
  readonly unknownSurface: string;
  /** Ids of special pieces; undefined for those that the model does without. */
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly pad: number | undefined;
}

/** Field numbers of ModelProto, and of the messages in it. */
const MODEL = { pieces: 1, trainer: 2, normaliser: 3, denormaliser: 5 } as const;
const PIECE = { text: 1, score: 2, type: 3 } as const;
const TRAINER = {
  ...{ kind: 3, isSuffix: 24, hasByteFallback: 35, unknownSurface: 44 },
  ...{ bos: 46, eos: 47, pad: 48, bosId: 41, eosId: 42, padId: 43 },
} as const;
const NORMALISER = { charsmap: 2, dummyPrefix: 3, extraSpaces: 4, escapes: 5 } as const;

/** Surface of the unknown piece where a model names none. */
const UNKNOWN_SURFACE = ' \u2047 ';

/**
 * Reads a model file.
 * @param where names the file in errors
 * @throws FormatError for a damaged file or one of another format
 */
export function readModelFile(bytes: Uint8Array, where: string): ModelFile {
  const fields = wireFields(bytes, where);
  const messages = (number: number): readonly Uint8Array[] =>
    fields.flatMap(({ number: found, value }) =>
      found === number && typeof value !== 'number' ? [value] : [],
    );
  const pieces = messages(MODEL.pieces).map((each, id) => readPiece(each, `${where}, piece ${id}`));
  checkPieces(pieces, where);
  const single = (number: number, name: string) =>
    new Message(messages(number).at(-1) ?? new Uint8Array(), `${where}, ${name}`);
  const trainer = single(MODEL.trainer, 'trainer_spec');
  const normaliser = single(MODEL.normaliser, 'normalizer_spec');
  const kind = KINDS[trainer.number(TRAINER.kind, 1) - 1];
  if (kind === undefined) {
    throw new FormatError(
      `${where}: expected a model of ${KINDS.join(', ')}, found the number ` +
        `${trainer.number(TRAINER.kind, 1)}`,
    );
  }
  const ids = new Map(pieces.map(({ text }, id) => [text, id]));
  const special = (name: 'bos' | 'eos' | 'pad', usualId: number, usual: string) => {
    const id = trainer.number(TRAINER[`${name}Id`], usualId);
    return id < 0 ? undefined : ids.get(trainer.text(TRAINER[name], usual));
  };
  return {
    kind,
    pieces,
    normaliser: {
      charsmap: normaliser.bytes(NORMALISER.charsmap),
      addsDummyPrefix: normaliser.flag(NORMALISER.dummyPrefix, true),
      removesExtraSpaces: normaliser.flag(NORMALISER.extraSpaces, true),
      escapesSpaces: normaliser.flag(NORMALISER.escapes, true),
    },
    denormaliserCharsmap: single(MODEL.denormaliser, 'denormalizer_spec').bytes(
      NORMALISER.charsmap,
    ),
    isSuffix: trainer.flag(TRAINER.isSuffix, false),
    hasByteFallback: trainer.flag(TRAINER.hasByteFallback, false),
    unknownSurface: trainer.text(TRAINER.unknownSurface, UNKNOWN_SURFACE),
    bos: special('bos', 1, '<s>'),
    eos: special('eos', 2, '</s>'),
    pad: special('pad', -1, '<pad>'),
  };
}

function readPiece(bytes: Uint8Array, where: string): Piece {
  const message = new Message(bytes, where);
  const number = message.number(PIECE.type, 1);
  const type = PIECE_TYPES[number - 1];
  if (type === undefined) {
    throw new FormatError(`${where}: expected a type from 1 to 6, found ${number}`);
  }
  const [text, score] = [message.text(PIECE.text), message.number(PIECE.score, 0)];
  if (text === '') throw new FormatError(`${where}: the piece is empty`);
  if (type === 'byte' && byteOf(text) === undefined) {
    throw new FormatError(`${where}: expected a byte such as <0x0A>, found '${text}'`);
  }
  if (!Number.isFinite(score)) throw new FormatError(`${where}: the score is ${score}`);
  return { text, score, type };
}

function checkPieces(pieces: readonly Piece[], where: string): void {
  if (pieces.length === 0) {
    throw new FormatError(`${where}: there are no pieces; is this a model of SentencePiece?`);
  }
  const unknown = pieces.filter(({ type }) => type === 'unknown').length;
  if (unknown !== 1) {
    throw new FormatError(`${where}: expected one unknown piece, found ${unknown}`);
  }
  const seen = new Set<string>();
  for (const [id, { text }] of pieces.entries()) {
    if (seen.has(text)) throw new FormatError(`${where}, piece ${id}: '${text}' stands twice`);
    seen.add(text);
  }
}
