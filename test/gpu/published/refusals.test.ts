/**
 * Damaged and hostile folders of published models are refused with typed errors that name the file or
 * the field, and the value; nothing is left on the device, and no file elsewhere is asked for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Classifier,
  Embedder,
  hub,
  hubEncoder,
  InputError,
  MaskFiller,
  QkvError,
  Translator,
  Writer,
} from 'qkv';
import {
  allGenerationRules,
  publishedBeamSearch,
  sampling,
  scoredGreedy,
  stop,
} from 'qkv/generate';
import { torchFile } from 'qkv/io';
import {
  bert,
  gemma,
  gpt2,
  llama,
  loraPlan,
  m2m100,
  marian,
  mbart,
  publishedBart,
  readAdapter,
  t5,
} from 'qkv/models';
import { marianTokenizer, readChatTemplate, tokenizerJson } from 'qkv/text';
import { afterAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../support/device';
import { ADAPTED, HOSTILE_ADAPTERS } from '../../support/hostile/adapters';
import { HOSTILE_ARCHIVES } from '../../support/hostile/archives';
import { HOSTILE_CONFIGS } from '../../support/hostile/configs';
import { type FolderFiles, type HostileFolder, hostileFiles } from '../../support/hostile/folder';
import { HOSTILE_GENERATION } from '../../support/hostile/generation';
import { HOSTILE_WEIGHTS } from '../../support/hostile/weights';
import { outcome } from '../../support/outcome';
import { sampled } from '../../support/sample';

const device = useDevice();

/** Loads a folder for a task. */
function load(task: HostileFolder['task'], source: FolderFiles | string) {
  const settings = { tokenizers: [tokenizerJson, marianTokenizer], files: [torchFile] };
  const published = hub(source, { ...settings, chat: readChatTemplate });
  const encoder = hubEncoder(source, settings);
  const decodes = {
    device: device(),
    kinds: [gemma, gpt2, llama, m2m100, marian, mbart, publishedBart, t5],
    decodings: [allGenerationRules, publishedBeamSearch, sampling, scoredGreedy, stop],
  };
  const reads = { device: device(), kinds: [bert] };
  const loads = {
    translate: () => Translator.load(published, decodes),
    write: () => Writer.load(published, decodes),
    fill: () => MaskFiller.load(encoder, reads),
    classify: () => Classifier.load(encoder, reads),
    embed: () => Embedder.load(encoder, reads),
  };
  return loads[task]();
}

/** Ends the work of a folder's server. */
interface Served {
  readonly address: string;
  readonly asked: readonly string[];
  close(): Promise<unknown>;
}

/** Serves a folder as /model/, and remembers what it was asked for. */
async function served(files: (address: string) => FolderFiles): Promise<Served> {
  const asked: string[] = [];
  const found: FolderFiles = {};
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const bytes = found[url.replace('/model/', '')];
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(found, files(address));
  return {
    address,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

let slowest: readonly [milliseconds: number, title: string] = [0, ''];

async function expectRefusal(
  { task, title, error, says }: HostileFolder,
  source: FolderFiles | string,
): Promise<void> {
  const before = device().liveBytes;
  const start = performance.now();
  const found = await outcome(load(task, source));
  const milliseconds = performance.now() - start;
  if (milliseconds > slowest[0]) slowest = [milliseconds, title];
  expect(found).toBeInstanceOf(QkvError);
  const { constructor: type, message } = found as QkvError;
  expect(type).toBe(error);
  for (const text of says) expect(message).toContain(text);
  // Values of a file that are long are shortened.
  expect(message.length).toBeLessThan(1000);
  expect(device().liveBytes).toBe(before);
}

const FOLDERS = [
  ...HOSTILE_CONFIGS,
  ...HOSTILE_GENERATION,
  ...HOSTILE_WEIGHTS,
  ...HOSTILE_ARCHIVES,
];

describe('a damaged folder is refused', () => {
  it.each(sampled(FOLDERS, 4))('$title', async (folder) => {
    await expectRefusal(folder, hostileFiles(folder));
  });

  it('in more than 100 ways, each of which has its own name', () => {
    const titles = FOLDERS.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.length).toBeGreaterThan(100);
  });
});

/** Folders that name files outside of themselves. */
const OUTSIDE = FOLDERS.filter(({ title }) => /outside$|elsewhere$|is a path$/.test(title));

describe('a folder on a server is refused, and nothing else is asked for', () => {
  it.each(OUTSIDE)('$title', async (folder) => {
    const server = await served((address) => hostileFiles(folder, address));
    try {
      await expectRefusal(folder, `${server.address}/model/`);
      expect(server.asked).toContain('/model/config.json');
      for (const path of server.asked) expect(path).toMatch(/^\/model\/[\w.-]+$/);
    } finally {
      await server.close();
    }
  });
});

describe('a damaged adapter is refused', () => {
  it.each(HOSTILE_ADAPTERS)('$title', ({ files, error, says }) => {
    const read = () => {
      const { config, tensors } = readAdapter(files());
      return loraPlan(config, ADAPTED.layout, ADAPTED.keys, { tensors });
    };
    expect(read).toThrow(error);
    for (const text of says) expect(read).toThrow(text);
  });
});

describe('a chat template that', () => {
  const render = (text: string) => {
    const files = new Map([['chat_template.jinja', new TextEncoder().encode(text)]]);
    return readChatTemplate(files)?.([{ role: 'user', content: 'hello' }]);
  };

  it.each([
    ['loops without end', '{% for i in range(10 ** 9) %}{% endfor %}', 'range of 1000000000'],
    ['loops in loops', nestedLoops(4, 100), '500000 steps'],
    ['calls itself', '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}', 'chat template'],
    ['doubles a text', doubled("'ab'", 'ns.x ~ ns.x'), 'more than'],
    ['doubles a list', doubled('[1, 2]', 'ns.x + ns.x'), 'more than'],
    [
      'reaches for the machine',
      "{{ ''.constructor.constructor('return process')() }}",
      'chat template',
    ],
    ['throws', "{{ raise_exception('roles must alternate') }}", 'roles must alternate'],
  ])('%s is stopped', (_, text, says) => {
    expect(() => render(text)).toThrow(InputError);
    expect(() => render(text)).toThrow(says);
  });

  it('is harmless writes its text, with ranges and dates', () => {
    const year = new Date().getFullYear();
    expect(render('{% for i in range(1, 7, 2) %}{{ i }}{% endfor %}')).toBe('135');
    expect(render('{% for i in range(3, 0, -1) %}{{ i }}{% endfor %}')).toBe('321');
    expect(render("{{ strftime_now('%Y%%') }}{{ none is none }}")).toBe(`${year}%true`);
    expect(render('{{ messages[0].content }}')).toBe('hello');
  });
});

/** Loops in loops, each of so many turns. */
function nestedLoops(depth: number, turns: number): string {
  const loop = `{% for i in range(${turns}) %}`;
  return loop.repeat(depth) + '{% endfor %}'.repeat(depth);
}

/** Doubles a value 40 times. */
function doubled(value: string, twice: string): string {
  const turns = `{% for i in range(40) %}{% set ns.x = ${twice} %}{% endfor %}`;
  return `{% set ns = namespace(x=${value}) %}${turns}`;
}

afterAll(() => {
  console.log(`the slowest refusal took ${Math.round(slowest[0])} ms: ${slowest[1]}`);
});
