/** The words of the figure of multi-head attention. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Multi-head attention',
  text: 'One attention gives each word one mixture of the others. The transformer runs several attentions side by side, its heads, each with smaller queries, keys and values of its own. What the heads bring back is written one below the other and multiplied by a matrix, W with the index O, so that the next layer gets a single vector again.',
  paper: 'Vaswani et al. 2017, section 3.2.2',
  notice:
    'The product with the matrix is a sum: each head is multiplied by its own columns, and the results are added. A head that is switched off takes exactly its part out of the sum. Most single heads can go without a wrong word, because others do the same work, and the loss tells more finely than the words how much was missing. In the sentence that the page begins with, though, the second head of the encoder’s second layer is what tells the adjective that the girls are feminine: without it, “heureuses” becomes “heureux”. So a picture of attention does not explain a translation by itself: switching off is the test.',
  place: 'Attention',
  places: {
    encoder: (layer: number) => `encoder, layer ${layer}`,
    decoder: (layer: number) => `decoder, layer ${layer}`,
    cross: (layer: number) => `decoder to encoder, layer ${layer}`,
  },
  head: (head: number) => `Head ${head}`,
  on: 'on',
  off: 'off',
  restore: 'Switch all heads on',
  mapOf: (head: number, attention: string) => `Attention weights of head ${head}, ${attention}`,
  norm: 'length of its part',
  loss: 'loss without it',
  heads: {
    state: 'The model',
    text: 'Its own translation',
    loss: 'Loss',
    logits: 'Largest change of a logit',
  },
  whole: 'with all heads',
  without: (heads: string) => `without ${heads}`,
  headList: (heads: readonly string[]) =>
    heads.length === 1 ? `head ${heads[0]}` : `heads ${heads.join(', ')}`,
  truth:
    'The loss is the mean of −log p over the words of the true translation, which the model is made to write.',
  ownTruth:
    'The true translation of this sentence is not known here. The loss is the mean of −log p over the words of the translation by all heads, which the model is made to write.',
  word: 'A word, and what the heads bring it',
  columns: ['head', 'what it took along', 'times its columns of W', 'length'],
  sum: 'sum and bias',
  matrix: (size: number) =>
    `The matrix W with the index O, ${size} by ${size}. Its columns belong to the heads, from left to right.`,
  offNote: 'zeros: switched off',
};

export type MultiHeadWords = typeof en;

const fr: MultiHeadWords = {
  title: 'L’attention à plusieurs têtes',
  text: 'Une attention donne à chaque mot un seul mélange des autres. Le transformer en fait travailler plusieurs côte à côte, ses têtes, chacune avec ses propres requêtes, clés et valeurs, plus petites. Ce que rapportent les têtes est écrit l’un sous l’autre et multiplié par une matrice, W d’indice O, pour que la couche suivante reçoive de nouveau un seul vecteur.',
  paper: 'Vaswani et al. 2017, section 3.2.2',
  notice:
    'Le produit par la matrice est une somme : chaque tête est multipliée par ses propres colonnes, et les résultats sont additionnés. Une tête éteinte retire de la somme exactement sa part. La plupart des têtes peuvent manquer, une à la fois, sans un mot faux, parce que d’autres font le même travail ; la perte dit plus finement que les mots combien il manquait. Dans la phrase qui ouvre la page, pourtant, c’est la deuxième tête de la deuxième couche de l’encodeur qui apprend à l’adjectif que les filles sont au féminin : sans elle, « heureuses » devient « heureux ». Une image de l’attention n’explique donc pas à elle seule une traduction : l’épreuve est d’éteindre.',
  place: 'Attention',
  places: {
    encoder: (layer) => `encodeur, couche ${layer}`,
    decoder: (layer) => `décodeur, couche ${layer}`,
    cross: (layer) => `du décodeur à l’encodeur, couche ${layer}`,
  },
  head: (head) => `Tête ${head}`,
  on: 'allumée',
  off: 'éteinte',
  restore: 'Allumer toutes les têtes',
  mapOf: (head, attention) => `Poids d’attention de la tête ${head}, ${attention}`,
  norm: 'longueur de sa part',
  loss: 'perte sans elle',
  heads: {
    state: 'Le modèle',
    text: 'Sa propre traduction',
    loss: 'Perte',
    logits: 'Plus grand changement d’un logit',
  },
  whole: 'avec toutes les têtes',
  without: (heads) => `sans ${heads}`,
  headList: (heads) =>
    heads.length === 1 ? `la tête ${heads[0]}` : `les têtes ${heads.join(', ')}`,
  truth:
    'La perte est la moyenne de −log p sur les mots de la vraie traduction, que l’on fait écrire au modèle.',
  ownTruth:
    'La vraie traduction de cette phrase n’est pas connue ici. La perte est la moyenne de −log p sur les mots de la traduction faite avec toutes les têtes, que l’on fait écrire au modèle.',
  word: 'Un mot, et ce que les têtes lui apportent',
  columns: ['tête', 'ce qu’elle a pris', 'fois ses colonnes de W', 'longueur'],
  sum: 'somme et biais',
  matrix: (size) =>
    `La matrice W d’indice O, ${size} sur ${size}. Ses colonnes appartiennent aux têtes, de gauche à droite.`,
  offNote: 'des zéros : éteinte',
};

export const WORDS: Readonly<Record<Language, MultiHeadWords>> = { en, fr };
