/**
 * Shows attention weights as a table with coloured cells, built with DOM calls so that text is
 * never markup.
 */

export interface HeatMap {
  /** Labels of the columns. */
  readonly sourceTokens: readonly string[];
  /** Labels of the rows. */
  readonly tokens: readonly string[];
  /** [target][source], 0 to 1. */
  readonly alignment: readonly (readonly number[])[];
}

/**
 * Makes the table. The weight of a cell is its text, for screen readers, its title and its colour.
 * @param onPoint called with a description of the cell under the pointer
 */
export function heatMapTable(map: HeatMap, onPoint: (line: string) => void): HTMLTableElement {
  const table = document.createElement('table');
  table.className = 'heat';
  const caption = table.createCaption();
  caption.className = 'visually-hidden';
  caption.textContent = 'Attention of each French word over the English words, from 0 to 1';
  const head = table.createTHead().insertRow();
  head.append(document.createElement('td'));
  for (const token of map.sourceTokens) head.append(headCell('col', 'en', token));
  const body = table.createTBody();
  map.tokens.forEach((token, row) => {
    const line = body.insertRow();
    line.append(headCell('row', 'fr', token));
    map.sourceTokens.forEach((sourceToken, column) => {
      const weight = map.alignment[row]?.[column] ?? 0;
      line.append(weightCell(weight, `${token} ← ${sourceToken}: ${weight.toFixed(3)}`));
    });
  });
  table.addEventListener('pointerover', ({ target }) => {
    if (target instanceof HTMLElement && target.title !== '') onPoint(target.title);
  });
  return table;
}

function headCell(scope: 'row' | 'col', language: string, token: string): HTMLTableCellElement {
  const cell = document.createElement('th');
  const word = document.createElement('span');
  cell.scope = scope;
  cell.lang = language;
  word.textContent = token;
  cell.append(word);
  return cell;
}

function weightCell(weight: number, title: string): HTMLTableCellElement {
  const cell = document.createElement('td');
  const text = document.createElement('span');
  cell.title = title;
  cell.dataset.weight = String(weight);
  cell.style.setProperty('--weight', `${Math.round(Math.min(1, Math.max(0, weight)) * 100)}%`);
  text.className = 'visually-hidden';
  text.textContent = weight.toFixed(2);
  cell.append(text);
  return cell;
}
