/** A minimal app that translates. */
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';

async function translate(text: string): Promise<string> {
  const translator = await Translator.load('./model/', { kinds: [transformer] });
  return (await translator.translate(text)).target;
}

translate('the cat sleeps').then((target) => {
  document.body.textContent = target;
});
