/** What the heads bring one word: their contexts, times their columns of W_O, summed. */
import { useEffect, useRef } from 'preact/hooks';
import { theme, words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { norm, type WordOutput } from './output';
import type { Projection } from './service';
import type { MultiHeadWords } from './words';

export interface OneWordProps {
  readonly own: MultiHeadWords;
  readonly word: string;
  /** What each head took along. */
  readonly contexts: readonly (readonly number[])[];
  readonly result: WordOutput;
  readonly projection: Projection;
  readonly off: readonly number[];
}

export function OneWord({ own, word, contexts, result, projection, off }: OneWordProps) {
  const size = projection.bias.length;
  const most = (rows: readonly (readonly number[])[]) =>
    Math.max(1e-9, ...rows.flat().map(Math.abs));
  const number = (value: number) => words.value.number(value, 2);
  return (
    <div class="one-word">
      <figure>
        <WeightMap
          projection={projection}
          label={own.matrix(size)}
          heads={contexts.length}
          off={off}
        />
        <figcaption class="hint">{own.matrix(size)}</figcaption>
      </figure>
      <ScrollRegion label={own.word}>
        <table class="steps">
          <thead>
            <tr>
              {own.columns.map((text) => (
                <th key={text} scope="col">
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {contexts.map((context, head) => (
              <tr key={head} class={off.includes(head) ? 'unseen' : ''}>
                <th scope="row">{own.head(head + 1)}</th>
                <td>
                  <VectorStrip
                    values={context}
                    most={most(contexts)}
                    of="value"
                    label={`${own.head(head + 1)}, ${word}`}
                  />
                </td>
                <td>
                  {off.includes(head) ? (
                    <span class="hint">{own.offNote}</span>
                  ) : (
                    <VectorStrip
                      values={result.parts[head] ?? []}
                      most={most(result.parts)}
                      of="activation"
                      label={`${own.head(head + 1)}, ${own.columns[2]}`}
                    />
                  )}
                </td>
                <td class="number" data-part-norm={norm(result.parts[head] ?? [])}>
                  {number(norm(result.parts[head] ?? []))}
                </td>
              </tr>
            ))}
            <tr class="sum">
              <th scope="row">{own.sum}</th>
              <td />
              <td>
                <VectorStrip
                  values={result.output}
                  most={most([result.output])}
                  of="activation"
                  label={own.sum}
                />
              </td>
              <td class="number" data-output-norm={norm(result.output)}>
                {number(norm(result.output))}
              </td>
            </tr>
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

interface WeightMapProps {
  readonly projection: Projection;
  readonly label: string;
  readonly heads: number;
  readonly off: readonly number[];
}

/** W_O as a picture, a pixel for each number; the columns of heads that are off are pale. */
function WeightMap({ projection, label, heads, off }: WeightMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { weight, bias } = projection;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === undefined || context === null) return;
    const style = getComputedStyle(element);
    const colours = ['--activation', '--negative'].map((name) => style.getPropertyValue(name));
    const most = Math.max(1e-9, ...weight.flat().map(Math.abs));
    context.clearRect(0, 0, element.width, element.height);
    for (const [r, row] of weight.entries()) {
      for (const [c, value] of row.entries()) {
        const isOff = off.includes(Math.floor((c * heads) / row.length));
        context.globalAlpha = Math.min(1, (1.6 * Math.abs(value)) / most) * (isOff ? 0.12 : 1);
        context.fillStyle = colours[value < 0 ? 1 : 0] ?? 'gray';
        context.fillRect(c, r, 1, 1);
      }
    }
  }, [weight, heads, off, theme.value]);
  return (
    <div class="weight-map">
      <canvas ref={canvas} width={bias.length} height={bias.length} role="img" aria-label={label} />
      <div class="places" aria-hidden="true">
        {Array.from({ length: heads }, (_, head) => (
          <span key={head} class={off.includes(head) ? 'off' : ''}>
            {head + 1}
          </span>
        ))}
      </div>
    </div>
  );
}
