/** French signs stay on the line of their words: the space before and within them does not break. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, it } from 'vitest';
import { ROOT, scanFolders } from '../../support/sourceScan';

const BREAKING = / [:;?!»]|« /u;

it('has no space that breaks before a sign or within quotation marks', () => {
  const files = scanFolders('demo').map(({ path }) => path);
  const found = files.flatMap((path) => frenchTexts(path).map((text) => [path, text] as const));
  expect(new Set(found.map(([path]) => path)).size).toBeGreaterThan(25);
  expect(found.filter(([, text]) => text.includes('\u00a0')).length).toBeGreaterThan(200);
  expect(found.filter(([, text]) => BREAKING.test(text))).toEqual([]);
});

/** The texts of the constant `fr` of a file. */
function frenchTexts(path: string): readonly string[] {
  const source = readFileSync(join(ROOT, path), 'utf8');
  if (!/\bconst fr\b/u.test(source)) return [];
  const texts: string[] = [];
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value } = node as { readonly type?: string; readonly value?: unknown };
    if (type === 'Literal' && typeof value === 'string') texts.push(value);
    if (type === 'TemplateElement') texts.push((value as { readonly raw: string }).raw);
    Object.values(node).forEach(collect);
  };
  const { body } = parseSync(path, source).program;
  for (const statement of body) {
    const declared =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declared.declarations) {
      if (id.type === 'Identifier' && id.name === 'fr') collect(init);
    }
  }
  return texts;
}
