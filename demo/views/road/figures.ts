/** The figures of the road, in the order of the lecture: each is a folder, and a line here. */
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { Engine } from '../../engine/engine';
import type { Language } from '../../state/settings';

export interface FigureProps {
  readonly engine: Engine;
  readonly sentence: Signal<string>;
}

/** A figure. */
export interface FigureInfo {
  /** Its number in the lecture. */
  readonly number: number;
  readonly title: Readonly<Record<Language, string>>;
  readonly load: () => Promise<{ readonly default: ComponentType<FigureProps> }>;
}

export const FIGURES: readonly FigureInfo[] = [
  {
    number: 1,
    title: { en: 'Language as data', fr: 'Le langage comme données' },
    load: () => import('./corpus/figure'),
  },
  {
    number: 2,
    title: { en: 'Encodings', fr: 'Encodages' },
    load: () => import('./encodings/figure'),
  },
  {
    number: 3,
    title: { en: 'One-hot', fr: 'One-hot' },
    load: () => import('./oneHot/figure'),
  },
  {
    number: 4,
    title: { en: 'Embedding', fr: 'Plongement' },
    load: () => import('./embedding/figure'),
  },
  {
    number: 5,
    title: { en: 'Word vectors', fr: 'Vecteurs de mots' },
    load: () => import('./wordVectors/figure'),
  },
  {
    number: 6,
    title: { en: 'Recurrent neural networks', fr: 'Réseaux de neurones récurrents' },
    load: () => import('./rnn/figure'),
  },
  {
    number: 7,
    title: {
      en: 'Vanishing and exploding gradients',
      fr: 'Gradients qui s’évanouissent ou explosent',
    },
    load: () => import('./vanishing/figure'),
  },
  {
    number: 8,
    title: { en: 'LSTM and GRU gates', fr: 'Les portes des LSTM et des GRU' },
    load: () => import('./gates/figure'),
  },
  {
    number: 9,
    title: { en: 'One or many, in and out', fr: 'Un ou plusieurs, à l’entrée et à la sortie' },
    load: () => import('./shapes/figure'),
  },
  {
    number: 10,
    title: { en: 'Sutskever 2014: one vector', fr: 'Sutskever 2014 : un vecteur' },
    load: () => import('./seq2seq/figure'),
  },
  {
    number: 11,
    title: { en: 'The bottleneck', fr: 'Le goulot d’étranglement' },
    load: () => import('./bottleneck/figure'),
  },
  {
    number: 12,
    title: { en: 'The vector captures context', fr: 'Le vecteur capture le contexte' },
    load: () => import('./contextPca/figure'),
  },
  {
    number: 13,
    title: { en: 'Bahdanau 2015: attention', fr: 'Bahdanau 2015 : l’attention' },
    load: () => import('./bahdanau/figure'),
  },
  {
    number: 14,
    title: { en: 'Sequential cost', fr: 'Le coût de l’ordre' },
    load: () => import('./sequential/figure'),
  },
  {
    number: 15,
    title: { en: 'From static to contextual', fr: 'Du statique au contextuel' },
    load: () => import('./contextual/figure'),
  },
  {
    number: 16,
    title: { en: 'Queries, keys, values', fr: 'Requêtes, clés, valeurs' },
    load: () => import('./qkv/figure'),
  },
  {
    number: 17,
    title: { en: 'Attention and self-attention', fr: 'Attention et auto-attention' },
    load: () => import('./selfAttention/figure'),
  },
  {
    number: 18,
    title: {
      en: 'Scaled dot-product attention',
      fr: 'L’attention par produit scalaire normalisé',
    },
    load: () => import('./scaledDotProduct/figure'),
  },
  {
    number: 19,
    title: { en: 'Multi-head attention', fr: 'L’attention à plusieurs têtes' },
    load: () => import('./multiHead/figure'),
  },
  {
    number: 20,
    title: { en: 'Positions', fr: 'Les positions' },
    load: () => import('./positions/figure'),
  },
  {
    number: 21,
    title: { en: 'The whole transformer', fr: 'Le transformeur entier' },
    load: () => import('./transformer/figure'),
  },
  {
    number: 22,
    title: { en: 'What heads learn', fr: 'Ce que les têtes apprennent' },
    load: () => import('./heads/figure'),
  },
  {
    number: 23,
    title: { en: 'Self-supervision', fr: 'L’auto-supervision' },
    load: () => import('./selfSupervision/figure'),
  },
  {
    number: 24,
    title: { en: 'The road in one table', fr: 'La route en un tableau' },
    load: () => import('./summary/figure'),
  },
];
