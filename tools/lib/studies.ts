/** The study of each family of models: where its corpora come from, and how it is trained. */
import { OptionError } from 'qkv';
import { allKinds, type Family } from 'qkv/models';
import { type CorpusSpec, corpusSpec, type SharedOptions } from './corpora';
import { denoisingStudy } from './denoisingStudy';
import { languageStudy } from './languageStudy';
import { maskedStudy } from './maskedStudy';
import type { Recipe } from './recipe';
import type { Study } from './study';
import { type TextSpec, textSpec } from './texts';
import { translationStudy } from './translationStudy';
import { wordStudy } from './wordStudy';

type Values = Readonly<Record<string, unknown>>;

type Use<Result> = <B>(study: Study<B>) => Promise<Result>;

interface FamilyStudy {
  /** Options of the corpus that only some families have, and that this one has. */
  readonly corpusOptions: readonly string[];
  /** Default of `--label-smoothing`. */
  readonly labelSmoothing: number;
  /** What it says when its models are asked for a translation; undefined where they can. */
  readonly cannotTranslate?: string;
  corpus(shared: SharedOptions, o: Values): Recipe['corpus'];
  use<Result>(recipe: Recipe, use: Use<Result>): Promise<Result>;
}

const STUDIES: Readonly<Record<Family, FamilyStudy>> = {
  translation: {
    corpusOptions: ['bytePairs', 'bytePairDropout', 'sharedVocabulary', 'wordDropout'],
    labelSmoothing: 0.1,
    corpus: (shared, { bytePairs, bytePairDropout, wordDropout }) => {
      if (bytePairs !== undefined && wordDropout !== undefined) {
        throw new OptionError('--word-dropout is for words: no word is unknown to --byte-pairs');
      }
      if (bytePairDropout !== undefined && bytePairs === undefined) {
        throw new OptionError('--byte-pair-dropout needs --byte-pairs');
      }
      return corpusSpec(shared);
    },
    use: async (recipe, use) => use(await translationStudy(recipe, translationCorpus(recipe))),
  },
  language: {
    corpusOptions: ['bytePairs', 'tokens', 'side'],
    labelSmoothing: 0,
    cannotTranslate:
      "is a language model: it does not translate; 'npm run train' prints its perplexity",
    corpus: (shared, { tokens, side }) => textSpec({ ...shared, tokens, side }),
    use: async (recipe, use) => use(await languageStudy(recipe, textsOf(recipe))),
  },
  'masked language': {
    corpusOptions: ['bytePairs', 'tokens', 'side'],
    labelSmoothing: 0,
    cannotTranslate: 'fills in masked tokens: it does not translate',
    corpus: (shared, { tokens, side }) => textSpec({ ...shared, tokens, side }),
    use: async (recipe, use) => use(await maskedStudy(recipe, textsOf(recipe))),
  },
  denoising: {
    corpusOptions: ['bytePairs', 'tokens', 'side'],
    labelSmoothing: 0.1,
    cannotTranslate: 'restores texts: it does not translate',
    corpus: (shared, { tokens, side }) => textSpec({ ...shared, tokens, side }),
    use: async (recipe, use) => use(await denoisingStudy(recipe, textsOf(recipe))),
  },
  'word vector': {
    corpusOptions: ['side'],
    labelSmoothing: 0,
    cannotTranslate: "is word vectors: they do not translate; 'npm run train' prints their figures",
    corpus: (shared, { side }) => textSpec({ ...shared, side }),
    use: async (recipe, use) => use(await wordStudy(recipe, textsOf(recipe))),
  },
};

const CORPUS_OPTIONS = new Set(
  Object.values(STUDIES).flatMap(({ corpusOptions }) => corpusOptions),
);

/** @throws OptionError for an unknown kind */
function familyOf(kind: string): Family {
  const found = allKinds.find(({ names }) => names.includes(kind));
  if (found !== undefined) return found.family;
  throw new OptionError(`unknown kind of model '${kind}'`);
}

/**
 * Reads a recipe's corpus, makes its model, and calls a function with both.
 * @throws InputError, FormatError, OptionError
 */
export function withStudy<Result>(recipe: Recipe, use: Use<Result>): Promise<Result> {
  return STUDIES[familyOf(recipe.kind)].use(recipe, use);
}

/** Default of `--label-smoothing` for a family. */
export function defaultLabelSmoothing(family: Family): number {
  return STUDIES[family].labelSmoothing;
}

/** The corpus of a kind of model, from command-line options. @throws OptionError */
export function studyCorpus(kind: string, o: Values): Recipe['corpus'] {
  const family = familyOf(kind);
  const { corpusOptions, corpus } = STUDIES[family];
  const strange = [...CORPUS_OPTIONS].find(
    (name) => o[name] !== undefined && !corpusOptions.includes(name),
  );
  if (strange !== undefined) {
    const families = Object.entries(STUDIES).filter(([, one]) =>
      one.corpusOptions.includes(strange),
    );
    throw new OptionError(
      `${flagOf(strange)} is for ${families.map(([name]) => `${name} models`).join(' and ')}, not ` +
        `for ${kind}`,
    );
  }
  const shared = {
    corpus: String(o.corpus),
    train: listOf(o.train),
    dev: listOf(o.dev),
    form: {
      text: o.text === undefined ? undefined : String(o.text),
      tokenise: o.tokenise === true,
      lowercase: o.lowercase === true,
      cased: o.cased === true,
      languages: listOf(o.languages),
    },
    bytePairs: numberOf(o.bytePairs),
    bytePairDropout: numberOf(o.bytePairDropout),
    sharedVocabulary: o.sharedVocabulary === true ? true : undefined,
    pairs: Number(o.pairs),
    seed: Number(o.seed),
  };
  return corpus(shared, o);
}

/** The corpus of a translation model. @throws OptionError for a model of another family */
export function translationCorpus({ kind, corpus }: Recipe): CorpusSpec {
  if (corpus.kind === 'toy' || corpus.kind === 'files') return corpus;
  throw new OptionError(`'${kind}' ${STUDIES[familyOf(kind)].cannotTranslate ?? 'has no pairs'}`);
}

/** The texts of a model that has no pairs. @throws OptionError for a corpus of pairs */
function textsOf({ kind, corpus }: Recipe): TextSpec {
  if (corpus.kind === 'toyText' || corpus.kind === 'textFiles') return corpus;
  throw new OptionError(`'${kind}' is trained on texts, not on pairs`);
}

/** The command-line flag of an option, such as --byte-pairs for bytePairs. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function numberOf(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function listOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
