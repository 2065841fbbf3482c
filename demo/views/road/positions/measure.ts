/** The encoder's outputs of a sentence and of its words in another order, with positions and without. */
import { withoutPositions } from 'qkv/inspect';
import type { Engine } from '../../../engine/engine';
import { FIRST_MODEL } from '../../../engine/models';
import { type Rows, rowsOf } from '../../../engine/tensors';
import { shuffledOrder } from './sinusoids';

const OUTPUT = 'transformer.encoder.output';

/** Of the source alone: the decoder keeps the positions of what it writes. */
const WITHOUT = [withoutPositions('src_embed.positions')];

/** What the model makes of one order of the words. */
export interface Read {
  /** The encoder's output [word][size]; the last one is that of the end of the sentence. */
  readonly output: Rows;
  readonly translation: string;
}

export interface BothOrders {
  readonly inOrder: Read;
  readonly shuffled: Read;
}

export interface Orders {
  readonly text: string;
  readonly seed: number;
  readonly words: readonly string[];
  /** Place i of the shuffled sentence has the word order[i]. */
  readonly order: readonly number[];
  readonly withPositions: BothOrders;
  readonly without: BothOrders;
}

export async function measureOrders(
  engine: Engine,
  text: string,
  seed: number,
  signal: AbortSignal,
): Promise<Orders> {
  const read = async (words: string, interventions: typeof WITHOUT | undefined) => {
    const found = await engine.use(FIRST_MODEL, (translator) =>
      translator.translate(words, {
        unknown: 'copy',
        inspect: [OUTPUT],
        signal,
        ...(interventions && { interventions }),
      }),
    );
    const output = rowsOf(found.inspected?.values[OUTPUT]);
    return { words: found.sourceTokens, read: { output, translation: found.target } };
  };
  const { words, read: inOrder } = await read(text, undefined);
  const order = shuffledOrder(words.length, seed);
  const other = order.map((word) => words[word]).join(' ');
  const withPositions = { inOrder, shuffled: (await read(other, undefined)).read };
  const without = {
    inOrder: (await read(text, WITHOUT)).read,
    shuffled: (await read(other, WITHOUT)).read,
  };
  return { text, seed, words, order, withPositions, without };
}
