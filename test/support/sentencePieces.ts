/** Small SentencePiece models, which the reference library has trained. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SentencePiece } from 'qkv/text';

const folder = join(import.meta.dirname, '../fixtures/sentencepiece');

/** The bytes of a model's file. */
export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, `${name}.model`)));
}

/** A model by its name. */
export function fixtureModel(name: string): SentencePiece {
  return SentencePiece.parse(fixtureBytes(name), name);
}
