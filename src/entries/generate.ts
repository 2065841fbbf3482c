/** `qkv/generate`: greedy decoding, beam search and sampling, for custom models, too. */
export { allGenerationRules } from '../generate/allGenerationRules';
export { alternatives } from '../generate/alternatives';
export { type BeamOptions, beamSearch } from '../generate/beam';
export { type Constraints, constraints } from '../generate/constraints';
export {
  type DecodeOptions,
  Decoder,
  type DecoderOptions,
  type Decoding,
} from '../generate/decoder';
export {
  afterTexts,
  type GenerationSettings,
  readGenerationConfig,
} from '../generate/generationConfig';
export type { GenerationOverrides } from '../generate/generationFields';
export { generationRules } from '../generate/generationRules';
export {
  compileGenerator,
  type GenerateFunction,
  type GeneratorOptions,
} from '../generate/generator';
export { encodeGraph, type GraphOptions, stepGraph } from '../generate/graphs';
export { type GreedyOptions, greedy } from '../generate/greedy';
export type { TokenName } from '../generate/hidden';
export type {
  Alternative,
  Hypothesis,
  Path as HypothesisPath,
  PathToken as HypothesisToken,
  Records as DecodingRecords,
  SearchNode,
  SearchTree,
  TargetIds,
} from '../generate/hypotheses';
export type { DecodingPart, FeatureOptions } from '../generate/method';
export { prefix } from '../generate/prefix';
export { promptBatch, type SourceBatch } from '../generate/prompts';
export { type PublishedBeamOptions, publishedBeamSearch } from '../generate/publishedBeam';
export type { GenerationRules, SequenceBias } from '../generate/ruleOptions';
export { type SampleOptions, sampling } from '../generate/sampling';
export { scoredGreedy } from '../generate/scoredGreedy';
export { searchTree } from '../generate/searchTree';
export { type StopOptions, stop } from '../generate/stop';
export type {
  Choice as TokenChoice,
  ChooseCall,
  DecodingFeature,
  DecodingMethod,
  DecodingRun,
  Sizes as DecoderSizes,
  Strategy,
  TensorTypes,
} from '../generate/strategy';
export { type Truncation, truncated } from '../generate/truncation';
