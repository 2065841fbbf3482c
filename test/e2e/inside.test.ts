/** The inside of a translator in headless Chrome: what it shows is recomputed in float64. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'puppeteer';
import { openDevice } from 'qkv';
import { explain } from 'qkv/graph';
import { beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../tools/lib/defined';
import { modelPlans } from '../../tools/lib/modelPlans';
import { nodeGpu } from '../../tools/nodeGpu';
import { addressShows, clearSentence, figureNumbers, phoneWidth } from '../support/figure';
import { isFull } from '../support/sample';
import { type OpenPage, useSite } from '../support/site';

const SENTENCE = 'the small black cat sees a big house';
const MODEL = 'toy-transformer';

type Matrix = readonly (readonly number[])[];

const addressOf = (query: Readonly<Record<string, string>> = {}) =>
  `#/inside?${new URLSearchParams({ text: SENTENCE, ...query })}`;

const ready = (page: Page, part: string) =>
  page.waitForSelector(`[data-part="${part}"][data-ready="true"]`);

const config = async () => {
  const text = await readFile(`demo/public/models/${MODEL}/model.json`, 'utf8');
  return (
    JSON.parse(text) as { config: Record<'heads' | 'encoderLayers' | 'decoderLayers', number> }
  ).config;
};

/** Whether the page is as wide as a phone, and no wider. */
async function fitsOnPhone(page: Page): Promise<void> {
  expect(await phoneWidth(page)).toBe(390);
  await page.setViewport({ width: 1280, height: 900 });
}

interface Answered {
  readonly text: string;
  readonly logits: Matrix;
}

interface HeadNumbers {
  readonly off: readonly (readonly [number, number])[];
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly attentions: readonly {
    readonly kind: string;
    readonly layer: number;
    readonly heads: readonly Matrix[];
  }[];
  readonly own: Answered & { readonly ids: readonly number[] };
  readonly changed?: Answered;
}

