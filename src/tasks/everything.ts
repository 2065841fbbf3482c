/**
 * All kinds, decodings, formats and codecs, for tools. Apps should import only those that they use.
 */
import { alternatives } from '../generate/alternatives';
import { beamSearch } from '../generate/beam';
import { constraints } from '../generate/constraints';
import { prefix } from '../generate/prefix';
import { sampling } from '../generate/sampling';
import { scoredGreedy } from '../generate/scoredGreedy';
import { searchTree } from '../generate/searchTree';
import { stop } from '../generate/stop';
import { shards, torchFile, torchShards } from '../io';
import { allKinds } from '../models/allKinds';
import { bytePairs } from '../text';
import { quantised } from './storage';

/**
 * Options of a load that support any model and decoding, for tools; in an app they would bloat the
 * bundle.
 */
export const everything = {
  kinds: allKinds,
  decodings: [
    ...[beamSearch, sampling, scoredGreedy],
    ...[alternatives, constraints, prefix, searchTree, stop],
  ],
  formats: [quantised],
  fileFormats: [shards, torchFile, torchShards],
  codecs: [bytePairs],
} as const;
