/**
 * Observes a model while it is traced: reports the named values that are wanted, in loops those of
 * all time steps, and replaces values where a run says so.
 */
import { defined } from '../core/errors';
import { tensorKey } from '../graph/node';
import type { Tensor } from '../graph/op';
import type { Derive, Observer, RunScan } from '../nn/scope';
import { countTo } from '../ops/countTo';
import { equal, fill, remap, reshape, transpose, where } from '../ops/functions';
import type { Step } from '../ops/scan/body';
import type { Each, ScanOptions, ScanResult } from '../ops/scan/op';
import { unfused } from './unfused';

/** Which elements of a value are replaced, and by what. Both have the shape of the value. */
export interface Replacement {
  /** i32: an element of `Kept`, `Given` or `Absent`. */
  readonly choice: Tensor;
  /** f32: the elements that replace those of the choice `given`. */
  readonly given: Tensor;
}

/** What becomes of an element of a value. */
export const CHOICES = { kept: 0, given: 1, absent: 2 } as const;

/** A value as it is reported. */
export interface Noted {
  readonly name: string;
  /** After its replacement. */
  readonly tensor: Tensor;
  /** Whether the model says what stands for the value where it is switched off, rather than zeros. */
  readonly hasAbsent: boolean;
}

/** What an observer sees and replaces. */
export interface ObservationOptions {
  /** Whether the value of a name is reported. */
  wants(name: string): boolean;
  report(value: Noted): void;
  /** The replacement of the value of a name; undefined for values that no run replaces. */
  replacement?(name: string): Replacement | undefined;
  /** Whether results must be computed from the value, since its gradient is wanted (default: no). */
  differentiates?(name: string): boolean;
}

/** A value that is computed from others, outside of the loop in whose body it is noted. */
interface Derived {
  readonly name: string;
  readonly from: readonly Tensor[];
  readonly value: Derive;
}

/** What is noted in the body of a loop while the body is traced. */
interface Frame {
  readonly noted: Noted[];
  readonly derived: Derived[];
  /** One row of each replacement. */
  readonly replacements: ReadonlyMap<string, Replacement>;
}

/** Makes an observer. It serves a single trace. */
export function observe(options: ObservationOptions): Observer {
  const { wants, report, replacement } = options;
  let frame: Frame | undefined;
  const record = (value: Noted) => (frame === undefined ? report(value) : frame.noted.push(value));
  const replacementOf = (name: string) =>
    frame === undefined ? replacement?.(name) : frame.replacements.get(name);

  /** Traces a body in a frame of its own. */
  const inFrame = <T>(replacements: Frame['replacements'], body: () => T): [T, Frame] => {
    const [outer, own] = [frame, { noted: [], derived: [], replacements }];
    frame = own;
    try {
      return [body(), own];
    } finally {
      frame = outer;
    }
  };

  const loopOver = (run: RunScan) => {
    function observed<
      Carry extends readonly Tensor[],
      Xs extends readonly Tensor[],
      Y extends readonly Tensor[],
    >(
      body: (
        carry: Each<Carry>,
        x: Each<Xs>,
      ) => { readonly carry: Each<Carry>; readonly y: readonly [...Y] },
      init: readonly [...Carry],
      xs: readonly [...Xs],
      options?: ScanOptions,
    ): ScanResult<Carry, Y>;
    function observed(
      body: Step,
      init: readonly Tensor[],
      xs: readonly Tensor[],
      options: ScanOptions = {},
    ): ScanResult {
      // Replacements are sequences of the loop, so that their names must be known before its trace.
      const found = replacement === undefined ? [] : namesIn(run, body, init, xs, options);
      const replaced = found.flatMap((name) => {
        const all = replacementOf(name);
        return all === undefined ? [] : [{ name, all }];
      });
      const more = replaced.flatMap(({ all }) => [byStep(all.choice), byStep(all.given)]);
      const { shifts } = options;
      const shifted = shifts && { shifts: [...shifts, ...more.map(() => 0)] };
      let asked = 0;
      let kept: readonly KeptCarry[] = [];
      let rows: readonly Tensor[] = [];
      let inside: Frame = { noted: [], derived: [], replacements: new Map() };
      const { carry, ys } = run<readonly Tensor[], readonly Tensor[], readonly Tensor[]>(
        (before, x) => {
          const extra = x.slice(xs.length);
          const own = replaced.flatMap(({ name }, i): (readonly [string, Replacement])[] => {
            const [choice, given] = extra.slice(2 * i);
            return choice && given ? [[name, { choice, given }]] : [];
          });
          const [next, seen] = inFrame(new Map(own), () => body(before, x.slice(0, xs.length)));
          const froms = seen.derived.flatMap(({ from }) => from);
          kept = options.reverse === true ? [] : keptCarries(froms, before, next, init);
          const isKept = (tensor: Tensor) => kept.some((one) => isSame(one.tensor, tensor));
          const needed = [
            ...seen.noted.map(({ tensor }) => tensor),
            ...froms.filter((tensor) => !isKept(tensor)),
          ];
          // What is a result of the loop anyway is not stacked twice.
          rows = distinct([...next.y, ...needed], next.y.length);
          [asked, inside] = [next.y.length, seen];
          return { carry: next.carry, y: rows };
        },
        init,
        [...xs, ...more],
        { ...options, ...shifted },
      );
      const carries = kept.map(({ tensor, initial, y }) => ({
        tensor,
        stack: stepLater(defined(ys[y], 'stacked carry'), initial),
      }));
      const stacked = (row: Tensor): Tensor => {
        const carry = carries.find(({ tensor }) => isSame(tensor, row));
        if (carry !== undefined) return carry.stack;
        const at = rows.findIndex((other) => isSame(other, row));
        return defined(ys[at], 'stacked value');
      };
      for (const value of inside.noted) record({ ...value, tensor: byStep(stacked(value.tensor)) });
      for (const { name, from, value } of inside.derived) {
        record({ name, tensor: byStep(value(from.map(stacked))), hasAbsent: false });
      }
      return { carry, ys: ys.slice(0, asked) };
    }
    return observed;
  };

  /** Names of what a body notes. */
  const namesIn = (
    run: RunScan,
    body: Step,
    init: readonly Tensor[],
    xs: readonly Tensor[],
    options: ScanOptions,
  ): readonly string[] => {
    const [, { noted }] = inFrame(new Map(), () => {
      run<readonly Tensor[], readonly Tensor[], readonly Tensor[]>(body, init, xs, options);
    });
    return noted.map(({ name }) => name);
  };

  return {
    unfused,
    wants,
    replaces: (name) =>
      replacement?.(name) !== undefined || options.differentiates?.(name) === true,
    note: (name, tensor, absent) => {
      if (!wants(name)) return undefined;
      const own = replacementOf(name);
      const value = own === undefined ? tensor : replace(tensor, own, absent);
      record({ name, tensor: value, hasAbsent: absent !== undefined });
      return value;
    },
    derive: (name, from, value, own) => {
      if (!wants(name)) return;
      if (frame === undefined) report({ name, tensor: own ?? value(from), hasAbsent: false });
      else frame.derived.push({ name, from, value });
    },
    loop: loopOver,
  };
}

