/** Every command and every snippet of the README runs. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../tools/browser';
import { serveSite } from '../../tools/lib/site';
import { runCommand } from '../support/command';
import { ROOT } from '../support/sourceScan';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

function blocks(language: string): readonly string[] {
  const found = readme.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``, 'g'));
  return [...found].map(([, text = '']) => text.trim());
}

const commands = blocks('sh').flatMap((text) => text.split('\n'));

/** What makes a long command short: the last value of an option counts. */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  train: ['--steps', '2', '--pairs', '300', '--eval-every', '1'],
  evaluate: ['--limit', '20'],
  bench: ['--help'],
  soak: ['--steps', '20'],
};

/** The words of a command line, quotes taken off. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the commands of the README', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qkv-readme-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are there', () => {
    expect(commands).toContain('npm test');
    expect(commands.length).toBeGreaterThan(5);
  });

  for (const line of commands) {
    const [npm, verb = '', ...rest] = words(line);
    const name = verb === 'run' ? (rest.shift() ?? '') : verb;
    const args = rest.filter((word) => word !== '--');
    // This test is part of `npm test` and of what `npm run check` leaves out.
    if (name === 'test' || name === 'check') continue;
    it(`${line}: runs`, async () => {
      expect(npm).toBe('npm');
      const out = name === 'train' || name === 'build' ? ['--out', join(folder, name)] : [];
      const short = args.includes('--help') ? [] : [...(SHORTENED[name] ?? []), ...out];
      const { code, stdout, stderr } = await runCommand(name, ...args, ...short);
      expect(code, stderr).toBe(0);
      expect(stdout.length + stderr.length).toBeGreaterThan(0);
    });
  }
});

/** Runs a snippet in the demo page. @returns what it printed to the console */
async function runInPage(snippet: string): Promise<string> {
  const site = await serveSite({ folder: 'demo', port: 0 });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const printed: Promise<string>[] = [];
    page.on('console', (message) => printed.push(textOf(message)));
    await page.goto(site.url);
    if (files !== undefined) await files(page);
    const code = snippet.replace(
      /import (\{[^}]*\}) from 'qkv';/,
      `const $1 = await import('/@fs${ROOT}/src/index.ts');`,
    );
    expect(code).not.toBe(snippet);
    await page.evaluate(`(async () => { ${code} })()`);
    return (await Promise.all(printed)).join('\n');
  } finally {
    await browser.close();
    await site.close();
  }
});
