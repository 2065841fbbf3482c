/** `qkv/toy`: the English-French corpus of a small grammar, with its alignments and dependencies. */
export { type Telling, type ToyEvent, tellingsOf, toyEvents } from '../toy/events';
export { toyNounKinds, toyPairs } from '../toy/index';
export { senseOf, toySenses } from '../toy/senses';
export { type ToyExample, type ToyPair, type ToySplit, toyExamples } from '../toy/split';
export { toyVocabulary } from '../toy/vocabulary';
