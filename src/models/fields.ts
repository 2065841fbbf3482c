/** Reads a model's configuration from parsed JSON, and checks the type of every value. */
import { FormatError, shown } from '../core/errors';

/** The fields of a configuration, with the types that a reader asks for. */
export class Fields {
  readonly #what: string;
  readonly #values: ReadonlyMap<string, unknown>;

  /**
   * @param what names the configuration in messages
   * @param known the allowed names (default: any)
   * @throws FormatError if the JSON is not an object or has a field of another name
   */
  constructor(what: string, json: unknown, known?: readonly string[]) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new FormatError(`${what}: expected an object, found ${shown(json)}`);
    }
    this.#what = what;
    this.#values = new Map(Object.entries(json));
    const strange = known && [...this.#values.keys()].find((name) => !known.includes(name));
    if (known !== undefined && strange !== undefined) {
      this.#fail(strange, `one of ${known.join(', ')}`, strange);
    }
  }

  /** A value as it is; the fallback where there is none. */
  value(name: string, fallback?: unknown): unknown {
    return this.#values.has(name) ? this.#values.get(name) : fallback;
  }

  /** A finite number. @throws FormatError for another value, or none without a fallback */
  number(name: string, fallback?: number): number {
    const value = this.value(name, fallback);
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.#fail(name, 'a number', value);
  }

  /** @throws FormatError for a value that is neither true nor false */
  boolean(name: string, fallback: boolean): boolean {
    const value = this.value(name, fallback);
    return typeof value === 'boolean' ? value : this.#fail(name, 'true or false', value);
  }

  /** The fields of all given defaults, which are numbers or booleans. */
  like<D extends Readonly<Record<string, number | boolean>>>(
    defaults: D,
  ): { readonly [K in keyof D]: D[K] extends boolean ? boolean : number };
  like(defaults: Readonly<Record<string, number | boolean>>): object {
    const read = ([name, value]: readonly [string, number | boolean]) => [
      name,
      typeof value === 'boolean' ? this.boolean(name, value) : this.number(name, value),
    ];
    return Object.fromEntries(Object.entries(defaults).map(read));
  }

  /** One of some texts. @throws FormatError for another value, or none without a fallback */
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.value(name, fallback);
    return allowed.find((item) => item === value) ?? this.#fail(name, allowed.join(' or '), value);
  }

  /** A text; undefined where there is none. @throws FormatError for a value of another type */
  text(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined || typeof value === 'string'
      ? value
      : this.#fail(name, 'a text', value);
  }

  #fail(name: string, expected: string, found: unknown): never {
    throw new FormatError(`${this.#what}: '${name}' must be ${expected}, found ${shown(found)}`);
  }
}
