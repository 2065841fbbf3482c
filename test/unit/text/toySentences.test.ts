/**
 * Hand-written English sentences and their French, phenomenon by phenomenon: sentences. The
 * expectations were written by hand from grammar books' rules, not copied from output.
 */
import { describe, expect, it } from 'vitest';
import { renderPair } from '../../../src/toy/split';
import type { Sentence } from '../../../src/toy/tree';
import {
  act,
  ask,
  askSubject,
  back,
  clause,
  gap,
  join,
  name,
  np,
  owned,
  pastime,
  place,
  pronoun,
  quality,
  relative,
  say,
  state,
  time,
  what,
  who,
} from './toyTrees';

type Fixture = readonly [english: string, french: string, sentence: Sentence];

const he = pronoun('he');
const she = pronoun('she');
const i = pronoun('i');
const we = pronoun('we');
const them = pronoun('them');
const past = { tense: 'past' } as const;
const future = { tense: 'future' } as const;
const see = (text: string) => act('see', np(text));

const pronounsAndClauses: readonly Fixture[] = [
  ['he sees her', 'il la voit', say(he, act('see', she))],
  ['she saw her', "elle l' a vue", say(she, act('see', she), past)],
  ['anna saw him', "anna l' a vu", say(name('anna'), act('see', he), past)],
  ['i love them', 'je les aime', say(i, act('love', them))],
  ['she does not see me', 'elle ne me voit pas', say(she, act('see', i), { not: 'not' })],
  ['paul waits for us', 'paul nous attend', say(name('paul'), act('wait', we))],
  ['he answered her', 'il lui a répondu', say(he, act('answer', she), past)],
  [
    'he gives her the book',
    'il lui donne le livre',
    say(he, act('give', np('the book'), { recipient: she })),
  ],
  [
    'she sends apples to the kings',
    'elle envoie des pommes aux rois',
    say(she, act('send', np('apples'), { recipient: np('the kings') })),
  ],
  [
    'the queen buys the apple and eats it',
    'la reine achète la pomme et la mange',
    (() => {
      const apple = np('the apple');
      const queen = np('the queen');
      const first = clause(queen, act('buy', apple));
      return join(first, 'and', clause(gap(queen), act('eat', back(apple))));
    })(),
  ],
  [
    'the queen bought the apples and ate them',
    'la reine a acheté les pommes et les a mangées',
    (() => {
      const apples = np('the apples');
      const queen = np('the queen');
      const first = clause(queen, act('buy', apples), past);
      return join(first, 'and', clause(gap(queen), act('eat', back(apples)), past));
    })(),
  ],
  [
    'the house is old but it is beautiful',
    'la maison est vieille mais elle est belle',
    (() => {
      const house = np('the house');
      return join(clause(house, quality('old')), 'but', clause(back(house), quality('beautiful')));
    })(),
  ],
  [
    'the girls sing because they are happy',
    "les filles chantent parce qu' elles sont heureuses",
    (() => {
      const girls = np('the girls');
      return join(clause(girls, act('sing')), 'because', clause(back(girls), quality('happy')));
    })(),
  ],
  [
    'the boy who saw the cat sleeps',
    'le garçon qui a vu le chat dort',
    say(
      relative(np('the boy'), 'subject', (it) => clause(it, see('the cat'), past)),
      act('sleep'),
    ),
  ],
  [
    'he sees the flowers that anna bought',
    "il voit les fleurs qu' anna a achetées",
    say(
      he,
      act(
        'see',
        relative(np('the flowers'), 'object', (it) => clause(name('anna'), act('buy', it), past)),
      ),
    ),
  ],
  [
    'the house where he slept is empty',
    'la maison où il a dormi est vide',
    say(
      relative(np('the house'), 'where', () => clause(he, act('sleep'), past)),
      quality('empty'),
    ),
  ],
  [
    'i know that she knows paul',
    "je sais qu' elle connaît paul",
    say(i, act('know that', undefined, { that: clause(she, act('know someone', name('paul'))) })),
  ],
];

const questions: readonly Fixture[] = [
  ['does he see the cat ?', "est-ce qu' il voit le chat ?", ask(he, see('the cat'))],
  [
    'did the girls not sing ?',
    "est-ce que les filles n' ont pas chanté ?",
    ask(np('the girls'), act('sing'), { ...past, not: 'not' }),
  ],
  ['is the soup cold ?', 'est-ce que la soupe est froide ?', ask(np('the soup'), quality('cold'))],
  ['who sees the cat ?', 'qui voit le chat ?', askSubject(who, see('the cat'))],
  [
    'who did the cat see ?',
    'qui est-ce que le chat a vu ?',
    ask(np('the cat'), act('see', gap()), { ...past, fronted: who }),
  ],
  [
    'what will anna eat ?',
    "qu' est-ce qu' anna mangera ?",
    ask(name('anna'), act('eat', gap()), { ...future, fronted: what }),
  ],
  [
    'which shoes did he buy ?',
    "quelles chaussures est-ce qu' il a achetées ?",
    (() => {
      const shoes = np('which shoes');
      return ask(he, act('buy', gap(shoes)), { ...past, fronted: shoes });
    })(),
  ],
  [
    'how many eggs do we eat ?',
    "combien d' œufs est-ce que nous mangeons ?",
    (() => {
      const eggs = np('how many eggs');
      return ask(we, act('eat', gap(eggs)), { fronted: eggs });
    })(),
  ],
  [
    'where does the owl sleep ?',
    'où est-ce que le hibou dort ?',
    ask(np('the owl'), act('sleep'), { word: 'where' }),
  ],
  [
    'where were the keys ?',
    'où étaient les clés ?',
    ask(np('the keys'), { kind: 'location', place: undefined }, { ...past, word: 'where' }),
  ],
  [
    'when will the train arrive ?',
    'quand est-ce que le train arrivera ?',
    ask(np('the train'), act('arrive'), { ...future, word: 'when' }),
  ],
];