function replace(tensor: Tensor, { choice, given }: Replacement, absent?: Tensor): Tensor {
  const chosen = (which: number) => equal(choice, fill(choice.shape, which, 'i32'));
  const kept = absent === undefined ? tensor : where(chosen(CHOICES.absent), absent, tensor);
  return where(chosen(CHOICES.given), given, kept);
}

/** A carry whose values of all steps a result of the loop has, each one step earlier. */
interface KeptCarry {
  /** Its value before a step, as a placeholder in the body. */
  readonly tensor: Tensor;
  readonly initial: Tensor;
  /** Index of that result. */
  readonly y: number;
}

/** Those of some tensors that are carries before a step whose next values are results anyway. */
function keptCarries(
  tensors: readonly Tensor[],
  before: readonly Tensor[],
  next: { readonly carry: readonly Tensor[]; readonly y: readonly Tensor[] },
  init: readonly Tensor[],
): readonly KeptCarry[] {
  return before.flatMap((tensor, i): readonly KeptCarry[] => {
    const [after, initial] = [next.carry[i], init[i]];
    if (after === undefined || initial === undefined) return [];
    const y = next.y.findIndex((row) => isSame(row, after));
    return y >= 0 && tensors.some((one) => isSame(one, tensor)) ? [{ tensor, initial, y }] : [];
  });
}

/** The rows [T, ...] one step later, after an initial one. */
function stepLater(rows: Tensor, initial: Tensor): Tensor {
  const { shape } = rows;
  const [steps = 1, ...rest] = shape;
  const shifted = remap(rows, {
    ...{ permutation: shape.map((_, axis) => axis), shape, value: 0 },
    starts: shape.map((_, axis) => (axis === 0 ? -1 : 0)),
  });
  const position = reshape(countTo(steps), [steps, ...rest.map(() => 1)]);
  const isFirst = equal(position, fill(position.shape, 0, 'i32'));
  return where(isFirst, reshape(initial, [1, ...rest]), shifted);
}

function isSame(a: Tensor, b: Tensor): boolean {
  return tensorKey(a) === tensorKey(b);
}

/** Tensors without repetitions after the first `kept`. */
function distinct(tensors: readonly Tensor[], kept: number): readonly Tensor[] {
  const keys = tensors.map(tensorKey);
  return tensors.filter((_, i) => i < kept || keys.indexOf(keys[i] ?? '') === i);
}

/** [T, B, ...] -> [B, T, ...] and back; a view where either is 1. */
function byStep(x: Tensor): Tensor {
  const [first, second, ...rest] = x.shape;
  if (first !== undefined && second !== undefined && (first === 1 || second === 1)) {
    return reshape(x, [second, first, ...rest]);
  }
  const axes = x.shape.map((_, axis) => axis);
  return axes.length < 2 ? x : transpose(x, [1, 0, ...axes.slice(2)]);
}
