/** Loops: a body that is drawn as well, over rows of what the graph has. */
import { NdArray } from 'qkv/cpu';
import { ops, type Tensor, tensorKey } from 'qkv/graph';
import { Builder, sameShape, Unfit } from '../builder';

/** Draws the ops of a body into its builder. */
export type DrawBody = (body: Builder) => void;

const sameType = (a: Tensor) => (b: Tensor) => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Adds `ops.scan` over sequences of the pool, or over a number of steps. */
export function loops(b: Builder, drawBody: DrawBody): void {
  const carries = Array.from({ length: b.below(3) }, () => b.tensor(() => true));
  const first = b.flag() ? b.tensor(({ shape }) => shape.length > 0) : undefined;
  const alike = (t: Tensor) => sameShape(t.shape.slice(0, 1), first?.shape.slice(0, 1) ?? []);
  const sequences = first === undefined ? [] : [first, ...(b.flag() ? [b.tensor(alike)] : [])];
  const options = {
    reverse: b.flag(),
    ...(first === undefined ? { length: 1 + b.below(4) } : {}),
  };
  if (carries.length + sequences.length === 0) throw new Unfit('a loop of nothing');
  b.limit(first?.shape[0] ?? 4, 4000);
  const { shared } = b;
  const id = shared.next++;
  const body = new Builder(shared, b.pool);
  const { lines } = body;
  let ends = '';
  const step = (before: readonly Tensor[], rows: readonly Tensor[]) => {
    before.forEach((tensor, i) => {
      const initial = carries[i];
      if (initial !== undefined) shared.values.set(tensorKey(tensor), b.value(initial));
      body.add(tensor, `c${id}_${i}`);
    });
    rows.forEach((tensor, i) => {
      const whole = sequences[i];
      if (whole !== undefined) shared.values.set(tensorKey(tensor), firstRow(b.value(whole)));
      body.add(tensor, `x${id}_${i}`);
    });
    drawBody(body);
    body.draws(b.rest());
    const carry = before.map((tensor) => body.tensor(sameType(tensor)));
    const y = Array.from({ length: body.below(3) }, () => body.tensor(() => true));
    ends = `return { carry: ${body.show(carry)}, y: ${body.show(y)} };`;
    return { carry, y };
  };
  const result = b.attempt('scan', () => ops.scan(step, carries, sequences, options));
  const names = (letter: string, list: readonly Tensor[]) =>
    `[${list.map((_, i) => `${letter}${id}_${i}`).join(', ')}]`;
  b.lines.push(
    `const r${id} = ops.scan((${names('c', carries)}, ${names('x', sequences)}) => {`,
    ...[...lines, ends].map((line) => `  ${line}`),
    `}, ${b.show(carries)}, ${b.show(sequences)}, ${b.show(options)});`,
  );
  result.carry.forEach((tensor, i) => {
    b.add(tensor, `r${id}.carry[${i}]`);
  });
  result.ys.forEach((tensor, i) => {
    b.add(tensor, `r${id}.ys[${i}]`);
  });
}

function firstRow({ shape, data }: NdArray): NdArray {
  const row = new NdArray(shape.slice(1));
  row.data.set(data.subarray(0, row.size));
  return row;
}