describe('all heads', () => {
  const site = useSite({ keepPages: true });
  let opened: OpenPage | undefined;
  const shown = () => defined(opened, 'the page');
  const numbers = () => figureNumbers<HeadNumbers>(shown().page);
  beforeAll(async () => {
    opened = await site.open(undefined, addressOf());
    await ready(opened.page, 'heads');
  });

  it('are as many as the model has, with rows that sum to 1', async () => {
    const { page, errors } = shown();
    const { heads, encoderLayers, decoderLayers } = await config();
    const count = heads * (encoderLayers + 2 * decoderLayers);
    expect(await page.$$('.head-row canvas.thumb')).toHaveLength(count);
    const { attentions, source, target } = await numbers();
    expect(attentions.flatMap((one) => one.heads)).toHaveLength(count);
    expect(source).toEqual([...SENTENCE.split(' '), '■']);
    for (const { kind, heads: matrices } of attentions) {
      for (const matrix of matrices) {
        expect(matrix).toHaveLength((kind === 'encoder' ? source : target).length);
        for (const row of matrix) {
          expect(row).toHaveLength((kind === 'decoder' ? target : source).length);
          expect(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThan(1e-3);
        }
      }
    }
    expect(errors).toEqual([]);
  });

  describe.runIf(isFull)('in full', () => {
    it('are enlarged by a click or Enter; Back, and a link, lead to all heads and to one', async () => {
      const { page } = shown();
      await page.click('[data-head="2.1"]');
      await page.waitForSelector('[data-enlarged="2.1"]');
      await addressShows(page, 'head=2.1');
      await page.click('.enlarged .numbers summary');
      const cells = await page.$$eval('.enlarged .numbers tbody tr', (rows) =>
        rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))),
      );
      const { attentions } = await numbers();
      for (const [r, row] of attentions[2]!.heads[1]!.entries()) {
        // Three decimals are shown.
        for (const [c, weight] of row.entries()) {
          expect(Math.abs(cells[r]![c]! - weight)).toBeLessThan(5.01e-4);
        }
      }
      await page.goBack();
      await page.waitForSelector('[data-head="0.3"]');
      await page.focus('[data-head="0.3"]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-enlarged="0.3"]');
      const address = page.url();
      await page.click('[data-back]');
      await page.waitForSelector('[data-head="0.3"]');
      await addressShows(page, 'head=', false);
      await page.goto('about:blank');
      await page.goto(address);
      await page.waitForSelector('[data-enlarged="0.3"]');
      await page.click('[data-back]');
    });

    it('change the answer when they are switched off, and restore it to the letter', async () => {
      const { page, errors } = shown();
      await ready(page, 'heads');
      const before = await numbers();
      const toggle = (place: string) => page.click(`li:has([data-head="${place}"]) input`);
      for (const head of [0, 1, 2, 3]) await toggle(`5.${head}`);
      await page.waitForSelector('[data-odds="changed"]');
      await page.waitForFunction(() => location.hash.includes('5.3'));
      await page.waitForFunction(
        () => document.querySelector('[data-part="heads"]')?.getAttribute('data-ready') === 'true',
      );
      const after = await numbers();
      const changed = defined(after.changed, 'an answer without heads');
      expect(after.off).toEqual([0, 1, 2, 3].map((head) => [5, head]));
      // The last attention to the source names the words: without it they are others.
      expect(changed.text).not.toBe(before.own.text);
      expect(after.own).toEqual(before.own);
      const difference = before.own.logits
        .flatMap((row, t) => row.map((logit, i) => Math.abs(logit - changed.logits[t]![i]!)))
        .reduce((most, one) => Math.max(most, one), 0);
      expect(difference).toBeGreaterThan(1);
      for (const [kind, logits] of [
        ['whole', before.own.logits],
        ['changed', changed.logits],
      ] as const) {
        const drawn = await page.$$eval(`[data-odds="${kind}"] td`, (found) =>
          found.map((cell) => Number(cell.dataset.probability)),
        );
        for (const [t, probability] of drawn.entries()) {
          const powers = logits[t]!.map((logit) => Math.exp(logit));
          const total = powers.reduce((sum, power) => sum + power, 0);
          expect(Math.abs(powers[before.own.ids[t]!]! / total - probability)).toBeLessThan(1e-12);
        }
      }
      await page.click('[data-restore]');
      await page.waitForFunction(() => document.querySelector('[data-odds="changed"]') === null);
      await addressShows(page, 'off=', false);
      const restored = await numbers();
      expect(restored).toEqual(before);
      await fitsOnPhone(page);
      expect(errors).toEqual([]);
    });

    it('follow the sentence, its unknown words and an empty one', async () => {
      const { page } = shown();
      await page.locator('#sentence').fill('she sleeps');
      await page.waitForFunction(
        () => document.querySelector<HTMLCanvasElement>('canvas.thumb')?.height === 3,
      );
      await page.locator('#sentence').fill('the zorro never sleeps');
      await page.waitForFunction(
        () => document.querySelector<HTMLCanvasElement>('canvas.thumb')?.height === 5,
      );
      expect((await numbers()).source).toEqual(['the', 'zorro', 'never', 'sleeps', '■']);
      await clearSentence(page);
      await page.waitForSelector('[role="alert"]');
    });
  });
});

