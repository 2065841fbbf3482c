/** The stages of attention as matrices, and what is measured of each row. */

import { words as pageWords } from '../../../state/settings';
import { Matrix } from '../../../widgets/matrix';
import type { Rows } from '../lib/heads';
import { magnitude } from '../lib/numbers';
import { RowMeasures } from './rowMeasures';
import type { Stages } from './softmax';
import type { WORDS } from './words';
import './figure.css';

export interface PanelsProps {
  readonly own: (typeof WORDS)['en'];
  readonly words: readonly string[];
  readonly products: Rows;
  readonly stages: Stages;
}

/** Room for the cells of a row, and the size of a cell at most and at least, in pixels. */
const ROOM = 336;
const [SMALLEST, LARGEST] = [11, 24];

export function Panels({ own, words, products, stages }: PanelsProps) {
  const { settings, scores, weights, measures, others } = stages;
  const size = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(ROOM / words.length)));
  const common = { rows: words, columns: words, cell: [size, size] as const };
  // Of products and scores one colour means the same number.
  const most = magnitude(products);
  const temperature = pageWords.value.number(settings.temperature, 1);
  const title = own.scores({ ...settings, temperature });
  return (
    <div class="attention-panels">
      <section data-panel="products">
        <h2>{own.products}</h2>
        <Matrix {...common} values={products} label={own.products} most={most} digits={2} />
      </section>
      <section data-panel="scores">
        <h2>{title}</h2>
        <Matrix {...common} values={scores} label={title} most={most} digits={2} />
      </section>
      <section data-panel="weights">
        <h2>{own.weights}</h2>
        <Matrix {...common} values={weights} label={own.weights} most={1} colour="--weight" />
      </section>
      <section data-panel="measures">
        <h2>{own.measures}</h2>
        <RowMeasures
          rows={words}
          now={measures}
          other={others}
          heads={{
            word: own.word,
            entropy: own.entropy,
            gradient: own.gradient,
            mean: settings.isScaled ? own.meanWith : own.meanWithout,
            otherMean: settings.isScaled ? own.meanWithout : own.meanWith,
          }}
          height={size}
          mostEntropy={Math.max(1, Math.log2(words.length))}
        />
        <p class="hint">
          {own.gradientHint} {own.ghost(settings.isScaled)}
        </p>
      </section>
    </div>
  );
}
