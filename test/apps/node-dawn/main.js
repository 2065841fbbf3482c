import { Translator } from 'qkv';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
const gpu = create([]);
const translator = await Translator.load(process.env.MODEL, { gpu });
const { target } = await translator.translate('the dog eats the apple');
console.log(target);
process.exit();
