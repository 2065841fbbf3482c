/** Events told in four ways: either noun does it, in the active or the passive voice. */

export type Voice = 'active' | 'passive';

/** One of the four ways. */
export interface Telling {
  readonly text: string;
  /** Index of the event. */
  readonly event: number;
  readonly doer: string;
  readonly other: string;
  readonly voice: Voice;
}

/** Verbs with the forms that phrases need. */
export const VERBS = [
  { name: 'see', active: 'sees', passive: 'seen' },
  { name: 'follow', active: 'follows', passive: 'followed' },
  { name: 'watch', active: 'watches', passive: 'watched' },
] as const;

/** The nouns of each event. */
const PAIRS = [
  ['boy', 'horse'],
  ['cat', 'dog'],
  ['king', 'bird'],
] as const;

/** The phrases of a verb: those of an event stand together, the two of a meaning as well. */
export function tellings({ active, passive }: (typeof VERBS)[number]): readonly Telling[] {
  return PAIRS.flatMap(([first, second], event) =>
    [
      { doer: first, other: second },
      { doer: second, other: first },
    ].flatMap(({ doer, other }): readonly Telling[] => [
      { text: `the ${doer} ${active} the ${other}`, event, doer, other, voice: 'active' },
      { text: `the ${other} is ${passive} by the ${doer}`, event, doer, other, voice: 'passive' },
    ]),
  );
}
