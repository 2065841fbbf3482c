/**
 * All kinds, decodings, formats and codecs, for tools. Apps should import only those that they use.
 */
import { allGenerationRules } from '../generate/allGenerationRules';
import { alternatives } from '../generate/alternatives';
import { beamSearch } from '../generate/beam';
import { constraints } from '../generate/constraints';
import { prefix } from '../generate/prefix';
import { publishedBeamSearch } from '../generate/publishedBeam';
import { sampling } from '../generate/sampling';
import { scoredGreedy } from '../generate/scoredGreedy';
import { searchTree } from '../generate/searchTree';
import { stop } from '../generate/stop';
import { allKinds } from '../models/allKinds';
import { bytePairs } from '../text';
import { quantised } from './storage';
import { streamedParameters } from './streamParameters';

/**
 * Options of a load that support any model and decoding, for tools; in an app they would bloat the
 * bundle.
 */
export const everything = {
  kinds: allKinds,
  decodings: [
    ...[beamSearch, publishedBeamSearch, sampling, scoredGreedy],
    ...[allGenerationRules, alternatives, constraints, prefix, searchTree, stop],
  ],
  formats: [quantised],
  parameters: streamedParameters,
  codecs: [bytePairs],
} as const;
