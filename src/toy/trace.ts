/**
 * Records the choices of which a sentence is drawn, and draws sentences again that make most of the
 * same choices. Choices are aligned by the parts of the sentence that they belong to, see Chooser.
 */
import type { Random } from '../core/random';
import { type Chooser, repeated, type Weighted, weightedPick } from './chooser';

/** A recorded choice. */
export interface Site {
  readonly value: unknown;
  /** Probability with which a replay draws it anew. */
  redraw: number;
}

/** The choices of a part, apart from those of its own parts. */
export interface Trace {
  readonly sites: Site[];
  readonly parts: Trace[];
}

/** All choices of a trace. */
export function sitesOf({ sites, parts }: Trace): readonly Site[] {
  return [...sites, ...parts.flatMap(sitesOf)];
}

/** Makes the choices of another chooser and records them, without the attempts of `until` that failed. */
export class Recorder implements Chooser {
  readonly #inner: Chooser;
  #trace: Trace = { sites: [], parts: [] };

  constructor(inner: Chooser) {
    this.#inner = inner;
  }

  /** The choices since the last call. */
  take(): Trace {
    const trace = this.#trace;
    this.#trace = { sites: [], parts: [] };
    return trace;
  }

  chance(probability: number): boolean {
    return this.#note(this.#inner.chance(probability));
  }

  pick<T>(items: readonly T[]): T {
    return this.#note(this.#inner.pick(items));
  }

  weighted<T>(items: Weighted<T>): T {
    return this.#note(this.#inner.weighted(items));
  }

  allows(first: string, second: string): boolean {
    return this.#inner.allows(first, second);
  }

  part<T>(draw: () => T): T {
    const outer = this.#trace;
    const inner: Trace = { sites: [], parts: [] };
    outer.parts.push(inner);
    this.#trace = inner;
    const found = draw();
    this.#trace = outer;
    return found;
  }

  until<T>(draw: () => T | undefined): T {
    return repeated(() => {
      const found = this.part(draw);
      if (found === undefined) this.#trace.parts.pop();
      return found;
    });
  }

  #note<T>(value: T): T {
    this.#trace.sites.push({ value, redraw: 0 });
    return value;
  }
}

/**
 * 'copy' makes the same choices; 'sample' draws each site anew with its probability; given a site,
 * it is chosen in another way, and the others are sampled.
 */
export type ReplayMode = 'copy' | 'sample' | Site;

/** Attempts of `until` for which the recorded one serves. */
const COPIED_ATTEMPTS = 2;

/** Makes the choices of a trace, and draws anew those that its sites say or that it lacks. */
export class Replay implements Chooser {
  /** Logarithms of the probabilities of its choices in the grammar, and in replays. */
  logGrammar = 0;
  logReplay = 0;
  /** Whether all choices are those of the trace. */
  isCopy = true;
  readonly #source: Random;
  readonly #allows: Chooser['allows'];
  #mode: ReplayMode;
  #trace: Trace | undefined;
  #site = 0;
  #part = 0;

  constructor(trace: Trace, source: Random, allows: Chooser['allows'], mode: ReplayMode) {
    this.#trace = trace;
    this.#source = source;
    this.#allows = allows;
    this.#mode = mode;
  }

  chance(probability: number): boolean {
    return this.weighted([
      [probability, true],
      [1 - probability, false],
    ]);
  }

  pick<T>(items: readonly T[]): T {
    return this.weighted(items.map((item) => [1, item]));
  }

  weighted<T>(items: Weighted<T>): T {
    const site = this.#trace?.sites[this.#site++];
    const known = site && items.find(([weight, item]) => weight > 0 && item === site.value);
    if (site === undefined || known === undefined) {
      this.isCopy = false;
      return this.#note(weightedPick(this.#source, items), items, 1, false);
    }
    const [, copy] = known;
    if (site === this.#mode) {
      const others = items.filter(([weight, item]) => weight > 0 && item !== copy);
      this.#mode = 'sample';
      if (others.length > 0) return weightedPick(this.#source, others);
    }
    const isRedrawn = this.#mode !== 'copy' && this.#source.next() < site.redraw;
    const value = isRedrawn ? weightedPick(this.#source, items) : copy;
    if (value !== copy) this.isCopy = false;
    return this.#note(value, items, site.redraw, value === copy);
  }

  allows(first: string, second: string): boolean {
    return this.#allows(first, second);
  }

  part<T>(draw: () => T): T {
    const [trace, site, part] = [this.#trace, this.#site, this.#part];
    this.#trace = trace?.parts[part];
    [this.#site, this.#part] = [0, 0];
    const found = draw();
    [this.#trace, this.#site, this.#part] = [trace, site, part + 1];
    return found;
  }

  until<T>(draw: () => T | undefined): T {
    const part = this.#part;
    let attempts = 0;
    const found = repeated(() => {
      // The trace has only the attempt that succeeded, which serves for two. Further ones are drawn
      // anew, since what was chosen before may rule it out.
      this.#part = attempts++ < COPIED_ATTEMPTS ? part : Number.POSITIVE_INFINITY;
      return this.part(draw);
    });
    this.#part = part + 1;
    return found;
  }

  #note<T>(value: T, items: Weighted<T>, redraw: number, isCopy: boolean): T {
    let [own, all] = [0, 0];
    for (const [weight, item] of items) {
      all += weight;
      if (item === value) own += weight;
    }
    this.logGrammar += Math.log(own / all);
    this.logReplay += Math.log((redraw * own) / all + (isCopy ? 1 - redraw : 0));
    return value;
  }
}
