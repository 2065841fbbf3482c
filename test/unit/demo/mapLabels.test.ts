/** Labels of a map: none lies on another, and the important ones come first. */
import { expect, it } from 'vitest';
import { placeLabels } from '../../../demo/views/road/wordVectors/labels';

const options = { first: [], others: [0, 1, 2], width: 200, height: 100 };

it('stands beside its point, on the side where there is room', () => {
  const points = [
    { x: 20, y: 50, text: 'cat' },
    { x: 195, y: 50, text: 'dog' },
  ];
  const placed = placeLabels(points, options);
  expect(placed.get(0)?.anchor).toBe('start');
  expect(placed.get(1)?.anchor).toBe('end');
});

it('leaves out what would lie on another label, the less important one', () => {
  const points = Array.from({ length: 12 }, (_, i) => ({
    x: 100 + i,
    y: 50,
    text: 'a long word',
  }));
  const all = points.map((_, i) => i);
  const placed = placeLabels(points, { ...options, first: [11], others: all });
  expect(placed.has(11)).toBe(true);
  expect(placed.size).toBeLessThan(6);
});
