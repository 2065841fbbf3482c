/** Filling in words by counts: the baseline of models that read a text in both directions. */
import { InputError } from '../core/errors';

/** Predicts the word between two others. */
export type FillWord = (left: number, right: number) => number;

/**
 * The most frequent word between two neighbours in the training sentences. Where the two never
 * enclose a word, the product of the counts after the left and before the right one decides, and
 * where those share none, the most frequent word after the left one, before the right one, or of all.
 * @param sentences ids, framed by bos and eos; only words between two others are counted
 * @throws InputError if no sentence has a word between two others
 */
export function bidirectionalTrigram(sentences: Iterable<readonly number[]>): FillWord {
  const [between, after, before] = [new Counts(), new Counts(), new Counts()];
  const all = new Counts();
  for (const sentence of sentences) {
    sentence.forEach((word, place) => {
      const [left, right] = [sentence[place - 1], sentence[place + 1]];
      if (left === undefined || right === undefined) return;
      between.add(`${left} ${right}`, word);
      after.add(`${left}`, word);
      before.add(`${right}`, word);
      all.add('', word);
    });
  }
  const commonest = best(all.of(''));
  if (commonest === undefined) {
    throw new InputError('bidirectionalTrigram: expected sentences with a word, found none');
  }
  return (left, right) => {
    const enclosed = best(between.of(`${left} ${right}`));
    if (enclosed !== undefined) return enclosed;
    const [next, previous] = [after.of(`${left}`), before.of(`${right}`)];
    const shared = new Map(
      [...next].flatMap(([word, count]) => {
        const other = previous.get(word);
        return other === undefined ? [] : [[word, count * other] as const];
      }),
    );
    return best(shared) ?? best(next) ?? best(previous) ?? commonest;
  };
}

/** Counts of words in each context. */
class Counts {
  readonly #contexts = new Map<string, Map<number, number>>();

  add(context: string, word: number): void {
    const counts = this.#contexts.get(context) ?? new Map<number, number>();
    this.#contexts.set(context, counts.set(word, (counts.get(word) ?? 0) + 1));
  }

  of(context: string): ReadonlyMap<number, number> {
    return this.#contexts.get(context) ?? new Map<number, number>();
  }
}

/** The word of the largest count; undefined if there is none. */
function best(counts: ReadonlyMap<number, number>): number | undefined {
  let found: number | undefined;
  let most = 0;
  for (const [word, count] of counts) {
    if (count > most) [found, most] = [word, count];
  }
  return found;
}
