/** `qkv/text`: vocabularies, byte pairs, published tokenizers, normalising, corpora and batches. */

export {
  type Batch,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type PaddingOptions,
  type WordEncoder,
} from '../text/batches';
export {
  BatchIterator,
  type BatchIteratorOptions,
  type DataCursor,
  type IterationOptions,
  type Lengths,
  type MakeBatch,
  type OrderOptions,
  type ShuffledBatches,
} from '../text/batchIterator';
export {
  buildVocabulary,
  SPECIAL_IDS,
  SPECIAL_TOKENS,
  type SpecialTokens,
  type VocabularyOptions,
  vocabularyOf,
} from '../text/buildVocabulary';
export type { BytePair, BytePairJson, BytePairOptions } from '../text/bytePair';
export { BytePairDropoutBatches, type BytePairDropoutOptions } from '../text/bytePairDropout';
export type { Merge } from '../text/bytePairTraining';
export type { Codec, CodecFormat } from '../text/codec';
export { type TextConvention, type TextRules, type TextUnit, textRules } from '../text/convention';
export {
  groupReferences,
  type Pair,
  type ReferenceGroup,
  readLineAligned,
  readLines,
  readTabSeparated,
  type Sentence,
  type SplitCorpus,
  type SplitCorpusOptions,
  type SplitOptions,
  type SplitSentence,
  splitCorpus,
  type TabSeparatedOptions,
} from '../text/corpus';
export { type Labelled, type LabelledBatch, labelledBatch } from '../text/labelled';
export {
  MaskedBatches,
  type MaskedBatchOptions,
  type MaskingOptions,
} from '../text/masking';
export { countIds } from '../text/noise';
export {
  NoisedBatches,
  type NoisedBatchOptions,
  type NoiseOptions,
} from '../text/noising';
export {
  type Language,
  type NormaliseOptions,
  type TokeniseOptions,
  tokenise,
} from '../text/normalise';
export {
  CHAT_TEMPLATE_FILES,
  type ChatMessage,
  type ChatTemplate,
  type ChatTemplateOptions,
  type ReadChatTemplateOptions,
  readChatTemplate,
} from '../text/published/chatTemplate';
export { m2m100Tokenizer } from '../text/published/m2m100';
export {
  type MarianTokenizerOptions,
  marianTokenizer,
  marianTokenizerWith,
} from '../text/published/marian';
export { mosesPunctuation } from '../text/published/mosesPunctuation';
export type { PieceReader } from '../text/published/pieceTokenizer';
export type {
  EncodedText,
  Tokenizer,
  TokenizerDecodeOptions,
  TokenizerEncodeOptions,
  TokenizerFormat,
  TokenizerSpecialIds,
} from '../text/published/tokenizer';
export { tokenizerJson } from '../text/published/tokenizerJson';
export type { SentencePieceKind } from '../text/sentencePiece/modelFile';
export { SentencePiece } from '../text/sentencePiece/sentencePiece';
export { bytePairs, SubwordCodec } from '../text/subwordCodec';
export {
  bagOfWords,
  type RankedDocument,
  type SparseVector,
  TfIdf,
  type TfIdfOptions,
} from '../text/tfIdf';
export {
  type DecodeOptions as DetokeniseOptions,
  type EncodeOptions,
  type SpecialIds,
  Vocabulary,
} from '../text/vocabulary';
export type { VocabularyJson } from '../text/vocabularyJson';
export {
  DroppedBatches,
  type DroppedBatchOptions,
  type LinkedPair,
  type WordDropoutOptions,
} from '../text/wordDropout';
export type { WindowOptions } from '../text/wordExamples';
export { type WordBatch, WordIterator, type WordIteratorOptions } from '../text/wordIterator';
