/**
 * The bench as an interactive page, with a selection, bars for results as they arrive, and a report
 * to copy.
 */
import { AbortedError } from 'qkv';
import { type BenchAnswer, limits } from './bench';
import type { Limits } from './limits';
import { contestants, runBench } from './main';
import { OURS } from './names';
import { limitsText, textOf, toRow } from './report';
import { tuneInPage } from './tuning';
import { BenchView } from './view';
import { WORKLOADS } from './workloads';

const view = new BenchView();
let report = '';

/** The running task, which the stop button aborts. */
let stopping = new AbortController();

/** Runs a button's action and shows its result. @param work returns the message to show */
async function perform(work: (signal: AbortSignal) => Promise<string>): Promise<void> {
  stopping = new AbortController();
  view.begin();
  try {
    view.end(await work(stopping.signal), report !== '');
  } catch (error) {
    if (stopping.signal.aborted) view.end('Stopped.', report !== '');
    else view.showError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws AbortedError if the visitor stopped the bench */
function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new AbortedError('bench: stopped', { cause: signal.reason });
}

/** Runs the selected workloads, and shows each result as soon as it is available. */
async function run(
  workloads: readonly string[],
  peers: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const line = (text: string) => {
    stopIf(signal);
    view.showStatus(text);
  };
  const found = await limits({ line });
  view.showLimits(limitsText(found));
  const answers: BenchAnswer[] = [];
  for (const [i, workload] of workloads.entries()) {
    const answer = await runBench(
      { workloads: [workload], contestants: [OURS, ...peers] },
      {
        line,
        round: ({ done, samples }) => {
          stopIf(signal);
          view.showProgress((i + done / samples) / workloads.length);
        },
      },
    );
    answers.push(answer);
    for (const result of answer.results) view.showResult(result, OURS, found);
    report = reportOf(answers, found);
  }
  return `Done on ${found.adapter}.`;
}

/** The report as text, followed by JSON. */
function reportOf(answers: readonly BenchAnswer[], found: Limits): string {
  const results = answers.flatMap((answer) => answer.results);
  const adapter = Object.values(answers[0]?.adapters ?? {})[0] ?? found.adapter;
  const browser = navigator.userAgent;
  const rows = results.map((result) => toRow(result, OURS));
  const text = results.map((result) => textOf(result, OURS, found)).join('');
  const json = { adapter, browser, rows, details: { limits: found, results } };
  return `${text}${limitsText(found)}${adapter}; ${browser}\n${JSON.stringify(json)}\n`;
}

/** Time limit of tuning in a page. */
const TUNING_SECONDS = 600;

async function tune(workloads: readonly string[], signal: AbortSignal): Promise<string> {
  view.showStatus('Preparing ...');
  const request = { workloads, seconds: TUNING_SECONDS };
  const onProgress = (part: number, text: string) => {
    view.showProgress(part);
    view.showStatus(text);
  };
  const { measured, left } = await tuneInPage(request, onProgress, signal);
  view.showTuning(measured);
  const kinds = measured.length === 1 ? 'class' : 'classes';
  const rest = left.length === 0 ? '' : ` No time was left for ${left.length}: tune again.`;
  return `Measured ${measured.length} ${kinds} of shapes; this browser keeps the choices.${rest}`;
}

// Peers register themselves in a module that is loaded after this one.
document.addEventListener('DOMContentLoaded', () => {
  const peers = [...contestants.keys()].filter((name) => name !== OURS);
  view.showChoices(WORKLOADS, peers);
});
view.onRun((workloads, peers) => void perform((signal) => run(workloads, peers, signal)));
view.onTune((workloads) => void perform((signal) => tune(workloads, signal)));
view.onStop(() => stopping.abort());
view.onCopy(() => report);
