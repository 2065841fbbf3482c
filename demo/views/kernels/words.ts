/** The words of the view of the kernels. */
import type { Language } from '../../state/settings';
import type { WorkloadName } from './workloads';

const en = {
  title: 'The kernels',
  text: 'Everything on this page is computed by small programs for the GPU, called kernels, which were written by hand for it. Here you can check that they are right on your GPU, and see how fast they are.',
  check: {
    title: 'Check my GPU',
    text: 'Each case is computed twice: by the kernels on your GPU, and in double precision by plain loops on the processor, forwards and, where there is one, the gradient. Most cases are nasty on purpose: sizes that do not fit, outliers, rows that are hidden altogether.',
    which: 'Operations',
    sets: { few: 'a few of them', all: 'all of them, in minutes' },
    start: 'Check',
    stop: 'Stop',
    results: 'Results by operation',
    heads: { op: 'operation', right: 'right', wrong: 'wrong' },
    candidates: (count: number, wrong: number) =>
      wrong === 0
        ? `Some operations can choose among several kernels: all ${count} of these are right.`
        : `Some operations can choose among several kernels: ${wrong} of these ${count} are wrong, and will not be used.`,
    report: 'Report',
    copy: 'Copy the report, for an issue',
    copied: 'Copied',
  },
  bench: {
    title: 'How fast they are',
    text: 'Four operations that translators are made of. The time is the median of nine samples, each of many runs one after the other; a multiplication with an addition counts as two arithmetic operations.',
    start: 'Measure',
    stop: 'Stop',
    heads: {
      work: 'operation',
      dispatches: 'dispatches',
      time: 'one run',
      rate: 'GFLOP/s',
    },
    workloads: {
      matmul: 'product of two matrices, 512 × 512 each',
      softmax: 'softmax of 512 rows of 512 numbers',
      attention: 'attention: 8 heads of 64, 128 words',
      lstm: 'LSTM of 256 units: 16 sentences of 64 words',
    } as Readonly<Record<WorkloadName, string>>,
    measured: (adapter: string) => `Measured on ${adapter}.`,
  },
};

const fr: typeof en = {
  title: 'Les noyaux',
  text: 'Tout ce que montre cette page est calculé par de petits programmes pour le GPU, les noyaux, écrits à la main. Vous pouvez vérifier ici qu’ils sont justes sur votre GPU, et voir à quelle vitesse ils vont.',
  check: {
    title: 'Vérifier mon GPU',
    text: 'Chaque cas est calculé deux fois : par les noyaux sur votre GPU, et en double précision par de simples boucles sur le processeur ; dans le sens direct et, s’il y en a un, le gradient. La plupart des cas sont difficiles exprès : tailles qui ne tombent pas juste, valeurs aberrantes, lignes entièrement masquées.',
    which: 'Opérations',
    sets: { few: 'quelques-unes', all: 'toutes, en quelques minutes' },
    start: 'Vérifier',
    stop: 'Arrêter',
    results: 'Résultats par opération',
    heads: { op: 'opération', right: 'justes', wrong: 'faux' },
    candidates: (count, wrong) =>
      wrong === 0
        ? `Certaines opérations ont le choix entre plusieurs noyaux : les ${count} sont justes.`
        : `Certaines opérations ont le choix entre plusieurs noyaux : ${wrong} sur ${count} sont faux et ne seront pas utilisés.`,
    report: 'Rapport',
    copy: 'Copier le rapport, pour le joindre à un signalement',
    copied: 'Copié',
  },
  bench: {
    title: 'À quelle vitesse ils vont',
    text: 'Quatre opérations dont sont faits les traducteurs. Le temps est la médiane de neuf échantillons, chacun de nombreuses exécutions à la suite ; une multiplication avec une addition compte pour deux opérations arithmétiques.',
    start: 'Mesurer',
    stop: 'Arrêter',
    heads: {
      work: 'opération',
      dispatches: 'lancements',
      time: 'une exécution',
      rate: 'GFLOP/s',
    },
    workloads: {
      matmul: 'produit de deux matrices de 512 × 512',
      softmax: 'softmax de 512 lignes de 512 nombres',
      attention: 'attention : 8 têtes de 64, 128 mots',
      lstm: 'LSTM de 256 unités : 16 phrases de 64 mots',
    },
    measured: (adapter) => `Mesuré sur ${adapter}.`,
  },
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
