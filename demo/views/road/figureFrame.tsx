/** What every figure has: its title, what it says, its formula, its paper, and its numbers to take away. */
import type { ComponentChildren } from 'preact';
import { words } from '../../state/settings';

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
  const save = () => {
    const url = URL.createObjectURL(
      new Blob([JSON.stringify(numbers, null, 1)], { type: 'application/json' }),
    );
    const link = document.createElement('a');
    link.href = url;
    link.download = `qkv-figure-${number}.json`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <article class="figure" data-figure={number} data-ready={numbers !== undefined}>
      <header>
        <h1>
          <span class="year">{number}</span> {title}
        </h1>
        <p class="lead">{text}</p>
        <div class="formula">{formula}</div>
      </header>
      <div class="card">{children}</div>
      <footer>
        <p>{notice}</p>
        <p>
          <a href={paper.url} rel="external">
            {paper.name}
          </a>{' '}
          <button type="button" class="look" disabled={numbers === undefined} onClick={save}>
            {words.value.save}
          </button>
        </p>
      </footer>
    </article>
  );
}
