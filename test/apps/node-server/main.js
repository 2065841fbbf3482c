import { Translator } from 'qkv';

try {
  await Translator.load(process.env.MODEL);
} catch (error) {
  console.log(error.name, error.code);
}
