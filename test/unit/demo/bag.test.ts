/** One-hot vectors, their products, bags and shuffles. */
import { expect, it } from 'vitest';
import {
  bagOf,
  distanceOf,
  oneHotRows,
  productsOf,
  shuffled,
  wordsOf,
} from '../../../demo/views/road/oneHot/bag';

it('takes words and question marks in order, in lower case', () => {
  expect(wordsOf("Where does  the boy's dog sleep?")).toEqual(
    "where|does|the|boy's|dog|sleep|?".split('|'),
  );
  expect(wordsOf(' <> ,.')).toEqual([]);
});

it('gives different words products of 0 and a distance of √2', () => {
  const rows = oneHotRows(['a', 'b', 'a'], ['a', 'b', 'c']);
  expect(rows).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ]);
  expect(productsOf(rows)).toEqual([
    [1, 0, 1],
    [0, 1, 0],
    [1, 0, 1],
  ]);
  expect(bagOf(rows, 3)).toEqual([2, 1, 0]);
  expect(distanceOf(rows[0]!, rows[1]!)).toBe(Math.SQRT2);
});

it('shuffles by its number alone, and keeps all items', () => {
  const items = Array.from({ length: 12 }, (_, i) => i);
  expect(shuffled(items, 0)).toEqual(items);
  expect(shuffled(items, 1)).toEqual(shuffled(items, 1));
  expect(shuffled(items, 1)).not.toEqual(shuffled(items, 2));
  expect(shuffled(items, 1).toSorted((a, b) => a - b)).toEqual(items);
  // Over many shuffles, every item comes to stand everywhere.
  const seen = items.map(() => new Set<number>());
  for (let n = 1; n <= 300; n++) {
    for (const [place, item] of shuffled(items, n).entries()) seen[item]!.add(place);
  }
  expect(seen.every((places) => places.size === 12)).toBe(true);
});
