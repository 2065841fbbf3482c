/** Addresses of the page's views. */
import { expect, it } from 'vitest';
import { parseRoute, routeHash } from '../../../demo/state/route';

it('keeps what defines a view, and leaves out what is as it begins', () => {
  expect(routeHash('translate')).toBe('#/');
  expect(routeHash('translate', { text: undefined, model: '' })).toBe('#/');
  const text = 'does she & he = 100% sleep? #1';
  const hash = routeHash('road/16', { text, model: 'toy-bahdanau' });
  const { path, query } = parseRoute(hash);
  expect([path, query.get('text'), query.get('model')]).toEqual(['road/16', text, 'toy-bahdanau']);
  expect(parseRoute('').path).toBe('translate');
  expect(parseRoute('#/?text=a').path).toBe('translate');
});
