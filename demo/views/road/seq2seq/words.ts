/** The words of the figure of sequence to sequence with one vector. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Sequence to sequence: all of it in one vector',
  text: 'One recurrent network reads the English sentence and ends in a state: one vector. Another one starts from that vector and writes French, one word at a time: softmax gives every word of its vocabulary a probability, the likeliest word is written, and the network reads it before it writes the next one. Of the English sentence it never sees anything but that vector.',
  paper: 'Sutskever, Vinyals and Le 2014',
  notice:
    'Paste in the vector of another sentence: the network writes the translation of that one, whatever stands above. Then add noise: the end of the sentence changes first, later all of it does, and much of that still sounds French.',
  reads: 'The encoder reads, from the end of the sentence',
  reversed:
    'Backwards, as in the paper: the words that are translated first are then read last, and lie closest to the French ones. That alone raised the paper’s BLEU from 25.9 to 30.6.',
  paste: 'Vector of',
  ownSentence: 'this sentence',
  noise: 'Noise',
  newNoise: 'Other noise',
  vector: (count: number) => `The one vector: ${count} numbers`,
  ownVector: 'its own',
  usedVector: 'the one in use',
  hidden: 'h: what the LSTM shows',
  cell: 'c: what it keeps',
  ownAnswer: 'From its own vector the network writes',
  usedAnswer: 'From the vector in use it writes',
  follows:
    'Word for word what the network writes for the other sentence: of this one, nothing is left.',
  write: 'The word that is written',
  steps: (read: string, word: string) => `It reads ${read} and writes ${word}.`,
  begin: 'the beginning',
  end: 'the end',
  quoted: (word: string) => `“${word}”`,
  gap: '(an unknown word)',
  state: (read: string) => `The decoder’s state after ${read}`,
  odds: 'The five likeliest words',
  heads: { word: 'word', odds: 'softmax' },
};

const fr: typeof en = {
  title: 'De séquence à séquence : tout dans un vecteur',
  text: 'Un réseau récurrent lit la phrase anglaise et finit dans un état : un vecteur. Un autre part de ce vecteur et écrit le français, mot après mot : softmax donne une probabilité à chaque mot de son vocabulaire, le plus probable est écrit, et le réseau le lit avant d’écrire le suivant. De la phrase anglaise il ne voit jamais que ce vecteur.',
  paper: 'Sutskever, Vinyals et Le 2014',
  notice:
    'Collez le vecteur d’une autre phrase : le réseau écrit la traduction de celle-là, quoi qu’il y ait plus haut. Puis ajoutez du bruit : la fin de la phrase change d’abord, ensuite tout le reste, et l’essentiel sonne encore français.',
  reads: 'L’encodeur lit, en partant de la fin de la phrase',
  reversed:
    'À l’envers, comme dans l’article : les mots qui sont traduits les premiers sont alors lus les derniers, tout près des mots français. À lui seul, cela a fait passer le BLEU de l’article de 25,9 à 30,6.',
  paste: 'Vecteur de',
  ownSentence: 'cette phrase',
  noise: 'Bruit',
  newNoise: 'Un autre bruit',
  vector: (count) => `L’unique vecteur : ${count} nombres`,
  ownVector: 'le sien',
  usedVector: 'celui qui sert',
  hidden: 'h : ce que le LSTM montre',
  cell: 'c : ce qu’il garde',
  ownAnswer: 'À partir de son propre vecteur, le réseau écrit',
  usedAnswer: 'À partir du vecteur qui sert, il écrit',
  follows:
    'Mot pour mot ce que le réseau écrit pour l’autre phrase : de celle-ci, il ne reste rien.',
  write: 'Le mot qui est écrit',
  steps: (read, word) => `Il lit ${read} et écrit ${word}.`,
  begin: 'le début',
  end: 'la fin',
  quoted: (word) => `« ${word} »`,
  gap: '(un mot inconnu)',
  state: (read) => `L’état du décodeur après ${read}`,
  odds: 'Les cinq mots les plus probables',
  heads: { word: 'mot', odds: 'softmax' },
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
