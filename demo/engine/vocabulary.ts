/** The words that a model can say, from its description. */
import { modelFolder } from './models';

const found = new Map<string, Promise<readonly string[]>>();

/** The target vocabulary of a model with words as tokens, by id. */
export function targetVocabulary(model: string): Promise<readonly string[]> {
  const known = found.get(model);
  if (known !== undefined) return known;
  const made = read(model);
  found.set(model, made);
  made.catch(() => found.delete(model));
  return made;
}

async function read(model: string): Promise<readonly string[]> {
  const response = await fetch(`${modelFolder(model)}model.json`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const { target } = (await response.json()) as { target: { tokens: readonly string[] } };
  return target.tokens;
}
