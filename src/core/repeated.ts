/** Lists whose length TypeScript knows. */

/** A list of exactly N values; of any number where N is not known. */
export type Repeated<T, N extends number> = number extends N ? readonly T[] : Exactly<T, N>;

type Exactly<
  T,
  N extends number,
  Found extends readonly T[] = readonly [],
> = Found['length'] extends N ? Found : Exactly<T, N, readonly [...Found, T]>;
