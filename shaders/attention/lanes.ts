/** The channels of a head in registers: as vec4 where the head size allows it, else as single floats. */

import { each, range } from '../lib/each';

export class Lanes {
  readonly width: 1 | 4;
  readonly type: string;
  /** Number of registers of a head. */
  readonly count: number;

  constructor(size: number) {
    this.width = size % 4 === 0 ? 4 : 1;
    this.type = this.width === 4 ? 'vec4<f32>' : 'f32';
    this.count = size / this.width;
  }

  /** One statement per register. */
  each(statement: (i: number) => string): string {
    return each(this.count, statement);
  }

  /** The scalar product of two registers. */
  product(a: string, b: string): string {
    return this.width === 4 ? `dot(${a}, ${b})` : `${a} * ${b}`;
  }

  /** The scalar product of two heads. */
  dot(a: (i: number) => string, b: (i: number) => string): string {
    return range(this.count)
      .map((i) => this.product(a(i), b(i)))
      .join(' + ');
  }
}

/** A statement for each number below `a` and one for each below `b`, side by side. */
export function eachOfBoth(
  a: number,
  first: (i: number) => string,
  b: number,
  second: (i: number) => string,
): string {
  return each(Math.max(a, b), (i) => sideBySide(i < a && first(i), i < b && second(i)));
}

/** Joins the texts that are not false. */
export function sideBySide(...texts: readonly (string | false)[]): string {
  return texts.filter((text) => text !== false).join(' ');
}
