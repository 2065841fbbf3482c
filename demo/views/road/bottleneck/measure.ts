/** Translates sentences of several lengths with all models on the visitor's GPU. */
import type { Engine } from '../../../engine/engine';
import { MODELS } from '../../../engine/models';
import type { Grammar } from '../../../state/truths';
import { wordsOf } from '../../../widgets/wordGroups';
import { type Band, bleuOf, MEASURED, sentencesOf } from './lengths';

/** What was measured of one model at one length. */
export interface Measured extends Band {
  readonly model: string;
  readonly sentences: readonly string[];
  readonly answers: readonly (readonly string[])[];
  readonly truths: readonly (readonly string[])[];
  /** BLEU, 0 to 100. */
  readonly bleu: number;
}

/** Sentences of each length. */
const COUNT = 6;

/** Time between two reports of progress. */
const REPORT_MS = 250;

/**
 * Measures all lengths one after another.
 * @param onProgress the fraction that is done, and what was measured so far
 * @throws AbortedError when the signal says so
 */
export async function measure(
  engine: Engine,
  grammar: Grammar,
  signal: AbortSignal,
  onProgress: (fraction: number, measured: readonly Measured[]) => void,
): Promise<void> {
  const measured: Measured[] = [];
  const bands = MEASURED.map((band) => ({ band, sentences: sentencesOf(grammar, band, COUNT) }));
  const all = MODELS.length * bands.reduce((sum, { sentences }) => sum + sentences.length, 0);
  let done = 0;
  let reported = performance.now();
  for (const { band, sentences } of bands) {
    const truths = sentences.map((sentence) => grammar.truthOf(sentence)?.french ?? []);
    for (const { name: model } of MODELS) {
      const answers: (readonly string[])[] = [];
      for (const sentence of sentences) {
        const { tokens } = await engine.use(model, (translator) =>
          translator.translate(sentence, { unknown: 'copy', signal }),
        );
        answers.push(wordsOf(tokens));
        done++;
        if (performance.now() - reported >= REPORT_MS) {
          reported = performance.now();
          onProgress(done / all, measured);
        }
      }
      measured.push({ model, ...band, sentences, answers, truths, bleu: bleuOf(answers, truths) });
    }
    onProgress(done / all, [...measured]);
  }
}
