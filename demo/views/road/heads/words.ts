/** The words of the figure of what heads learn. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'What heads learn',
  text: 'Nobody told the heads of the transformer what to look for. The grammar that wrote the sentences knows how their words depend on each other, and which French word translates which English one. So every head can be compared with the truth: how often does it look most at the word that the grammar would point to?',
  paper: 'Clark et al. 2019, section 4.2',
  notice:
    'Between the two languages all heads have found the translation by themselves: just before a French word is written, they look at the English word that it translates. The last two columns need no network: always the word at the same distance (−1 is the previous one), and a word at random. Within a sentence the heads beat chance, but hardly ever the best fixed distance: the dependencies of these short sentences lie mostly between neighbours. Choose any cell to see that head at work. A score says what a head looks at; it does not say whether the translation needs it: that is what the figure of multi-head attention shows, by switching heads off.',
  relation: 'Relation',
  another: 'Another sentence of the grammar',
  table: 'How often each head looks most at the related word, in percent',
  percent: 'percent of the words',
  layer: (layer: number) => `layer ${layer}`,
  headOf: (head: number) => `head ${head}`,
  without: 'without a network',
  distance: 'fixed distance',
  chance: 'chance',
  attention: {
    encoder: 'encoder',
    decoder: 'decoder',
    cross: 'decoder to encoder',
  } as Readonly<Record<string, string>>,
  relations: {
    'encoder: previous word': 'the previous word',
    'encoder: itself': 'the word itself',
    'encoder: next word': 'the next word',
    'encoder: dependency head': 'the word it depends on',
    'encoder: a dependent': 'a word that depends on it',
    'decoder: previous word': 'the previous word',
    'decoder: itself': 'the word itself',
    'decoder: dependency head, if before': 'an earlier word that it depends on',
    'decoder: a dependent before': 'an earlier word that depends on it',
    'decoder: head of the word to come': 'an earlier word that the next word depends on',
    'decoder: dependent of the word to come': 'an earlier word that depends on the next word',
    'cross: source of the word read': 'the English of the word just written',
    'cross: source of the word to come': 'the English of the word to come',
    'cross: dependency head of that source': 'what the English of the word to come depends on',
  } as Readonly<Record<string, string>>,
  measuring: (done: number) => `Your GPU has read ${done} sentences`,
  measured: (done: number) =>
    `Scores of ${done} sentences that no training used, read by your GPU just now.`,
  stop: 'Stop',
  more: '50 more sentences',
  drawn: (head: string, relation: string, attention: string) =>
    `${attention}, ${head}: does it look at “${relation}”?`,
  place: (layer: number, head: number) => `layer ${layer}, head ${head}`,
  isBest: 'the best head for this relation',
  result: (right: number, all: number) =>
    `In your sentence it is right for ${right} of the ${all} words that have such a relation.`,
  unknown:
    'The grammar’s analysis of this sentence is not known here, so nobody marks the arrows. Take one of the grammar’s sentences to see which are right.',
  key: {
    right: 'right',
    wrong: 'wrong',
    missed: 'where the grammar points',
    none: 'not counted: no such word',
    unknown: 'not marked',
  },
  toCome:
    'The words below are those to come: each arrow is where the decoder looked just before it wrote them.',
  columns: ['word', 'looks most at', 'weight', 'grammar'],
};

export type HeadWords = typeof en;

const fr: HeadWords = {
  title: 'Ce que les têtes apprennent',
  text: 'Personne n’a dit aux têtes du transformer ce qu’elles devaient chercher. La grammaire qui a écrit les phrases sait, elle, comment leurs mots dépendent les uns des autres, et quel mot français traduit quel mot anglais. On peut donc comparer chaque tête à la vérité : combien de fois regarde-t-elle surtout le mot que la grammaire désigne ?',
  paper: 'Clark et al. 2019, section 4.2',
  notice:
    'Entre les deux langues, toutes les têtes ont trouvé seules la traduction : juste avant qu’un mot français soit écrit, elles regardent le mot anglais qu’il traduit. Les deux dernières colonnes se passent de réseau : toujours le mot à la même distance (−1 est le précédent), et un mot au hasard. À l’intérieur d’une phrase, les têtes font mieux que le hasard, mais presque jamais mieux que la meilleure distance fixe : dans ces phrases courtes, les dépendances relient surtout des voisins. Choisissez une case pour voir cette tête à l’œuvre. Un score dit ce qu’une tête regarde ; il ne dit pas si la traduction en a besoin : c’est ce que montre la figure de l’attention à plusieurs têtes, qui les éteint.',
  relation: 'Relation',
  another: 'Une autre phrase de la grammaire',
  table: 'Combien de fois chaque tête regarde surtout le mot lié, en pour cent',
  percent: 'pour cent des mots',
  layer: (layer) => `couche ${layer}`,
  headOf: (head) => `tête ${head}`,
  without: 'sans réseau',
  distance: 'distance fixe',
  chance: 'hasard',
  attention: {
    encoder: 'encodeur',
    decoder: 'décodeur',
    cross: 'du décodeur à l’encodeur',
  },
  relations: {
    'encoder: previous word': 'le mot précédent',
    'encoder: itself': 'le mot lui-même',
    'encoder: next word': 'le mot suivant',
    'encoder: dependency head': 'le mot dont il dépend',
    'encoder: a dependent': 'un mot qui dépend de lui',
    'decoder: previous word': 'le mot précédent',
    'decoder: itself': 'le mot lui-même',
    'decoder: dependency head, if before': 'un mot antérieur dont il dépend',
    'decoder: a dependent before': 'un mot antérieur qui dépend de lui',
    'decoder: head of the word to come': 'un mot antérieur dont dépend le mot suivant',
    'decoder: dependent of the word to come': 'un mot antérieur qui dépend du mot suivant',
    'cross: source of the word read': 'l’anglais du mot qui vient d’être écrit',
    'cross: source of the word to come': 'l’anglais du mot à venir',
    'cross: dependency head of that source': 'le mot dont dépend l’anglais du mot à venir',
  },
  measuring: (done) => `Votre GPU a lu ${done} phrases`,
  measured: (done) =>
    `Scores sur ${done} phrases qui n’ont servi à aucun entraînement, lues à l’instant par votre GPU.`,
  stop: 'Arrêter',
  more: '50 phrases de plus',
  drawn: (head, relation, attention) => `${attention}, ${head} : regarde-t-elle « ${relation} » ?`,
  place: (layer, head) => `couche ${layer}, tête ${head}`,
  isBest: 'la meilleure tête pour cette relation',
  result: (right, all) =>
    `Dans votre phrase elle a raison pour ${right} des ${all} mots qui ont une telle relation.`,
  unknown:
    'L’analyse de cette phrase par la grammaire n’est pas connue ici : les flèches ne sont donc pas jugées. Prenez une phrase de la grammaire pour voir lesquelles sont justes.',
  key: {
    right: 'juste',
    wrong: 'fausse',
    missed: 'ce que désigne la grammaire',
    none: 'non comptée : pas de tel mot',
    unknown: 'non jugée',
  },
  toCome:
    'Les mots du bas sont les mots à venir : chaque flèche dit où regardait le décodeur juste avant de les écrire.',
  columns: ['mot', 'regarde surtout', 'poids', 'grammaire'],
};

export const WORDS: Readonly<Record<Language, HeadWords>> = { en, fr };
