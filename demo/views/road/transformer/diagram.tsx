/** The transformer as a diagram: two columns of blocks beside the streams of two words. */
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../../../state/settings';
import { bringIntoRegion } from '../../../widgets/bringIntoRegion';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { BLOCKS, type Block, type Column, lengthOf, type Passage, pathTo } from './through';
import { blockName, type WORDS } from './words';

type Own = (typeof WORDS)['en'];

export interface DiagramProps {
  readonly passages: ReadonlyMap<string, Passage>;
  readonly chosen: string;
  readonly output: string;
  /** The words whose vectors are shown. */
  readonly source: string;
  readonly target: string;
  readonly own: Own;
  onChoose(id: string): void;
}

/** Sizes in pixels. */
const WIDTH = 746;
const BOX = { width: 280, height: 40 };
const PITCH = 58;
const TOP = 34;
/** Where the streams run, and how far to their right the blocks stand. */
const STREAM: Readonly<Record<Column, number>> = { encoder: 26, decoder: 418 };
const BESIDE = 42;
/** The widest stream. */
const WIDEST = 13;

const ROWS = BLOCKS.filter(({ column }) => column === 'decoder').length;
const HEIGHT = TOP + ROWS * PITCH + 6;

/** The upper edge of a block: the first ones stand lowest. */
function topOf(block: Block): number {
  const own = BLOCKS.filter(({ column }) => column === block.column);
  return TOP + (ROWS - 1 - own.indexOf(block)) * PITCH;
}

export function Diagram(props: DiagramProps) {
  const { passages, chosen, output, source, target, own, onChoose } = props;
  const picture = useRef<SVGSVGElement>(null);
  useEffect(() => {
    bringIntoRegion(picture.current?.querySelector('[aria-pressed="true"]'));
  }, [chosen]);
  const lit = pathTo(chosen);
  const all = [...passages.values()];
  const longest = Math.max(1e-9, ...all.map(({ after }) => lengthOf(after)));
  const most = Math.max(1e-9, ...all.map(({ added }) => lengthOf(added)));
  const isLit = ({ id }: Block) => lit.includes(id);
  const name = own.diagram(output, source);
  const encoderEnd = BLOCKS.find(({ id }) => id === 'encoder-norm');
  return (
    <ScrollRegion label={name}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of parts of a picture */}
      <svg
        ref={picture}
        class="network"
        role="group"
        aria-label={name}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
      >
        <text
          class="heading"
          x={STREAM.encoder - 14}
          y={topOf(encoderEnd ?? BLOCKS[0] ?? first) - 22}
        >
          {own.encoder(source)}
        </text>
        <text class="heading" x={STREAM.decoder - 14} y={14}>
          {own.decoder(target)}
        </text>
        {BLOCKS.filter(({ kind }) => kind === 'cross').map((block) => (
          <path
            key={block.id}
            class={`memory ${isLit(block) ? 'lit' : ''}`}
            d={memoryPath(encoderEnd, block)}
          />
        ))}
        {BLOCKS.map((block) => {
          const passage = passages.get(block.id);
          const y = topOf(block);
          const x = STREAM[block.column];
          const width = passage === undefined ? 1 : (WIDEST * lengthOf(passage.after)) / longest;
          const isLast = block.kind === 'output' || block.id === 'encoder-norm';
          return (
            <g key={block.id} class={isLit(block) ? 'lit' : ''}>
              {!isLast && (
                <line
                  class="stream"
                  x1={x}
                  x2={x}
                  y1={y + BOX.height / 2}
                  y2={y - PITCH + BOX.height / 2}
                  stroke-width={Math.max(1, width)}
                />
              )}
              <line
                class="branch"
                x1={x}
                x2={x + BESIDE}
                y1={y + BOX.height / 2}
                y2={y + BOX.height / 2}
              />
            </g>
          );
        })}
        {BLOCKS.map((block) => {
          const passage = passages.get(block.id);
          const y = topOf(block);
          const x = STREAM[block.column] + BESIDE;
          const added = passage === undefined ? 0 : lengthOf(passage.added);
          const label = blockName(own, block);
          const adds = added > 0 ? `+${words.value.number(added, 1)}` : '';
          return (
            // biome-ignore lint/a11y/useSemanticElements: SVG has no buttons
            <g
              key={block.id}
              class={`block ${isLit(block) ? 'lit' : ''}`}
              role="button"
              tabindex={0}
              aria-pressed={block.id === chosen}
              aria-label={`${label} ${adds}`}
              data-block={block.id}
              data-added={passage === undefined ? undefined : added}
              onClick={() => onChoose(block.id)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                onChoose(block.id);
              }}
            >
              <rect x={x} y={y} width={BOX.width} height={BOX.height} rx="8" />
              <rect
                class="bar"
                x={x + 8}
                y={y + BOX.height - 9}
                width={Math.max(0, ((BOX.width - 16) * added) / most)}
                height={4}
                rx="2"
              />
              <text x={x + 10} y={y + 16}>
                {label}
              </text>
              <text class="added" x={x + BOX.width - 8} y={y + 16}>
                {block.kind === 'output' ? output : adds}
              </text>
              {passage !== undefined && block.kind !== 'embed' && (
                <circle class="sum" cx={STREAM[block.column]} cy={y + BOX.height / 2} r="8" />
              )}
              {passage !== undefined && block.kind !== 'embed' && (
                <text class="plus" x={STREAM[block.column]} y={y + BOX.height / 2}>
                  {block.kind === 'norm' ? 'n' : '+'}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </ScrollRegion>
  );
}

const first: Block = { id: '', column: 'encoder', kind: 'embed', layer: 0 };

/** From the end of the encoder to a block of the decoder that reads it. */
function memoryPath(from: Block | undefined, to: Block): string {
  const x1 = STREAM.encoder + BESIDE + BOX.width;
  const y1 = topOf(from ?? first) + BOX.height / 2;
  const middle = x1 + 22;
  const [x2, y2] = [STREAM.decoder + BESIDE, topOf(to) + BOX.height - 8];
  return `M${x1} ${y1}H${middle}V${y2}H${x2}`;
}
