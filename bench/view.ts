/** The elements of the bench page. */
import type { ClassMeasurement } from 'qkv/graph';
import type { Limits } from './limits';
import { precise, ratesOf, toRow, workloadNamed } from './report';
import type { Workload } from './spec';
import type { WorkloadResult } from './workload';

/** The element of this id. @throws Error when the page has none of this kind */
function element<T extends HTMLElement>(id: string, kind: { new (): T }): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} #${id}`);
}

function make(tag: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

function choice(name: string, isChosen: boolean): HTMLElement {
  const [item, label] = [document.createElement('li'), document.createElement('label')];
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.value = name;
  box.checked = isChosen;
  label.append(box, make('span', name));
  item.append(label);
  return item;
}

export class BenchView {
  readonly #root = element('bench', HTMLElement);
  readonly #workloads = element('workloads', HTMLUListElement);
  readonly #peers = element('peers', HTMLUListElement);
  readonly #run = element('run', HTMLButtonElement);
  readonly #tune = element('tune', HTMLButtonElement);
  readonly #stop = element('stop', HTMLButtonElement);
  readonly #copy = element('copy', HTMLButtonElement);
  readonly #progress = element('progress', HTMLProgressElement);
  readonly #status = element('status', HTMLElement);
  readonly #message = element('message', HTMLElement);
  readonly #limits = element('limits', HTMLElement);
  readonly #results = element('results', HTMLElement);

  /** Initially, all workloads except large ones are selected, and no peers. */
  showChoices(workloads: readonly Workload[], peers: readonly string[]): void {
    this.#workloads.replaceChildren(
      ...workloads.map(({ name, large = false }) => choice(name, !large)),
    );
    this.#peers.replaceChildren(...peers.map((name) => choice(name, false)));
    element('peers-group', HTMLFieldSetElement).hidden = peers.length === 0;
  }

  onRun(start: (workloads: readonly string[], peers: readonly string[]) => void): void {
    element('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      start(chosen(this.#workloads), chosen(this.#peers));
    });
  }

  onTune(start: (workloads: readonly string[]) => void): void {
    this.#tune.addEventListener('click', () => start(chosen(this.#workloads)));
  }

  onStop(stop: () => void): void {
    this.#stop.addEventListener('click', () => {
      this.#stop.disabled = true;
      stop();
    });
  }

  onCopy(report: () => string): void {
    this.#copy.addEventListener('click', () => {
      void navigator.clipboard.writeText(report()).then(
        () => this.showStatus('The report is on the clipboard.'),
        () => this.showError('The browser does not let this page write to the clipboard.'),
      );
    });
  }

  begin(): void {
    this.#root.dataset.state = 'running';
    this.#run.disabled = true;
    this.#tune.disabled = true;
    this.#copy.disabled = true;
    this.#stop.disabled = false;
    this.#stop.hidden = false;
    this.#message.hidden = true;
    this.#results.replaceChildren();
    this.#progress.hidden = false;
    this.showProgress(0);
  }

  end(text: string, hasReport = true): void {
    this.#root.dataset.state = 'done';
    this.#run.disabled = false;
    this.#tune.disabled = false;
    this.#copy.disabled = !hasReport;
    this.#stop.hidden = true;
    this.#progress.hidden = true;
    this.showStatus(text);
  }

  showStatus(text: string): void {
    this.#status.textContent = text;
  }

  /** @param part from 0 to 1 */
  showProgress(part: number): void {
    this.#progress.value = part;
  }

  showLimits(text: string): void {
    this.#limits.textContent = text;
    this.#limits.hidden = false;
  }

  showError(text: string): void {
    this.end('', false);
    this.#root.dataset.state = 'error';
    this.#message.textContent = text;
    this.#message.hidden = false;
  }

  /** A card with the kernel that was chosen for each class of shapes. */
  showTuning(measured: readonly ClassMeasurement[]): void {
    const list = make('dl', '', 'choices-made');
    for (const [shapeClass, text] of measured.map(choiceText)) {
      list.append(make('dt', shapeClass), make('dd', text));
    }
    const card = make('section', '', 'card');
    card.append(make('h2', 'Kernels chosen'), list);
    this.#results.append(card);
  }

  /** A card with a bar for each contestant. */
  showResult(result: WorkloadResult, ours: string, limits: Limits): void {
    const workload = workloadNamed(result.workload);
    const { ratio } = toRow(result, ours);
    const medians = Object.values(result.results).map(({ medianMs }) => medianMs);
    const bars = make('dl', '', 'bars');
    for (const [name, measured] of Object.entries(result.results)) {
      const { medianMs, lowerMs, upperMs, firstMs, dispatches, submits } = measured;
      const bar = document.createElement('meter');
      bar.max = Math.max(...medians);
      bar.value = medianMs;
      const value = make('dd', `${precise(medianMs)} ms`);
      const rates = workload && ratesOf(workload, medianMs, limits);
      const part = rates?.fractionOfLimit;
      const details = [
        `half between ${precise(lowerMs)} and ${precise(upperMs)} ms`,
        `first ${precise(firstMs)} ms`,
        `${dispatches} dispatches in ${submits} submits`,
        ...(rates ? [`${precise(rates.gigaflopsPerSecond)} GFLOP/s`] : []),
        ...(part === undefined ? [] : [`${precise(100 * part)}% of the limit`]),
        ...(typeof ratio[name] === 'number' ? [`${ratio[name]} times as long as ${ours}`] : []),
      ].join(', ');
      const track = document.createElement('dd');
      track.append(bar);
      bars.append(make('dt', name), track, value, make('dd', details, 'details'));
    }
    for (const [name, reason] of Object.entries(result.failures)) {
      bars.append(make('dt', name), make('dd', `not measured: ${reason}`, 'details'));
    }
    const card = make('section', '', 'card');
    const unit = workload?.per === undefined ? '' : `, a ${workload.per.unit}`;
    card.append(make('h2', result.workload + unit), bars);
    this.#results.append(card);
  }
}

/** The chosen and the default kernel of a shape class. */
function choiceText({ shapeClass, times, chosen }: ClassMeasurement): readonly [string, string] {
  const timeOf = (name?: string) => times.find(({ candidate }) => candidate === name)?.milliseconds;
  const [own, first] = [timeOf(chosen), timeOf(times[0]?.candidate)];
  const time = own === undefined ? '' : `, ${precise(own)} ms`;
  const isChanged = chosen !== times[0]?.candidate && own !== undefined && first !== undefined;
  const gain = isChanged ? `; ${times[0]?.candidate} took ${precise(first)} ms` : '';
  return [shapeClass, `${chosen}${time}${gain}`];
}

/** Names of the boxes that are ticked. */
function chosen(list: HTMLElement): readonly string[] {
  const boxes = [...list.querySelectorAll<HTMLInputElement>('input:checked')];
  return boxes.map(({ value }) => value);
}
