/**
 * Renders templates of strangers, which are programs: one that loops without end, or makes huge lists or
 * texts, is stopped.
 */
import { Environment, Interpreter, type Template } from '@huggingface/jinja';
import { InputError } from '../../core/errors';

/** Steps of a template: a conversation of 100 messages takes some 10,000. */
const MOST_STEPS = 500_000;
/** Items of a list, or characters of a text. */
const LONGEST = 4_000_000;
/** So many items or characters are made in the time of a step. */
const PER_STEP = 100;

type Statement = Parameters<Interpreter['evaluate']>[0];

/** Counts the steps of a program, and measures its values. */
class BoundedInterpreter extends Interpreter {
  #steps = 0;
  /** What loops go through: each item is a step, even of a loop that does nothing. */
  readonly #iterables = new Set<unknown>();

  override evaluate(statement: Statement, environment: Environment) {
    this.#count(1);
    if (statement !== undefined && 'iterable' in statement) {
      this.#iterables.add(statement.iterable);
    }
    const result = super.evaluate(statement, environment);
    const length = lengthOf(result.value);
    if (length > LONGEST) {
      throw new InputError(
        `the template makes a text or list of ${length} items, more than ${LONGEST}; do not use it`,
      );
    }
    this.#count(this.#iterables.has(statement) ? length : length / PER_STEP);
    return result;
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= MOST_STEPS) return;
    throw new InputError(`the template takes more than ${MOST_STEPS} steps; do not use it`);
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/**
 * The text of a template.
 * @throws InputError for a template that takes too long, or makes too large values; any error of the
 *   template
 */
export function renderBounded(
  { parsed }: Template,
  variables: Readonly<Record<string, unknown>>,
): string {
  const environment = new Environment();
  const own = { true: true, false: false, none: null, True: true, False: false, None: null };
  for (const [name, value] of Object.entries({ ...own, ...FUNCTIONS, ...variables })) {
    environment.set(name, value);
  }
  return String(new BoundedInterpreter(environment).run(parsed).value);
}

function raiseException(message: unknown): never {
  throw new Error(String(message));
}

function range(from: number, to?: number, step = 1): readonly number[] {
  const [start, end] = to === undefined ? [0, from] : [from, to];
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count <= LONGEST) return Array.from({ length: count }, (_, i) => start + i * step);
  throw new InputError(`the template makes a range of ${count} numbers, more than ${LONGEST}`);
}

/** The time in a format of Python's, of which templates write dates. */
function strftimeNow(format: string): string {
  const now = new Date();
  const month = (style: 'long' | 'short') => new Intl.DateTimeFormat('en', { month: style });
  const two = (value: number) => String(value).padStart(2, '0');
  const parts: Readonly<Record<string, () => string>> = {
    '%Y': () => String(now.getFullYear()),
    '%m': () => two(now.getMonth() + 1),
    '%d': () => two(now.getDate()),
    '%b': () => month('short').format(now),
    '%B': () => month('long').format(now),
    '%H': () => two(now.getHours()),
    '%M': () => two(now.getMinutes()),
    '%%': () => '%',
  };
  return format.replace(/%[YmdbBHM%]/g, (code) => parts[code]?.() ?? code);
}

const FUNCTIONS = { range, raise_exception: raiseException, strftime_now: strftimeNow };
