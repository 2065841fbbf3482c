/** The first translation of a page that runs the model itself. */
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { firstAnswer } from '../firstAnswer';

void firstAnswer((model) => Translator.load(model, { kinds: [transformer] }));
