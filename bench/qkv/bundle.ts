/** The smallest app that translates. */
import { Translator, transformer } from '../../src/index';

async function translate(text: string): Promise<string> {
  const translator = await Translator.load('./model/', { kinds: [transformer] });
  return (await translator.translate(text)).target;
}

translate('the cat sleeps').then((target) => {
  document.body.textContent = target;
});
