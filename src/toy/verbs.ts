/**
 * Verbs: English principal parts, French conjugation, frame, and the nouns each goes with.
 * An English verb with two French renderings is two entries, told apart by their objects or
 * subjects: know (savoir, connaître), leave (partir, quitter), visit, return, work.
 */

import { defined } from '../core/errors';
import { exactly } from '../core/repeated';
import { englishEd, englishS } from './spelling';
import type { EnglishVerb, Frame, FrenchPerson, FrenchVerb, NounKind, Verb } from './types';

/** Principal parts 'see saw seen'; one word is regular. */
function english(parts: string): EnglishVerb {
  const [first, ...others] = parts.split(' ');
  const base = defined(first, 'verb');
  const [past = englishEd(base), participle = past] = others;
  return { base, third: englishS(base), past, participle };
}

function persons(je: string, il: string, nous: string, ils: string): Record<FrenchPerson, string> {
  return { je, il, nous, ils };
}

function future(stem: string): Record<FrenchPerson, string> {
  return persons(`${stem}ai`, `${stem}a`, `${stem}ons`, `${stem}ont`);
}

/** A regular verb in -er; `strong` is the stem before a silent ending (achèt-). */
function er(infinitive: string, strong = infinitive.slice(0, -2), stem = infinitive): FrenchVerb {
  const weak = infinitive.slice(0, -2);
  const nous = weak.endsWith('g') ? `${weak}eons` : `${weak}ons`;
  return {
    present: persons(`${strong}e`, `${strong}e`, nous, `${strong}ent`),
    future: future(stem),
    participle: `${weak}é`,
  };
}

/** Any other verb: 'je il nous ils' of the present, stem of the future, past participle. */
function irregular(present: string, stem: string, participle: string): FrenchVerb {
  const [je, il, nous, ils] = exactly(present.split(' '), 4, 'persons');
  return { present: persons(je, il, nous, ils), future: future(stem), participle };
}

const person: readonly NounKind[] = ['person'];
const living: readonly NounKind[] = ['person', 'animal'];
const goods: readonly NounKind[] = ['food', 'text', 'clothing', 'thing'];
const wares: readonly NounKind[] = [...goods, 'dish', 'drink', 'opening', 'furniture', 'vehicle'];
const visible: readonly NounKind[] = [
  ...living,
  ...goods,
  'furniture',
  'vehicle',
  'place',
  'light',
];

type Extras = Partial<
  Pick<
    Verb,
    'particle' | 'preposition' | 'companion' | 'auxiliary' | 'passive' | 'generic' | 'lemma'
  >
> & { readonly firstPerson?: boolean };

function verb(
  frame: Frame,
  parts: string,
  french: FrenchVerb,
  subjects: readonly NounKind[],
  objects: readonly NounKind[],
  extras: Extras = {},
): Verb {
  const forms = english(parts);
  return {
    lemma: extras.lemma ?? forms.base,
    frame,
    english: forms,
    particle: extras.particle,
    french,
    auxiliary: extras.auxiliary ?? 'avoir',
    preposition: extras.preposition,
    companion: extras.companion,
    subjects,
    objects,
    passive: extras.passive ?? (frame === 'transitive' || frame === 'giving'),
    firstPerson: extras.firstPerson ?? false,
    generic: extras.generic ?? false,
  };
}

function transitive(
  parts: string,
  french: FrenchVerb,
  subjects: readonly NounKind[],
  objects: readonly NounKind[],
  extras: Extras = {},
): Verb {
  return verb('transitive', parts, french, subjects, objects, extras);
}

const rendre = irregular('rends rend rendons rendent', 'rendr', 'rendu');
const marcher = er('marcher');
const porter = er('porter');
const regarder = er('regarder');
const i = { firstPerson: true };

