/** `npm start` as a child process: translation, JSON, errors and serving. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { defined } from '../../tools/lib/defined';
import {
  finish,
  runCommand,
  runHere,
  START_SENTENCE as SENTENCE,
  startCommand,
} from '../support/command';

const FRENCH = 'le petit chat noir voit une grande maison';

describe('npm start', () => {
  it('prints the translation, the adapter and the time', async () => {
    const { code, stdout, stderr } = await runCommand('start', SENTENCE);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const [french, figures] = stdout.trim().split('\n');
    expect(french).toBe(FRENCH);
    expect(figures).toMatch(/^\S.*, \d+ ms$/);
  });

  it('takes unquoted words, and prints one JSON object as the last line', async () => {
    const { code, stdout } = await runCommand('start', '--json', ...SENTENCE.split(' '));
    expect(code).toBe(0);
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(result).toMatchObject({
      source: SENTENCE,
      target: FRENCH,
      tokens: FRENCH.split(' '),
      adapter: expect.stringMatching(/\S/),
      milliseconds: expect.any(Number),
    });
    expect(result.alignment).toHaveLength(result.tokens.length);
    expect(result.alignment[0]).toHaveLength(SENTENCE.split(' ').length);
  });

  it('says which words the model does not know', async () => {
    const { code, stdout, stderr } = await runHere('start', 'the xylophonist sleeps');
    expect(code).toBe(0);
    expect(stdout).toContain('dort');
    expect(stderr).toContain('the model does not know xylophonist');
  });

  it('fails with the reason on standard error', async () => {
    const { code, stdout, stderr } = await runHere('start', ...'the cat '.repeat(20).split(' '));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('takes at most');
  });

  it('fails on an unknown option, with help', async () => {
    const { code, stderr } = await runHere('start', '--loud');
    expect(code).toBe(1);
    expect(stderr).toContain("unknown option '--loud'");
    expect(stderr).toContain('Usage: start');
  });

  it('says when there is no such model', async () => {
    const { code, stderr } = await runHere('start', '--model', 'nothing', SENTENCE);
    expect(code).toBe(1);
    expect(stderr).toContain('models/nothing/model.');
  });

  it('serves the page until it is interrupted', async () => {
    const child = startCommand('start', '--port', '0');
    const ended = finish(child);
    const [chunk] = await once(defined(child.stdout, 'stdout'), 'data');
    const url = String(chunk).trim();
    const html = await (await fetch(url)).text();
    expect(html).toContain('Content-Security-Policy');
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });
});
