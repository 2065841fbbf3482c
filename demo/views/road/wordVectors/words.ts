/** The words of the figure of word vectors. */
import type { Language } from '../../../state/settings';
import type { WordClass } from './classes';

const en = {
  title: 'Word vectors',
  text: 'A word is known by the company it keeps. Here your GPU reads 4,000 English sentences, and for each word learns a vector from which the words around it can be told apart from words drawn at random. Nobody tells it what a word means; what is used alike moves together.',
  paper: 'Mikolov et al. 2013, “Distributed Representations of Words and Phrases”',
  notice:
    'Watch the classes part, although the network never sees them: the colours are only added by this page. The map shows vectors brought to length 1, projected onto the two directions in which they differ most, so words that lie on each other here may still be apart. People, animals and food behave differently in sentences; two persons, such as king and queen, hardly do in these sentences, so “king − man + woman” gives some person rather than always the queen. A word of two classes, such as “orange” or “watch”, has one vector for both.',
  method: 'Method',
  methods: {
    skipgram: 'skip-gram: a word predicts its neighbours',
    cbow: 'CBOW: the neighbours predict a word',
  },
  window: 'Window',
  windowOf: (count: number) => (count === 1 ? '1 word' : `${count} words`),
  negatives: 'Random words',
  seed: 'Seed',
  map: 'On the map',
  maps: { nouns: 'nouns and names', all: 'all words' },
  start: 'Train',
  pause: 'Pause',
  steps: (count: number) => `${count} steps`,
  reset: 'From the start',
  opening: 'The sentences are being written and the training compiled',
  status: (step: string, loss: string) => `Step ${step} · loss ${loss}`,
  component: (axis: number, percent: string) =>
    `${axis === 0 ? '→ across' : '↑ up'}: ${percent}% of the variance`,
  mapLabel: (count: number) =>
    `Map of ${count} words: their vectors, brought to length 1, projected onto the two directions of the largest variance`,
  classes: {
    person: 'people',
    animal: 'animals',
    food: 'food and drink',
    thing: 'things',
    place: 'places',
    verb: 'verbs',
    adjective: 'adjectives',
    other: 'other words',
  } satisfies Record<WordClass, string>,
  key: 'Classes of words: choose one to see it alone',
  word: 'A word',
  neighbours: (word: string) => `Nearest to “${word}”, by cosine`,
  row: (word: string) => `The numbers of “${word}”`,
  sum: 'Sums of words',
  sumText: 'The words nearest to the sum, without the three themselves.',
  unknown: (word: string, count: number) =>
    `“${word}” is not one of the ${count} words of these sentences.`,
  places: 'Places on the map',
};

const fr: typeof en = {
  title: 'Vecteurs de mots',
  text: 'On connaît un mot à ses fréquentations. Votre GPU lit ici 4 000 phrases anglaises et apprend pour chaque mot un vecteur qui permet de distinguer les mots qui l’entourent de mots tirés au hasard. Personne ne lui dit ce que veut dire un mot ; ce qui s’emploie de la même façon se rapproche.',
  paper: 'Mikolov et al. 2013, « Distributed Representations of Words and Phrases »',
  notice:
    'Regardez les classes se séparer, alors que le réseau ne les voit jamais : seules les couleurs de cette page les montrent. La carte montre les vecteurs ramenés à la longueur 1, projetés sur les deux directions où ils diffèrent le plus : des mots qui s’y touchent peuvent être loin l’un de l’autre. Les personnes, les animaux et les aliments ne s’emploient pas de la même façon ; deux personnes, comme le roi et la reine, se distinguent à peine dans ces phrases, si bien que « king − man + woman » donne une personne, pas toujours la reine. Un mot de deux classes, comme « orange » ou « watch », n’a qu’un vecteur pour les deux.',
  method: 'Méthode',
  methods: {
    skipgram: 'skip-gram : un mot prédit ses voisins',
    cbow: 'CBOW : les voisins prédisent un mot',
  },
  window: 'Fenêtre',
  windowOf: (count) => (count === 1 ? '1 mot' : `${count} mots`),
  negatives: 'Mots au hasard',
  seed: 'Graine',
  map: 'Sur la carte',
  maps: { nouns: 'noms communs et propres', all: 'tous les mots' },
  start: 'Entraîner',
  pause: 'Pause',
  steps: (count) => `${count} pas`,
  reset: 'Depuis le début',
  opening: 'Les phrases s’écrivent et l’entraînement se compile',
  status: (step, loss) => `Pas ${step} · perte ${loss}`,
  component: (axis, percent) =>
    `${axis === 0 ? '→ horizontalement' : '↑ verticalement'} : ${percent} % de la variance`,
  mapLabel: (count) =>
    `Carte de ${count} mots : leurs vecteurs, ramenés à la longueur 1, projetés sur les deux directions de plus grande variance`,
  classes: {
    person: 'personnes',
    animal: 'animaux',
    food: 'aliments et boissons',
    thing: 'objets',
    place: 'lieux',
    verb: 'verbes',
    adjective: 'adjectifs',
    other: 'autres mots',
  },
  key: 'Classes de mots : choisissez-en une pour la voir seule',
  word: 'Un mot',
  neighbours: (word) => `Les plus proches de « ${word} », selon le cosinus`,
  row: (word) => `Les nombres de « ${word} »`,
  sum: 'Sommes de mots',
  sumText: 'Les mots les plus proches de la somme, sans les trois mots eux-mêmes.',
  unknown: (word, count) => `« ${word} » ne fait pas partie des ${count} mots de ces phrases.`,
  places: 'Places sur la carte',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
