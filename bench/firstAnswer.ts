/** First answer: how long after navigation a page has its first translation, on its own thread or in a worker. */

const [SENTENCE, TRANSLATION] = ['the dog eats the apple', 'le chien mange la pomme'];

interface Translates {
  translate(text: string): Promise<{ readonly target: string }>;
}

/**
 * Leaves the milliseconds since navigation in the document, as `data-cold-ms`, or what went wrong as
 * `data-cold-error`.
 * @param load takes the folder of the model
 */
export async function firstAnswer(load: (model: URL) => Promise<Translates>): Promise<void> {
  const { dataset } = document.documentElement;
  try {
    const translator = await load(new URL('../model/', location.href));
    const { target } = await translator.translate(SENTENCE);
    // The clock of a page starts with its navigation.
    const elapsed = performance.now();
    if (target !== TRANSLATION) throw new Error(`expected ${TRANSLATION}, found ${target}`);
    dataset.coldMs = String(elapsed);
  } catch (error) {
    dataset.coldError = error instanceof Error ? error.message : String(error);
  }
}
