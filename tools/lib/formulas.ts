/** Formulas of the page: TeX files become modules that draw MathML, without markup at run time. */
import { parseXml, type XmlElement, XmlText } from '@rgrove/parse-xml';
import temml from 'temml';
import type { Plugin } from 'vite';

/** Imports `formula.tex` as a component. */
export const formulas: Plugin = {
  name: 'formulas',
  transform(tex, id) {
    if (!id.endsWith('.tex')) return null;
    const mathml = temml.renderToString(tex.trim(), { displayMode: true, throwOnError: true });
    const { root } = parseXml(mathml);
    if (root === null) throw new Error(`${id}: the formula is empty`);
    return {
      code: `import { h } from 'preact';\nexport default () => ${element(root)};\n`,
      map: null,
    };
  },
};

/** An element as an expression. Styles are left to style sheets. */
function element({ name, attributes, children }: XmlElement): string {
  const { style: _, ...kept } = attributes;
  const inside = children.flatMap((child) => {
    if (child instanceof XmlText) return [JSON.stringify(child.text)];
    return 'name' in child ? [element(child as XmlElement)] : [];
  });
  return `h(${[JSON.stringify(name), JSON.stringify(kept), ...inside].join(', ')})`;
}
