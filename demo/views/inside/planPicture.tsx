/** Buffers by steps: a bar from the first step that uses a buffer to the last one. */
import type { Signal } from '@preact/signals';
import type { ExplainedStorage, Explanation } from 'qkv/graph';
import { language } from '../../state/settings';
import { ScrollRegion } from '../../widgets/scrollRegion';
import { WORDS } from './words';

export interface PlanPictureProps {
  readonly plan: Explanation;
  readonly step: Signal<number>;
  bytes(count: number): string;
}

const ROW = 20;
const LABEL = 215;
const HEAD = 24;

/** Width of a step in pixels: short plans fill the page. */
const widthOf = (steps: number) => Math.max(5, Math.min(32, 820 / steps));

/** 'state parameters' is drawn as a state. */
const kindOf = ({ use }: ExplainedStorage) => use.split(' ', 1)[0] ?? use;

export function PlanPicture({ plan, step, bytes }: PlanPictureProps) {
  const own = WORDS[language.value].plan;
  const { steps, storages } = plan;
  const cell = widthOf(steps.length);
  const drawn = storages.filter(({ first }) => first !== undefined);
  const width = (steps.length + 1) * cell;
  const height = HEAD + drawn.length * ROW + 8;
  const choose = (event: MouseEvent) => {
    const { left, width: shown } = (event.currentTarget as Element).getBoundingClientRect();
    const at = Math.floor((((event.clientX - left) / shown) * width) / cell);
    if (at >= 0 && at < steps.length) step.value = at;
  };
  const isUsed = ({ first = 0, last = 0 }: ExplainedStorage) =>
    first <= step.value && step.value <= last;
  return (
    <>
      <ScrollRegion label={own.picture}>
        <div class="plan-picture">
          <div class="plan-labels">
            <svg
              viewBox={`0 0 ${LABEL} ${height}`}
              width={LABEL}
              height={height}
              aria-hidden="true"
            >
              {drawn.map((storage, row) => (
                <g key={storage.storage} class={isUsed(storage) ? 'used' : ''}>
                  <text x={0} y={HEAD + (row + 0.5) * ROW}>
                    #{storage.storage} {own.use(storage.use)}
                    {storage.use.startsWith('temporary') && own.results(storage.values)}
                  </text>
                  <text class="bytes" x={LABEL - 10} y={HEAD + (row + 0.5) * ROW}>
                    {bytes(storage.byteLength)}
                  </text>
                </g>
              ))}
            </svg>
          </div>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the slider below does the same by keyboard */}
          <svg
            class="plan-bars"
            role="img"
            aria-label={own.pictureLabel(steps.length, drawn.length)}
            viewBox={`0 0 ${width} ${height}`}
            width={width}
            height={height}
            onClick={choose}
          >
            <rect class="now" x={step.value * cell} y={0} width={cell} height={height} rx={3} />
            {steps.map(({ step: at }) =>
              at === 0 || (at + 1) % (cell < 12 ? 20 : 5) === 0 ? (
                <text key={at} class="tick" x={Math.max(6, (at + 0.5) * cell)} y={14}>
                  {at + 1}
                </text>
              ) : null,
            )}
            {drawn.map((storage, row) => {
              const { first = 0, last = 0 } = storage;
              return (
                <g
                  key={storage.storage}
                  class={`buffer ${kindOf(storage)} ${isUsed(storage) ? 'used' : ''}`}
                  data-storage={storage.storage}
                  data-first={first}
                  data-last={last}
                >
                  <rect
                    x={first * cell + 0.5}
                    y={HEAD + row * ROW + 3}
                    width={(last - first + 1) * cell - 1}
                    height={ROW - 6}
                    rx={Math.min(4, cell / 2)}
                  />
                </g>
              );
            })}
          </svg>
        </div>
      </ScrollRegion>
      <ul class="legend">
        {[...new Set(drawn.map(kindOf))].map((kind) => (
          <li key={kind} class={`buffer ${kind}`}>
            {own.uses(kind)}
          </li>
        ))}
      </ul>
    </>
  );
}
