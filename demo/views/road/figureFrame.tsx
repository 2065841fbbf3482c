/** What every figure has: its title, what it says, its formula, its paper, and its numbers to take away. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { pictureOf, saveFile } from '../../state/save';
import { words } from '../../state/settings';
import { ScrollRegion } from '../../widgets/scrollRegion';

export interface FigureFrameProps {
  readonly number: number;
  readonly title: string;
  /** What is computed, in plain words. */
  readonly text: string;
  readonly formula: ComponentChildren;
  readonly paper: { readonly name: string; readonly url: string };
  /** What to notice. */
  readonly notice: string;
  /** The numbers that are shown, as JSON for a file; undefined before they are there. */
  readonly numbers: object | undefined;
  readonly children: ComponentChildren;
}

export function FigureFrame(props: FigureFrameProps) {
  const { number, title, text, formula, paper, notice, numbers, children } = props;
  const card = useRef<HTMLDivElement>(null);
  const name = `qkv-figure-${number}`;
  return (
    <article class="figure" data-figure={number} data-ready={numbers !== undefined}>
      <header>
        <h1>
          <span class="year">{number}</span> {title}
        </h1>
        <p class="lead">{text}</p>
        <div class="formula">
          <ScrollRegion label={words.value.formula}>{formula}</ScrollRegion>
        </div>
      </header>
      <div class="card" ref={card}>
        {children}
      </div>
      <footer>
        <p>{notice}</p>
        <p class="figure-actions">
          <a href={paper.url} rel="external">
            {paper.name}
          </a>
          <button
            type="button"
            class="look"
            disabled={numbers === undefined}
            data-save="numbers"
            onClick={() =>
              saveFile(`${name}.json`, 'application/json', JSON.stringify(numbers, null, 1))
            }
          >
            {words.value.save}
          </button>
          <button
            type="button"
            class="look"
            disabled={numbers === undefined}
            data-save="picture"
            onClick={() => {
              if (card.current === null) return;
              saveFile(`${name}.svg`, 'image/svg+xml', pictureOf(card.current));
            }}
          >
            {words.value.savePicture}
          </button>
        </p>
      </footer>
    </article>
  );
}
