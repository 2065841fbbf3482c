/** The scores of all heads of an attention, by relation; a cell chooses both. */
import { words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { ASKED, type Baseline, bestHead, nameOf, partOf, type Scores } from './scores';
import type { HeadWords } from './words';

/** Heads of a layer. */
const EACH = 4;

export interface ScoreTableProps {
  readonly own: HeadWords;
  readonly scores: Scores;
  /** By place in `ASKED`; none while the scores grow. */
  readonly baselines: ReadonlyMap<number, Baseline>;
  /** The relation, by its place in `ASKED`, and the head that are drawn. */
  readonly asked: number;
  readonly head: number;
  onChoose(asked: number, head: number): void;
}

export function ScoreTable(props: ScoreTableProps) {
  const { own, scores, baselines, asked, head, onChoose } = props;
  const kind = ASKED[asked]?.kind;
  const shown = [...ASKED.entries()].filter(([, one]) => one.kind === kind);
  const heads = scores[asked]?.length ?? 0;
  const layers = Math.ceil(heads / EACH);
  // Few sentences may have no word with a relation.
  const percent = (part: number) => (Number.isNaN(part) ? '–' : words.value.number(100 * part));
  return (
    <ScrollRegion label={own.table}>
      <table class="head-scores">
        <caption class="for-readers">{own.table}</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: layers }, (_, layer) => (
              <th key={layer} colSpan={EACH} scope="colgroup">
                {own.layer(layer + 1)}
              </th>
            ))}
            <th colSpan={2} scope="colgroup">
              {own.without}
            </th>
          </tr>
          <tr>
            <th scope="col">{own.percent}</th>
            {Array.from({ length: heads }, (_, i) => (
              <th key={i} scope="col">
                <span class="for-readers">{own.headOf(i + 1)}</span>
                <span aria-hidden="true">{(i % EACH) + 1}</span>
              </th>
            ))}
            <th scope="col">{own.distance}</th>
            <th scope="col">{own.chance}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(([place, one]) => {
            const sums = scores[place] ?? [];
            const best = bestHead(sums);
            const baseline = baselines.get(place);
            const offset = baseline?.offset ?? 0;
            return (
              <tr key={place} data-relation={nameOf(one)} data-shown={place === asked}>
                <th scope="row">{own.relations[nameOf(one)]}</th>
                {sums.map((sum, i) => (
                  <td key={i} data-best={i === best} data-part={partOf(sum)}>
                    <button
                      type="button"
                      aria-pressed={place === asked && i === head}
                      style={{ '--part': partOf(sum).toFixed(3) }}
                      onClick={() => onChoose(place, i)}
                    >
                      {percent(partOf(sum))}
                    </button>
                  </td>
                ))}
                <td>
                  <span class="baseline" data-offset={baseline?.ofOffset}>
                    {baseline === undefined
                      ? '…'
                      : `${percent(baseline.ofOffset)} (${offset > 0 ? '+' : ''}${String(offset).replace('-', '−')})`}
                  </span>
                </td>
                <td>
                  <span class="baseline" data-chance={baseline?.ofChance}>
                    {baseline === undefined ? '…' : percent(baseline.ofChance)}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