const homographs: readonly Fixture[] = [
  ['he visits the castle', 'il visite le château', say(he, act('visit', np('the castle')))],
  [
    'he visited the queen',
    'il a rendu visite à la reine',
    say(he, act('visit someone', np('the queen')), past),
  ],
  ['the girl left', 'la fille est partie', say(np('the girl'), act('leave'), past)],
  [
    'the girl left paris',
    'la fille a quitté paris',
    say(np('the girl'), act('leave someone', name('paris')), past),
  ],
  ['the father works', 'le père travaille', say(np('the father'), act('work'))],
  ['the light works', 'la lumière marche', say(np('the light'), act('work (machine)'))],
  ['the boys returned', 'les garçons sont revenus', say(np('the boys'), act('return'), past)],
  [
    'the boys returned the keys to marie',
    'les garçons ont rendu les clés à marie',
    say(
      np('the boys'),
      act('return something', np('the keys'), { recipient: name('marie') }),
      past,
    ),
  ],
  ['we play chess', 'nous jouons aux échecs', say(we, act('play', pastime('chess')))],
  ['he plays the guitar', 'il joue de la guitare', say(he, act('play', pastime('the guitar')))],
  ['the bear is hot', "l' ours a chaud", say(np('the bear'), state('hot'))],
  ['the milk is hot', 'le lait est chaud', say(np('the milk'), quality('hot'))],
  ['the king was right', 'le roi avait raison', say(np('the king'), state('right'), past)],
  [
    'the boy watches the watch',
    'le garçon regarde la montre',
    say(np('the boy'), act('watch', np('the watch'))),
  ],
  ['julie looks for him', 'julie le cherche', say(name('julie'), act('look for', he))],
  [
    'she goes to france',
    'elle va en france',
    say(she, act('go'), { adjuncts: [place('to', name('france'))] }),
  ],
  [
    'she went to canada',
    'elle est allée au canada',
    say(she, act('go'), { ...past, adjuncts: [place('to', name('canada'))] }),
  ],
  [
    'she goes to the king',
    'elle va chez le roi',
    say(she, act('go'), { adjuncts: [place('to', np('the king'))] }),
  ],
  [
    'we go to the castle in spring',
    'nous allons au château au printemps',
    say(we, act('go'), {
      adjuncts: [place('to', np('the castle')), time('in spring')],
    }),
  ],
  [
    'on the eighth of may he slept in london',
    'le huit mai il a dormi à londres',
    say(he, act('sleep'), {
      ...past,
      opening: time('on the eighth of may'),
      adjuncts: [place('in', name('london'))],
    }),
  ],
  [
    'she will sing next week',
    'elle chantera la semaine prochaine',
    say(she, act('sing'), { ...future, adjuncts: [time('next week')] }),
  ],
  ['he visits japan', 'il visite le japon', say(he, act('visit', name('japan')))],
];

describe.each([
  ['pronouns, clitics and subordinate clauses', pronounsAndClauses],
  ['questions', questions],
  ['homographs, places and dates', homographs],
])('toy grammar: %s', (_, fixtures) => {
  it.each(fixtures)('%s', (english, french, sentence) => {
    const pair = renderPair(sentence);
    expect([pair.source.join(' '), pair.target.join(' ')]).toEqual([english, french]);
  });
});

describe('toy grammar: alignment and heads', () => {
  const small = renderPair(say(np('the small black cat'), see('a big house')));

  it('links adjectives across the changed order', () => {
    const links = [
      [0, 0],
      [1, 1],
      [2, 3],
      [3, 2],
      [4, 4],
      [5, 5],
      [6, 6],
      [7, 7],
    ];
    expect(small.alignment).toEqual(links);
  });

  it('makes the verb the root and determiners and adjectives depend on their noun', () => {
    expect(small.sourceHeads).toEqual([3, 3, 3, 4, -1, 7, 7, 4]);
    expect(small.targetHeads).toEqual([2, 2, 4, 2, -1, 7, 7, 4]);
  });

  it("links 'does not' to 'ne' and 'pas', and both prepositions and article to 'du'", () => {
    const negated = renderPair(
      say(owned(np('the cat'), np('the king'), false), act('sleep'), { not: 'not' }),
    );
    expect(negated.source.join(' ')).toBe('the cat of the king does not sleep');
    expect(negated.target.join(' ')).toBe('le chat du roi ne dort pas');
    expect(negated.alignment).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 3],
      [5, 4],
      [5, 6],
      [6, 4],
      [6, 6],
      [7, 5],
    ]);
  });
});
