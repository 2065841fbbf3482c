/**
 * Observes a model while it is traced: reports the named values that are wanted, in loops those of
 * all time steps, and replaces values where a run says so.
 */
import { defined } from '../core/errors';
import { tensorKey } from '../graph/node';
import type { Tensor } from '../graph/op';
import type { Derive, Observer, RunScan } from '../nn/scope';
import { equal, fill, transpose, where } from '../ops/functions';
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
export function observe({ wants, report, replacement }: ObservationOptions): Observer {
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
          const needed = [
            ...seen.noted.map(({ tensor }) => tensor),
            ...seen.derived.flatMap(({ from }) => from),
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
      const stacked = (row: Tensor): Tensor => {
        const at = rows.findIndex((other) => tensorKey(other) === tensorKey(row));
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
    replaces: (name) => replacement?.(name) !== undefined,
    note: (name, tensor, absent) => {
      if (!wants(name)) return undefined;
      const own = replacementOf(name);
      const value = own === undefined ? tensor : replace(tensor, own, absent);
      record({ name, tensor: value, hasAbsent: absent !== undefined });
      return value;
    },
    derive: (name, from, value) => {
      if (!wants(name)) return;
      if (frame === undefined) report({ name, tensor: value(from), hasAbsent: false });
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

/** Tensors without repetitions after the first `kept`. */
function distinct(tensors: readonly Tensor[], kept: number): readonly Tensor[] {
  const keys = tensors.map(tensorKey);
  return tensors.filter((_, i) => i < kept || keys.indexOf(keys[i] ?? '') === i);
}

/** [T, B, ...] -> [B, T, ...] and back. */
function byStep(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return axes.length < 2 ? x : transpose(x, [1, 0, ...axes.slice(2)]);
}
