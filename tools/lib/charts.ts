/** Charts as plain data, rendered to SVG by ECharts: lines, points, matrices, bars. */
import { type CustomSeriesRenderItem, type EChartsCoreOption, init } from 'echarts';

interface Axis {
  readonly name: string;
  /** Whether the axis is logarithmic. */
  readonly log?: boolean;
}

export interface LineChart {
  readonly kind: 'lines';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Error bars of lines, by the line's name: [x, low, high]. */
  readonly intervals?: Readonly<Record<string, readonly (readonly [number, number, number])[]>>;
}

/** Points in groups, each with a label. */
export interface PointChart {
  readonly kind: 'points';
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly groups: Readonly<
    Record<string, readonly { readonly at: readonly [number, number]; readonly label: string }[]>
  >;
  /** Lines behind the points. */
  readonly lines?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

/** Values from 0 to 1 over rows and columns. */
export interface MatrixChart {
  readonly kind: 'matrix';
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: readonly (readonly number[])[];
  /** Cells with a frame: [row, column]. */
  readonly marked?: readonly (readonly [number, number])[];
  /** Whether to print the values in the cells, in per cent. */
  readonly numbers?: boolean;
}

/** Groups of bars, with one bar for each series. */
export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  readonly categories: readonly string[];
  readonly y: Axis;
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

export type Chart = LineChart | PointChart | MatrixChart | BarChart;

/** A palette that is safe for colour-blind readers (Okabe and Ito 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

const CELL = 26;

/** The chart as an SVG file's text. */
export function renderSvg(chart: Chart): string {
  const { width, height } = sizeOf(chart);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      color: COLOURS,
      title: { text: chart.title, left: 'center', textStyle: { fontSize: 15, fontWeight: 600 } },
      ...optionOf(chart),
    });
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

/** Width in pixels for the longest label, overestimated because fonts differ. */
const labelWidth = (labels: readonly string[]) =>
  16 + 7.5 * Math.max(...labels.map(({ length }) => length));

/** Angle of the labels under a matrix, in degrees. */
const SLOPE = 60;

function sizeOf(chart: Chart): { readonly width: number; readonly height: number } {
  if (chart.kind !== 'matrix') return { width: 760, height: 460 };
  const { left, right, top, bottom } = matrixFrame(chart);
  const cells = (labels: readonly string[]) => labels.length * CELL;
  return {
    width: Math.max(24 + 9.5 * chart.title.length, left + cells(chart.columns) + right),
    height: top + cells(chart.rows) + bottom,
  };
}

function matrixFrame({ rows, columns }: MatrixChart) {
  const bottom = labelWidth(columns) * Math.sin((SLOPE * Math.PI) / 180);
  return { left: labelWidth(rows), right: 20, top: 44, bottom };
}

function optionOf(chart: Chart): EChartsCoreOption {
  switch (chart.kind) {
    case 'lines':
      return lines(chart);
    case 'points':
      return points(chart);
    case 'matrix':
      return matrix(chart);
    case 'bars':
      return bars(chart);
  }
}

const FRAME = { left: 76, right: 32, top: 78, bottom: 56 };

/**
 * Width in pixels of a legend entry with its mark and spacing, overestimated because fonts differ.
 */
const entryWidth = (name: string) => 55 + 7 * name.length;

/** The plot area below a legend, which may need several lines. */
function withLegend(names: readonly string[]) {
  const wide = names.reduce((sum, name) => sum + entryWidth(name), 0);
  const lines = Math.ceil(wide / 700);
  return {
    grid: { ...FRAME, top: FRAME.top + 22 * (lines - 1) },
    legend: { top: 34, itemGap: 24, data: names },
  };
}

function axis({ name, log = false }: Axis, gap: number) {
  return {
    type: log ? 'log' : 'value',
    name,
    nameLocation: 'middle',
    nameGap: gap,
    scale: true,
    axisLabel: log ? { formatter: powerOfTen } : {},
  };
}

const powerOfTen = (value: number) =>
  value >= 0.01 && value < 1e5 ? `${value}` : value.toExponential(0);

