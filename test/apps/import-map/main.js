import { Translator } from 'qkv';
import { transformer } from 'qkv/models';

const translator = await Translator.load('/models/toy-transformer/', { kinds: [transformer] });
const { target } = await translator.translate('the dog eats the apple');
document.querySelector('#translation').textContent = target;
