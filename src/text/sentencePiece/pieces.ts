/** The pieces of a model by text and id, as SentencePiece looks them up (model_interface.cc). */
import { defined, InputError } from '../../core/errors';
import { byteName } from './bytePieces';
import type { Piece } from './modelFile';
import { PrefixIndex } from './prefixIndex';

export class Pieces {
  readonly list: readonly Piece[];
  /** The unknown piece. */
  readonly unknown: number;
  /** Texts that are kept whole wherever they stand. */
  readonly userDefined: PrefixIndex;
  /** The pieces that text can be cut into. */
  readonly found: PrefixIndex;
  /** The lowest score of a normal piece. */
  readonly lowest: number;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #findable: ReadonlyMap<string, number>;
  readonly #bytes: readonly (number | undefined)[];

  constructor(list: readonly Piece[]) {
    this.list = list;
    const entries = list.map((piece, id) => [piece, id] as const);
    const named = (of: typeof entries) => of.map(([{ text }, id]) => [text, id] as const);
    const findable = entries.filter(([{ type }]) =>
      ['normal', 'user-defined', 'unused'].includes(type),
    );
    this.unknown = entries.findIndex(([{ type }]) => type === 'unknown');
    this.#ids = new Map(named(entries));
    this.#findable = new Map(named(findable));
    this.found = new PrefixIndex(named(findable));
    this.userDefined = new PrefixIndex(
      named(entries.filter(([{ type }]) => type === 'user-defined')),
    );
    const scores = list.filter(({ type }) => type === 'normal').map(({ score }) => score);
    this.lowest = scores.reduce((least, score) => Math.min(least, score), MOST_FLOAT);
    this.#bytes = Array.from({ length: 256 }, (_, byte) => this.#ids.get(byteName(byte)));
  }

  /** @throws InputError for an id outside the vocabulary */
  at(id: number): Piece {
    const piece = this.list[id];
    if (piece !== undefined) return piece;
    throw new InputError(`SentencePiece: id ${id} is outside 0..${this.list.length - 1}`);
  }

  /** The id of a piece of any type; that of the unknown one for a stranger. */
  id(text: string): number {
    return this.#ids.get(text) ?? this.unknown;
  }

  /** The id of a piece that text can be cut into. */
  find(text: string): number | undefined {
    return this.#findable.get(text);
  }

  /** The id of a byte's piece. */
  byte(byte: number): number {
    return this.#bytes[byte] ?? this.unknown;
  }

  isUnused(id: number): boolean {
    return defined(this.list[id], 'piece').type === 'unused';
  }
}

/** The largest float32, with which the reference begins its search for the lowest score. */
const MOST_FLOAT = 3.4028234663852886e38;
