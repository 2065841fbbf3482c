/** Bars beside the rows of a matrix: their entropy and their gradient, and those of another setting. */
import { words } from '../../../state/settings';
import { type Measures, mean } from './softmax';

export interface RowMeasuresProps {
  readonly rows: readonly string[];
  readonly now: Measures;
  /** The same with the other choice of the scale, as thin marks. */
  readonly other: Measures;
  readonly heads: {
    readonly word: string;
    readonly entropy: string;
    readonly gradient: string;
    readonly mean: string;
    readonly otherMean: string;
  };
  /** The entropy that fills a bar. */
  readonly mostEntropy: number;
  /** Height of a row in pixels: that of the matrix beside it. */
  readonly height: number;
}

/** The largest norm that the Jacobian of softmax can have. */
const MOST_GRADIENT = 0.5;

export function RowMeasures({ rows, now, other, heads, mostEntropy, height }: RowMeasuresProps) {
  const entropyBar = (value: number | undefined, ghost: number | undefined, name: string) => (
    <Bar value={value} ghost={ghost} most={mostEntropy} kind="entropy" name={name} />
  );
  const gradientBar = (value: number | undefined, ghost: number | undefined, name: string) => (
    <Bar value={value} ghost={ghost} most={MOST_GRADIENT} kind="gradient" name={name} />
  );
  return (
    <table class="row-measures" style={{ '--row': `${height}px` }}>
      <thead>
        <tr>
          <th scope="col">{heads.word}</th>
          <th scope="col">{heads.entropy}</th>
          <th scope="col">{heads.gradient}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((word, i) => (
          <tr key={i}>
            <th scope="row">{word}</th>
            {entropyBar(now.entropy[i], other.entropy[i], 'entropy')}
            {gradientBar(now.gradient[i], other.gradient[i], 'gradient')}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{heads.mean}</th>
          {entropyBar(mean(now.entropy), undefined, 'mean-entropy')}
          {gradientBar(mean(now.gradient), undefined, 'mean-gradient')}
        </tr>
        <tr class="other">
          <th scope="row">{heads.otherMean}</th>
          {entropyBar(mean(other.entropy), undefined, 'other-entropy')}
          {gradientBar(mean(other.gradient), undefined, 'other-gradient')}
        </tr>
      </tfoot>
    </table>
  );
}

interface BarProps {
  readonly value: number | undefined;
  readonly ghost: number | undefined;
  readonly most: number;
  readonly kind: 'entropy' | 'gradient';
  /** Under which tests and scripts find the number. */
  readonly name: string;
}

function Bar({ value = 0, ghost, most, kind, name }: BarProps) {
  const percent = (number: number) => `${Math.min(100, (100 * number) / most)}%`;
  return (
    <td class={kind} data-measure={name} data-value={value}>
      <span class="bar" aria-hidden="true">
        <span class="filled" style={{ width: percent(value) }} />
        {ghost !== undefined && <span class="ghost" style={{ left: percent(ghost) }} />}
      </span>
      <span class="number">{words.value.number(value, 2)}</span>
    </td>
  );
}
