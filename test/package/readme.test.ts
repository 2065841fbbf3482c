/** What the README shows of apps without a bundler and in Node is what the apps run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as errors from '../../src/core/errors';
import { ROOT } from '../support/sourceScan';

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('the README shows the import map, the one file and the Node program that are tried', () => {
  const shown = [...text('README.md').matchAll(/```(?:html|js)\n([^`]*)```/g)].map(
    ([, block = '']) => block.trim(),
  );
  for (const path of ['import-map/index.html', 'one-file/index.html', 'node-dawn/main.js']) {
    const app = text(`test/apps/${path}`);
    expect(
      shown.filter((block) => app.includes(block)),
      path,
    ).toHaveLength(1);
  }
});

it('the version in the README is that of the package', () => {
  const { version } = JSON.parse(text('package.json'));
  expect(text('README.md')).toContain(`./qkv-${version}.tgz`);
  expect(text('CHANGELOG.md')).toMatch(/^# Changelog\n\n## /);
});

it('the README lists every class of errors with its code', () => {
  const readme = text('README.md');
  const classes = Object.entries(errors).filter(
    ([name, value]) => typeof value === 'function' && name.endsWith('Error') && name !== 'QkvError',
  );
  expect(classes.length).toBeGreaterThan(10);
  for (const [name, Class] of classes) {
    const { code } = Reflect.construct(Class, ['', '']);
    const row = readme
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
    expect(row, name).toContain(`\`${code}\``);
  }
});
