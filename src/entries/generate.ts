/** `qkv/generate`: greedy decoding, beam search and sampling, for custom models, too. */
export { type BeamOptions, beamSearch } from '../generate/beam';
export {
  type DecodeOptions,
  Decoder,
  type DecoderOptions,
  type Decoding,
} from '../generate/decoder';
export {
  compileGenerator,
  type GenerateFunction,
  type GeneratorOptions,
} from '../generate/generator';
export { encodeGraph, type GraphOptions, stepGraph } from '../generate/graphs';
export { type GreedyOptions, greedy } from '../generate/greedy';
export type {
  Hypothesis,
  Path as HypothesisPath,
  PathEnd as HypothesisEnd,
  PathToken as HypothesisToken,
  Records as DecodingRecords,
  TargetIds,
} from '../generate/hypotheses';
export { promptBatch, type SourceBatch } from '../generate/prompts';
export { type SampleOptions, sampling } from '../generate/sampling';
export { scoredGreedy } from '../generate/scoredGreedy';
export type {
  Choice as TokenChoice,
  ChooseCall,
  DecodingMethod,
  Sizes as DecoderSizes,
  Strategy,
  TensorTypes,
} from '../generate/strategy';
