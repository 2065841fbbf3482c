/** The model's answer beside that without some heads, word by word. */
import type { Translation } from 'qkv';
import { compareTokens } from '../../engine/difference';
import { language, words } from '../../state/settings';
import { ScrollRegion } from '../../widgets/scrollRegion';
import { logProbability } from './attention';
import { type Changed, logitsOf } from './changed';
import { WORDS } from './words';

export interface AblationProps {
  readonly whole: Translation;
  readonly changed: Changed | undefined;
  /** Number of heads that are switched off. */
  readonly count: number;
  onRestore(): void;
}

/** The probabilities that a model gives to the words of an answer, and to its end. */
function probabilitiesOf(run: Translation, ids: readonly number[]): readonly number[] {
  return logitsOf(run).map((logits, t) => Math.exp(logProbability(logits, ids[t] ?? -1)));
}

export function Ablation({ whole, changed, count, onRestore }: AblationProps) {
  const own = WORDS[language.value].ablation;
  const ids = whole.hypotheses[0]?.ids ?? [];
  const before = probabilitiesOf(whole, ids);
  const after = changed && probabilitiesOf(changed.forced, ids);
  const percent = (part: number | undefined) => `${words.value.number(100 * (part ?? 0), 1)} %`;
  const written = changed?.answer.tokens ?? whole.tokens;
  return (
    <section class="ablation">
      <h2>{own.title}</h2>
      <dl aria-live="polite">
        <dt>{own.whole}</dt>
        <dd lang="fr" data-answer="whole">
          {whole.target}
        </dd>
        {count > 0 && <dt>{own.without(count)}</dt>}
        <dd
          hidden={count === 0}
          lang="fr"
          data-answer="changed"
          data-text={changed?.answer.target ?? whole.target}
        >
          {compareTokens(written, whole.tokens).map((one, i) => (
            <span
              key={i}
              class={one.kind === 'missing' ? 'missing' : `word ${one.kind}`}
              title={one.kind === 'right' ? undefined : own[one.kind]}
            >
              {one.token}{' '}
            </span>
          ))}
        </dd>
      </dl>
      {count > 0 && (
        <button type="button" class="look" onClick={onRestore} data-restore>
          {own.restore}
        </button>
      )}
      <ScrollRegion label={own.probabilities}>
        <table class="word-odds">
          <caption>{own.probabilities}</caption>
          <thead>
            <tr>
              <td />
              {whole.tokens.map((token, t) => (
                <th key={t} scope="col" lang="fr">
                  {token}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[before, ...(after ? [after] : [])].map((row, i) => (
              <tr key={i} data-odds={i === 0 ? 'whole' : 'changed'}>
                <th scope="row">{i === 0 ? own.rowWhole : own.rowWithout}</th>
                {whole.tokens.map((_, t) => (
                  <td key={t} data-probability={row[t]}>
                    <meter min={0} max={1} value={row[t] ?? 0} />
                    {percent(row[t])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
