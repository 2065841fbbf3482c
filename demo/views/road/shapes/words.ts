/** The words of the figure of the shapes of sequence models. */
import type { Language } from '../../../state/settings';
import type { Shape } from './shapeNames';

const en = {
  title: 'One or many, in and out',
  text: 'A recurrent network takes every shape: one word or many go in, one label or many come out. It is unrolled as often as there are words; with one in and one out, just once. Four tiny networks are trained here, now, in your browser.',
  paper: 'Sutskever, Vinyals, Le 2014, Sequence to sequence learning with neural networks',
  notice:
    'Move the number of words: the boxes in a row are one and the same network, once for each word. Where it reads in both directions, a label can depend on what follows. Compare how often each is right on what it has never seen with how often the commonest label would be. One word alone says little about the next; the whole sentence says its tense almost surely. Where input and output differ in length, as in translation, an encoder and a decoder are put together: figure 10.',
  length: 'Words that are read',
  words: (count: string) => `${count}`,
  names: {
    oneToOne: 'One to one',
    oneToMany: 'One to many',
    manyToOne: 'Many to one',
    manyToMany: 'Many to many',
  } as Readonly<Record<Shape, string>>,
  tasks: {
    oneToOne: 'A word, and the class of the next one.',
    oneToMany: 'A bag of English words as one vector, written in French.',
    manyToOne:
      'A sentence, and its tense. It learnt from whole sentences: on a beginning alone it can be wrong.',
    manyToMany: 'A sentence, and the class of each word.',
  } as Readonly<Record<Shape, string>>,
  determiner: 'Determiner',
  adjective: 'Adjective',
  noun: 'Noun',
  none: 'none',
  waiting: 'waits for its turn',
  training: (step: string, steps: string, loss: string) =>
    `Training: step ${step} of ${steps}, loss ${loss}`,
  accuracy: (accuracy: string, baseline: string) =>
    `${accuracy} right on what it has never seen; the commonest label would be right in ${baseline}.`,
  trained: (parameters: string, learnt: string, seconds: string) =>
    `${parameters} parameters, learnt from ${learnt} examples in ${seconds} seconds.`,
  tenses: { present: 'present', past: 'past', future: 'future' } as Readonly<
    Record<string, string>
  >,
  end: 'end',
  empty: 'Type a sentence above.',
  again: 'Train again',
};

const fr: typeof en = {
  title: 'Un ou plusieurs, à l’entrée et à la sortie',
  text: 'Un réseau récurrent prend toutes les formes : un mot ou plusieurs entrent, une étiquette ou plusieurs sortent. Il est déroulé autant de fois qu’il y a de mots ; avec un mot et une étiquette, une seule fois. Quatre réseaux minuscules sont entraînés ici, maintenant, dans votre navigateur.',
  paper: 'Sutskever, Vinyals, Le 2014, Sequence to sequence learning with neural networks',
  notice:
    'Changez le nombre de mots : les cases d’une rangée sont un seul et même réseau, une fois par mot. Là où il lit dans les deux sens, une étiquette peut dépendre de ce qui suit. Comparez la part de réponses justes sur ce que chacun n’a jamais vu à celle qu’aurait l’étiquette la plus courante. Un mot seul dit peu du suivant ; la phrase entière dit son temps presque à coup sûr. Là où l’entrée et la sortie n’ont pas la même longueur, comme en traduction, on réunit un encodeur et un décodeur : figure 10.',
  length: 'Mots lus',
  words: (count) => `${count}`,
  names: {
    oneToOne: 'Un à un',
    oneToMany: 'Un à plusieurs',
    manyToOne: 'Plusieurs à un',
    manyToMany: 'Plusieurs à plusieurs',
  },
  tasks: {
    oneToOne: 'Un mot, et la classe du suivant.',
    oneToMany: 'Un sac de mots anglais en un seul vecteur, écrit en français.',
    manyToOne:
      'Une phrase, et son temps. Il a appris de phrases entières : sur un début seul, il peut se tromper.',
    manyToMany: 'Une phrase, et la classe de chaque mot.',
  },
  determiner: 'Déterminant',
  adjective: 'Adjectif',
  noun: 'Nom',
  none: 'aucun',
  waiting: 'attend son tour',
  training: (step, steps, loss) => `Entraînement : pas ${step} sur ${steps}, perte ${loss}`,
  accuracy: (accuracy, baseline) =>
    `${accuracy} de réponses justes sur ce qu’il n’a jamais vu ; l’étiquette la plus courante en aurait ${baseline}.`,
  trained: (parameters, learnt, seconds) =>
    `${parameters} paramètres, appris de ${learnt} exemples en ${seconds} secondes.`,
  tenses: { present: 'présent', past: 'passé', future: 'futur' },
  end: 'fin',
  empty: 'Écrivez une phrase ci-dessus.',
  again: 'Entraîner à nouveau',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
