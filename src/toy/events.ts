/**
 * Events in four sentences: either of two nouns is the agent and the other the patient, in the
 * active or the passive voice. Of these sentences, pairs mean the same, and other pairs have the
 * same words in another order.
 */
import { isHeldOut } from './chooser';
import { nouns } from './nouns';
import { renderPair, type ToyPair } from './split';
import type { Predicate, Sentence } from './tree';
import type { Noun, Tense, Verb } from './types';
import { verbs } from './verbs';

/** Active or passive. */
export type Voice = 'active' | 'passive';

/** An event: a verb, two nouns and a tense. */
export interface ToyEvent {
  readonly verb: Verb;
  readonly nouns: readonly [Noun, Noun];
  readonly tense: Tense;
}

/** One of the four sentences of an event. */
export interface Telling {
  readonly pair: ToyPair;
  /** Lemma of the agent. */
  readonly doer: string;
  readonly voice: Voice;
}

const tenses: readonly Tense[] = ['present', 'past', 'future'];

/** All events whose verb and nouns also go together in the training split. */
export function toyEvents(): readonly ToyEvent[] {
  return verbs
    .filter(({ frame, passive }) => frame === 'transitive' && passive)
    .flatMap((verb) => {
      const either = nouns.filter(
        ({ kind, lemma }) =>
          verb.subjects.includes(kind) &&
          verb.objects.includes(kind) &&
          !isHeldOut(verb.lemma, lemma),
      );
      return either.flatMap((first, i) =>
        either
          .slice(i + 1)
          .flatMap((second) =>
            tenses.map((tense): ToyEvent => ({ verb, nouns: [first, second], tense })),
          ),
      );
    });
}

/**
 * The four sentences: first noun as the agent, active and passive; second noun as the agent, active
 * and passive.
 */
export function tellingsOf({ verb, nouns: [first, second], tense }: ToyEvent): readonly Telling[] {
  const told = (doer: Noun, other: Noun): readonly Telling[] => [
    { pair: renderPair(active(verb, doer, other, tense)), doer: doer.lemma, voice: 'active' },
    { pair: renderPair(passive(verb, doer, other, tense)), doer: doer.lemma, voice: 'passive' },
  ];
  return [...told(first, second), ...told(second, first)];
}

function active(verb: Verb, doer: Noun, other: Noun, tense: Tense): Sentence {
  const object = the(other);
  const rest = { recipient: undefined, complement: undefined };
  return statement(the(doer), { kind: 'action', verb, object, ...rest }, tense);
}

function passive(verb: Verb, doer: Noun, other: Noun, tense: Tense): Sentence {
  const agent = { nominal: the(doer) };
  return statement(the(other), { kind: 'passive', verb, recipient: undefined, agent }, tense);
}

function the(entry: Noun) {
  return {
    kind: 'noun',
    entry,
    number: 'singular',
    determiner: { kind: 'the' },
    adjectives: [],
    modifier: undefined,
  } as const;
}

function statement(subject: ReturnType<typeof the>, predicate: Predicate, tense: Tense): Sentence {
  const rest = { negation: undefined, frequency: undefined, opening: undefined, adjuncts: [] };
  return { kind: 'statement', clause: { subject, predicate, tense, ...rest } };
}
