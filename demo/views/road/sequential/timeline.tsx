/** The dispatches of a layer in order, and the words that each of them computes. */
import { language } from '../../../state/settings';
import type { Dispatched } from './layers';
import { WORDS } from './words';

export interface TimelineProps {
  readonly name: string;
  readonly dispatches: readonly Dispatched[];
  /** Number of words. */
  readonly length: number;
  /** Number of dispatches for which there is room: the same for both layers. */
  readonly room: number;
}

/** Height of the picture, and width of a word's cell at most, in pixels. */
const HEIGHT = 150;
const WIDTH = 760;

export function Timeline({ name, dispatches, length, room }: TimelineProps) {
  const own = WORDS[language.value];
  const cell = Math.min(24, WIDTH / room);
  const row = HEIGHT / length;
  const gap = cell > 6 ? 1.5 : 0.5;
  return (
    <figure class="timeline" data-layer={name} data-dispatches={dispatches.length}>
      <figcaption>
        <strong>{own.layers[name]}</strong> {own.inSequence(dispatches.length)}
      </figcaption>
      <svg
        role="img"
        aria-label={own.timelineLabel(
          own.layers[name] ?? name,
          dispatches.length,
          dispatches.filter(({ word }) => word !== undefined).length,
        )}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="xMinYMin meet"
      >
        <rect class="ground" width={WIDTH} height={HEIGHT} rx={4} />
        {dispatches.map(({ kernel, ops, word }, i) => (
          <rect
            key={i}
            class={word === undefined ? 'all-words' : 'one-word'}
            x={i * cell + gap / 2}
            y={(word ?? 0) * row}
            width={cell - gap}
            height={word === undefined ? HEIGHT : Math.max(row, 1.5)}
          >
            <title>{`${i + 1}: ${ops.join(' + ')} (${kernel})`}</title>
          </rect>
        ))}
      </svg>
    </figure>
  );
}
