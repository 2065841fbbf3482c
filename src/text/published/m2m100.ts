/**
 * The tokenizer of M2M-100: a SentencePiece model, ids of its pieces in vocab.json, and behind them a
 * token for each of the languages that its kind of models has, such as __en__.
 */
import { FormatError, shown } from '../../core/errors';
import { SentencePiece } from '../sentencePiece/sentencePiece';
import { type Files, fileBytes, fileObject, readVocabulary } from './files';
import { between } from './layout';
import { addedTokensOf, neededId, sizeOf, tokensById } from './pieceFiles';
import { languageIn, PieceTokenizer, type Side } from './pieceTokenizer';
import { CONFIG, readConfig, SPECIAL_MAP, specialIds, textSetting } from './specialTokens';
import type { Tokenizer, TokenizerFormat } from './tokenizer';

const WHERE = 'M2M-100 tokenizer';
const MODEL = 'sentencepiece.bpe.model';

/** Codes of languages in the order of their ids, by what `language_codes` says. */
const CODES: Readonly<Record<string, string>> = {
  m2m100:
    'af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha ' +
    'he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ' +
    'ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz ' +
    'vi wo xh yi yo zh zu',
  wmt21: 'en ha is ja cs ru zh de',
};

/** Ids behind those of the languages, which no token has. */
const MADE_UP = 8;

/** Support for M2M-100's tokenizers. */
export const m2m100Tokenizer: TokenizerFormat = {
  name: 'm2m100',
  files: [MODEL, 'vocab.json'],
  optional: [CONFIG, SPECIAL_MAP],
  read: readM2m100,
};

function readM2m100(files: Files): Tokenizer {
  const model = SentencePiece.parse(fileBytes(files, MODEL), MODEL);
  const vocabulary = readVocabulary(fileObject(files, 'vocab.json'), 'vocab.json');
  const given = readConfig(files);
  const set = textSetting(given.config, 'language_codes') ?? 'm2m100';
  const codes = Object.hasOwn(CODES, set) ? CODES[set]?.split(' ') : undefined;
  if (codes === undefined) {
    throw new FormatError(
      `${CONFIG}, language_codes: expected ${Object.keys(CODES).join(' or ')}, found ${shown(set)}`,
    );
  }
  const first = sizeOf(vocabulary.values());
  const languages = new Map(codes.map((code, i) => [code, first + i]));
  const ids = new Map(vocabulary);
  for (const [code, id] of languages) ids.set(`__${code}__`, id);
  const usual = { bos: '<s>', eos: '</s>', sep: '</s>', pad: '<pad>', unk: '<unk>' };
  const roles = { ...usual, ...given.roles };
  const special = specialIds(roles, (token) => ids.get(token));
  const eos = neededId(special.eos, roles.eos, 'vocab.json');
  const unk = neededId(special.unk, roles.unk, 'vocab.json');
  const added = addedTokensOf({ ...given, roles }, (token) => ids.get(token));
  const side: Side = { ids, cut: (text) => model.pieces(text) };
  const source = languageIn(languages, textSetting(given.config, 'src_lang') ?? 'en', CONFIG);
  const targetCode = textSetting(given.config, 'tgt_lang');
  const target = targetCode === undefined ? source : languageIn(languages, targetCode, CONFIG);
  return new PieceTokenizer({
    where: WHERE,
    source: side,
    target: side,
    model,
    tokens: tokensById(ids, added),
    size: Math.max(first + codes.length + MADE_UP, sizeOf(added.map(({ id }) => id))),
    special: { ...special, unk },
    added,
    separate: new Set([
      ...Object.values(roles),
      ...given.others.filter((token) => !/^__.+__$/u.test(token)),
    ]),
    separator: '',
    languages,
    hidesLanguages: true,
    cleans: given.config.clean_up_tokenization_spaces === true,
    frame: ({ language, isTarget, isPair }) =>
      between([language ?? (isTarget ? target : source)], [eos], isPair),
  });
}
