/** The words beside the rows and columns of what is inside a model. */
import type { Translation } from 'qkv';
import type { Attention } from './attention';

const END = '■';
const START = '▸';

/** The words on the two sides of an attention. */
export function sidesOf({ kind }: Pick<Attention, 'kind'>, answer: Translation) {
  const source = [...answer.sourceTokens, END];
  const target = [START, ...answer.tokens];
  return {
    rows: kind === 'encoder' ? source : target,
    columns: kind === 'decoder' ? target : source,
  };
}

/** The words beside the rows of a value, and beside its columns if those are words. */
export function labelsOf(name: string, answer: Translation) {
  const source = [...answer.sourceTokens, END];
  const target = [START, ...answer.tokens];
  const isEncoder = /^(src_embed|encoder|transformer\.encoder)\./u.test(name);
  const isCross = /(^|\.)(multihead_attn|attention)\./u.test(name);
  const isOfKeys = isCross && /\.[kv]$/u.test(name);
  const isWeights = /\.(weights|scores)$/u.test(name);
  return {
    rows: isEncoder || isOfKeys ? source : target,
    columns: isWeights ? (isEncoder || isCross ? source : target) : undefined,
  };
}
