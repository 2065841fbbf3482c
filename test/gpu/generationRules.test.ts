/**
 * Rules and truncation against the reference's scores (test/fixtures/generation): each option that
 * generation_config.json has, on logits that a model of one's own gives.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  allGenerationRules,
  Decoder,
  type Decoding,
  type GenerationRules,
  type Truncation,
  truncated,
} from 'qkv/generate';
import { compute, countTo, ops, type Tensor } from 'qkv/graph';
import { decodable } from 'qkv/models';
import { declareParameters, PARAMETERS, ParameterStore, packArena, type Scope } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { PROBE, scoreProbe } from '../support/scoreProbe';

type Options = Readonly<Record<string, unknown>>;

interface Case {
  readonly options: Options | readonly Options[];
  readonly input: string;
  readonly ids: number;
  readonly scores: readonly (readonly (number | null)[])[];
}

interface Fixture {
  readonly inputs: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly ids: readonly (readonly number[])[];
  readonly encoder_ids: readonly (readonly number[])[];
  readonly cases: readonly Case[];
}

const file = join(import.meta.dirname, '../fixtures/generation/processors.json.gz');
const fixture: Fixture = JSON.parse(gunzipSync(readFileSync(file)).toString());
const { inputs, ids, encoder_ids: sources, cases } = fixture;
const device = useDevice();
const VOCABULARY = 40;
const ROWS = 4;
const MAX_LENGTH = 24;
/** Scores below are those of tokens that are never chosen. */
const HIDDEN = -1e29;

const RULES: Readonly<Record<string, keyof GenerationRules>> = {
  sequence_bias: 'sequenceBias',
  encoder_repetition_penalty: 'encoderRepetitionPenalty',
  repetition_penalty: 'repetitionPenalty',
  no_repeat_ngram_size: 'noRepeatNgrams',
  encoder_no_repeat_ngram_size: 'encoderNoRepeatNgrams',
  bad_words_ids: 'bannedSequences',
  min_length: 'minLength',
  min_new_tokens: 'minNewTokens',
  forced_bos_token_id: 'forcedFirst',
  forced_eos_token_id: 'forcedLast',
  max_length: 'maxLength',
  eos_token_id: 'ends',
  exponential_decay_length_penalty: 'lengthDecay',
  suppress_tokens: 'suppressed',
  begin_suppress_tokens: 'suppressedFirst',
  renormalize_logits: 'renormalise',
};
const CUTS: Readonly<Record<string, keyof Truncation>> = {
  top_k: 'topK',
  top_p: 'topP',
  min_p: 'minP',
  typical_p: 'typicalP',
  epsilon_cutoff: 'epsilonCutoff',
  eta_cutoff: 'etaCutoff',
};

const renamed = (options: Options, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => {
      const own = names[name];
      return own === undefined ? [] : [[own, value] as const];
    }),
  );

/** Options as ours, in another order than they are applied in. */
function ours({ options }: Case) {
  const list: readonly Options[] = Array.isArray(options) ? options : [options as Options];
  const all: Options = Object.assign({}, ...list.toReversed());
  const known = [...Object.keys(RULES), ...Object.keys(CUTS), 'temperature'];
  const context = ['prompt_length', 'begin_index', 'decoded'];
  expect(Object.keys(all).filter((name) => ![...known, ...context].includes(name))).toEqual([]);
  return {
    rules: renamed(all, RULES) as GenerationRules,
    cuts: renamed(all, CUTS) as Truncation,
    temperature: Number(all.temperature ?? 1),
    prompt: (all.prompt_length ?? all.begin_index) as number | undefined,
  };
}

const logitsOf = (scope: Scope) => scope.parameter('logits', [ROWS, VOCABULARY], { kind: 'zeros' });

/** i32 [B]: the number of each row. */
const rowsOf = (source: Tensor) => countTo(source.shape[0] ?? 1);

/** The first id of each row of the fixture. */
function firstIds(source: Tensor): Tensor {
  const rows = ops.reshape(rowsOf(source), [source.shape[0] ?? 1, 1]);
  const like = (value: number) => ops.fill(rows.shape, value, 'i32');
  return ids.reduce(
    (found, [first = 0], b) => ops.where(ops.equal(rows, like(b)), like(first), found),
    like(0),
  );
}

