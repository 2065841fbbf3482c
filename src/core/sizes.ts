/** Infers the values of symbolic sizes from the shapes of a run's inputs. */
import { type Dim, evaluateDim } from './dim';
import { OptionError, ShapeError } from './errors';
import { dimAt, formatShape, type Shape } from './shape';

/** Values of symbolic sizes by name. */
export type Sizes = Readonly<Record<string, number>>;

/** Matches actual shapes against symbolic ones, and checks every size against its bound. */
export class SizeSolver {
  readonly table = new Map<string, number>();
  readonly #bounds: ReadonlyMap<string, number>;

  constructor(bounds: ReadonlyMap<string, number>, given: Sizes = {}) {
    this.#bounds = bounds;
    for (const [name, value] of Object.entries(given)) {
      if (!bounds.has(name)) {
        const known = [...bounds.keys()].join(', ') || 'none';
        throw new OptionError(`sizes: no symbol '${name}'; the plan's symbols: ${known}`);
      }
      this.#set('sizes', name, value);
    }
  }

  /**
   * Matches the shape of one input.
   * @throws ShapeError if it does not fit its symbolic shape, or contradicts an earlier input
   */
  match(where: string, expected: Shape, found: readonly number[]): void {
    const fail = () =>
      new ShapeError(`${where}: expected shape ${formatShape(expected)}, found [${found}]`);
    if (expected.length !== found.length) throw fail();
    expected.forEach((d, i) => {
      const size = dimAt({ shape: found }, i);
      const name = symbolName(d);
      if (name !== undefined) this.#set(where, name, size);
      else if (evaluateDim(d, this.table) !== size) throw fail();
    });
  }

  /**
   * Returns the complete table.
   * @throws ShapeError naming the symbols that no input determines
   */
  finish(): ReadonlyMap<string, number> {
    const missing = [...this.#bounds.keys()].filter((name) => !this.table.has(name));
    if (missing.length > 0) {
      throw new ShapeError(`no input determines ${missing.join(', ')}; pass it in 'sizes'`);
    }
    return this.table;
  }

  #set(where: string, name: string, size: number): void {
    const bound = this.#bounds.get(name) ?? 0;
    if (!Number.isInteger(size) || size < 0 || size > bound) {
      throw new ShapeError(
        `${where}: size ${name} is ${size}, expected an integer from 0 to ${bound}`,
      );
    }
    const known = this.table.get(name);
    if (known !== undefined && known !== size) {
      throw new ShapeError(`${where}: size ${name} is ${size} here and ${known} elsewhere`);
    }
    this.table.set(name, size);
  }
}

/** The name of a size that is a single symbol; undefined for any other. */
function symbolName(d: Dim): string | undefined {
  if (typeof d === 'number') return undefined;
  const [term, ...others] = d.terms;
  if (others.length > 0 || term?.coefficient !== 1 || term.names.length > 1) return undefined;
  return term.names[0];
}