describe.runIf(isFull)('attention rollout', () => {
  const site = useSite();

  it('is the product of the mixed means of all heads', async () => {
    const { page, errors } = await site.open(undefined, addressOf({ part: 'rollout' }));
    await ready(page, 'rollout');
    for (const kind of ['encoder', 'decoder', 'cross']) {
      await page.select('.card .controls label:nth-of-type(1) select', kind);
      const { layers, cross, rollout } = await figureNumbers<{
        readonly layers: readonly (readonly Matrix[])[];
        readonly cross?: readonly Matrix[];
        readonly rollout: Matrix;
      }>(page);
      expect(layers).toHaveLength(2);
      const size = layers[0]![0]!.length;
      let expected = Array.from({ length: size }, (_, i) =>
        Array.from({ length: size }, (_, j): number => (i === j ? 1 : 0)),
      );
      for (const heads of layers) {
        const next = expected.map((row) => row.map(() => 0));
        for (let i = 0; i < size; i++) {
          for (let k = 0; k < size; k++) {
            let mean = 0;
            for (const head of heads) mean += head[i]![k]! / heads.length;
            const mixed = 0.5 * mean + (i === k ? 0.5 : 0);
            for (let j = 0; j < size; j++) next[i]![j]! += mixed * expected[k]![j]!;
          }
        }
        expected = next;
      }
      if (kind === 'cross') {
        const heads = defined(cross, 'the attention to the source');
        expected = heads[0]!.map((row, t) =>
          row.map((_, j) => {
            let sum = 0;
            for (let k = 0; k < size; k++) {
              for (const head of heads) sum += (head[t]![k]! / heads.length) * expected[k]![j]!;
            }
            return sum;
          }),
        );
      }
      expect(rollout).toHaveLength(expected.length);
      for (const [i, row] of expected.entries()) {
        // The same sums of products of float64 in another order.
        for (const [j, x] of row.entries())
          expect(Math.abs(x - rollout[i]![j]!)).toBeLessThan(1e-12);
      }
    }
    await fitsOnPhone(page);
    expect(errors).toEqual([]);
  });
});

describe.runIf(isFull)('values by name', () => {
  const site = useSite();

  interface ValueNumbers {
    readonly name: string;
    readonly kind: string;
    readonly shape: readonly number[];
    readonly data: readonly number[];
    readonly mean: number;
    readonly norm: number;
    readonly answer: string;
  }

  it('are found, summarised and differentiated', async () => {
    const { page, errors } = await site.open(undefined, addressOf({ part: 'values' }));
    await ready(page, 'values');
    const first = await figureNumbers<ValueNumbers>(page);
    expect(first.name).toBe('transformer.encoder.output');
    expect(first.shape).toEqual([SENTENCE.split(' ').length + 1, 128]);
    const sum = first.data.reduce((total, x) => total + x, 0);
    const squares = first.data.reduce((total, x) => total + x * x, 0);
    expect(Math.abs(first.mean - sum / first.data.length)).toBeLessThan(1e-12);
    expect(Math.abs(first.norm - Math.sqrt(squares))).toBeLessThan(1e-9);
    const norm = await page.$eval('[data-statistic="norm"]', (one) => Number(one.textContent));
    expect(Math.abs(norm - first.norm)).toBeLessThan(5.01e-5);

    await page.type('.name-list input', 'decoder logits');
    await page.waitForSelector('[data-found="0"]');
    await page.locator('.name-list input').fill('logits');
    await page.waitForSelector('[data-found="1"]');
    await page.select('.name-list select', 'logits');
    await page.waitForSelector('[data-value="logits"][data-kind="value"]');
    const { data, shape } = await figureNumbers<ValueNumbers>(page);
    await page.select('.value-in-view .controls select', 'gradient');
    await page.waitForSelector('[data-value="logits"][data-kind="gradient"]');
    const gradient = await figureNumbers<ValueNumbers>(page);
    expect(gradient.shape).toEqual(shape);
    // Of mean cross-entropy with respect to logits: (softmax - one-hot) / number of words.
    const [steps = 0, size = 0] = shape;
    const vocabulary = JSON.parse(
      await readFile(`demo/public/models/${MODEL}/model.json`, 'utf8'),
    ) as { target: { tokens: string[] } };
    const answer = [...gradient.answer.split(' '), '<eos>'];
    expect(answer).toHaveLength(steps);
    for (let t = 0; t < steps; t++) {
      const powers = data.slice(t * size, (t + 1) * size).map((logit) => Math.exp(logit));
      const total = powers.reduce((all, power) => all + power, 0);
      const right = vocabulary.target.tokens.indexOf(answer[t]!);
      for (let i = 0; i < size; i++) {
        const expected = (powers[i]! / total - (i === right ? 1 : 0)) / steps;
        // Exponentials and a sum of 741 terms in float32.
        expect(Math.abs(gradient.data[t * size + i]! - expected)).toBeLessThan(1e-6);
      }
    }
    await fitsOnPhone(page);
    expect(errors).toEqual([]);
  });

  it('are those of a network without attention, too', async () => {
    const { page, errors } = await site.open(
      undefined,
      addressOf({ part: 'values', model: 'toy-seq2seq', value: 'encoder.forget_gate_l0' }),
    );
    await ready(page, 'values');
    const { name, data } = await figureNumbers<ValueNumbers>(page);
    expect(name).toBe('encoder.forget_gate_l0');
    // In float32 a sigmoid can reach its ends.
    expect(data.every((gate) => gate >= 0 && gate <= 1)).toBe(true);
    expect(data.some((gate) => gate > 0.05 && gate < 0.95)).toBe(true);
    await page.click('.parts a:nth-of-type(1)');
    await ready(page, 'heads');
    expect(await page.$$('canvas.thumb')).toHaveLength(0);
    expect(errors).toEqual([]);
  });
});

