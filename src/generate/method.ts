/** Finds the strategy for a decoding, given as plain data, among the imported methods. */
import { checkOptions, OptionError, shown } from '../core/errors';
import type { BeamOptions } from './beam';
import type { Constraints } from './constraints';
import { type GreedyOptions, greedy } from './greedy';
import type { TokenName } from './hidden';
import type { TargetIds } from './hypotheses';
import type { PublishedBeamOptions } from './publishedBeam';
import type { GenerationRules } from './ruleOptions';
import type { SampleOptions } from './sampling';
import type { StopOptions } from './stop';
import type { DecodingFeature, DecodingMethod, Strategy } from './strategy';

/** Options of every decoding, each of which needs the import of its name. */
export interface FeatureOptions {
  /** How many of the likeliest tokens to record at each step, 1 to 64. */
  readonly alternatives?: number | undefined;
  /** What must not be generated, or less likely. */
  readonly constraints?: Constraints | undefined;
  /** What published models ask of generation. */
  readonly generationRules?: GenerationRules | undefined;
  /** For each source the tokens that its output begins with; [] for none. */
  readonly prefix?: readonly (readonly TokenName[])[] | undefined;
  /** Whether to record all beams of all steps as a tree. */
  readonly searchTree?: boolean | undefined;
  /** Where to stop besides eos. */
  readonly stop?: StopOptions | undefined;
}

/** How tokens are chosen, as plain data that can be sent to a worker. */
export type Decoding = (GreedyOptions | BeamOptions | PublishedBeamOptions | SampleOptions) &
  FeatureOptions;

/** What an app imports of decoding: `[beamSearch, alternatives]`. */
export type DecodingPart = DecodingMethod | DecodingFeature;

/** The export of 'qkv/generate' that each kind needs. */
const EXPORTS: ReadonlyMap<string, string> = new Map([
  ['greedy', 'scoredGreedy'],
  ['beam', 'beamSearch'],
  ['sample', 'sampling'],
  ['publishedBeam', 'publishedBeamSearch'],
]);

/**
 * Options that need the export of their name. Later ones change what earlier ones are given, so that
 * alternatives are those of biased logits, and a forced prefix precedes constraints and stopping.
 */
const FEATURES = ['alternatives', 'searchTree', 'stop', 'prefix', 'constraints', 'generationRules'];

/**
 * The strategy of a decoding. Greedy decoding without scores needs no import.
 * @throws OptionError for an unknown kind or option, or a missing import
 */
export function strategyOf(
  decoding: Decoding,
  ids: TargetIds,
  parts: readonly DecodingPart[],
): Strategy {
  const kind = kindOf(decoding);
  const own: Record<string, unknown> = { ...decoding };
  const missing = (name: string) =>
    new OptionError(
      `decoding: ${shown(decoding)} needs '${name}': import { ${name} } from 'qkv/generate', and ` +
        `load with { decodings: [${name}] }`,
    );
  const features = FEATURES.flatMap((name) => {
    const value = own[name];
    delete own[name];
    if (value === undefined || value === false) return [];
    const part = parts.find((each) => each.kind === name);
    if (part?.extend === undefined) throw missing(name);
    return [(strategy: Strategy) => part.extend(strategy, value, ids)];
  });
  return features.reduce((strategy, extended) => extended(strategy), methodOf());

  function methodOf(): Strategy {
    if (kind === 'greedy') {
      checkOptions('greedy decoding', own, ['kind', 'scores']);
      if (own.scores !== true) return greedy(ids);
    }
    const method = parts.find((part) => part.kind === kind);
    if (method?.create !== undefined) return method.create({ ...own, kind }, ids);
    const name = EXPORTS.get(kind);
    if (name !== undefined) throw missing(name);
    throw new OptionError(
      `decoding: unknown kind '${kind}'; known: ${[...EXPORTS.keys()].join(', ')}`,
    );
  }
}

/** @throws OptionError unless it is an object with a `kind` */
function kindOf(decoding: unknown): string {
  const isObject = typeof decoding === 'object' && decoding !== null && 'kind' in decoding;
  if (isObject && typeof decoding.kind === 'string') return decoding.kind;
  throw new OptionError(
    `decoding: expected an object like { kind: 'greedy' }, found ${shown(decoding)}`,
  );
}
