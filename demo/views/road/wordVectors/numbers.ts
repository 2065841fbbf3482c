/** The numbers of the figure of word vectors, as they are saved: enough to compute it anew. */
import type { Picture, TrainingOptions } from './service';
import type { Near } from './vectors';

interface Shown {
  readonly picture: Picture;
  readonly names: readonly string[];
  readonly vectors: readonly (readonly number[])[];
  /** The words on the map, as indices of all words. */
  readonly rows: readonly number[];
  readonly near: readonly Near[] | undefined;
  readonly sum: readonly Near[] | undefined;
}

interface Asked {
  readonly word: string;
  /** a, b and c of a - b + c. */
  readonly sum: readonly string[];
}

export function numbersOf(
  options: TrainingOptions,
  { picture, names, vectors, rows, near, sum }: Shown,
  pictures: readonly Picture[],
  asked: Asked,
) {
  const { step, loss, mean, axes, explained, places } = picture;
  return {
    options,
    step,
    loss,
    words: names,
    vectors,
    map: rows.map((row) => names[row]),
    mean,
    axes,
    explained,
    places,
    word: asked.word,
    neighbours: near,
    sum: { words: asked.sum, neighbours: sum },
    pictures: pictures.map((one) => ({ step: one.step, loss: one.loss, axes: one.axes })),
  };
}
