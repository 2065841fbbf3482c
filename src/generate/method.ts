/** Finds the strategy for a decoding, given as plain data, among the imported methods. */
import { checkOptions, OptionError, shown } from '../core/errors';
import type { BeamOptions } from './beam';
import { type GreedyOptions, greedy } from './greedy';
import type { TargetIds } from './hypotheses';
import type { SampleOptions } from './sampling';
import type { DecodingMethod, Strategy } from './strategy';

/** How tokens are chosen, as plain data that can be sent to a worker. */
export type Decoding = GreedyOptions | BeamOptions | SampleOptions;

/** The export of 'qkv/generate' that each kind needs. */
const EXPORTS: Readonly<Record<string, string>> = {
  greedy: 'scoredGreedy',
  beam: 'beamSearch',
  sample: 'sampling',
};

/**
 * The strategy of a decoding. Greedy decoding without scores needs no import.
 * @throws OptionError for an unknown kind or option, or a missing import
 */
export function strategyOf(
  decoding: Decoding,
  ids: TargetIds,
  methods: readonly DecodingMethod[],
): Strategy {
  const method = methodOf(decoding, methods);
  return method === undefined ? greedy(ids) : method.create(decoding, ids);
}

/** A key that is equal for decodings that can share a plan, which differ in settings at most. */
export function planKey(decoding: Decoding, methods: readonly DecodingMethod[]): string {
  const settings = methodOf(decoding, methods)?.settingNames ?? [];
  const fields = Object.entries(decoding).filter(
    ([name, value]) => value !== undefined && value !== false && !settings.includes(name),
  );
  return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** undefined for greedy decoding without scores. */
function methodOf(
  decoding: Decoding,
  methods: readonly DecodingMethod[],
): DecodingMethod | undefined {
  const kind = kindOf(decoding);
  if (decoding.kind === 'greedy') {
    checkOptions('greedy decoding', decoding, ['kind', 'scores']);
    if (decoding.scores !== true) return undefined;
  }
  const found = methods.find((method) => method.kind === kind);
  if (found !== undefined) return found;
  const name = Object.hasOwn(EXPORTS, kind) ? EXPORTS[kind] : undefined;
  if (name === undefined) {
    throw new OptionError(
      `decoding: unknown kind '${kind}'; known: ${Object.keys(EXPORTS).join(', ')}`,
    );
  }
  throw new OptionError(
    `decoding: ${shown(decoding)} needs '${name}': import { ${name} } from 'qkv/generate', and load ` +
      `with { decodings: [${name}] }`,
  );
}

/** @throws OptionError unless it is an object with a `kind` */
function kindOf(decoding: unknown): string {
  const isObject = typeof decoding === 'object' && decoding !== null && 'kind' in decoding;
  if (isObject && typeof decoding.kind === 'string') return decoding.kind;
  throw new OptionError(
    `decoding: expected an object like { kind: 'greedy' }, found ${shown(decoding)}`,
  );
}
