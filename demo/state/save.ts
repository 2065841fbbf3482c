/** Saves what is in view as files. */

/** Saves text or bytes as a file of the visitor's. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** A part of the page as an SVG picture, in the colours in view; canvases become images. */
export function pictureOf(part: HTMLElement): string {
  const { width, height } = part.getBoundingClientRect();
  const copy = part.cloneNode(true) as HTMLElement;
  const canvases = part.querySelectorAll('canvas');
  copy.querySelectorAll('canvas').forEach((canvas, i) => {
    const image = document.createElement('img');
    image.src = canvases[i]?.toDataURL() ?? '';
    image.className = canvas.className;
    image.style.cssText = canvas.style.cssText;
    canvas.replaceWith(image);
  });
  const rules = [...document.styleSheets].flatMap(({ cssRules }) =>
    [...cssRules].filter((rule) => !(rule instanceof CSSFontFaceRule)).map((rule) => rule.cssText),
  );
  const style = document.createElement('style');
  // A picture has no root with a theme: its colours are those of the part.
  const { colorScheme, color, font } = getComputedStyle(part);
  style.textContent = `${rules.join('\n')}\n.picture-root { color-scheme: ${colorScheme}; color: ${color}; font: ${font}; }`;
  const body = document.createElement('div');
  body.className = 'picture-root';
  // In a picture the variables of the page's root belong to this element.
  style.textContent = style.textContent.replaceAll(':root', '.picture-root');
  body.append(style, copy);
  const content = new XMLSerializer().serializeToString(body);
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}>` +
    `<foreignObject width="100%" height="100%">${content}</foreignObject></svg>`
  );
}