describe.runIf(isFull)('the plan', () => {
  const site = useSite();

  it('has the steps and buffers that the library plans in Node, and its kernels are timed', async () => {
    const device = await openDevice({ gpu: await nodeGpu() });
    const plans = await modelPlans(MODEL);
    const { page, errors } = await site.open(undefined, addressOf({ part: 'plan' }));
    await ready(page, 'plan');
    for (const kind of ['encode', 'forward', 'train', 'step']) {
      const { plan, startup } = defined(
        plans.find((one) => one.kind === kind),
        kind,
      );
      const expected = explain(plan, { target: { ...device.target, startup } });
      await page.select('.card .controls select', kind);
      const total = (name: string) => `[data-total="${name}"]`;
      await page.waitForFunction(
        (selector, text) => document.querySelector(selector)?.textContent === text,
        {},
        total('steps'),
        String(plan.steps.length),
      );
      const found = await figureNumbers<ReturnType<typeof explain>>(page);
      expect(found.steps.map(({ ops }) => ops)).toEqual(expected.steps.map(({ ops }) => ops));
      expect(found.storages.map(({ byteLength }) => byteLength)).toEqual(
        expected.storages.map(({ byteLength }) => byteLength),
      );
      expect(found.flops).toBe(expected.flops);
      const bars = await page.$$eval('g.buffer', (all) =>
        all.map((bar) => [Number(bar.dataset.first), Number(bar.dataset.last)]),
      );
      const used = expected.storages.filter(({ first }) => first !== undefined);
      expect(bars).toEqual(used.map(({ first, last }) => [first, last]));
    }
    device.dispose();
    await page.click('[data-measure]');
    await page.waitForSelector('[data-kernel]');
    const { steps, profile } = await figureNumbers<
      ReturnType<typeof explain> & {
        readonly profile: {
          readonly adapter: string;
          readonly times: readonly { readonly kernel: string; readonly milliseconds: number }[];
        };
      }
    >(page);
    expect(profile.times.map(({ kernel }) => kernel)).toEqual(
      steps.flatMap(({ kernels }) => kernels),
    );
    const rows = await page.$$eval('tr[data-kernel]', (all) =>
      all.map((row) => [row.dataset.kernel, Number(row.dataset.milliseconds)] as const),
    );
    for (const [kernel, milliseconds] of rows) {
      const own = profile.times.filter((time) => time.kernel === kernel);
      const sum = own.reduce((all, time) => all + time.milliseconds, 0);
      expect(milliseconds).toBeGreaterThan(0);
      expect(Math.abs(milliseconds - sum)).toBeLessThan(1e-9);
    }
    await fitsOnPhone(page);
    expect(errors).toEqual([]);
  });
});
