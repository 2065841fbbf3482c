/** The README's table of ops is that of the ops. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ops } from '../../../src/ops';
import { opTable } from '../../../src/selfcheck/opTable';
import { ROOT } from '../../support/sourceScan';

describe('the table of ops', () => {
  it('has every op function once', () => {
    const listed = [...opTable().matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(Object.keys(ops).toSorted());
  });

  it('is in the README as `npm run explain -- --ops` prints it', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const [, table = ''] = /<!-- ops -->\n([\s\S]*?)\n?<!-- \/ops -->/.exec(readme) ?? [];
    expect(table).toBe(opTable());
  });
});
