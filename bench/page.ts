/** The bench as a page for a person: choices, a button, bars as results come in, a report to copy. */
import { type BenchAnswer, limits } from './bench';
import type { Limits } from './limits';
import { contestants, OURS, runBench } from './main';
import { limitsText, textOf, toRow } from './report';
import { tuneInPage } from './tuning';
import { BenchView } from './view';
import { WORKLOADS } from './workloads';

const view = new BenchView();
let report = '';

/** One workload after the other, each shown as soon as it is done. */
async function run(workloads: readonly string[], peers: readonly string[]): Promise<void> {
  view.begin();
  try {
    const line = (text: string) => view.showStatus(text);
    const found = await limits({ line });
    view.showLimits(limitsText(found));
    const answers: BenchAnswer[] = [];
    for (const [i, workload] of workloads.entries()) {
      const answer = await runBench(
        { workloads: [workload], contestants: [OURS, ...peers] },
        {
          line,
          round: ({ done, samples }) => view.showProgress((i + done / samples) / workloads.length),
        },
      );
      answers.push(answer);
      for (const result of answer.results) view.showResult(result, OURS, found);
      report = reportOf(answers, found);
    }
    view.end(`Done on ${found.adapter}.`);
  } catch (error) {
    view.showError(error instanceof Error ? error.message : String(error));
  }
}

/** As text for people, then as JSON for programs. */
function reportOf(answers: readonly BenchAnswer[], found: Limits): string {
  const results = answers.flatMap((answer) => answer.results);
  const adapter = Object.values(answers[0]?.adapters ?? {})[0] ?? found.adapter;
  const browser = navigator.userAgent;
  const rows = results.map((result) => toRow(result, OURS));
  const text = results.map((result) => textOf(result, OURS, found)).join('');
  const json = { adapter, browser, rows, details: { limits: found, results } };
  return `${text}${limitsText(found)}${adapter}; ${browser}\n${JSON.stringify(json)}\n`;
}

/** Time for tuning in a page: some minutes, of which nothing is lost when it is closed. */
const TUNING_SECONDS = 600;

async function tune(workloads: readonly string[]): Promise<void> {
  view.begin();
  try {
    const request = { workloads, seconds: TUNING_SECONDS };
    const { measured, left } = await tuneInPage(request, (part, text) => {
      view.showProgress(part);
      view.showStatus(text);
    });
    const rest = left.length === 0 ? '' : ` No time was left for ${left.length}: tune again.`;
    const kinds = measured.length === 1 ? 'class' : 'classes';
    const what = `Measured ${measured.length} ${kinds} of shapes; this browser keeps the choices.`;
    view.end(`${what}${rest}`, report !== '');
    view.showTuning(measured);
  } catch (error) {
    view.showError(error instanceof Error ? error.message : String(error));
  }
}

// Peers add themselves in a module after this one.
document.addEventListener('DOMContentLoaded', () => {
  const peers = [...contestants.keys()].filter((name) => name !== OURS);
  view.showChoices(WORKLOADS, peers);
});
view.onRun((workloads, peers) => void run(workloads, peers));
view.onTune((workloads) => void tune(workloads));
view.onCopy(() => report);
