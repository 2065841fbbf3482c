/** What the model writes with all its heads, and without those that are switched off. */

import { compareTokens } from '../../../engine/difference';
import { words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { largestDifference } from '../lib/numbers';
import type { Changed, Whole } from './measure';
import type { MultiHeadWords } from './words';

export interface EffectsProps {
  readonly own: MultiHeadWords;
  readonly whole: Whole;
  readonly changed: Changed | undefined;
  readonly off: readonly number[];
}

export function Effects({ own, whole, changed, off }: EffectsProps) {
  const number = (value: number) => words.value.number(value, 4);
  const change = changed && largestDifference(whole.logits, changed.logits);
  const list = own.headList(off.map((head) => String(head + 1)));
  return (
    <>
      <ScrollRegion label={own.heads.text}>
        <table class="effects">
          <thead>
            <tr>
              <th scope="col">{own.heads.state}</th>
              <th scope="col">{own.heads.text}</th>
              <th scope="col">{own.heads.loss}</th>
              <th scope="col">{own.heads.logits}</th>
            </tr>
          </thead>
          <tbody>
            <tr data-state="whole">
              <th scope="row">{own.whole}</th>
              <td>
                <Text tokens={whole.translation.tokens} reference={whole.reference} />
              </td>
              <td data-loss={whole.loss}>{number(whole.loss)}</td>
              <td>–</td>
            </tr>
            {off.length > 0 && (
              <tr data-state="changed">
                <th scope="row">{own.without(list)}</th>
                <td>
                  {changed && (
                    <Text tokens={changed.translation.tokens} reference={whole.reference} />
                  )}
                </td>
                <td data-loss={changed?.loss}>{changed ? number(changed.loss) : '…'}</td>
                <td data-change={change}>
                  {change === undefined ? '…' : words.value.number(change, 2)}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="hint">{whole.isTruth ? own.truth : own.ownTruth}</p>
    </>
  );
}

interface TextProps {
  readonly tokens: readonly string[];
  readonly reference: readonly string[];
}

function Text({ tokens, reference }: TextProps) {
  return (
    <span class="written" lang="fr" data-text={tokens.join(' ')}>
      {compareTokens(tokens, reference).map((one, i) =>
        one.kind === 'missing' ? (
          <span key={i} class="missing" title={words.value.missingWord}>
            {one.token}{' '}
          </span>
        ) : (
          <span key={i} class={`word ${one.kind}`}>
            {one.token}{' '}
          </span>
        ),
      )}
    </span>
  );
}
