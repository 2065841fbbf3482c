/**
 * The grammatical features and lexicon entries that both languages of the toy corpus share.
 * An entry is one meaning: it has its English forms and its French forms side by side.
 */

export type Gender = 'm' | 'f';

/** Number in grammar. */
export type GrammaticalNumber = 'singular' | 'plural';

/** The tenses of the grammar. */
export type Tense = 'present' | 'past' | 'future';

/** What a verb or an adjective agrees with; gender is French gender. */
export interface Agreement {
  readonly person: 1 | 3;
  readonly number: GrammaticalNumber;
  readonly gender: Gender;
}

/** Semantic classes: they decide which nouns a verb or an adjective goes with. */
export type NounKind =
  | 'person'
  | 'animal'
  | 'food'
  | 'dish'
  | 'drink'
  | 'text'
  | 'clothing'
  | 'thing'
  | 'opening'
  | 'furniture'
  | 'vehicle'
  | 'place'
  | 'light';

/** Singular and plural. */
export type Forms = Readonly<Record<GrammaticalNumber, string>>;

/** A noun in both languages. */
export interface Noun {
  /** The English singular; unique among nouns. */
  readonly lemma: string;
  readonly english: Forms;
  readonly french: Forms;
  readonly gender: Gender;
  readonly kind: NounKind;
  /** False for mass nouns (water, bread), which have no plural. */
  readonly countable: boolean;
}

/** An adjective in both languages. */
export interface Adjective {
  /** The English form; unique among adjectives. */
  readonly lemma: string;
  readonly french: Readonly<Record<Gender, Forms>>;
  /** Masculine singular before a vowel (bel, vieil, nouvel). */
  readonly beforeVowel: string;
  /** Stands before the French noun. */
  readonly precedes: boolean;
  readonly kinds: readonly NounKind[];
  /** Said of a noun (the left door) but not with 'to be'. */
  readonly onlyAttributive: boolean;
  /** Goes with 'very', 'too' and 'as ... as'. */
  readonly gradable: boolean;
}

/** The forms of an English verb. */
export interface EnglishVerb {
  readonly base: string;
  readonly third: string;
  readonly past: string;
  readonly participle: string;
}

/** The persons of a French verb that the grammar uses, by their pronoun. */
export type FrenchPerson = 'je' | 'il' | 'nous' | 'ils';

/** The forms of a French verb. */
export interface FrenchVerb {
  readonly present: Readonly<Record<FrenchPerson, string>>;
  readonly future: Readonly<Record<FrenchPerson, string>>;
  /** Masculine singular past participle. */
  readonly participle: string;
}

/** What a verb is followed by. */
export type Frame = 'intransitive' | 'transitive' | 'giving' | 'saying' | 'going' | 'playing';

/** A verb in both languages. */
export interface Verb {
  /** Unique among verbs: 'know someone', 'know that'. */
  readonly lemma: string;
  readonly frame: Frame;
  readonly english: EnglishVerb;
  /** English preposition before the object: 'for' in 'wait for'. */
  readonly particle: string | undefined;
  readonly french: FrenchVerb;
  readonly auxiliary: 'avoir' | 'être';
  /** French preposition before the object: 'à' in 'répondre à'. */
  readonly preposition: 'à' | 'dans' | undefined;
  /** Invariable French noun after the verb: 'visite' in 'rendre visite à'. */
  readonly companion: string | undefined;
  readonly subjects: readonly NounKind[];
  readonly objects: readonly NounKind[];
  readonly passive: boolean;
  /** Also used with 'i' and 'we'. */
  readonly firstPerson: boolean;
  /** A bare English object is generic: 'loves cats' is 'aime les chats'. */
  readonly generic: boolean;
}

/** A name of a person. */
export interface Name {
  readonly english: string;
  readonly french: string;
  readonly gender: Gender;
  readonly kind: 'person' | 'city' | 'country';
}
