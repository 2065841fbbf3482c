/** Places the labels of points on a map so that none lies on another. */

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a label stands, from its point. */
export interface Label {
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Sizes in pixels: half the height of a label, the width of a letter, and the radius of a point. */
const HALF = 7;
const LETTER = 6.7;
const RADIUS = 4;

const SIDES: readonly Label[] = [
  { dx: 7, dy: 0, anchor: 'start' },
  { dx: -7, dy: 0, anchor: 'end' },
  { dx: 0, dy: -12, anchor: 'middle' },
  { dx: 0, dy: 12, anchor: 'middle' },
];

export interface LabelOptions {
  /** Indices of the points that matter most: their labels may lie on other points. */
  readonly first: readonly number[];
  /** Indices of further points, the most important first. */
  readonly others: readonly number[];
  readonly width: number;
  readonly height: number;
}

/**
 * Places labels one after another; one that would lie on another label, on a point or beyond the edge on
 * all sides of its point is left out.
 */
export function placeLabels(
  points: readonly Point[],
  { first, others, width, height }: LabelOptions,
): ReadonlyMap<number, Label> {
  const dots = points.map(({ x, y }) => around(x - RADIUS, x + RADIUS, y, RADIUS));
  const taken: Box[] = [];
  const placed = new Map<number, Label>();
  const place = (index: number, mayCover: boolean): void => {
    const point = points[index];
    if (point === undefined || placed.has(index)) return;
    const isFree = (box: Box) =>
      box.left >= 0 &&
      box.right <= width &&
      box.top >= 0 &&
      box.bottom <= height &&
      !taken.some((other) => overlaps(box, other)) &&
      (mayCover || !dots.some((other, i) => i !== index && overlaps(box, other)));
    const side = SIDES.find((one) => isFree(boxOf(point, one)));
    if (side === undefined) return;
    taken.push(boxOf(point, side));
    placed.set(index, side);
  };
  for (const index of first) place(index, true);
  for (const index of others) place(index, false);
  return placed;
}

function boxOf({ x, y, text }: Point, { dx, dy, anchor }: Label): Box {
  const width = text.length * LETTER;
  const part = { start: 0, middle: 0.5, end: 1 }[anchor];
  const left = x + dx - part * width;
  return around(left, left + width, y + dy, HALF);
}

function around(left: number, right: number, middle: number, half: number): Box {
  return { left, right, top: middle - half, bottom: middle + half };
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