/** Scores of the case after its rules, row after row. */
async function scoresAfter(
  rules: GenerationRules,
  { input, ids: count }: Case,
  prompt: number | undefined,
): Promise<readonly number[]> {
  const given = ids.map((row) => row.slice(0, count));
  const begun = prompt ?? 1;
  const layout = declareParameters(logitsOf);
  const model = decodable({
    vocabulary: VOCABULARY,
    maxLength: MAX_LENGTH,
    memoryTypes: (batch) => ({ row: { dtype: 'i32', shape: [batch] } }),
    encode: (_, source) => ({ row: rowsOf(source) }),
    firstToken: (source, lengths) => {
      if (prompt === undefined) return firstIds(source);
      const last = ops.scale(ops.reshape(lengths, [source.shape[0] ?? 1, 1]), 1, -1);
      return ops.gather(source, last, { axis: 1 });
    },
    ...(prompt === undefined ? {} : { firstPosition: (lengths) => ops.scale(lengths, 1, -1) }),
    step: (scope, { memory }) => ({ logits: ops.embedding(memory('row'), logitsOf(scope)) }),
  });
  const found: number[][] = [];
  const probe = scoreProbe(
    given.map((row) => row.slice(begun)),
    count - begun,
    (scores) => found.push([...scores]),
  );
  const decoding = {
    kind: PROBE,
    generationRules: { ...rules, context: prompt === undefined ? 'start' : 'prompt' },
  } as unknown as Decoding;
  const store = ParameterStore.initial(device(), layout);
  const shape = [ROWS, VOCABULARY];
  const logits = { shape, data: Float32Array.from(inputs[input]!.flat()) };
  store.states.write(PARAMETERS, packArena(layout, new Map([['logits', logits]])));
  const decoder = await Decoder.create(device(), model, layout, store.states, {
    maxBatch: ROWS,
    ids: { pad: -1, bos: 0, eos: 2, never: [] },
    decoding,
    decodings: [probe, allGenerationRules],
    startup: 'quick',
    stepsPerSubmit: MAX_LENGTH,
  });
  const rows = prompt === undefined ? sources : given.map((row) => row.slice(0, prompt));
  const data = Int32Array.from(rows.flat());
  const source = { shape: [ROWS, rows[0]!.length], data };
  await decoder.decode(source, {
    shape: [ROWS],
    data: new Int32Array(ROWS).fill(rows[0]!.length),
  });
  decoder.dispose();
  store.dispose();
  return found[0]!;
}

const isHidden = (score: number | null) => score === null || score < HIDDEN;

/** Float32 errors of a score: some operations on a logit, or on the log of a sum of 40 of them. */
const bound = (score: number) => 64 * 2 ** -24 * Math.max(1, Math.abs(score));

function expectScores(found: readonly number[], { scores }: Case): void {
  expect(found).toHaveLength(ROWS * VOCABULARY);
  scores.flat().forEach((want, i) => {
    const score = found[i]!;
    const where = `row ${Math.floor(i / VOCABULARY)}, id ${i % VOCABULARY}`;
    expect(isHidden(score), `${where}: ${score} for ${want}`).toBe(isHidden(want));
    if (want !== null && !isHidden(want)) {
      expect(Math.abs(score - want), where).toBeLessThanOrEqual(bound(want));
    }
  });
}

const title = (each: Case) => JSON.stringify(each.options);
const named = cases.map((each) => [title(each), each, ours(each)] as const);
const ruled = named.filter(([, , { rules }]) => Object.keys(rules).length > 0);
const cut = named.filter(([, , { rules }]) => Object.keys(rules).length === 0);

it('every case is among those of rules or of truncation', () => {
  expect(ruled.length + cut.length).toBe(126);
  expect(Math.min(ruled.length, cut.length)).toBeGreaterThan(30);
});

/** Logits of rows [rows][V] after temperature and truncation. */
async function afterCuts(
  rows: readonly number[],
  temperature: number,
  cuts: Truncation,
): Promise<readonly number[]> {
  const shape = [rows.length / VOCABULARY, VOCABULARY];
  const data = Float32Array.from(rows);
  const { y } = await compute(device(), { x: { shape, data } }, (input) => ({
    y: truncated(ops.scale(input('x'), 1 / temperature), cuts),
  }));
  return [...y!.data];
}

describe('rules', () => {
  it.each(ruled)('%s', async (_, each, { rules, cuts, temperature, prompt }) => {
    const looksAtSource = 'encoderRepetitionPenalty' in rules || 'encoderNoRepeatNgrams' in rules;
    const isPlain = prompt === undefined && Object.keys(cuts).length === 0;
    // With all ids as a prompt, and with all but a start token generated.
    const prompts = isPlain && !looksAtSource ? [undefined, each.ids] : [prompt];
    for (const some of prompts) {
      const scores = await scoresAfter(rules, each, some);
      const isCut = temperature !== 1 || Object.keys(cuts).length > 0;
      expectScores(isCut ? await afterCuts(scores, temperature, cuts) : scores, each);
    }
  });
});

describe('truncation', () => {
  const options = [...new Set(cut.map(([name]) => name))];

  it.each(options)('%s', async (name) => {
    const some = cut.filter(([other]) => other === name);
    const logits = some.flatMap(([, { input }]) => inputs[input]!.flat());
    const [[, , { cuts, temperature }] = some[0]!] = some;
    const found = await afterCuts(logits, temperature, cuts);
    some.forEach(([, each], i) => {
      const own = found.slice(i * ROWS * VOCABULARY, (i + 1) * ROWS * VOCABULARY);
      if (each.input !== 'flat') {
        expectScores(own, each);
        return;
      }
      // Which of equal tokens are kept is open: how many of each score are is not.
      each.scores.forEach((want, b) => {
        const kept = own.slice(b * VOCABULARY, (b + 1) * VOCABULARY);
        const open = (row: readonly (number | null)[]) =>
          row
            .flatMap((score) => (isHidden(score) ? [] : [Number(score)]))
            .toSorted((p, q) => p - q);
        expect(open(kept)).toHaveLength(open(want).length);
        open(kept).forEach((score, k) => {
          expect(Math.abs(score - open(want)[k]!)).toBeLessThanOrEqual(bound(score));
        });
      });
    });
  });
});
