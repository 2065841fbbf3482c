/** How much of a gradient reaches an input from far back: measured on the GPU, cell by cell. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import { Choice } from '../../../widgets/choice';
import { scientific } from '../../../widgets/powers';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { Slider } from '../../../widgets/slider';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { BIASES, CELLS, type Cell, CLIPS, clippingFactor, GATES, SEED, UNDERFLOW } from './cells';
import Formula from './formula.tex';
import { type Measured, useMeasurements } from './measurements';
import { Plane } from './plane';
import { WORDS } from './words';
import './vanishing.css';

const COLOURS: Readonly<Record<Cell, string>> = {
  tanh: '--activation',
  lstm: '--weight',
  gru: '--key',
};

/** Ends of the axis, the same for all settings. */
const RANGE = [1e-50, 1e8] as const;

/** A setting of the address that is one of several; the first of these otherwise. */
function asked<T extends string | number>(name: string, options: readonly T[], fallback: T): T {
  const text = route.peek().query.get(name);
  return options.find((option) => String(option) === text) ?? fallback;
}

const RADII = Array.from({ length: 16 }, (_, i) => (5 + i) / 10);

const logarithmic = (norms: readonly number[], factor: number) =>
  norms.map((norm) => (norm > 0 ? norm * factor : null));

export default function VanishingGradients({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const radius = useSignal(asked('radius', RADII, 0.5));
  const cell = useSignal(asked('cell', CELLS, 'tanh'));
  const bias = useSignal<number>(asked('bias', BIASES, 4));
  const clip = useSignal<number>(asked('clip', CLIPS, 0));
  const { measured, failure } = useMeasurements(engine, radius, bias);
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      radius: String(radius.value),
      cell: cell.value,
      bias: String(bias.value),
      clip: String(clip.value),
    });
  });
  const found = measured.value;
  return (
    <FigureFrame
      number={7}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1211.5063' }}
      notice={own.notice}
      numbers={found && numbersOf(found, cell.value, clip.value)}
    >
      <div class="controls">
        <Slider
          label={own.radius}
          value={radius}
          min={0.5}
          max={2}
          step={0.1}
          format={(value) => words.value.number(value, 1)}
        />
        <Choice
          label={own.bias}
          options={BIASES.map((value) => [value, own.biases[value] ?? ''])}
          chosen={bias}
        />
        <Choice
          label={own.clip}
          options={CLIPS.map((norm) => [
            norm,
            norm === 0 ? own.noClip : own.clips(words.value.number(norm, norm < 1 ? 1 : 0)),
          ])}
          chosen={clip}
        />
        <Choice
          label={own.cell}
          options={CELLS.map((name) => [name, own.cells[name]])}
          chosen={cell}
        />
      </div>
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {found === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <Curves found={found} cell={cell.value} clip={clip.value} />
      )}
    </FigureFrame>
  );
}

interface CurvesProps {
  readonly found: Measured;
  readonly cell: Cell;
  readonly clip: number;
}

function Curves({ found, cell, clip }: CurvesProps) {
  const own = WORDS[language.value];
  const factor = (name: Cell) => clippingFactor(found.cells[name].weightNorm, clip);
  const { steps, exact, eigenvalues } = found.cells[cell];
  const distances = Array.from({ length: steps }, (_, distance) => distance);
  const inside = eigenvalues.flat().filter(([re, im]) => Math.hypot(re, im) <= 1).length;
  const format = (value: number) => (value === 0 ? own.lost : scientific(value));
  return (
    <>
      <div class="gradient-pictures" data-radius={found.radius} data-bias={found.bias}>
        <Chart
          label={own.chart}
          x={distances}
          curves={[
            ...CELLS.map((name) => ({
              name: own.cells[name],
              colour: COLOURS[name],
              values: logarithmic(found.cells[name].norms, factor(name)),
            })),
            {
              name: own.exact(own.cells[cell]),
              colour: COLOURS[cell],
              isDashed: true,
              values: logarithmic(exact, factor(cell)),
            },
            {
              name: own.underflow,
              colour: '--wrong',
              isDashed: true,
              values: distances.map(() => UNDERFLOW),
            },
          ]}
          xLabel={own.distance}
          yLabel={own.norm}
          isLog
          range={RANGE}
          height={380}
        />
        <figure class="plane-figure">
          <figcaption>{own.plane(own.cells[cell])}</figcaption>
          <Plane
            values={eigenvalues}
            names={GATES[cell]}
            label={own.plane(own.cells[cell])}
            columns={[own.columns.real, own.columns.imaginary, own.columns.magnitude]}
          />
          <p class="hint">
            {own.planeHint(inside, eigenvalues.flat().length - inside)}
            {GATES[cell].length > 1 && ` ${own.gates}${GATES[cell].join(', ')}.`}
          </p>
        </figure>
      </div>
      <ScrollRegion label={own.summary.caption}>
        <table class="gradient-summary">
          <caption>{own.summary.caption}</caption>
          <thead>
            <tr>
              {(['cell', 'near', 'far', 'ratio', 'factor'] as const).map((name) => (
                <th key={name} scope="col">
                  {own.summary[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {CELLS.map((name) => {
              const { norms } = found.cells[name];
              const [near = 0, far = 0] = [norms[0], norms.at(-1)].map(
                (norm = 0) => norm * factor(name),
              );
              return (
                <tr key={name} data-cell={name} data-near={near} data-far={far}>
                  <th scope="row">
                    <span class={`swatch ${name}`} /> {own.cells[name]}
                  </th>
                  <td>{format(near)}</td>
                  <td>{format(far)}</td>
                  <td>{format(far / near)}</td>
                  <td>{factor(name) === 1 ? '–' : format(factor(name))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

/** All that the picture is made of, and what the chosen cell's gradients were computed from. */
function numbersOf({ radius, bias, cells }: Measured, cell: Cell, clip: number): object {
  const { steps, units, exact, eigenvalues, inputs } = cells[cell];
  const plain = Object.entries(inputs).map(([name, data]) => [name, Array.from(data)]);
  return {
    seed: SEED,
    ...{ steps, units, radius, bias, clip, cell },
    norms: Object.fromEntries(CELLS.map((name) => [name, cells[name].norms])),
    clippingFactors: Object.fromEntries(
      CELLS.map((name) => [name, clippingFactor(cells[name].weightNorm, clip)]),
    ),
    weightNorms: Object.fromEntries(CELLS.map((name) => [name, cells[name].weightNorm])),
    ...{ exact, eigenvalues },
    inputs: Object.fromEntries(plain),
  };
}
