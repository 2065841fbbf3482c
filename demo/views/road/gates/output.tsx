/** What the network writes, and what it writes with a clamped gate: the words that differ are marked. */
import { compareTokens } from '../../../engine/difference';
import { language } from '../../../state/settings';
import { WORDS } from './words';

export interface OutputProps {
  readonly plain: readonly string[];
  /** With the clamped gate; undefined while that computes, or without one. */
  readonly changed: readonly string[] | undefined;
  readonly isClamped: boolean;
}

export function Output({ plain, changed, isClamped }: OutputProps) {
  const own = WORDS[language.value];
  const isSame = changed?.join(' ') === plain.join(' ');
  return (
    <dl class="gate-output">
      <dt>{own.own}</dt>
      <dd lang="fr" data-output="plain">
        {plain.join(' ')}
      </dd>
      {isClamped && (
        <>
          <dt>{own.changed}</dt>
          <dd lang="fr" data-output="changed" data-text={changed?.join(' ')} aria-live="polite">
            {changed === undefined && <span class="hint">{own.waiting} …</span>}
            {changed !== undefined &&
              compareTokens(changed, plain).map((one, i) =>
                one.kind === 'right' ? (
                  <span key={i}>{one.token} </span>
                ) : one.kind === 'wrong' ? (
                  <ins key={i} title={own.newWord}>
                    {one.token}{' '}
                  </ins>
                ) : (
                  <del key={i} title={own.lostWord}>
                    {one.token}{' '}
                  </del>
                ),
              )}
            {isSame && (
              <span class="hint" lang={language.value}>
                ({own.same})
              </span>
            )}
          </dd>
        </>
      )}
    </dl>
  );
}
