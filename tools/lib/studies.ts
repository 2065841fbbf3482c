/** Which study a recipe is of. */
import { OptionError } from '../../src/core/errors';
import { languageModelKinds } from '../../src/models/registry';
import { type CorpusSpec, corpusSpec } from './corpora';
import { languageStudy } from './languageStudy';
import type { Recipe } from './recipe';
import type { Study } from './study';
import { textSpec } from './texts';
import { translationStudy } from './translationStudy';

/** Reads a recipe's corpus and makes its model. @throws InputError, FormatError, OptionError */
export function openStudy(recipe: Recipe): Promise<Study> {
  const { corpus } = recipe;
  return corpus.kind === 'toyText' || corpus.kind === 'textFiles'
    ? languageStudy(recipe, corpus)
    : translationStudy(recipe, corpus);
}

/** What a kind of model learns from, from command-line options. @throws OptionError */
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
  const strange = ['tokens', 'side', 'tied'].find((name) => o[name] !== undefined);
  if (strange !== undefined) {
    throw new OptionError(
      `--${strange} is for language models (${languageModelKinds.join(', ')}), not for ${kind}`,
    );
  }
  return corpusSpec(shared);
}

/** The corpus of a translation model. @throws OptionError for a language model's */
export function translationCorpus({ kind, corpus }: Recipe): CorpusSpec {
  if (corpus.kind === 'toy' || corpus.kind === 'files') return corpus;
  throw new OptionError(
    `'${kind}' is a language model: it does not translate; 'npm run train' prints its perplexity`,
  );
}

function fileList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
