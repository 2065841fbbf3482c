/** What is told of a value inside a model, in double precision. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the numbers. */
  readonly deviation: number;
  /** Euclidean norm of all numbers. */
  readonly norm: number;
  readonly least: number;
  readonly most: number;
}

export function statisticsOf(data: ArrayLike<number>): Statistics {
  let [sum, squares, least, most] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const x = data[i] ?? Number.NaN;
    sum += x;
    squares += x * x;
    least = Math.min(least, x);
    most = Math.max(most, x);
  }
  const count = data.length;
  const mean = sum / count;
  let spread = 0;
  for (let i = 0; i < count; i++) spread += ((data[i] ?? Number.NaN) - mean) ** 2;
  return {
    count,
    mean,
    deviation: Math.sqrt(spread / count),
    norm: Math.sqrt(squares),
    least,
    most,
  };
}
