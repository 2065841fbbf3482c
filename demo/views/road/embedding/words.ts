/** The words of the figure of embeddings. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Embedding',
  text: 'A network cannot calculate with words, so each word gets a row of numbers in a table E, which is trained like every other weight. To multiply a one-hot vector by E is to pick a row: everything else is multiplied by zero.',
  paper: 'Bengio et al. 2003, “A Neural Probabilistic Language Model”',
  notice:
    'The table begins at random, and the cosines of its rows say nothing. While it is trained (on the word vectors of figure 5), blocks of like words appear along the diagonal. Freeze it, begin from the start and train: only the other half of the network learns, the rows stay random, and the neighbours stay accidental. More numbers in a row leave more room, but cost more parameters.',
  size: 'Numbers in a row, d',
  table: 'The table E',
  tables: { trained: 'trained', frozen: 'frozen' },
  matrixOf: 'Cosines of',
  matrices: { kinds: 'words of four kinds', sentence: 'the words of your sentence' },
  word: 'The word that is looked up',
  start: 'Train',
  pause: 'Pause',
  steps: (count: number) => `${count} steps`,
  reset: 'From the start',
  opening: 'The sentences are being written and the training compiled',
  status: (step: string, loss: string) => `Step ${step} · loss ${loss}`,
  lookup: 'A row is looked up',
  heads: { word: 'word', oneHot: 'x', row: 'row of E' },
  further: (count: string) => `… ${count} further rows, each times 0`,
  product: 'x · E',
  sizes: (words: string, size: string, parameters: string) =>
    `V = ${words} words, d = ${size}: ${parameters} parameters. Each word has ${size} numbers in place of ${words}.`,
  cosines: 'Which rows point the same way',
  cosinesLabel: 'Cosines of the rows of E',
  history: (word: string) => `Nearest to “${word}”, every 50 steps`,
  step: 'step',
  loss: 'loss',
  nearest: 'nearest words',
  unknown: (words: string) => `Not among the words of these sentences: ${words}.`,
  none: 'None of these words is known: “king” is looked up instead.',
};

const fr: typeof en = {
  title: 'Plongement',
  text: 'Un réseau ne calcule pas avec des mots : chaque mot reçoit donc une ligne de nombres dans une table E, entraînée comme tous les autres poids. Multiplier un vecteur one-hot par E, c’est choisir une ligne : tout le reste est multiplié par zéro.',
  paper: 'Bengio et al. 2003, « A Neural Probabilistic Language Model »',
  notice:
    'Au début la table est aléatoire, et les cosinus de ses lignes ne disent rien. Pendant l’entraînement (celui des vecteurs de la figure 5), des blocs de mots semblables apparaissent le long de la diagonale. Figez-la, repartez du début et entraînez : seule l’autre moitié du réseau apprend, les lignes restent aléatoires et les voisins restent fortuits. Des lignes plus longues laissent plus de place, mais coûtent plus de paramètres.',
  size: 'Nombres par ligne, d',
  table: 'La table E',
  tables: { trained: 'entraînée', frozen: 'figée' },
  matrixOf: 'Cosinus',
  matrices: { kinds: 'de mots de quatre sortes', sentence: 'des mots de votre phrase' },
  word: 'Le mot que l’on cherche dans la table',
  start: 'Entraîner',
  pause: 'Pause',
  steps: (count) => `${count} pas`,
  reset: 'Depuis le début',
  opening: 'Les phrases s’écrivent et l’entraînement se compile',
  status: (step, loss) => `Pas ${step} · perte ${loss}`,
  lookup: 'On choisit une ligne',
  heads: { word: 'mot', oneHot: 'x', row: 'ligne de E' },
  further: (count) => `… ${count} autres lignes, chacune multipliée par 0`,
  product: 'x · E',
  sizes: (words, size, parameters) =>
    `V = ${words} mots, d = ${size} : ${parameters} paramètres. Chaque mot a ${size} nombres au lieu de ${words}.`,
  cosines: 'Quelles lignes ont la même direction',
  cosinesLabel: 'Cosinus des lignes de E',
  history: (word) => `Les plus proches de « ${word} », tous les 50 pas`,
  step: 'pas',
  loss: 'perte',
  nearest: 'mots les plus proches',
  unknown: (words) => `Absents de ces phrases : ${words}.`,
  none: 'Aucun de ces mots n’est connu : on cherche « king » à la place.',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
