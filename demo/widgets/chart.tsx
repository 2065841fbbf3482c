/** Curves over a common axis. Pointing at a place reads all curves there; uPlot draws them. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme, words } from '../state/settings';
import { NumberTable } from './matrix';
import { powerOfTen, scientific } from './powers';

export interface Curve {
  readonly name: string;
  /** A number for each place of the axis; null where there is none. */
  readonly values: readonly (number | null)[];
  /** A custom property of the page's style (default: by its place among the curves). */
  readonly colour?: string;
  readonly isDashed?: boolean;
  /** Whether its numbers are dots alone, without a line between them. */
  readonly isDots?: boolean;
}

export interface ChartProps {
  readonly label: string;
  /** The places, rising. */
  readonly x: readonly number[];
  /** Names of the places, such as words, in place of their numbers. */
  readonly names?: readonly string[];
  readonly curves: readonly Curve[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** Whether the vertical axis is logarithmic. */
  readonly isLog?: boolean;
  /** Ends of the vertical axis (default: those of the curves). */
  readonly range?: readonly [least: number, most: number];
  /** Height in pixels (default: 300). */
  readonly height?: number;
  /** Decimals in the table (default: 3). */
  readonly digits?: number;
}

/** Places of the axis up to which each one is marked. */
const FEW = 40;

/** Colours of curves that have none of their own. */
const COLOURS = ['--query', '--key', '--value', '--weight', '--wrong', '--edge'] as const;

export function Chart(props: ChartProps) {
  const { label, x, curves, digits = 3 } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const open = useSignal(false);
  const form = JSON.stringify([
    curves.map(({ name, colour, isDashed, isDots }) => [name, colour, isDashed, isDots]),
    [props.xLabel, props.yLabel, props.isLog, props.range, props.height, theme.value],
    props.names,
  ]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(props, element), dataOf(props), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: made.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // A new form needs a new plot; new numbers do not.
  }, [form]);
  useEffect(() => {
    plot.current?.setData(dataOf(props));
  }, [x, curves]);
  return (
    <div class="chart-with-numbers">
      <div ref={place} class="chart" role="img" aria-label={label} />
      <NumberTable
        values={curves.map(({ values }) => values.map((value) => value ?? Number.NaN))}
        rows={curves.map(({ name }) => name)}
        columns={props.names ?? x.map(String)}
        {...{ label, digits, open }}
        {...(props.isLog ? { format: scientific } : {})}
      />
    </div>
  );
}

function dataOf({ x, curves }: ChartProps): uPlot.AlignedData {
  return [[...x], ...curves.map(({ values }) => [...values])];
}

function optionsOf(props: ChartProps, element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name);
  const [ink, line, muted] = [colour('--ink'), colour('--line'), colour('--muted')];
  const axis = (text: string): uPlot.Axis => ({
    label: text,
    stroke: muted,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
    font: `12px ${style.fontFamily}`,
    labelFont: `12px ${style.fontFamily}`,
    // As the language writes numbers, which need not be that of the browser.
    values: (_, splits, __, ___, step) =>
      splits.map((value) => words.value.number(value, decimalsOf(step))),
  });
  const { range, isLog = false, height = 300 } = props;
  return {
    width: element.clientWidth,
    height,
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: false },
      y: { ...(isLog ? { distr: 3 } : {}), ...(range ? { range: () => [...range] } : {}) },
    },
    // Room for half of the last name.
    ...(props.names ? { padding: [null, 32, null, null] } : {}),
    axes: [
      { ...axis(props.xLabel), ...(props.names ? namedPlaces(props.names) : {}) },
      {
        ...axis(props.yLabel),
        size: 64,
        ...(isLog
          ? {
              splits: (_: uPlot, __: number, least: number, most: number) => decades(least, most),
              filter: (_: uPlot, splits: number[]) => splits,
              values: (_: uPlot, splits: number[]) => splits.map(powerOfTen),
            }
          : {}),
      },
    ],
    series: [
      {
        label: props.xLabel,
        ...(props.names ? { value: (_, place) => props.names?.[place] ?? '–' } : {}),
      },
      ...props.curves.map(
        ({ name, colour: own, isDashed = false, isDots = false }, i): uPlot.Series => ({
          label: name,
          stroke: colour(own ?? COLOURS[i % COLOURS.length] ?? '--ink') || ink,
          width: isDots ? 0 : 2,
          ...(isDashed ? { dash: [6, 5] } : {}),
          spanGaps: true,
          points: isDots
            ? { show: true, size: 13, fill: colour(own ?? '--ink') }
            : { show: ({ data: [places] }) => places.length <= FEW, size: 5 },
          value: (_, value) => (value === null ? '–' : (isLog ? scientific : formatted)(value)),
        }),
      ),
    ],
  };
}

/** Decimals of the marks of an axis, from the distance between them. */
function decimalsOf(step: number): number {
  return /\.(\d+)$/u.exec(String(step))?.[1]?.length ?? 0;
}

/** Letters of all names together that fit side by side below the narrowest chart. */
const FIT = 40;

/** An axis with a name at each place: upright where they would overlap side by side. */
function namedPlaces(names: readonly string[]): Partial<uPlot.Axis> {
  const lengths = names.map((name) => name.length);
  const isUpright = lengths.reduce((sum, length) => sum + length, 0) > FIT;
  return {
    splits: () => names.map((_, place) => place),
    values: (_, places) => places.map((place) => names[place] ?? ''),
    ...(isUpright ? { rotate: -90, size: 14 + 7 * Math.max(0, ...lengths) } : {}),
  };
}

/** Powers of ten between two numbers, at most eight of them. */
function decades(least: number, most: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(most) + 1e-9)];
  const step = Math.ceil((to - from + 1) / 8);
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, i) => 10 ** (first + i * step));
}

function formatted(value: number): string {
  const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
  return isPlain ? words.value.number(value, 3) : value.toExponential(2);
}
