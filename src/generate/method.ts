/** From what asks for a way of decoding, plain data, to the strategy that an app handed in for it. */
import { checkOptions, OptionError, shown } from '../core/errors';
import type { BeamOptions } from './beam';
import { type GreedyOptions, greedy } from './greedy';
import type { SampleOptions } from './sampling';
import type { DecodingMethod, Strategy, TargetIds } from './strategy';

/** How tokens are chosen: plain data, which crosses into a worker. */
export type Decoding = GreedyOptions | BeamOptions | SampleOptions;

/** What implements the kinds that are not always there, by its name in 'qkv/generate'. */
const EXPORTS: Readonly<Record<string, string>> = {
  greedy: 'scoredGreedy',
  beam: 'beamSearch',
  sample: 'sampling',
};

/**
 * The strategy of a way of decoding. Greedy decoding without scores is always there.
 * @throws OptionError for an unknown way or option, or one that was not handed in
 */
export function strategyOf(
  decoding: Decoding,
  ids: TargetIds,
  methods: readonly DecodingMethod[],
): Strategy {
  const method = methodOf(decoding, methods);
  return method === undefined ? greedy(ids) : method.create(decoding, ids);
}

/** Decodings of one key are of one plan: they differ in settings at most. */
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
    `decoding: ${shown(decoding)} needs '${name}', which was not handed in; add it: ` +
      `import { ${name} } from 'qkv/generate', and load with { decodings: [${name}] }`,
  );
}

/** @throws OptionError for what is no object with a kind */
function kindOf(decoding: unknown): string {
  const isObject = typeof decoding === 'object' && decoding !== null && 'kind' in decoding;
  if (isObject && typeof decoding.kind === 'string') return decoding.kind;
  throw new OptionError(
    `decoding: expected an object like { kind: 'greedy' }, found ${shown(decoding)}`,
  );
}
