/** Values, parameters and gradients inside the model by name. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useLook } from '../../state/look';
import { language, words } from '../../state/settings';
import { Choice } from '../../widgets/choice';
import { Matrix } from '../../widgets/matrix';
import { slicesOf } from './attention';
import { NameList } from './nameList';
import { PartFrame, type PartProps } from './partFrame';
import { labelsOf } from './sides';
import { useInsideValue, useNames } from './useInsideValue';
import { statisticsOf } from './values';
import { WORDS } from './words';
import './values.css';

/** What is shown first: what the encoder hands on. */
const FIRST = /(^|\.)encoder\.output$/u;

/** More numbers than these would take too long to draw: the first rows are drawn. */
const MOST_CELLS = 16_384;

export function ValuesPart({ engine, sentence, state, model }: PartProps) {
  const own = WORDS[language.value];
  const kind = useSignal<'value' | 'gradient'>('value');
  const slice = useSignal(0);
  const { names, failure: namesFailure } = useNames(engine, model);
  const look = useLook(engine, model, sentence, () => ({ inspect: ['logits'] }));
  const name = useComputed(() => {
    const { values = [], parameters = [] } = names.value ?? {};
    const asked = [...values, ...parameters].find((one) => one === state.value.value);
    return asked ?? values.find((one) => FIRST.test(one)) ?? values[0];
  });
  const { found, failure } = useInsideValue(engine, model, look.translation, name, kind);
  useSignalEffect(() => {
    void name.value;
    slice.value = 0;
  });
  const value = found.value;
  const slices = value === undefined ? [] : slicesOf(value);
  const whole = slices[Math.min(slice.value, slices.length - 1)];
  const shown = whole?.slice(0, Math.max(1, Math.floor(MOST_CELLS / (whole[0]?.length || 1))));
  const statistics = value && statisticsOf(value.data);
  const isParameter = names.value?.parameters.includes(value?.name ?? '') ?? false;
  const labels = value && !isParameter ? labelsOf(value.name, value.answer) : undefined;
  const [rows, columns] = [shown?.length ?? 0, shown?.[0]?.length ?? 0];
  const rowWords = labels?.rows.length === rows ? labels.rows : blanks(rows);
  const columnWords = labels?.columns?.length === columns ? labels.columns : blanks(columns);
  const number = (x: number) =>
    x !== 0 && Math.abs(x) < 1e-3 ? x.toExponential(2) : words.value.number(x, 4);
  return (
    <PartFrame
      name="values"
      title={own.values.title}
      text={own.values.text}
      notice={own.values.notice}
      failure={look.failure.value ?? namesFailure.value ?? failure.value}
      numbers={
        value && {
          model,
          sentence: value.answer.source,
          answer: value.answer.target,
          name: value.name,
          kind: value.kind,
          shape: value.shape,
          data: Array.from(value.data),
          ...statistics,
        }
      }
    >
      <div class="values">
        <NameList
          names={names.value}
          chosen={name.value}
          onChoose={(one) => {
            state.value.value = one;
          }}
        />
        {value !== undefined && shown !== undefined && statistics !== undefined && (
          <section class="value-in-view" data-value={value.name} data-kind={value.kind}>
            <h2>
              <code>{value.name}</code>
            </h2>
            <div class="controls">
              <Choice
                label={own.values.show}
                options={[
                  ['value', own.values.kinds.value],
                  ['gradient', own.values.kinds.gradient],
                ]}
                chosen={kind}
              />
              {slices.length > 1 && (
                <Choice
                  label={own.values.head}
                  options={slices.map((_, i) => [i, String(i + 1)])}
                  chosen={slice}
                />
              )}
            </div>
            <dl class="statistics">
              {(
                [
                  ['shape', value.shape.join(' × ')],
                  ['mean', number(statistics.mean)],
                  ['deviation', number(statistics.deviation)],
                  ['norm', number(statistics.norm)],
                  ['least', number(statistics.least)],
                  ['most', number(statistics.most)],
                ] as const
              ).map(([key, text]) => (
                <div key={key}>
                  <dt>{own.values.statistics[key]}</dt>
                  <dd data-statistic={key}>{text}</dd>
                </div>
              ))}
            </dl>
            <Matrix
              values={shown}
              rows={rowWords}
              columns={columnWords}
              label={`${value.name}, ${own.values.kinds[value.kind]}`}
              cell={cellOf(rows, columns)}
              digits={value.kind === 'gradient' ? 6 : 3}
            />
            {whole !== undefined && shown.length < whole.length && (
              <p class="hint">{own.values.firstRows(shown.length, whole.length)}</p>
            )}
          </section>
        )}
      </div>
    </PartFrame>
  );
}

const blanks = (count: number): readonly string[] => Array.from({ length: count }, () => '');

/** Size of a cell in pixels: the whole picture stays within a screen or two. */
function cellOf(rows: number, columns: number): readonly [number, number] {
  const width = columns <= 40 ? 24 : columns <= 160 ? 5 : 2;
  return [width, rows <= 40 ? 22 : rows <= 160 ? 5 : 2];
}
