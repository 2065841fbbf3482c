/** What every part of the view has: a title, plain words, its numbers and its picture to take away. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Engine } from '../../engine/engine';
import { pictureOf, saveFile } from '../../state/save';
import { words } from '../../state/settings';
import { ScrollRegion } from '../../widgets/scrollRegion';
import type { InsideState } from './state';

/** What each part is given. */
export interface PartProps {
  readonly engine: Engine;
  readonly sentence: Signal<string>;
  readonly state: InsideState;
  /** The translator in view. */
  readonly model: string;
}

export interface PartFrameProps {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly notice: ComponentChildren;
  readonly formula?: ComponentChildren;
  readonly paper?: { readonly name: string; readonly url: string };
  readonly failure: string | undefined;
  /** The numbers that are shown; undefined before they are there. */
  readonly numbers: object | undefined;
  readonly children: ComponentChildren;
}

export function PartFrame(props: PartFrameProps) {
  const { name, title, text, notice, formula, paper, failure, numbers, children } = props;
  const card = useRef<HTMLDivElement>(null);
  const file = `qkv-inside-${name}`;
  const isReady = numbers !== undefined;
  return (
    <article class="figure" data-part={name} data-ready={isReady}>
      <header>
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        {formula !== undefined && (
          <div class="formula">
            <ScrollRegion label={words.value.formula}>{formula}</ScrollRegion>
          </div>
        )}
      </header>
      <div class="card" ref={card}>
        {failure !== undefined && <p role="alert">{failure}</p>}
        {!isReady && failure === undefined && <p class="hint">{words.value.loading} …</p>}
        {children}
      </div>
      <footer>
        <p>{notice}</p>
        <p class="figure-actions">
          {paper !== undefined && (
            <a href={paper.url} rel="external">
              {paper.name}
            </a>
          )}
          <button
            type="button"
            class="look"
            disabled={!isReady}
            data-save="numbers"
            onClick={() =>
              saveFile(`${file}.json`, 'application/json', JSON.stringify(numbers, null, 1))
            }
          >
            {words.value.save}
          </button>
          <button
            type="button"
            class="look"
            disabled={!isReady}
            data-save="picture"
            onClick={() => {
              if (card.current === null) return;
              saveFile(`${file}.svg`, 'image/svg+xml', pictureOf(card.current));
            }}
          >
            {words.value.savePicture}
          </button>
        </p>
      </footer>
    </article>
  );
}