export const verbs: readonly Verb[] = [
  transitive(
    'see saw seen',
    irregular('vois voit voyons voient', 'verr', 'vu'),
    living,
    visible,
    i,
  ),
  transitive('find found', er('trouver'), living, [...goods, 'opening', 'animal', 'light']),
  transitive('buy bought', er('acheter', 'achèt', 'achèter'), person, wares, i),
  transitive('sell sold', irregular('vends vend vendons vendent', 'vendr', 'vendu'), person, wares),
  transitive('eat ate eaten', er('manger'), living, ['food', 'dish'], i),
  transitive('drink drank drunk', irregular('bois boit buvons boivent', 'boir', 'bu'), living, [
    'drink',
  ]),
  transitive(
    'write wrote written',
    irregular('écris écrit écrivons écrivent', 'écrir', 'écrit'),
    person,
    ['text'],
  ),
  transitive('open', irregular('ouvre ouvre ouvrons ouvrent', 'ouvrir', 'ouvert'), person, [
    'opening',
  ]),
  transitive('close', er('fermer'), person, ['opening']),
  transitive('wash', er('laver'), person, ['clothing', 'food', 'vehicle', 'opening']),
  transitive('wear wore worn', porter, person, ['clothing']),
  transitive('carry', porter, living, ['thing', 'opening', 'text', 'food']),
  transitive('love', er('aimer'), living, [...living, 'food', 'dish', 'drink', 'place'], {
    ...i,
    generic: true,
  }),
  transitive('help', er('aider'), person, living),
  transitive('follow', irregular('suis suit suivons suivent', 'suivr', 'suivi'), living, [
    ...living,
    'vehicle',
    'light',
  ]),
  transitive('watch', regarder, living, [...living, 'vehicle', 'light']),
  transitive('look', regarder, living, [...visible], {
    lemma: 'look at',
    particle: 'at',
    passive: false,
  }),
  transitive('look', er('chercher'), living, [...goods, ...living, 'opening'], {
    ...i,
    lemma: 'look for',
    particle: 'for',
    passive: false,
  }),
  transitive(
    'wait',
    irregular('attends attend attendons attendent', 'attendr', 'attendu'),
    living,
    ['person', 'vehicle'],
    { particle: 'for', passive: false },
  ),
  transitive(
    'know knew known',
    irregular('connais connaît connaissons connaissent', 'connaîtr', 'connu'),
    person,
    ['person', 'place', 'text'],
    { ...i, lemma: 'know someone' },
  ),
  transitive('visit', er('visiter'), person, ['place']),
  transitive('visit', rendre, person, person, {
    lemma: 'visit someone',
    preposition: 'à',
    companion: 'visite',
    passive: false,
  }),
  transitive('leave left', er('quitter'), person, ['person', 'place'], { lemma: 'leave someone' }),
  transitive('speak spoke spoken', er('parler'), person, living, {
    particle: 'to',
    preposition: 'à',
    passive: false,
  }),
  transitive(
    'answer',
    irregular('réponds répond répondons répondent', 'répondr', 'répondu'),
    person,
    person,
    {
      preposition: 'à',
      passive: false,
    },
  ),
  transitive('enter', er('entrer'), living, ['place'], {
    preposition: 'dans',
    auxiliary: 'être',
    passive: false,
  }),
  verb('giving', 'give gave given', er('donner'), person, goods),
  verb('giving', 'show showed shown', er('montrer'), person, [...goods, 'place', 'vehicle']),
  verb('giving', 'send sent', er('envoyer', 'envoi', 'enverr'), person, goods),
  verb('giving', 'return', rendre, person, goods, { lemma: 'return something' }),
  verb(
    'saying',
    'know knew known',
    irregular('sais sait savons savent', 'saur', 'su'),
    person,
    [],
    {
      ...i,
      lemma: 'know that',
    },
  ),
  verb('saying', 'say said', irregular('dis dit disons disent', 'dir', 'dit'), person, []),
  verb(
    'intransitive',
    'sleep slept',
    irregular('dors dort dormons dorment', 'dormir', 'dormi'),
    living,
    [],
    i,
  ),
  verb('intransitive', 'sing sang sung', er('chanter'), living, []),
  verb('intransitive', 'dance', er('danser'), living, []),
  verb(
    'intransitive',
    'run ran run',
    irregular('cours court courons courent', 'courr', 'couru'),
    living,
    [],
  ),
  verb('intransitive', 'walk', marcher, living, []),
  verb('intransitive', 'work', er('travailler'), person, []),
  verb('intransitive', 'work', marcher, ['vehicle', 'light'], [], { lemma: 'work (machine)' }),
  verb('intransitive', 'arrive', er('arriver'), [...living, 'vehicle'], [], { auxiliary: 'être' }),
  verb('intransitive', 'fall fell fallen', er('tomber'), [...living, 'thing', 'furniture'], [], {
    auxiliary: 'être',
  }),
  verb(
    'intransitive',
    'leave left',
    irregular('pars part partons partent', 'partir', 'parti'),
    living,
    [],
    {
      auxiliary: 'être',
    },
  ),
  verb(
    'intransitive',
    'return',
    irregular('reviens revient revenons reviennent', 'reviendr', 'revenu'),
    living,
    [],
    {
      auxiliary: 'être',
    },
  ),
  verb('going', 'go went gone', irregular('vais va allons vont', 'ir', 'allé'), living, ['place'], {
    ...i,
    auxiliary: 'être',
  }),
  verb('playing', 'play', er('jouer'), person, []),
];

/** 'To be' and 'to have' in French. */
export const etre: FrenchVerb = irregular('suis est sommes sont', 'ser', 'été');
export const avoir: FrenchVerb = irregular('ai a avons ont', 'aur', 'eu');

/** The imperfect, which serves states in the past: 'was tired' is 'était fatigué'. */
export const imperfectEtre = persons('étais', 'était', 'étions', 'étaient');
export const imperfectAvoir = persons('avais', 'avait', 'avions', 'avaient');
