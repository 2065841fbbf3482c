/** A recurrent network, unrolled: inputs below, its states in the middle, outputs above. */
import { ScrollRegion } from '../../../widgets/scrollRegion';
import type { Shape } from './shapeNames';

export interface UnrolledProps {
  readonly shape: Shape;
  readonly inputs: readonly string[];
  /** Labels; empty before the network has any. */
  readonly outputs: readonly string[];
  readonly label: string;
}

/** Sizes in pixels. */
const GAP = 12;
const BOX = 30;
const STATE = 40;
const LETTER = 8.2;
const HEIGHT = 190;
const TOPS = { output: 2, state: 75, input: HEIGHT - BOX - 2 };

export function Unrolled({ shape, inputs, outputs, label }: UnrolledProps) {
  const isGenerator = shape === 'oneToMany';
  const columns = Math.max(1, isGenerator ? outputs.length : inputs.length);
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(
      54,
      isGenerator ? 0 : (inputs[i]?.length ?? 0) * LETTER + 16,
      shape === 'manyToOne' ? 0 : (outputs[i]?.length ?? 0) * LETTER + 16,
    ),
  );
  const bag = inputs.join(' + ');
  const bagWidth = bag.length * LETTER + 20;
  const row = widths.reduce((sum, own) => sum + own + GAP, -GAP);
  const width = Math.max(row, isGenerator ? bagWidth : 0, 120) + 4;
  let left = isGenerator ? 2 : (width - row) / 2;
  const middles = widths.map((own) => {
    const middle = left + own / 2;
    left += own + GAP;
    return middle;
  });
  const at = (i: number) => middles[i] ?? 0;
  const ownWidth = (i: number) => widths[i] ?? 54;
  const outputPlaces = shape === 'manyToOne' ? [columns - 1] : middles.map((_, i) => i);
  const isChain = shape !== 'oneToOne';
  const isBoth = shape === 'manyToOne' || shape === 'manyToMany';
  const arrow = (x1: number, y1: number, x2: number, y2: number, key: string) => (
    <path key={key} class="arrow" d={`M${x1} ${y1}L${x2} ${y2}`} marker-end="url(#shape-arrow)" />
  );
  return (
    <ScrollRegion label={label}>
      <svg
        class="unrolled"
        role="img"
        aria-label={`${label}: ${inputs.join(' ')} → ${outputs.join(' ')}`}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        width={width}
        height={HEIGHT}
        data-shape={shape}
      >
        <defs>
          <marker
            id="shape-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="6"
            markerHeight="6"
            orient="auto-start-reverse"
          >
            <path class="arrow-head" d="M0 0L8 4L0 8Z" />
          </marker>
        </defs>
        {middles.map((x, i) => (
          <g key={i}>
            {(!isGenerator || i === 0) &&
              arrow(x, TOPS.input - 2, x, TOPS.state + STATE + 3, `in ${i}`)}
            {isChain &&
              i > 0 &&
              arrow(at(i - 1) + 24, TOPS.state + 14, x - 24, TOPS.state + 14, `on ${i}`)}
            {isBoth &&
              i > 0 &&
              arrow(x - 24, TOPS.state + 27, at(i - 1) + 24, TOPS.state + 27, `back ${i}`)}
            {isGenerator && i > 0 && (
              <path
                class="arrow again"
                d={`M${at(i - 1) + 8} ${TOPS.output + BOX}C${at(i - 1) + 30} ${TOPS.state} ${x - 40} ${TOPS.state - 14} ${x - 14} ${TOPS.state - 2}`}
                marker-end="url(#shape-arrow)"
              />
            )}
            <rect class="state" x={x - 22} y={TOPS.state} width={44} height={STATE} rx="9" />
            <text x={x} y={TOPS.state + STATE / 2}>
              h
            </text>
          </g>
        ))}
        {shape === 'manyToOne' && columns > 1 && (
          <path
            class="arrow"
            d={`M${at(0)} ${TOPS.state - 2}V${TOPS.output + BOX / 2}H${at(columns - 1) - ownWidth(columns - 1) / 2 - 4}`}
            marker-end="url(#shape-arrow)"
          />
        )}
        {outputPlaces.map((i, place) => {
          const text = outputs[place] ?? '';
          const own = Math.max(ownWidth(i), text.length * LETTER + 16);
          const x = Math.min(at(i), width - own / 2 - 2);
          return (
            <g key={`out ${i}`} class={text === '' ? 'output empty' : 'output'} data-output={text}>
              {arrow(at(i), TOPS.state - 2, at(i), TOPS.output + BOX + 3, `up ${i}`)}
              <rect x={x - own / 2} y={TOPS.output} width={own} height={BOX} rx="7" />
              <text x={x} y={TOPS.output + BOX / 2}>
                {text}
              </text>
            </g>
          );
        })}
        {isGenerator ? (
          <g class="input" data-input={bag}>
            <rect x={2} y={TOPS.input} width={bagWidth} height={BOX} rx="7" />
            <text x={2 + bagWidth / 2} y={TOPS.input + BOX / 2}>
              {bag}
            </text>
          </g>
        ) : (
          inputs.map((text, i) => (
            <g key={`in ${i}`} class="input" data-input={text}>
              <rect
                x={at(i) - ownWidth(i) / 2}
                y={TOPS.input}
                width={ownWidth(i)}
                height={BOX}
                rx="7"
              />
              <text x={at(i)} y={TOPS.input + BOX / 2}>
                {text}
              </text>
            </g>
          ))
        )}
      </svg>
    </ScrollRegion>
  );
}
