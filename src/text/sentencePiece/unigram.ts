/** The likeliest segmentation by a unigram model (Kudo 2018), found by dynamic programming. */
import { characterLength } from './normaliser';
import type { Pieces } from './pieces';

/** By how much an unknown character is less likely than the least likely piece. */
const UNKNOWN_PENALTY = 10;

/**
 * The pieces of normalised text. Sums are rounded to float32 where the reference rounds them
 * (EncodeOptimized in unigram_model.cc), so that ties are decided alike.
 */
export function unigramPieces(text: string, pieces: Pieces): readonly string[] {
  const { length } = text;
  const best = new Float32Array(length + 1);
  const starts = new Int32Array(length + 1).fill(-1);
  const unknownScore = Math.fround(pieces.lowest - UNKNOWN_PENALTY);
  const offer = (start: number, end: number, sum: number) => {
    if (starts[end] !== -1 && !(sum > (best[end] ?? 0))) return;
    best[end] = sum;
    starts[end] = start;
  };
  for (let start = 0; start < length; start += characterLength(text, start)) {
    const before = best[start] ?? 0;
    const single = characterLength(text, start);
    let hasSingle = false;
    pieces.found.each(text, start, (count, id) => {
      const { type, score } = pieces.at(id);
      if (type === 'unused') return;
      const isOwn = type === 'user-defined';
      const own = isOwn ? userDefinedScore(text.slice(start, start + count)) : score;
      offer(start, start + count, Math.fround(Math.fround(own) + before));
      hasSingle ||= count === single;
    });
    if (!hasSingle) offer(start, start + single, Math.fround(unknownScore + before));
  }
  const found: string[] = [];
  for (let end = length; end > 0; end = starts[end] ?? 0) {
    found.push(text.slice(starts[end], end));
  }
  return found.reverse();
}

/** The score of a text that the user defined: it grows with its bytes, as in sentencepiece 0.2.2. */
function userDefinedScore(text: string): number {
  return 0.1 * new TextEncoder().encode(text).length - 0.1;
}
