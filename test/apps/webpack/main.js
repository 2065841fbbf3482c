import { Translator } from 'qkv';

const translator = await Translator.load('/models/toy-transformer/');
const { target } = await translator.translate('the dog eats the apple');
document.querySelector('#translation').textContent = target;
