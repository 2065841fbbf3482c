/**
 * `npm run corpus`: takes held-out sentences out of a corpus of raw sentence pairs. What is held out
 * is given as tokens in lower case, the form in which such lists are published; what is written is
 * raw text, with which a model of cased text can be trained and scored.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { InputError } from 'qkv';
import { type Pair, type SplitSentence, tokenise } from 'qkv/text';
import { readPairs } from './lib/corpora';

function command(): Command {
  return new Command('corpus')
    .description('Take held-out sentences out of a corpus of raw sentence pairs.')
    .argument('<pairs>', 'the corpus: a file of tab-separated pairs, which may end in .gz')
    .requiredOption(
      '--held <files...>',
      'held-out pairs as tokens in lower case, tab-separated; all of them are in the corpus',
    )
    .option('--languages <tags...>', 'of source and target', ['en', 'fr'])
    .requiredOption('--out <folder>', 'where train.tsv and a file for each held-out one go')
    .exitOverride();
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const [file = ''] = program.args;
  const { held, languages, out } = program.opts<{
    held: readonly string[];
    languages: readonly string[];
    out: string;
  }>();
  const [from = 'en', to = 'fr'] = languages;
  const whole: SplitSentence = (text) => [text.trim()];
  const corpus = (await readPairs([file], { source: whole, target: whole })).map(rawPair);
  const form = (text: string, language: string) =>
    tokenise(text, { language, lowerCase: true }).join(' ');
  const byForm = new Map(
    corpus.map((pair) => [`${form(pair.source, from)}\t${form(pair.target, to)}`, pair]),
  );
  const lists = await Promise.all(
    held.map(async (path) => {
      const lines = (await readPairs([path], { source: whole, target: whole })).map(rawPair);
      return { path, lines, pairs: rawPairs(path, lines, byForm) };
    }),
  );
  const heldSources = new Set(
    lists.flatMap(({ pairs }) => pairs.map(({ source }) => lettersOf(source))),
  );
  const train = corpus.filter(({ source }) => !heldSources.has(lettersOf(source)));
  const known = new Set(train.map(({ target }) => form(target, to)));
  await mkdir(out, { recursive: true });
  await writePairs(join(out, 'train.tsv'), train);
  process.stdout.write(
    `${corpus.length} pairs, of which ${train.length} are for training: the source of none equals ` +
      'a held-out one in its letters and digits\n',
  );
  for (const { path, lines, pairs } of lists) {
    await writePairs(join(out, basename(path).replace(/\.gz$/u, '')), pairs);
    const kept = lines.filter(({ target }) => known.has(target)).length;
    process.stdout.write(
      `${path}: ${lines.length} pairs of ${new Set(lines.map(({ source }) => source)).size} ` +
        `sentences; ${kept} of the translations are also in training, of other sentences\n`,
    );
  }
  return 0;
}

interface RawPair {
  readonly source: string;
  readonly target: string;
}

function rawPair({ source, target }: Pair): RawPair {
  return { source: source.join(' '), target: target.join(' ') };
}

/**
 * The raw pairs of a held-out list. All translations of a sentence have the same raw source.
 * @throws InputError naming the first line that is not in the corpus
 */
function rawPairs(
  path: string,
  lines: readonly RawPair[],
  byForm: ReadonlyMap<string, RawPair>,
): readonly RawPair[] {
  const sources = new Map<string, string>();
  return lines.map(({ source, target }, index) => {
    const raw = byForm.get(`${source}\t${target}`);
    if (raw === undefined) {
      throw new InputError(
        `${path}: line ${index + 1} is not in the corpus: '${source}', '${target}'; expected ` +
          'tokens in lower case, separated by spaces',
      );
    }
    const first = sources.get(source) ?? raw.source;
    sources.set(source, first);
    return { source: first, target: raw.target };
  });
}

/** The letters and digits of a text, in lower case. */
function lettersOf(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function writePairs(path: string, pairs: readonly RawPair[]): Promise<void> {
  return writeFile(path, pairs.map(({ source, target }) => `${source}\t${target}\n`).join(''));
}
