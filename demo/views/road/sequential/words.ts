/** The words of the figure of sequential cost. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Sequential cost',
  text: 'A recurrent network cannot begin with a word before it has finished the one before: its state goes from word to word. A transformer’s layer computes all words of a sentence at once. Both layers here have about as many parameters and read the same batches.',
  paper: 'Vaswani et al. 2017, table 1',
  notice:
    'The picture below the curves shows why: each bar is one call to the GPU, which has to wait for the call before it. A bar of full height computes all words, a small one only one word. The LSTM needs another call for every further word; the transformer needs as many for 64 words as for 8. How much time that costs depends on the GPU: one with thousands of cores is idle most of the time while it reads word by word, whereas a GPU that the processor simulates, as in the recorded curves, cannot do much in parallel anyway. Measure yours.',
  layers: { lstm: 'LSTM', transformer: 'transformer’s layer' } as Readonly<Record<string, string>>,
  batch: 'Sentences at a time',
  length: 'Words in a sentence',
  xLabel: 'words in a sentence',
  yLabel: 'ms a training step, best of 5',
  chart: 'Time of a training step by the length of the sentences',
  recorded: (adapter: string, command: string) => `Recorded on ${adapter}, with ${command}.`,
  live: (adapter: string) => `Measured just now on ${adapter}.`,
  measure: 'Measure on this GPU',
  again: 'Measure again',
  stop: 'Stop',
  progress: (percent: string) => `Measuring: ${percent} %`,
  parameters: (lstm: string, transformer: string) =>
    `${lstm} parameters in the LSTM, ${transformer} in the transformer’s layer.`,
  timelines: (length: number) => `Calls to the GPU for sentences of ${length} words, forward pass`,
  inSequence: (count: number) => `${count} calls, one after the other`,
  timelineLabel: (name: string, count: number, single: number) =>
    `${name}: ${count} calls to the GPU, one after the other, of which ${single} compute one word only`,
};

const fr: typeof en = {
  title: 'Le coût de l’ordre',
  text: 'Un réseau récurrent ne peut pas commencer un mot avant d’avoir fini le précédent : son état passe de mot en mot. Une couche de transformeur calcule tous les mots d’une phrase à la fois. Les deux couches ont ici à peu près autant de paramètres et lisent les mêmes lots.',
  paper: 'Vaswani et al. 2017, tableau 1',
  notice:
    'L’image sous les courbes montre pourquoi : chaque barre est un appel au GPU, qui doit attendre l’appel précédent. Une barre de pleine hauteur calcule tous les mots, une petite un seul mot. Le LSTM a besoin d’un appel de plus pour chaque mot de plus ; le transformeur n’en a pas besoin de plus pour 64 mots que pour 8. Le temps que cela coûte dépend du GPU : avec des milliers de cœurs, il reste presque inoccupé tant qu’il lit mot à mot, alors qu’un GPU simulé par le processeur, comme pour les courbes enregistrées, ne peut guère calculer en parallèle. Mesurez le vôtre.',
  layers: { lstm: 'LSTM', transformer: 'couche de transformeur' },
  batch: 'Phrases à la fois',
  length: 'Mots par phrase',
  xLabel: 'mots par phrase',
  yLabel: 'ms par étape, la meilleure de 5',
  chart: 'Durée d’une étape d’apprentissage selon la longueur des phrases',
  recorded: (adapter, command) => `Enregistré sur ${adapter}, avec ${command}.`,
  live: (adapter) => `Mesuré à l’instant sur ${adapter}.`,
  measure: 'Mesurer sur ce GPU',
  again: 'Mesurer encore',
  stop: 'Arrêter',
  progress: (percent) => `Mesure en cours : ${percent} %`,
  parameters: (lstm, transformer) =>
    `${lstm} paramètres dans le LSTM, ${transformer} dans la couche de transformeur.`,
  timelines: (length) => `Appels au GPU pour des phrases de ${length} mots, passe avant`,
  inSequence: (count) => `${count} appels, l’un après l’autre`,
  timelineLabel: (name, count, single) =>
    `${name} : ${count} appels au GPU, l’un après l’autre, dont ${single} ne calculent qu’un mot`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
