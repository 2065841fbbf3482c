/** The words of the figure of encodings. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Encodings',
  text: 'Before a network can read a word, the word must become numbers. Three ways: a row with a single 1 (one-hot), one row that counts all words of the sentence (a bag of words), or a short vector of numbers that were learnt.',
  paper: 'Bengio et al. 2003, “A Neural Probabilistic Language Model”',
  notice:
    'Make the vocabulary larger: each one-hot row becomes wider, and all that is added is zeros, while the learnt vector of a word keeps its size. Make it smaller: rarer words lose their place and all become the same, the unknown word. The learnt vectors are those of the translator of this page; its table is kept once and serves every sentence.',
  vocabulary: 'Size of the vocabulary, V',
  loading: 'The vocabulary is being counted',
  heads: {
    word: 'word',
    place: 'place',
    oneHot: (width: string) => `one-hot row: ${width} numbers`,
    vector: (width: string) => `learnt vector: ${width} numbers`,
  },
  unknown: 'unknown',
  bag: 'the bag: all rows added up',
  noVector: 'none: the translator does not know this word',
  oneHotOf: (word: string, place: string, width: string) =>
    `${word}: a 1 at place ${place} of ${width}, zeros elsewhere`,
  bagOf: (counts: string) => `Counts: ${counts}`,
  vectorOf: (word: string) => `The learnt vector of ${word}`,
  costs: {
    label: 'What each encoding takes for this sentence',
    encoding: 'encoding',
    width: 'numbers in a row',
    numbers: 'numbers in all',
    zeros: 'of these, zeros',
    bytes: 'bytes',
    rows: 'one-hot rows',
    bag: 'bag of words',
    vectors: 'learnt vectors',
  },
  percent: (count: string, part: string) => `${count} (${part}%)`,
  chart: 'Bytes of one word by the size of the vocabulary',
  bytesOfWord: 'bytes of one word',
  here: 'this vocabulary',
};

const fr: typeof en = {
  title: 'Encodages',
  text: 'Avant qu’un réseau puisse lire un mot, il faut en faire des nombres. Trois façons : une ligne avec un seul 1 (one-hot), une seule ligne qui compte tous les mots de la phrase (un sac de mots), ou un court vecteur de nombres appris.',
  paper: 'Bengio et al. 2003, « A Neural Probabilistic Language Model »',
  notice:
    'Agrandissez le vocabulaire : chaque ligne one-hot s’allonge, et l’on n’ajoute que des zéros, tandis que le vecteur appris d’un mot garde sa taille. Réduisez-le : les mots plus rares perdent leur place et se confondent tous en un seul, le mot inconnu. Les vecteurs appris sont ceux du traducteur de cette page ; sa table n’existe qu’une fois et sert à toutes les phrases.',
  vocabulary: 'Taille du vocabulaire, V',
  loading: 'On compte les mots du vocabulaire',
  heads: {
    word: 'mot',
    place: 'place',
    oneHot: (width) => `ligne one-hot : ${width} nombres`,
    vector: (width) => `vecteur appris : ${width} nombres`,
  },
  unknown: 'inconnu',
  bag: 'le sac : la somme des lignes',
  noVector: 'aucun : le traducteur ne connaît pas ce mot',
  oneHotOf: (word, place, width) =>
    `${word} : 1 à la place ${place} sur ${width}, des zéros ailleurs`,
  bagOf: (counts) => `Nombres : ${counts}`,
  vectorOf: (word) => `Le vecteur appris de ${word}`,
  costs: {
    label: 'Ce que prend chaque encodage pour cette phrase',
    encoding: 'encodage',
    width: 'nombres par ligne',
    numbers: 'nombres en tout',
    zeros: 'dont zéros',
    bytes: 'octets',
    rows: 'lignes one-hot',
    bag: 'sac de mots',
    vectors: 'vecteurs appris',
  },
  percent: (count, part) => `${count} (${part} %)`,
  chart: 'Octets d’un mot selon la taille du vocabulaire',
  bytesOfWord: 'octets d’un mot',
  here: 'ce vocabulaire',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