function lines({ x, y, lines: series, intervals = {} }: LineChart): EChartsCoreOption {
  // Logarithmic axes cannot show zero.
  const visible = ([, value]: readonly [number, number]) => y.log !== true || value > 0;
  return {
    ...withLegend(Object.keys(series)),
    xAxis: axis(x, 30),
    yAxis: axis(y, 54),
    series: [
      ...Object.entries(series).map(([name, data]) => ({
        name,
        type: 'line',
        symbolSize: data.length > 40 ? 0 : 6,
        data: data.filter(visible).map((point) => [...point]),
      })),
      // Series of one name share a colour.
      ...Object.entries(intervals).map(([name, data]) => ({
        name,
        type: 'custom',
        renderItem: errorBar,
        encode: { x: 0, y: [1, 2] },
        data: data.map((interval) => [...interval]),
      })),
    ],
  };
}

/** Half the width of the ends of error bars, in pixels. */
const SERIF = 4;

const errorBar: CustomSeriesRenderItem = (_, api) => {
  const [x = 0, low = 0] = api.coord([api.value(0), api.value(1)]);
  const [, high = 0] = api.coord([api.value(0), api.value(2)]);
  const stroke = api.visual('color') ?? '#000000';
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line' as const,
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth: 1.5 },
  });
  const children = [
    line(x, low, x, high),
    ...[low, high].map((end) => line(x - SERIF, end, x + SERIF, end)),
  ];
  return { type: 'group', children };
};

function points({ x, y, groups, lines: behind = {} }: PointChart): EChartsCoreOption {
  const { grid, legend } = withLegend([...Object.keys(groups), ...Object.keys(behind)]);
  const edge = { axisLine: { onZero: false } };
  const clouds = Object.entries(groups).map(([name, items]) => ({
    name,
    type: 'scatter',
    symbolSize: 8,
    label: { show: true, position: 'right', fontSize: 11, formatter: '{b}' },
    labelLayout: { hideOverlap: true },
    data: items.map(({ at, label }) => ({ name: label, value: [...at] })),
  }));
  const drawn = Object.entries(behind).map(([name, data]) => ({
    name,
    type: 'line',
    symbolSize: 0,
    data: data.map((point) => [...point]),
  }));
  return {
    // Labels are to the right of their points.
    grid: { ...grid, right: 130 },
    legend,
    xAxis: { ...axis(x, 30), ...edge },
    yAxis: { ...axis(y, 54), ...edge },
    series: [...clouds, ...drawn],
  };
}

function bars({ categories, y, series }: BarChart): EChartsCoreOption {
  const isCrowded = categories.join().length > 80;
  const framed = withLegend(Object.keys(series));
  return {
    ...framed,
    grid: { ...framed.grid, ...(isCrowded ? { bottom: 130 } : {}) },
    xAxis: {
      type: 'category',
      data: [...categories],
      axisLabel: { interval: 0, rotate: isCrowded ? 40 : 0 },
    },
    // Bars must start at zero.
    yAxis: { ...axis(y, 54), scale: false },
    series: Object.entries(series).map(([name, data]) => ({ name, type: 'bar', data: [...data] })),
  };
}

function matrix(chart: MatrixChart): EChartsCoreOption {
  const { rows, columns, values, marked = [], numbers = false } = chart;
  const isMarked = new Set(marked.map(([row, column]) => `${row},${column}`));
  const label = { interval: 0, fontSize: 12 };
  return {
    grid: matrixFrame(chart),
    xAxis: { type: 'category', data: [...columns], axisLabel: { ...label, rotate: SLOPE } },
    yAxis: { type: 'category', data: [...rows], inverse: true, axisLabel: label },
    visualMap: { show: false, min: 0, max: 1, inRange: { color: ['#ffffff', '#08306b'] } },
    series: [
      {
        type: 'heatmap',
        label: {
          show: numbers,
          fontSize: 10,
          formatter: ({ value }: { readonly value: readonly number[] }) =>
            (100 * (value[2] ?? 0)).toFixed(0),
        },
        data: values.flatMap((row, r) =>
          row.map((value, c) => ({
            value: [c, r, value],
            itemStyle: isMarked.has(`${r},${c}`) ? { borderColor: '#d55e00', borderWidth: 2 } : {},
          })),
        ),
      },
    ],
  };
}
