/** Charts as SVG: error bars. */
import { expect, it } from 'vitest';
import { type LineChart, renderSvg } from '../../../tools/lib/charts';

const CHART: LineChart = {
  kind: 'lines',
  title: 'accuracy',
  x: { name: 'labels', log: true },
  y: { name: 'accuracy' },
  lines: {
    one: [
      [50, 0.6],
      [1000, 0.9],
    ],
    other: [[50, 0.5]],
  },
};

/** How often each colour is drawn with. */
const strokes = (svg: string, colour: string) => svg.split(`stroke="${colour}"`).length;

it('intervals are drawn as bars with two ends, in the colour of their line', () => {
  const bare = renderSvg(CHART);
  const barred = renderSvg({
    ...CHART,
    intervals: {
      one: [
        [50, 0.5, 0.7],
        [1000, 0.88, 0.92],
      ],
    },
  });
  expect(strokes(barred, '#0072b2') - strokes(bare, '#0072b2')).toBe(6);
  expect(strokes(barred, '#d55e00')).toBe(strokes(bare, '#d55e00'));
  expect(barred).not.toContain('NaN');
  // Ticks of a logarithmic axis are plain numbers.
  expect(barred).toMatch(/>100</);
});
