/**
 * Hand-written English sentences and their French, phenomenon by phenomenon: phrases. The
 * expectations were written by hand from grammar books' rules, not copied from output.
 */
import { describe, expect, it } from 'vitest';
import { renderPair } from '../../../src/toy/split';
import type { Sentence } from '../../../src/toy/tree';
import {
  act,
  name,
  np,
  owned,
  pair,
  passive,
  place,
  pronoun,
  quality,
  say,
  state,
  time,
} from './toyTrees';

type Fixture = readonly [english: string, french: string, sentence: Sentence];

const he = pronoun('he');
const she = pronoun('she');
const i = pronoun('i');
const we = pronoun('we');
const past = { tense: 'past' } as const;
const future = { tense: 'future' } as const;
const see = (text: string) => act('see', np(text));

const nominals: readonly Fixture[] = [
  [
    'the small black cat sees a big house',
    'le petit chat noir voit une grande maison',
    say(np('the small black cat'), see('a big house')),
  ],
  [
    'a beautiful man sees an old bird',
    'un bel homme voit un vieil oiseau',
    say(np('a beautiful man'), see('an old bird')),
  ],
  [
    'the new hotel is white',
    'le nouvel hôtel est blanc',
    say(np('the new hotel'), quality('white')),
  ],
  ['he sees the owl', 'il voit le hibou', say(he, see('the owl'))],
  ['he sees small cats', 'il voit de petits chats', say(he, see('small cats'))],
  ['he sees black cats', 'il voit des chats noirs', say(he, see('black cats'))],
  ['she sees two orange dogs', 'elle voit deux chiens orange', say(she, see('two orange dogs'))],
  [
    'this man loves this aunt',
    'cet homme aime cette tante',
    say(np('this man'), act('love', np('this aunt'))),
  ],
  [
    'my aunt sees her old church',
    'ma tante voit sa vieille église',
    say(np('my aunt'), see('her old church')),
  ],
  [
    'my actress sees his school',
    'mon actrice voit son école',
    say(np('my actress'), see('his school')),
  ],
  [
    'our girls see their flowers',
    'nos filles voient leurs fleurs',
    say(np('our girls'), see('their flowers')),
  ],
  [
    'all the women see every garden',
    'toutes les femmes voient chaque jardin',
    say(np('all the women'), see('every garden')),
  ],
  [
    'many children see several bees',
    "beaucoup d' enfants voient plusieurs abeilles",
    say(np('many children'), see('several bees')),
  ],
  [
    'the third house is expensive',
    'la troisième maison est chère',
    say(np('the third house'), quality('expensive')),
  ],
  [
    "paul 's sister sees the boy 's old watch",
    'la sœur de paul voit la vieille montre du garçon',
    say(
      owned(np('the sister'), name('paul'), true),
      act('see', owned(np('the old watch'), np('the boy'), true)),
    ),
  ],
  [
    'the door of the church is closed by the uncle of the children',
    "la porte de l' église est fermée par l' oncle des enfants",
    say(
      owned(np('the door'), np('the church'), false),
      passive('close', owned(np('the uncle'), np('the children'), false)),
    ),
  ],
  [
    'the boy and the girl are happy',
    'le garçon et la fille sont heureux',
    say(pair(np('the boy'), np('the girl')), quality('happy')),
  ],
  [
    'the queen and marie are happy',
    'la reine et marie sont heureuses',
    say(pair(np('the queen'), name('marie')), quality('happy')),
  ],
  ['she drinks water', "elle boit de l' eau", say(she, act('drink', np('water')))],
  ['he eats bread', 'il mange du pain', say(he, act('eat', np('bread')))],
  ['he eats hot soup', 'il mange de la soupe chaude', say(he, act('eat', np('hot soup')))],
  ['we love cats', 'nous aimons les chats', say(we, act('love', np('cats')))],
  ['he opens the left door', 'il ouvre la porte gauche', say(he, act('open', np('the left door')))],
  [
    'the light bag is near the lights',
    'le sac léger est près des lumières',
    say(np('the light bag'), { kind: 'location', place: place('near', np('the lights')) }),
  ],
];

const verbGroups: readonly Fixture[] = [
  [
    'the cat does not see the dog',
    'le chat ne voit pas le chien',
    say(np('the cat'), see('the dog'), { not: 'not' }),
  ],
  [
    'the actress did not see a dog',
    "l' actrice n' a pas vu de chien",
    say(np('the actress'), see('a dog'), { ...past, not: 'not' }),
  ],
  [
    'paul will not buy oranges',
    "paul n' achètera pas d' oranges",
    say(name('paul'), act('buy', np('oranges')), { ...future, not: 'not' }),
  ],
  [
    'she does not love bread',
    "elle n' aime pas le pain",
    say(she, act('love', np('bread')), { not: 'not' }),
  ],
  [
    'he never drinks water',
    "il ne boit jamais d' eau",
    say(he, act('drink', np('water')), { not: 'never' }),
  ],
  [
    'she no longer wore the dress',
    "elle n' a plus porté la robe",
    say(she, act('wear', np('the dress')), { ...past, not: 'no longer' }),
  ],
  ['no girl sees the cat', 'aucune fille ne voit le chat', say(np('no girl'), see('the cat'))],
  [
    'he often saw the bear',
    "il a souvent vu l' ours",
    say(he, see('the bear'), { ...past, often: 'often' }),
  ],
  [
    'the queen arrived yesterday',
    'la reine est arrivée hier',
    say(np('the queen'), act('arrive'), { ...past, adjuncts: [time('yesterday')] }),
  ],
  ['the chairs fell', 'les chaises sont tombées', say(np('the chairs'), act('fall'), past)],
  [
    'the house was seen by the bees',
    'la maison a été vue par les abeilles',
    say(np('the house'), passive('see', np('the bees')), past),
  ],
  [
    'the letters will be written by anna',
    'les lettres seront écrites par anna',
    say(np('the letters'), passive('write', name('anna')), future),
  ],
  [
    'the keys are not given to the king',
    'les clés ne sont pas données au roi',
    say(np('the keys'), passive('give', undefined, np('the king')), { not: 'not' }),
  ],
  [
    'the turtle was tired',
    'la tortue était fatiguée',
    say(np('the turtle'), quality('tired'), past),
  ],
  [
    'the cow is as big as the horse',
    'la vache est aussi grande que le cheval',
    say(np('the cow'), quality('big', { as: np('the horse') })),
  ],
  [
    'the women will be very rich',
    'les femmes seront très riches',
    say(np('the women'), quality('rich', { degree: 'very' }), future),
  ],
  ['i am sad', 'je suis triste', say(i, quality('sad'))],
  ['we were hungry', 'nous avions faim', say(we, state('hungry'), past)],
  [
    'there are not cats in the garden',
    "il n' y a pas de chats dans le jardin",
    say(
      undefined,
      { kind: 'existence', thing: np('cats') },
      { not: 'not', adjuncts: [place('in', np('the garden'))] },
    ),
  ],
];

describe.each([
  ['noun phrases', nominals],
  ['tense, negation, voice', verbGroups],
])('toy grammar: %s', (_, fixtures) => {
  it.each(fixtures)('%s', (english, french, sentence) => {
    const pair = renderPair(sentence);
    expect([pair.source.join(' '), pair.target.join(' ')]).toEqual([english, french]);
  });
});
