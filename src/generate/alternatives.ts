/** The likeliest tokens of each step, with their probabilities. */
import { OptionError } from '../core/errors';
import { f32, i32 } from '../core/shape';
import { topK } from '../ops/argmax/topK';
import { softmax } from '../ops/softmax/op';
import { extend } from './extension';
import { type Hypothesis, type Path, type Records, recordAt, type TargetIds } from './hypotheses';
import type { DecodingFeature } from './strategy';

const MOST = 64;

/**
 * The likeliest tokens of each step, for the option `alternatives` of any decoding. Hypotheses get
 * them of each token, and of eos if finished: in descending order, their sum at most 1.
 */
export const alternatives: DecodingFeature<number> = {
  kind: 'alternatives',
  extend: (strategy, count, ids) => {
    if (!(Number.isInteger(count) && count >= 1 && count <= MOST)) {
      throw new OptionError(
        `decoding: alternatives must be a whole number from 1 to ${MOST}, found ${count}`,
      );
    }
    return extend(strategy, {
      key: ['alternatives', count],
      records: ({ rows, vocabulary }) => {
        const k = Math.min(count, vocabulary);
        return { alternatives: i32(rows, k), probabilities: f32(rows, k) };
      },
      after: ({ logits, sizes: { vocabulary } }) => {
        const top = topK(softmax(logits), { k: Math.min(count, vocabulary) });
        return { records: { alternatives: top.indices, probabilities: top.values } };
      },
      describe: (path, records) => describe(path, records, ids),
    });
  },
};

function describe(
  path: Path,
  { data }: Records,
  vocabulary: TargetIds,
): Pick<Hypothesis, 'alternatives'> {
  const [ids = [], probabilities = []] = [data.get('alternatives'), data.get('probabilities')];
  const k = ids.length / (data.get('ids')?.length ?? 1);
  return {
    alternatives: path.map(({ from }) => {
      const values = recordAt(probabilities, from, k);
      // Rounded probabilities of all tokens may sum to a little more than 1.
      const sum = values.reduce((total, value) => total + value, 0);
      return recordAt(ids, from, k).flatMap((id, i) => {
        const probability = (values[i] ?? 0) / Math.max(1, sum);
        return probability > 0 ? [{ id, token: vocabulary.token?.(id), probability }] : [];
      });
    }),
  };
}
