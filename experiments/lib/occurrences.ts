/** Occurrences of ambiguous English words in the grammar's sentences, with their senses. */
import { senseOf, type ToyPair, toySenses } from 'qkv/toy';

export interface Occurrence {
  /** Index of its sentence pair. */
  readonly pair: number;
  /** Index of the word in the sentence. */
  readonly place: number;
  /** The sense, by its French word; see Sense. */
  readonly sense: string;
}

export interface Homograph {
  readonly word: string;
  readonly occurrences: readonly Occurrence[];
}

/**
 * The words with enough occurrences of at least two senses.
 * @param least required number of occurrences of a sense
 * @param most maximum number of occurrences of a sense
 */
export function homographsIn(
  pairs: readonly ToyPair[],
  { least, most }: { readonly least: number; readonly most: number },
): readonly Homograph[] {
  const found = new Map<string, Map<string, Occurrence[]>>();
  const senses = toySenses();
  for (const [pair, { source, target, alignment }] of pairs.entries()) {
    for (const [place, word] of source.entries()) {
      const aligned = alignment.flatMap(([s, t]) => (s === place ? [target[t] ?? ''] : []));
      const sense = senseOf(senses.get(word) ?? [], aligned)?.name;
      if (sense === undefined) continue;
      const bySense = found.get(word) ?? new Map<string, Occurrence[]>();
      found.set(word, bySense);
      bySense.set(sense, [...(bySense.get(sense) ?? []), { pair, place, sense }]);
    }
  }
  return [...found].flatMap(([word, bySense]) => {
    const common = [...bySense.values()].filter(({ length }) => length >= least);
    const occurrences = common.flatMap((group) => group.slice(0, most));
    return common.length < 2 ? [] : [{ word, occurrences }];
  });
}
