/** `qkv/text`: vocabularies, byte pairs, normalising, corpora and batches. */

export {
  type Batch,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type PaddingOptions,
} from '../text/batches';
export { BatchIterator, type DataCursor } from '../text/batchIterator';
export {
  buildVocabulary,
  SPECIAL_IDS,
  SPECIAL_TOKENS,
  vocabularyOf,
} from '../text/buildVocabulary';
export type { Codec, CodecFormat } from '../text/codec';
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
export { tokenise } from '../text/normalise';
export { bytePairs, SubwordCodec } from '../text/subwordCodec';
export { bagOfWords, type RankedDocument, TfIdf, type TfIdfOptions } from '../text/tfIdf';
export { type TextUnit, textUnits } from '../text/units';
export { Vocabulary } from '../text/vocabulary';
export { type WordBatch, WordIterator, type WordIteratorOptions } from '../text/wordIterator';
