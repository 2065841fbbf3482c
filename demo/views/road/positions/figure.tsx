/** Positions as waves, and what becomes of a sentence without them. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { codeOf } from '../../../engine/engine';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import Formula from './formula.tex';
import { measureOrders, type Orders } from './measure';
import { Shuffling } from './shuffling';
import { distances, dotProducts, sinusoids } from './sinusoids';
import { EXPONENTS, LENGTHS, SIZES, Waves } from './waves';
import { WORDS } from './words';
import './positions.css';

/** The shipped transformer's own: base 10000, 128 numbers, 32 places. */
const FIRST = { base: 4, size: 128, length: 32, seed: 1 };

/** Time without typing after which the model is asked. */
const PAUSE_MS = 120;

/** A number of the address, of those that a slider has. */
function asked(name: 'base' | 'length', { min, max, step }: typeof EXPONENTS): number {
  const text = route.peek().query.get(name);
  const value = text === null ? Number.NaN : Number(text);
  const isThere = value >= min && value <= max && Number.isInteger((value - min) / step);
  return isThere ? value : FIRST[name];
}

function askedSeed(): number {
  const value = Number(route.peek().query.get('seed') ?? FIRST.seed);
  return Number.isInteger(value) && value >= 0 && value < 1e6 ? value : FIRST.seed;
}

export default function Positions({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const exponent = useSignal(asked('base', EXPONENTS));
  const length = useSignal(asked('length', LENGTHS));
  const size = useSignal(
    SIZES.find((one) => String(one) === route.peek().query.get('size')) ?? FIRST.size,
  );
  const seed = useSignal(askedSeed());
  const positions = useSignal<'on' | 'off'>(
    route.peek().query.get('positions') === 'off' ? 'off' : 'on',
  );
  const orders = useSignal<Orders | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    const [text, order] = [sentence.value, seed.value];
    const running = new AbortController();
    const { signal } = running;
    const ask = () => {
      measureOrders(engine, text, order, signal).then(
        (found) => {
          if (signal.aborted) return;
          failure.value = undefined;
          orders.value = found;
        },
        (error: unknown) => {
          if (signal.aborted || codeOf(error) === 'aborted') return;
          failure.value = error instanceof Error ? error.message : String(error);
        },
      );
    };
    const timer = setTimeout(ask, orders.peek() === undefined ? 0 : PAUSE_MS);
    return () => {
      clearTimeout(timer);
      running.abort();
    };
  });
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      base: String(exponent.value),
      size: String(size.value),
      length: String(length.value),
      seed: String(seed.value),
      positions: positions.value,
    });
  });
  const waves = useComputed(() => {
    const table = sinusoids(length.value, size.value, 10 ** exponent.value);
    return { table, products: dotProducts(table) };
  });
  const apart = useComputed(() => {
    const found = orders.value;
    if (found === undefined) return undefined;
    const of = ({ inOrder, shuffled }: Orders['without']) =>
      distances(inOrder.output, shuffled.output, found.order);
    return { on: of(found.withPositions), off: of(found.without) };
  });
  return (
    <FigureFrame
      number={20}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1706.03762' }}
      notice={own.notice}
      numbers={
        apart.value && {
          base: 10 ** exponent.value,
          size: size.value,
          length: length.value,
          sinusoids: waves.value.table,
          products: waves.value.products,
          ...orders.value,
          distances: apart.value,
        }
      }
    >
      <Waves own={own} {...waves.value} {...{ exponent, size, length }} />
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {orders.value && apart.value ? (
        <Shuffling own={own} orders={orders.value} apart={apart.value} {...{ seed, positions }} />
      ) : (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      )}
    </FigureFrame>
  );
}
