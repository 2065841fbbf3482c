/** Labels of points: all are there, inside the picture, and apart where there is room. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeLabels } from '../../../demo/views/road/contextPca/labels';

const ROOM = { width: 420, height: 380, mark: 5 };

it('gives points at the same place one label', () => {
  const points = ['a', 'b', 'c'].map((text, i) => ({ at: [i < 2 ? 50 : 200, 90] as const, text }));
  expect(placeLabels(points, ROOM).map(({ text }) => text)).toEqual(['a = b', 'c']);
});

it('keeps labels inside the picture', () => {
  const place = fc.tuple(fc.integer({ min: 10, max: 410 }), fc.integer({ min: 24, max: 350 }));
  fc.assert(
    fc.property(place, (at) => {
      const [label] = placeLabels([{ at, text: 'twelve chars' }], ROOM);
      const { x = 0, anchor } = label ?? {};
      const width = 12 * 6.2;
      const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(ROOM.width);
    }),
  );
});

it('keeps labels of neighbours apart', () => {
  const points = [
    { at: [200, 200] as const, text: 'cat → dog' },
    { at: [206, 204] as const, text: 'dog → cat' },
    { at: [195, 209] as const, text: 'king → bird' },
  ];
  const placed = placeLabels(points, ROOM);
  const boxes = placed.map(({ x, y, text, anchor }) => {
    const width = 6.2 * text.length;
    const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
    return { left, right: left + width, y };
  });
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const isApart = a.right <= b.left || b.right <= a.left || Math.abs(a.y - b.y) >= 13;
      expect(isApart).toBe(true);
    }
  }
});
