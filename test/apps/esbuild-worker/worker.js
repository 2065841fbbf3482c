import { Translator } from 'qkv';

const loading = Translator.load('/models/toy-transformer/');

addEventListener('message', async ({ data }) => {
  const translator = await loading;
  const { target } = await translator.translate(data);
  postMessage(target);
});
