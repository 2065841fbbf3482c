/** How labels are made from a sentence: what a model reads, and which words it has to say. */

export const OBJECTIVES = ['mask', 'continue', 'restore'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** What becomes of a word in what the model reads: kept, masked, or dropped. */
export type Mark = 'k' | 'm' | 'd';

/** A sentence and what is done to it. */
export interface Question {
  readonly objective: Objective;
  readonly words: readonly string[];
  /** For each word. */
  readonly marks: readonly Mark[];
  /** Whether the clauses change places. */
  readonly isSwapped: boolean;
  /** The word in view. */
  readonly place: number;
}

/** What a model is given for it. */
export interface Asked {
  readonly words: readonly string[];
  /** What it reads. */
  readonly input: readonly string[];
  /** Words before the one in view. */
  readonly prompt: readonly string[];
  /** Places of the words that it has to say. */
  readonly places: readonly number[];
}

export const MASK = '[MASK]';
const START = '▸';
/** Words after which a clause ends, as in BART's training. */
const CLAUSE_ENDS = ['and', ','];

/** The words of a sentence as the models read it. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .replace(/'s(?![\p{L}\d])/gu, " 's")
      .match(/'s|[\p{L}\d]+(?:['-][\p{L}\d]+)*|[?,]/gu) ?? []
  );
}

/** The place after which the second clause begins; undefined if there is one clause only. */
export function clauseEnd(words: readonly string[]): number | undefined {
  const end = words.findIndex(
    (word, i) => i > 0 && i < words.length - 1 && CLAUSE_ENDS.includes(word),
  );
  return end < 0 ? undefined : end;
}

/** What the model of an objective reads, and what it has to say. */
export function question({ objective, words, marks, isSwapped, place }: Question): Asked {
  const all = words.map((_, i) => i);
  const prompt = words.slice(0, place);
  if (objective === 'mask') {
    const places = all.filter((i) => marks[i] === 'm');
    return {
      words,
      prompt,
      places,
      input: words.map((word, i) => (marks[i] === 'm' ? MASK : word)),
    };
  }
  if (objective === 'continue') {
    return { words, prompt, places: all, input: [START, ...words.slice(0, -1)] };
  }
  const end = clauseEnd(words);
  const order =
    isSwapped && end !== undefined ? [...all.slice(end + 1), ...all.slice(0, end + 1)] : all;
  const input: string[] = [];
  for (const i of order) {
    const word = words[i] ?? '';
    if (marks[i] === 'm') {
      // One mask stands for a span of any length.
      if (input.at(-1) !== MASK) input.push(MASK);
    } else if (marks[i] !== 'd') input.push(word);
  }
  return { words, prompt, places: all, input: input.length === 0 ? [MASK] : input };
}

/** The marks that a sentence begins with. */
export function firstMarks(objective: Objective, count: number): readonly Mark[] {
  const middle = Math.floor(count / 2);
  const gap = Math.floor((2 * count) / 3) - 1;
  const span = Math.floor(count / 5);
  return Array.from({ length: count }, (_, i) => {
    if (objective === 'mask') return i === middle ? 'm' : 'k';
    if (i === span || i === span + 1) return 'm';
    return i === gap && count > 5 ? 'd' : 'k';
  });
}
