/** `qkv/text`: vocabularies, byte pairs, normalising, corpora and batches. */

export type { WordEncoder } from '../text/batches';
export {
  type Batch,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type PaddingOptions,
} from '../text/batches';
export type { BatchIteratorOptions, OrderOptions } from '../text/batchIterator';
export { BatchIterator, type DataCursor } from '../text/batchIterator';
export type { SpecialTokens, VocabularyOptions } from '../text/buildVocabulary';
export {
  buildVocabulary,
  SPECIAL_IDS,
  SPECIAL_TOKENS,
  vocabularyOf,
} from '../text/buildVocabulary';
export type { BytePair, BytePairJson, BytePairOptions } from '../text/bytePair';
export type { Merge } from '../text/bytePairTraining';
export type { Codec, CodecFormat } from '../text/codec';
export type {
  SplitCorpus,
  SplitCorpusOptions,
  SplitOptions,
  SplitSentence,
  TabSeparatedOptions,
} from '../text/corpus';
export {
  groupReferences,
  type Pair,
  type ReferenceGroup,
  readLineAligned,
  readLines,
  readTabSeparated,
  type Sentence,
  splitCorpus,
} from '../text/corpus';
export { type Labelled, type LabelledBatch, labelledBatch } from '../text/labelled';
export { countIds } from '../text/noise';
export type { Language, NormaliseOptions, TokeniseOptions } from '../text/normalise';
export { tokenise } from '../text/normalise';
export { bytePairs, SubwordCodec } from '../text/subwordCodec';
export type { SparseVector } from '../text/tfIdf';
export { bagOfWords, type RankedDocument, TfIdf, type TfIdfOptions } from '../text/tfIdf';
export { type TextUnit, textUnits } from '../text/units';
export type {
  DecodeOptions as DetokeniseOptions,
  EncodeOptions,
  SpecialIds,
} from '../text/vocabulary';
export { Vocabulary } from '../text/vocabulary';
export type { VocabularyJson } from '../text/vocabularyJson';
export type { WindowOptions } from '../text/wordExamples';
export { type WordBatch, WordIterator, type WordIteratorOptions } from '../text/wordIterator';
