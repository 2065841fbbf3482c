/** Which class each word of an example of the grammar belongs to, by the tree that it was made from. */
import type { ToyExample } from 'qkv/toy';

export const WORD_CLASSES = [
  'noun',
  'verb',
  'adjective',
  'name',
  'time',
  'pronoun',
  'determiner',
  'preposition',
  'auxiliary',
  'adverb',
  'connector',
  'subordinator',
  'question',
  'mark',
] as const;
export type WordClass = (typeof WORD_CLASSES)[number];

const CLOSED: Readonly<Partial<Record<WordClass, string>>> = {
  pronoun: 'i we he she it they me us him them there',
  determiner:
    'the a an this these my his her our their every all many some several no which how two three ' +
    'four five six seven eight nine ten eleven twelve',
  preposition: 'in on under behind near front of with for to at by',
  auxiliary: 'am is are was were be will do does did',
  adverb: 'not never longer often always sometimes rarely very too as',
  connector: 'and but because so',
  subordinator: 'that who where',
  question: 'what when why',
  mark: "? 's",
};

const closed = new Map(
  Object.entries(CLOSED).flatMap(([name, list]) =>
    list.split(' ').map((word) => [word, name as WordClass] as const),
  ),
);

type Fields = Readonly<Record<string, unknown>>;

/** The class of each English word. */
export function wordClasses({ pair, sentence }: ToyExample): readonly WordClass[] {
  const open = new Map<string, WordClass>();
  collect(sentence, open);
  const { source, sourceHeads } = pair;
  const first = sentence.kind.endsWith('question') ? 0 : -1;
  return source.map((word, i) => {
    if (i === first && (word === 'who' || word === 'where')) return 'question';
    if (word === 'no' && source[i + 1] === 'longer') return 'adverb';
    // 'her' before the noun that it depends on says whose it is; alone it is a pronoun.
    const isAlone =
      (sourceHeads[i] ?? -1) < i || open.get(source[sourceHeads[i] ?? -1] ?? '') === 'verb';
    if (word === 'her' && isAlone) return 'pronoun';
    const known = open.get(word);
    if (known !== undefined && known !== 'time') return known;
    return closed.get(word) ?? known ?? 'noun';
  });
}

/** Finds the words of open classes in a tree. */
function collect(value: unknown, found: Map<string, WordClass>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Fields;
  for (const [word, name] of ownWords(node)) if (!found.has(word)) found.set(word, name);
  for (const [key, inner] of Object.entries(node)) {
    // What a pronoun stands for is another part of the sentence.
    if (key !== 'antecedent' && key !== 'entry' && key !== 'verb') collect(inner, found);
  }
}

function ownWords(node: Fields): readonly (readonly [string, WordClass])[] {
  const { kind, entry, verb, number, expression } = node as Fields & {
    readonly entry?: { readonly english?: unknown; readonly lemma?: string };
    readonly verb?: { readonly english: Readonly<Record<string, string>> };
    readonly expression?: { readonly english: readonly { readonly text: string }[] };
  };
  if (verb !== undefined) {
    return Object.values(verb.english).map((form) => [form, 'verb'] as const);
  }
  if (expression !== undefined) {
    return expression.english.map(({ text }) => [text, 'time'] as const);
  }
  if (entry === undefined) return [];
  const { english, lemma } = entry;
  if (kind === 'noun') {
    return [[String((english as Readonly<Record<string, string>>)[String(number)]), 'noun']];
  }
  if (kind === 'name') return [[String(english), 'name']];
  if (kind === 'pastime' || kind === 'state') {
    const name = kind === 'pastime' ? 'noun' : 'adjective';
    // 'the' of 'the piano' is a determiner all the same.
    const own = (english as readonly string[]).filter((word) => !closed.has(word));
    return own.map((word) => [word, name]);
  }
  return kind === undefined && english === undefined && lemma !== undefined
    ? [[lemma, 'adjective']]
    : [];
}
