/** What can be handed to a load, in one list: no app's bundle should hold it. */
import { beamSearch } from '../generate/beam';
import { sampling } from '../generate/sampling';
import { scoredGreedy } from '../generate/scoredGreedy';
import { allKinds } from '../models/registry';
import { quantised } from '../nn/quantisedStorage';
import { bytePairs } from '../text';

/** All that can be handed to a load, for tools that take any model; an app hands in what it uses. */
export const everything = {
  kinds: allKinds,
  decodings: [beamSearch, sampling, scoredGreedy],
  formats: [quantised],
  codecs: [bytePairs],
} as const;
