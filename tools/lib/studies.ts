/** The study of each recipe. */
import { OptionError } from 'qkv';
import { languageModelKinds, wordVectorKinds } from 'qkv/models';
import { type CorpusSpec, corpusSpec } from './corpora';
import { languageStudy } from './languageStudy';
import type { Recipe } from './recipe';
import type { Study } from './study';
import { textSpec } from './texts';
import { translationStudy } from './translationStudy';
import { wordStudy } from './wordStudy';

/**
 * Reads a recipe's corpus, makes its model, and calls a function with both.
 * @throws InputError, FormatError, OptionError
 */
export async function withStudy<Result>(
  recipe: Recipe,
  use: <B>(study: Study<B>) => Promise<Result>,
): Promise<Result> {
  const { kind, corpus } = recipe;
  if (corpus.kind === 'toy' || corpus.kind === 'files') {
    return use(await translationStudy(recipe, corpus));
  }
  return wordVectorKinds.includes(kind)
    ? use(await wordStudy(recipe, corpus))
    : use(await languageStudy(recipe, corpus));
}

/** The corpus of a kind of model, from command-line options. @throws OptionError */
export function studyCorpus(kind: string, o: Readonly<Record<string, unknown>>): Recipe['corpus'] {
  const shared = {
    corpus: String(o.corpus),
    train: fileList(o.train),
    dev: fileList(o.dev),
    tokenise: o.tokenise === true,
    bytePairs: o.bytePairs === undefined ? undefined : Number(o.bytePairs),
    pairs: Number(o.pairs),
    seed: Number(o.seed),
  };
  if (languageModelKinds.includes(kind)) {
    return textSpec({ ...shared, tokens: o.tokens, side: o.side });
  }
  if (wordVectorKinds.includes(kind)) {
    const other = ['tokens', 'tied', 'bytePairs'].find((name) => o[name] !== undefined);
    if (other === undefined) return textSpec({ ...shared, side: o.side });
    throw new OptionError(`${flagOf(other)} is not for ${kind}, whose tokens are words`);
  }
  const strange = ['tokens', 'side', 'tied'].find((name) => o[name] !== undefined);
  if (strange !== undefined) {
    throw new OptionError(
      `--${strange} is for language models (${languageModelKinds.join(', ')}), not for ${kind}`,
    );
  }
  return corpusSpec(shared);
}

/** The corpus of a translation model. @throws OptionError for a corpus of a language model */
export function translationCorpus({ kind, corpus }: Recipe): CorpusSpec {
  if (corpus.kind === 'toy' || corpus.kind === 'files') return corpus;
  throw new OptionError(
    wordVectorKinds.includes(kind)
      ? `'${kind}' is word vectors: they do not translate; 'npm run train' prints their figures`
      : `'${kind}' is a language model: it does not translate; 'npm run train' prints its perplexity`,
  );
}

/** The command-line flag of an option, such as --byte-pairs for bytePairs. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function fileList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
