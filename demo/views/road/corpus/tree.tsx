/** A pair of sentences: the phrases of the English one as a tree, and the links to the French one. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { bringIntoRegion } from '../../../widgets/bringIntoRegion';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { type Counterpart, type PhraseNode, phraseTree } from './phrases';
import type { CorpusPair } from './service';
import { boxWidth, layoutRow, layoutTree, ROW, rowWidth } from './treeLayout';
import type { WORDS } from './words';

export interface TreeProps {
  readonly pair: CorpusPair;
  /** Indices of the chosen English words. */
  readonly chosen: readonly number[];
  readonly head: number;
  readonly counterpart: Counterpart;
  readonly own: (typeof WORDS)['en'];
  onChoose(words: readonly number[], head: number): void;
}

/** Heights in pixels. */
const BOX = 44;
const FRENCH_BOX = 30;
const BETWEEN = 130;
const LABEL = 22;

export function PairTree({ pair, chosen, head, counterpart, own, onChoose }: TreeProps) {
  const { source, target, classes, alignment } = pair;
  const classOf = (i: number) => own.classes[classes[i] ?? 'noun'];
  const layout = layoutTree(
    phraseTree(pair),
    (i) => boxWidth(source[i] ?? '', classOf(i)),
    ({ kind }) => own.phrases[kind],
  );
  const width = Math.max(layout.width, rowWidth(target)) + 2;
  const shift = (width - layout.width) / 2;
  const french = layoutRow(target, width);
  const wordTop = layout.levels * ROW + 12;
  const frenchTop = wordTop + BOX + BETWEEN;
  const height = frenchTop + FRENCH_BOX + 4;
  const top = (level: number) => level * ROW + 2;
  const isChosen = (words: readonly number[]) =>
    words.length === chosen.length && words.every((word) => chosen.includes(word));
  const isLit = (words: readonly number[]) => words.every((word) => chosen.includes(word));
  const curve = (x1: number, y1: number, x2: number, y2: number) => {
    const middle = (y1 + y2) / 2;
    return `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
  };
  // A branch bends between two rows, so that it passes no phrase of the rows below.
  const branch = (from: number, level: number, to: number) =>
    curve(from + shift, top(level) + LABEL, to + shift, top(level + 1));
  const positions = new Map(layout.words.map((word) => [word.index, word.x + shift]));
  const picture = useRef<SVGSVGElement>(null);
  useEffect(() => {
    bringIntoRegion(picture.current?.querySelector('.english.head'));
  }, [pair]);
  return (
    <ScrollRegion label={own.tree}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of parts of a picture */}
      <svg
        ref={picture}
        class="pair-tree"
        role="group"
        aria-label={own.tree}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
      >
        {layout.phrases.map(({ phrase, x, parent }) =>
          parent === undefined ? null : (
            <path
              key={`phrase ${phrase.words.join()}`}
              class={`branch ${isLit(phrase.words) && isLit(parent.phrase.words) ? 'lit' : ''}`}
              d={branch(parent.x, parent.level, x)}
            />
          ),
        )}
        {layout.words.map(({ index, x, parent }) =>
          parent === undefined ? null : (
            <path
              key={`word ${index}`}
              class={`branch ${isLit(parent.phrase.words) ? 'lit' : ''}`}
              d={`${branch(parent.x, parent.level, x)}V${wordTop}`}
            />
          ),
        )}
        {alignment.map(([from, to]) => (
          <path
            key={`${from} ${to}`}
            class={`link ${chosen.includes(from) ? 'lit' : ''}`}
            data-link={`${from}-${to}`}
            d={curve(positions.get(from) ?? 0, wordTop + BOX, french[to]?.x ?? 0, frenchTop)}
          />
        ))}
        {layout.phrases.map(({ phrase, x, level, width: own_ }) => (
          <Part
            key={phrase.words.join()}
            kind={`phrase ${isLit(phrase.words) ? 'lit' : ''}`}
            isPressed={isChosen(phrase.words)}
            name={`${own.phrases[phrase.kind]}: ${textOf(phrase, source)}`}
            words={phrase.words}
            onChoose={() => onChoose(phrase.words, phrase.head)}
          >
            <rect
              x={x + shift - own_ / 2}
              y={top(level)}
              width={own_}
              height={LABEL}
              rx={LABEL / 2}
            />
            <text class="small" x={x + shift} y={top(level) + LABEL / 2}>
              {own.phrases[phrase.kind]}
            </text>
          </Part>
        ))}
        {layout.words.map(({ index, x, width: own_ }) => (
          <Part
            key={index}
            kind={`english ${chosen.includes(index) ? 'lit' : ''} ${index === head ? 'head' : ''}`}
            isPressed={isChosen([index])}
            name={`${classOf(index)}: ${source[index]}`}
            words={[index]}
            onChoose={() => onChoose([index], index)}
          >
            <rect x={x + shift - own_ / 2} y={wordTop} width={own_} height={BOX} rx="7" />
            <text x={x + shift} y={wordTop + 16}>
              {source[index]}
            </text>
            <text class="small" x={x + shift} y={wordTop + 33}>
              {classOf(index)}
            </text>
          </Part>
        ))}
        {french.map(({ index, x, width: own_ }) => (
          <g
            key={`french ${index}`}
            class={`french ${counterpart.words.includes(index) ? 'lit' : ''} ${
              counterpart.heads.includes(index) ? 'head' : ''
            }`}
            data-french={index}
          >
            <rect x={x - own_ / 2} y={frenchTop} width={own_} height={FRENCH_BOX} rx="7" />
            <text x={x} y={frenchTop + FRENCH_BOX / 2} lang="fr">
              {target[index]}
            </text>
          </g>
        ))}
      </svg>
    </ScrollRegion>
  );
}

const textOf = ({ words }: PhraseNode, source: readonly string[]) =>
  words.map((i) => source[i]).join(' ');

interface PartProps {
  readonly kind: string;
  readonly isPressed: boolean;
  readonly name: string;
  readonly words: readonly number[];
  readonly children: ComponentChildren;
  onChoose(): void;
}

/** A part of the tree that can be chosen by pointer and keyboard. */
function Part({ kind, isPressed, name, words, children, onChoose }: PartProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no buttons
    <g
      class={kind}
      role="button"
      tabindex={0}
      aria-pressed={isPressed}
      aria-label={name}
      data-words={words.join()}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose();
      }}
    >
      {children}
    </g>
  );
}
