/** The site that `npm run build` writes; test/package has the library. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translateInPage } from '../../tools/lib/demoPage';
import { packageEntries } from '../../tools/lib/entries';
import { serveFolder } from '../../tools/lib/pages';
import { runCommand } from '../support/command';
import { isFull } from '../support/sample';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-build-'));
  // The API pages take as long as all the rest.
  const short = isFull ? [] : ['--no-api'];
  const { code, stderr, stdout } = await runCommand('build', '--json', '--out', folder, ...short);
  expect(code, stderr).toBe(0);
  const { files } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const library = files.find(({ path }: { path: string }) => path.endsWith('lib/index.js'));
  process.stdout.write(`library: ${library.bytes} bytes, ${library.gzipBytes} gzipped\n`);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it.runIf(isFull)(
  'the site has pages of the API, a module an entry, and leads to them',
  async () => {
    const site = join(folder, 'site');
    for (const { name, specifier } of packageEntries()) {
      const page = name === 'index' ? 'qkv' : `qkv_${name}`;
      const html = await readFile(join(site, 'api', 'modules', `${page}.html`), 'utf8');
      expect(html).toContain(specifier);
    }
    expect(existsSync(join(site, 'api', 'functions', 'qkv_graph.compile.html'))).toBe(true);
    expect(await readFile(join(site, 'index.html'), 'utf8')).toContain('href="./api/"');
  },
);

it('the site translates', async () => {
  const { url, close } = await serveFolder(join(folder, 'site'));
  try {
    const sentence = 'the small black cat sees a big house';
    const { target } = await translateInPage(url, sentence, { model: 'toy-transformer' });
    expect(target).toBe('le petit chat noir voit une grande maison');
  } finally {
    await close();
  }
});
