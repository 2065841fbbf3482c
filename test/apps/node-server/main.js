import { Translator } from 'qkv';
import { transformer } from 'qkv/models';

try {
  await Translator.load('models/toy-transformer/', { kinds: [transformer] });
} catch (error) {
  console.log(error.name, error.code);
}
