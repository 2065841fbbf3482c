/** The words of the figure of the bottleneck. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'The bottleneck: one vector for any length',
  text: 'The network of 2014 keeps a sentence of four words and one of twenty in a vector of the same size. The longer the sentence, the more of it is lost. Those with attention keep one vector for each word, and hardly notice the length.',
  paper: 'Bahdanau, Cho and Bengio 2015, figure 2',
  notice:
    'Add clauses: the dots move to the right, and the network with one vector loses the thread after a few words, though most of its French stays fluent. No sentence of the training had more than 20 words: what you build beyond that is new to all three.',
  add: 'Add a clause',
  remove: 'Take it away',
  another: 'Another sentence of the grammar',
  tooLong: (most: number) =>
    `Neither the sentence nor its translation can have more than ${most} words here.`,
  question: 'A question takes no further clause.',
  noTruth:
    'The true translation is known for sentences of the grammar alone, so that nothing is marked here; the button draws one.',
  length: (words: number) => `${words} words`,
  bleu: (score: string) => `BLEU ${score}`,
  chart: 'BLEU by the length of the sentence',
  x: 'words of the sentence',
  y: 'BLEU',
  here: (name: string) => `${name}, measured here`,
  dot: (name: string) => `${name}, this sentence`,
  recorded: (sentences: string) =>
    `Lines: recorded with ${sentences} sentences that no network was trained on. Dots: your sentence.`,
  command: 'The command that records them:',
  measure: 'Measure on this GPU',
  measureHint:
    'Six sentences of each length, some of them longer than any of the training. Six are few: the points scatter.',
  measuring: 'Each network translates',
  stop: 'Stop',
};

const fr: typeof en = {
  title: 'Le goulot d’étranglement : un vecteur, quelle que soit la longueur',
  text: 'Le réseau de 2014 garde une phrase de quatre mots et une de vingt dans un vecteur de même taille. Plus la phrase est longue, plus il s’en perd. Les réseaux à attention gardent un vecteur par mot, et la longueur les gêne à peine.',
  paper: 'Bahdanau, Cho et Bengio 2015, figure 2',
  notice:
    'Ajoutez des propositions : les points vont vers la droite, et le réseau au vecteur unique perd le fil après quelques mots, bien que son français reste en grande partie fluide. Aucune phrase de l’entraînement n’avait plus de 20 mots : ce que vous construisez au-delà est nouveau pour tous les trois.',
  add: 'Ajouter une proposition',
  remove: 'La retirer',
  another: 'Une autre phrase de la grammaire',
  tooLong: (most) => `Ni la phrase ni sa traduction ne peuvent avoir ici plus de ${most} mots.`,
  question: 'Une question ne prend pas d’autre proposition.',
  noTruth:
    'La vraie traduction n’est connue que pour les phrases de la grammaire : rien n’est donc marqué ici ; le bouton en tire une.',
  length: (words) => `${words} mots`,
  bleu: (score) => `BLEU ${score}`,
  chart: 'BLEU selon la longueur de la phrase',
  x: 'mots de la phrase',
  y: 'BLEU',
  here: (name) => `${name}, mesuré ici`,
  dot: (name) => `${name}, cette phrase`,
  recorded: (sentences) =>
    `Lignes : enregistrées avec ${sentences} phrases qui n’ont servi à entraîner aucun réseau. Points : votre phrase.`,
  command: 'La commande qui les enregistre :',
  measure: 'Mesurer sur ce GPU',
  measureHint:
    'Six phrases par longueur, dont certaines plus longues que toutes celles de l’entraînement. Six, c’est peu : les points se dispersent.',
  measuring: 'Chaque réseau traduit',
  stop: 'Arrêter',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
