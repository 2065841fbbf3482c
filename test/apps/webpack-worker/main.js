import { connect } from 'qkv/worker';

const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
const { services } = connect(worker);
const translator = await services.Translator.load('/models/toy-transformer/');
const { target } = await translator.translate('the dog eats the apple');
document.querySelector('#translation').textContent = target;
