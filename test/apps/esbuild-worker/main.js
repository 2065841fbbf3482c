import { connect } from 'qkv/worker';

const worker = new Worker('dist/worker.js', { type: 'module' });
const { services } = connect(worker);
const translator = await services.Translator.load('/models/toy-transformer/');
const { target } = await translator.translate('the dog eats the apple');
document.querySelector('#translation').textContent = target;
