/** The baseline of language models: counts of up to three tokens, interpolated. */

/** Counts of the tokens after each context. */
class Followers {
  readonly #contexts = new Map<string, { all: number; readonly next: Map<number, number> }>();

  add(context: string, token: number): void {
    const found = this.#contexts.get(context) ?? { all: 0, next: new Map<number, number>() };
    found.all++;
    found.next.set(token, (found.next.get(token) ?? 0) + 1);
    this.#contexts.set(context, found);
  }

  /** The part of a context's tokens that are this one; 0 after contexts that never occurred. */
  share(context: string, token: number): number {
    const found = this.#contexts.get(context);
    return found === undefined ? 0 : (found.next.get(token) ?? 0) / found.all;
  }
}

/** Rounds of expectation maximisation, after which the weights hardly change. */
const ROUNDS = 30;

/**
 * The mean cross-entropy of a token, in nats, under a trigram model that is interpolated with
 * bigrams, unigrams and equal probabilities; the weights are those that are likeliest on
 * development data (Jelinek and Mercer 1980).
 * @param sentences ids of each, with eos
 */
export function trigramLoss(
  { train, dev, test }: Readonly<Record<'train' | 'dev' | 'test', readonly (readonly number[])[]>>,
  vocabulary: number,
): number {
  const orders = [new Followers(), new Followers(), new Followers()];
  for (const { contexts, token } of train.flatMap(tokensOf)) {
    orders.forEach((order, n) => {
      order.add(contexts[n] ?? '', token);
    });
  }
  const shares = (sentences: typeof train) =>
    sentences
      .flatMap(tokensOf)
      .map(({ contexts, token }) => [
        1 / vocabulary,
        ...orders.map((order, n) => order.share(contexts[n] ?? '', token)),
      ]);
  const held = shares(dev);
  let weights = Array.from({ length: 4 }, () => 1 / 4);
  const mixed = (row: readonly number[]) =>
    row.reduce((sum, share, n) => sum + share * (weights[n] ?? 0), 0);
  for (let round = 0; round < ROUNDS; round++) {
    weights = weights.map(
      (weight, n) =>
        held.reduce((sum, row) => sum + (weight * (row[n] ?? 0)) / mixed(row), 0) / held.length,
    );
  }
  const logs = shares(test).map((row) => Math.log(mixed(row)));
  return -logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** Every token with its contexts of no, one and two tokens; -1 stands before the first. */
function tokensOf(ids: readonly number[]) {
  return ids.map((token, at) => {
    const [before = -1, last = -1] = [ids[at - 2], ids[at - 1]];
    return { token, contexts: ['', `${last}`, `${before} ${last}`] };
  });
}
