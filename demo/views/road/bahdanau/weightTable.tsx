/** The words of the source with their weights, which can be dragged, their scores and annotations. */

import { words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { magnitude } from '../lib/numbers';
import type { View } from './view';
import type { WORDS } from './words';

export interface WeightTableProps {
  readonly view: View;
  readonly own: (typeof WORDS)['en'];
  /** Whether the grammar links a word of the source with the one that is written. */
  readonly isLinked: (source: number) => boolean;
  onWeight(source: number, to: number): void;
}

/** Steps of the slider between 0 and 1. */
const STEPS = 100;

export function WeightTable({ view, own, isLinked, onWeight }: WeightTableProps) {
  const most = magnitude(view.annotations);
  const { number } = words.value;
  return (
    <ScrollRegion label={own.heads.weight}>
      <table class="steps bahdanau-weights">
        <thead>
          <tr>
            <th scope="col">{own.heads.word}</th>
            <th scope="col">{own.heads.weight}</th>
            <th scope="col" class="number">
              {own.heads.score}
            </th>
            <th scope="col">{own.heads.annotation}</th>
          </tr>
        </thead>
        <tbody>
          {view.source.map((word, j) => {
            const weight = view.weights[j] ?? 0;
            const annotation = view.annotations[j] ?? [];
            const half = annotation.length / 2;
            return (
              <tr key={j} class={isLinked(j) ? 'linked' : ''}>
                <th scope="row" title={isLinked(j) ? own.trueLink : undefined}>
                  {word}
                  {isLinked(j) && <span class="for-readers"> ({own.trueLink})</span>}
                </th>
                <td class="weight" data-weight={weight}>
                  <input
                    type="range"
                    min={0}
                    max={1}
                    step={1 / STEPS}
                    value={weight}
                    style={{ '--part': weight.toFixed(4) }}
                    aria-label={own.weightOf(word)}
                    aria-valuetext={number(weight, 2)}
                    onInput={({ currentTarget }) => onWeight(j, Number(currentTarget.value))}
                  />
                  <output>{number(weight, 2)}</output>
                </td>
                <td class="number">{number(view.scores[j] ?? 0, 2)}</td>
                <td class="annotation" style={{ '--part': (0.25 + 0.75 * weight).toFixed(3) }}>
                  <VectorStrip
                    values={annotation.slice(0, half)}
                    most={most}
                    of="value"
                    label={`h →, ${word}`}
                  />
                  <VectorStrip
                    values={annotation.slice(half)}
                    most={most}
                    of="value"
                    label={`h ←, ${word}`}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
