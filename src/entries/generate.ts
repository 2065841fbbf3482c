/** `qkv/generate`: greedy decoding, beam search and sampling, for one's own models too. */
export { type BeamOptions, beamSearch } from '../decode/beam';
export { type DecodeOptions, Decoder, type DecoderOptions, type Decoding } from '../decode/decoder';
export {
  compileGenerator,
  type GenerateFunction,
  type GeneratorOptions,
} from '../decode/generator';
export type { GraphOptions } from '../decode/graphs';
export { encodeGraph, stepGraph } from '../decode/graphs';
export { type GreedyOptions, greedy } from '../decode/greedy';
export type { Hypothesis } from '../decode/hypotheses';
export { promptBatch } from '../decode/prompts';
export { type SampleOptions, sampling } from '../decode/sampling';
export { scoredGreedy } from '../decode/scoredGreedy';
export type {
  Asked,
  Choice as TokenChoice,
  ChooseCall,
  DecodingMethod,
  Sizes as DecoderSizes,
  Strategy,
  TargetIds,
} from '../decode/strategy';
