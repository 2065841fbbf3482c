/**
 * All kinds, decodings, formats and codecs, for tools. Apps should import only those that they use.
 */
import { beamSearch } from '../generate/beam';
import { sampling } from '../generate/sampling';
import { scoredGreedy } from '../generate/scoredGreedy';
import { allKinds } from '../models/allKinds';
import { quantised } from '../nn/quantisedStorage';
import { bytePairs } from '../text';

/**
 * Options of a load that support any model and decoding, for tools; in an app they would bloat the
 * bundle.
 */
export const everything = {
  kinds: allKinds,
  decodings: [beamSearch, sampling, scoredGreedy],
  formats: [quantised],
  codecs: [bytePairs],
} as const;
