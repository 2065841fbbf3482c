/** Places labels beside points so that they cover neither each other nor other points. */

export interface Labelled {
  readonly at: readonly [x: number, y: number];
  readonly text: string;
}

export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface LabelRoom {
  readonly width: number;
  readonly height: number;
  /** Half the size of a point. */
  readonly mark: number;
}

/** Of letters, in units of the picture. */
const LETTER = 6.2;
const LINE = 13;
/** Points that are nearer than this share a label. */
const SAME = 1;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Takes, of the places round each point, the one that covers least. */
export function placeLabels(
  points: readonly Labelled[],
  { width, height, mark }: LabelRoom,
): readonly PlacedLabel[] {
  const taken: Box[] = points.map(({ at: [x, y] }) => ({
    left: x - mark,
    right: x + mark,
    top: y - mark,
    bottom: y + mark,
  }));
  const room = { left: 2, right: width - 2, top: 2, bottom: height - 2 };
  return merged(points).map(({ at: [x, y], text }) => {
    const own = text.length * LETTER;
    const [gap, baseline] = [mark + 5, 4];
    const candidates: readonly PlacedLabel[] = [
      { text, x: x + gap, y: y + baseline, anchor: 'start' },
      { text, x: x - gap, y: y + baseline, anchor: 'end' },
      { text, x, y: y - gap, anchor: 'middle' },
      { text, x, y: y + gap + LINE - baseline, anchor: 'middle' },
      ...[-LINE, LINE].flatMap((by): readonly PlacedLabel[] => [
        { text, x: x + gap, y: y + baseline + by, anchor: 'start' },
        { text, x: x - gap, y: y + baseline + by, anchor: 'end' },
      ]),
    ];
    const costs = candidates.map((one) => {
      const box = boxOf(one, own);
      const covered = taken.reduce((sum, other) => sum + common(box, other), 0);
      return covered + 4 * (own * LINE - common(box, room));
    });
    const best = candidates[costs.indexOf(Math.min(...costs))] ?? { text, x, y, anchor: 'start' };
    taken.push(boxOf(best, own));
    return best;
  });
}

/** Points at the same place as one, with all their labels. */
function merged(points: readonly Labelled[]): readonly Labelled[] {
  const found: Labelled[] = [];
  for (const { at, text } of points) {
    const i = found.findIndex((one) => Math.hypot(one.at[0] - at[0], one.at[1] - at[1]) < SAME);
    const same = found[i];
    if (same === undefined) found.push({ at, text });
    else found[i] = { at: same.at, text: `${same.text} = ${text}` };
  }
  return found;
}

function boxOf({ x, y, anchor }: PlacedLabel, width: number): Box {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - LINE + 3, bottom: y + 3 };
}

/** The area that two boxes share. */
function common(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}
