/** What is known of sentences of the grammar: their true translations and word links. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Engine } from '../engine/engine';
import type { GrammarPair } from '../engine/grammar';
import { EXAMPLES } from '../engine/models';
import { normalised } from '../engine/sentences';

type Link = readonly [english: number, french: number];

/** The true translation of a sentence. */
export interface Truth {
  readonly french: readonly string[];
  /** Which words translate which, by index; undefined where only the translation is known. */
  readonly links: readonly Link[] | undefined;
}

const AND = ' and ';

/** Sentences of the grammar, and what can be made of them. */
export class Grammar {
  /** All sentences. */
  readonly sentences: readonly string[];
  /** Sentences that can follow another one after 'and'. */
  readonly clauses: readonly string[];
  readonly #truths: ReadonlyMap<string, Truth>;

  constructor(pairs: readonly GrammarPair[]) {
    const text = ({ english }: GrammarPair) => english.join(' ');
    this.sentences = pairs.map(text);
    this.clauses = pairs.filter((pair) => pair.isClause).map(text);
    this.#truths = new Map<string, Truth>([
      ...EXAMPLES.map(([english, french]): [string, Truth] => [
        english,
        { french: french.split(' '), links: undefined },
      ]),
      ...pairs.map((pair): [string, Truth] => [text(pair), pair]),
    ]);
  }

  /** The truth of a sentence of the grammar, also of one that clauses were added to. */
  truthOf(text: string): Truth | undefined {
    return this.#truthOf(normalised(text));
  }

  /** A sentence with a further clause; undefined after a question. */
  extended(text: string, clause: string): string | undefined {
    const before = normalised(text);
    return before === '' || before.endsWith('?') ? undefined : `${before}${AND}${clause}`;
  }

  #truthOf(text: string): Truth | undefined {
    const known = this.#truths.get(text);
    if (known !== undefined) return known;
    const at = text.lastIndexOf(AND);
    const clause = text.slice(at + AND.length);
    if (at < 0 || !this.clauses.includes(clause)) return undefined;
    const [before, after] = [this.#truthOf(text.slice(0, at)), this.#truths.get(clause)];
    if (before === undefined || after === undefined) return undefined;
    const place: Link = [text.slice(0, at).split(' ').length, before.french.length];
    const links = before.links && [...before.links, place, ...shifted(after.links ?? [], place)];
    return { french: [...before.french, 'et', ...after.french], links };
  }
}

/** Links of a clause behind a word. */
function shifted(links: readonly Link[], [english, french]: Link): readonly Link[] {
  return links.map(([e, f]): Link => [e + english + 1, f + french + 1]);
}

let found: Promise<Grammar> | undefined;

/** The grammar, once the worker has drawn from it. */
export function useGrammar(engine: Engine): ReadonlySignal<Grammar | undefined> {
  const grammar = useSignal<Grammar | undefined>(undefined);
  useEffect(() => {
    found ??= engine.call((services) => services.grammar()).then((pairs) => new Grammar(pairs));
    found.then(
      (drawn) => {
        grammar.value = drawn;
      },
      () => {
        found = undefined;
      },
    );
  }, []);
  return grammar;
}
