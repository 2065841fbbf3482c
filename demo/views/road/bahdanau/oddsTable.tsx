/** The likeliest next words, before and after the weights were changed. */
import { percent } from '../../../widgets/percent';
import type { View } from './view';
import type { WORDS } from './words';

export interface OddsTableProps {
  readonly view: View;
  readonly own: (typeof WORDS)['en'];
}

export function OddsTable({ view, own }: OddsTableProps) {
  const hasAfter = view.odds.some(({ after }) => after !== undefined);
  const shownAs: Readonly<Record<string, string>> = { '<eos>': '■', '<unk>': own.copy };
  return (
    <table class="steps bahdanau-odds">
      <caption>{own.oddsTitle}</caption>
      <thead>
        <tr>
          <th scope="col">{own.odds.word}</th>
          <th scope="col">{own.odds.before}</th>
          <th scope="col">{own.odds.after}</th>
        </tr>
      </thead>
      <tbody>
        {view.odds.map(({ id, token, probability, after }) => (
          <tr key={id} data-token={token}>
            <th scope="row" lang="fr">
              {shownAs[token] ?? token}
            </th>
            <td data-before={probability}>
              <Part of={probability} />
            </td>
            <td data-after={after}>{hasAfter ? <Part of={after ?? 0} /> : '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Part({ of: part }: { readonly of: number }) {
  return (
    <span class="part">
      <span class="bar" style={{ '--part': part.toFixed(4) }} />
      {percent(part)}
    </span>
  );
}
