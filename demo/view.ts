/**
 * The page's elements. `npm start` and tests read `data-state` of the app and `data-translation` of
 * the result.
 */
import { type HeatMap, heatMapTable } from './heatMap';

export type State = 'loading' | 'ready' | 'working' | 'done' | 'error';

/** A translation as the page shows it. */
export interface Shown extends HeatMap {
  readonly target: string;
  /** The best first. */
  readonly hypotheses: readonly { readonly target: string; readonly score: number | undefined }[];
  readonly adapter: string;
  readonly milliseconds: number;
}

function element<T extends HTMLElement>(id: string, type: { new (): T }): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`internal error: the page has no ${type.name} '${id}'`);
}

export class View {
  readonly #app = element('app', HTMLElement);
  readonly #form = element('form', HTMLFormElement);
  readonly #source = element('source', HTMLInputElement);
  readonly #button = element('translate', HTMLButtonElement);
  readonly #examples = element('examples', HTMLUListElement);
  readonly #model = element('model', HTMLSelectElement);
  readonly #decoding = element('decoding', HTMLSelectElement);
  readonly #hypotheses = element('hypotheses', HTMLOListElement);
  readonly #noAttention = element('no-attention', HTMLParagraphElement);
  readonly #result = element('result', HTMLOutputElement);
  readonly #message = element('message', HTMLDivElement);
  readonly #loading = element('loading', HTMLDivElement);
  readonly #progress = element('progress', HTMLProgressElement);
  readonly #progressLabel = element('progress-label', HTMLLabelElement);
  readonly #attention = element('attention', HTMLElement);
  readonly #heatMap = element('heat-map', HTMLDivElement);
  readonly #reading = element('reading', HTMLParagraphElement);
  readonly #status = element('status', HTMLParagraphElement);

  /** Calls `translate` when the form is submitted or an example is clicked. */
  onTranslate(examples: readonly string[], translate: (text: string) => void): void {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#button.disabled) translate(this.#source.value);
    });
    for (const example of examples) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = example;
      button.addEventListener('click', () => {
        this.#source.value = example;
        if (!this.#button.disabled) translate(example);
      });
      const item = document.createElement('li');
      item.append(button);
      this.#examples.append(item);
    }
  }

  /** Fills the selection of models; calls `choose` when another one is selected. */
  showModels(
    models: ReadonlyMap<string, string>,
    chosen: string,
    choose: (name: string) => void,
  ): void {
    for (const [name, label] of models) this.#model.add(new Option(label, name));
    if (!models.has(chosen)) this.#model.add(new Option(chosen, chosen));
    this.#model.value = chosen;
    this.#model.addEventListener('change', () => choose(this.#model.value));
  }

  /** The selected decoding: 'greedy', 'beam' or 'sample'. */
  get decoding(): string {
    return this.#decoding.value;
  }

  /** @param part the completed fraction, 0 to 1; undefined if unknown */
  showProgress(label: string, part: number | undefined): void {
    this.#progressLabel.textContent = label;
    if (part === undefined) this.#progress.removeAttribute('value');
    else this.#progress.value = part;
  }

  showReady(adapter: string): void {
    this.#loading.hidden = true;
    this.#button.disabled = false;
    this.#status.textContent = `Ready on ${adapter}.`;
    this.#setState('ready');
    this.#source.focus();
  }

  /** Clears the last result and shows that a translation is running. */
  showWorking(): void {
    this.#message.hidden = true;
    this.#attention.hidden = true;
    this.#noAttention.hidden = true;
    this.#hypotheses.hidden = true;
    this.#result.value = '';
    delete this.#result.dataset.translation;
    this.#status.textContent = 'Translating …';
    this.#setState('working');
  }

  showPartial(text: string): void {
    this.#result.value = text;
  }

  showTranslation(translation: Shown): void {
    const { target, adapter, milliseconds } = translation;
    this.#result.value = target;
    this.#result.dataset.translation = JSON.stringify(translation);
    const onPoint = (line: string) => {
      this.#reading.textContent = line;
    };
    this.#heatMap.replaceChildren(heatMapTable(translation, onPoint));
    const attends = translation.alignment.length > 0;
    this.#attention.hidden = !attends;
    this.#noAttention.hidden = attends;
    this.#showHypotheses(translation);
    this.#status.textContent = `${milliseconds.toFixed(0)} ms on ${adapter}.`;
    this.#setState('done');
  }

  #showHypotheses({ hypotheses }: Shown): void {
    const items = hypotheses.map(({ target, score }) => {
      const item = document.createElement('li');
      item.textContent = score === undefined ? target : `${target} (${score.toFixed(2)})`;
      return item;
    });
    this.#hypotheses.replaceChildren(...items);
    this.#hypotheses.hidden = items.length < 2;
  }

  /** @param isFinal whether the page cannot translate any more */
  showError(title: string, detail: string, isFinal: boolean): void {
    const heading = document.createElement('strong');
    heading.textContent = title;
    const text = document.createElement('p');
    text.textContent = detail;
    this.#message.replaceChildren(heading, text);
    this.#message.hidden = false;
    this.#loading.hidden = true;
    this.#button.disabled = isFinal;
    this.#status.textContent = '';
    this.#setState('error');
  }

  #setState(state: State): void {
    this.#app.dataset.state = state;
  }
}
