/** The words of the figure of static and contextual vectors. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'From static to contextual',
  text: 'In a table of word vectors a word has one vector, whatever it means. “Left” is a side in one sentence and “went away” in another: the lookup gives the same vector for both. Each layer of the encoder mixes in the words around it, and the vectors part.',
  paper: 'Peters et al. 2018',
  notice:
    'The cosine is 1 where two vectors point the same way. At the lookup it is 1 for both pairs; after the layers, in these sentences, the two senses are further apart than two uses of one sense. Edit the sentences and watch the French word change. Not only the meaning moves the vector: any other word nearby, and another place in the sentence, does so as well.',
  word: 'Word',
  letters: ['A', 'B', 'C'],
  roles: ['one sense', 'the other sense', 'the sense of A again'],
  missing: (word: string) => `This sentence does not contain “${word}”.`,
  written: (word: string) => `written from “${word}”`,
  stages: { word: 'lookup', position: '+ position', layer1: 'layer 1', layer2: 'layer 2' },
  stage: 'stage of the encoder',
  cosine: 'cosine',
  pairs: { other: 'A and B', same: 'A and C' },
  chart: (word: string) => `How alike the vectors of “${word}” are, by stage`,
  vectors: (word: string) => `The vector of “${word}” at each stage`,
  vector: (letter: string, stage: string) => `Vector in ${letter}, ${stage}`,
};

const fr: typeof en = {
  title: 'Du statique au contextuel',
  text: 'Dans une table de vecteurs, un mot n’a qu’un vecteur, quel que soit son sens. « Left » est un côté dans une phrase et « parti » dans une autre : la table donne le même vecteur aux deux. Chaque couche de l’encodeur y mêle les mots voisins, et les vecteurs se séparent.',
  paper: 'Peters et al. 2018',
  notice:
    'Le cosinus vaut 1 quand deux vecteurs ont la même direction. À la lecture de la table, il vaut 1 pour les deux paires ; après les couches, dans ces phrases, les deux sens sont plus éloignés que deux emplois d’un même sens. Modifiez les phrases et voyez changer le mot français. Le sens n’est pas seul à déplacer le vecteur : tout autre mot voisin, et une autre place dans la phrase, le font aussi.',
  word: 'Mot',
  letters: ['A', 'B', 'C'],
  roles: ['un sens', 'l’autre sens', 'de nouveau le sens de A'],
  missing: (word) => `Cette phrase ne contient pas « ${word} ».`,
  written: (word) => `écrit à partir de « ${word} »`,
  stages: { word: 'table', position: '+ position', layer1: 'couche 1', layer2: 'couche 2' },
  stage: 'étape de l’encodeur',
  cosine: 'cosinus',
  pairs: { other: 'A et B', same: 'A et C' },
  chart: (word) => `Ressemblance des vecteurs de « ${word} », par étape`,
  vectors: (word) => `Le vecteur de « ${word} » à chaque étape`,
  vector: (letter, stage) => `Vecteur dans ${letter}, ${stage}`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
