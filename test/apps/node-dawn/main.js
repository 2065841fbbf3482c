import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
const gpu = create([]);
const translator = await Translator.load('models/toy-transformer/', { gpu, kinds: [transformer] });
const { target } = await translator.translate('the dog eats the apple');
console.log(target);
process.exit();
