/**
 * Time expressions and dates, grouped by the tenses they go with.
 * Each language is a list of words with part numbers: words with the same number are aligned,
 * part 0 holds the head.
 */
import { defined } from '../core/errors';
import { numerals } from './particles';
import type { Tense } from './types';

/** A word of a time expression in both languages. */
export interface TimeWord {
  readonly text: string;
  readonly part: number;
}

/** A time expression in both languages. */
export interface TimeExpression {
  readonly english: readonly TimeWord[];
  readonly french: readonly TimeWord[];
  readonly parts: number;
}

/** Reads 'on:1 may:0' into words with part numbers. */
function timeWords(notation: string): TimeWord[] {
  return notation.split(' ').map((item) => {
    const [text, part = '0'] = item.split(':');
    return { text: defined(text, 'word'), part: Number(part) };
  });
}

function time(english: string, french: string): TimeExpression {
  const sides = { english: timeWords(english), french: timeWords(french) };
  const numbers = [...sides.english, ...sides.french].map(({ part }) => part);
  return { ...sides, parts: Math.max(...numbers) + 1 };
}

const weekdays = [
  ['monday', 'lundi'],
  ['tuesday', 'mardi'],
  ['wednesday', 'mercredi'],
  ['thursday', 'jeudi'],
  ['friday', 'vendredi'],
  ['saturday', 'samedi'],
  ['sunday', 'dimanche'],
];

const months = [
  ['january', 'janvier'],
  ['february', 'février'],
  ['march', 'mars'],
  ['april', 'avril'],
  ['may', 'mai'],
  ['june', 'juin'],
  ['july', 'juillet'],
  ['august', 'août'],
  ['september', 'septembre'],
  ['october', 'octobre'],
  ['november', 'novembre'],
  ['december', 'décembre'],
];

const days = [
  ['first', 'premier'],
  ['second', 'deux'],
  ['third', 'trois'],
  ['fourth', 'quatre'],
  ['fifth', 'cinq'],
  ['sixth', 'six'],
  ['seventh', 'sept'],
  ['eighth', 'huit'],
  ['ninth', 'neuf'],
  ['tenth', 'dix'],
];

const dates = months.flatMap(([month, mois]) =>
  days.map(([day, jour]) =>
    time(`on:1 the:1 ${day}:0 of:2 ${month}:2`, `le:1 ${jour}:0 ${mois}:2`),
  ),
);

const monthsAlone = months.map(([month, mois]) => time(`in:1 ${month}:0`, `en:1 ${mois}:0`));

const weekdaysAlone = weekdays.map(([day, jour]) => time(`on:1 ${day}:0`, `${jour}:0`));

const seasons = [
  time('in:1 spring:0', 'à:1 le:1 printemps:0'),
  time('in:1 summer:0', 'en:1 été:0'),
  time('in:1 autumn:0', 'en:1 automne:0'),
  time('in:1 winter:0', 'en:1 hiver:0'),
];

const hours = numerals
  .slice(0, -1)
  .map(({ english, french }) => time(`at:1 ${english}:2 o'clock:0`, `à:1 ${french}:2 heures:0`));

const thisDay = [time('this:1 morning:0', 'ce:1 matin:0'), time('this:1 evening:0', 'ce:1 soir:0')];

const shared = [dates, dates, dates, weekdaysAlone, monthsAlone, monthsAlone, seasons, hours];

/** For each tense, groups of expressions of about equal use. */
export const times: Readonly<Record<Tense, readonly (readonly TimeExpression[])[]>> = {
  present: [
    [time('today', "aujourd'hui"), time('now', 'maintenant')],
    [time('every:1 day:0', 'tous:1 les:1 jours:0'), time('today', "aujourd'hui")],
    hours,
    seasons,
  ],
  past: [
    ...shared,
    [time('yesterday', 'hier')],
    [
      time('last:1 week:0', 'la:2 semaine:0 dernière:1'),
      time('last:1 year:0', 'la:2 année:0 dernière:1'),
    ],
    weekdays.map(([day, jour]) => time(`last:1 ${day}:0`, `${jour}:0 dernier:1`)),
    thisDay,
  ],
  future: [
    ...shared,
    [time('tomorrow', 'demain'), time('soon', 'bientôt')],
    [
      time('next:1 week:0', 'la:2 semaine:0 prochaine:1'),
      time('next:1 year:0', 'la:2 année:0 prochaine:1'),
    ],
    weekdays.map(([day, jour]) => time(`next:1 ${day}:0`, `${jour}:0 prochain:1`)),
    thisDay,
  ],
};
