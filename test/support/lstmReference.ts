/** The encoder of the shipped network with one vector, in float64 by plain loops, from its files. */
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { defined } from '../../tools/lib/defined';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The last hidden state and the last cell state of the LSTM, which reads the sentence and its end
 * from the end (Hochreiter and Schmidhuber 1997; Sutskever et al. 2014).
 * @param tokens the vocabulary
 */
export function finalStates(
  file: Uint8Array,
  tokens: readonly string[],
  words: readonly string[],
): readonly number[] {
  const { tensors } = parseSafetensors(file);
  const tensor = (name: string) => toFloat32(name, defined(tensors.get(name), name));
  const table = tensor('src_embed.weight');
  const input = tensor('encoder.weight_ih_l0');
  const recurrent = tensor('encoder.weight_hh_l0');
  const [biasA, biasB] = [tensor('encoder.bias_ih_l0'), tensor('encoder.bias_hh_l0')];
  const size = biasA.length / 4;
  const columns = table.length / tokens.length;
  const unknown = tokens.indexOf('<unk>');
  const ids = [...words, '<eos>'].map((word) => {
    const id = tokens.indexOf(word);
    return id < 0 ? unknown : id;
  });
  let hidden = new Array<number>(size).fill(0);
  let cell = new Array<number>(size).fill(0);
  for (const id of ids.reverse()) {
    const gate = (row: number) => {
      let sum = biasA[row]! + biasB[row]!;
      for (let c = 0; c < columns; c++) {
        sum += input[row * columns + c]! * table[id * columns + c]!;
      }
      for (let c = 0; c < size; c++) sum += recurrent[row * size + c]! * hidden[c]!;
      return sum;
    };
    const nextCell = cell.map(
      (old, i) => sigmoid(gate(size + i)) * old + sigmoid(gate(i)) * Math.tanh(gate(2 * size + i)),
    );
    const nextHidden = nextCell.map((c, i) => sigmoid(gate(3 * size + i)) * Math.tanh(c));
    [hidden, cell] = [nextHidden, nextCell];
  }
  return [...hidden, ...cell];
}
