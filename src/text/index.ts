/** Tokens, vocabularies, corpora and batches, for other folders of src. */
export {
  type Batch,
  type EncodedPair,
  encodePairs,
  makeBatch,
} from './batches';
export {
  BatchIterator,
  type DataCursor,
  epochOrder,
} from './batchIterator';
export {
  buildVocabulary,
  vocabularyOf,
} from './buildVocabulary';
export { BytePair } from './bytePair';

export { checkOneOf } from './checks';
export type { Codec, CodecFormat } from './codec';
export {
  LETTER_CASES,
  TEXT_UNITS,
  type TextConvention,
  type TextRules,
  textRules,
} from './convention';
export {
  filterByLength,
  groupReferences,
  type Pair,
  readLineAligned,
  readLines,
  readTabSeparated,
  type Sentence,
  splitCorpus,
} from './corpus';
export { labelledBatch, NO_LABEL } from './labelled';
export { countIds, keepProbabilities, NoiseDistribution } from './noise';
export {
  detokenise,
  FRENCH_WHOLE_WORDS,
  type Language,
  normalise,
  tokenise,
} from './normalise';
export { readCodec } from './readCodec';
export { bytePairs, SubwordCodec } from './subwordCodec';
export {
  bagOfWords,
  denseRows,
  type RankedDocument,
  TfIdf,
  type TfIdfOptions,
} from './tfIdf';
export { Vocabulary } from './vocabulary';

export { type WordBatch, WordIterator, type WordIteratorOptions } from './wordIterator';
