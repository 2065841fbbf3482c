/** The words of the figure of vanishing and exploding gradients. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Vanishing and exploding gradients',
  text: 'A recurrent network learns from a mistake at the end of a sequence only if the gradient, which says how the mistake depends on each input, finds its way back to the beginning. At every step back it is multiplied by a matrix, so that it shrinks or grows exponentially. Here a network reads 160 steps, and the gradient at each step is computed on your GPU.',
  paper: 'Pascanu, Mikolov, Bengio 2013',
  notice:
    'Below a spectral radius of 1, the gradient of the plain network vanishes. At 0.5 your GPU runs out of numbers: what would be smaller than 10⁻³⁸ is lost, while double precision goes on. At 1.8 it explodes instead; at 2 the tanh is saturated so often that the gradient hardly grows any more. LSTM and GRU have gates that preserve their state: almost open from the start (bias 4), they let the gradient through for all 160 steps; half open (bias 0), they halve it at every step, and it vanishes as well. Clipping moves a whole curve down. It tames explosions, and brings nothing back.',
  radius: 'Spectral radius',
  cell: 'Cell shown in detail',
  bias: 'Gates that preserve the state begin',
  biases: { 0: 'half open (bias 0)', 4: 'almost open (bias 4)' } as Readonly<
    Record<number, string>
  >,
  clip: 'Clipping of the gradient',
  clips: (norm: string) => `to norm ${norm}`,
  noClip: 'none',
  cells: { tanh: 'RNN (tanh)', lstm: 'LSTM', gru: 'GRU' },
  exact: (cell: string) => `${cell}, in double precision`,
  underflow: 'float32 underflows',
  chart: 'Norm of the gradient of each input, by its distance from the loss',
  distance: 'steps between the input and the loss',
  norm: 'norm of the gradient',
  plane: (cell: string) => `Eigenvalues of the recurrent matrices, ${cell}`,
  planeHint: (inside: number, outside: number) =>
    outside === 0
      ? `All ${inside} eigenvalues lie inside the unit circle.`
      : `${outside} of ${inside + outside} eigenvalues lie outside the unit circle.`,
  gates: 'One matrix for each gate: ',
  columns: { real: 'real', imaginary: 'imaginary', magnitude: 'magnitude' },
  summary: {
    caption: 'What is left of the gradient after 159 steps',
    cell: 'cell',
    near: 'at distance 0',
    far: 'at distance 159',
    ratio: 'what is left',
    factor: 'clipping multiplies by',
  },
  lost: '0 (underflow)',
};

const fr: typeof en = {
  title: 'Gradients qui s’évanouissent ou explosent',
  text: 'Un réseau récurrent n’apprend d’une erreur commise à la fin d’une séquence que si le gradient, qui dit comment l’erreur dépend de chaque entrée, remonte jusqu’au début. À chaque pas en arrière, il est multiplié par une matrice : il diminue ou grandit donc exponentiellement. Ici, un réseau lit 160 pas, et votre GPU calcule le gradient à chacun d’eux.',
  paper: 'Pascanu, Mikolov, Bengio 2013',
  notice:
    'Quand le rayon spectral est inférieur à 1, le gradient du réseau simple s’évanouit. À 0,5, votre GPU est à court de nombres : tout ce qui serait plus petit que 10⁻³⁸ est perdu, alors que la double précision continue. À 1,8, il explose au contraire ; à 2, la tangente hyperbolique est si souvent saturée que le gradient ne grandit presque plus. LSTM et GRU ont des portes qui préservent leur état : presque ouvertes dès le début (biais 4), elles laissent passer le gradient pendant les 160 pas ; à moitié ouvertes (biais 0), elles le divisent par deux à chaque pas, et il s’évanouit aussi. L’écrêtage abaisse une courbe tout entière. Il dompte les explosions, mais ne ramène rien.',
  radius: 'Rayon spectral',
  cell: 'Cellule détaillée',
  bias: 'Les portes qui préservent l’état commencent',
  biases: { 0: 'à moitié ouvertes (biais 0)', 4: 'presque ouvertes (biais 4)' },
  clip: 'Écrêtage du gradient',
  clips: (norm) => `à la norme ${norm}`,
  noClip: 'aucun',
  cells: { tanh: 'RNN (tanh)', lstm: 'LSTM', gru: 'GRU' },
  exact: (cell) => `${cell}, en double précision`,
  underflow: 'limite des float32',
  chart: 'Norme du gradient de chaque entrée selon sa distance à l’erreur',
  distance: 'pas entre l’entrée et l’erreur',
  norm: 'norme du gradient',
  plane: (cell) => `Valeurs propres des matrices récurrentes, ${cell}`,
  planeHint: (inside, outside) =>
    outside === 0
      ? `Les ${inside} valeurs propres sont toutes à l’intérieur du cercle unité.`
      : `${outside} des ${inside + outside} valeurs propres sont à l’extérieur du cercle unité.`,
  gates: 'Une matrice pour chaque porte : ',
  columns: { real: 'partie réelle', imaginary: 'partie imaginaire', magnitude: 'module' },
  summary: {
    caption: 'Ce qui reste du gradient après 159 pas',
    cell: 'cellule',
    near: 'à distance 0',
    far: 'à distance 159',
    ratio: 'ce qui reste',
    factor: 'l’écrêtage multiplie par',
  },
  lost: '0 (trop petit)',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
