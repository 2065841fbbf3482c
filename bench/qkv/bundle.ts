/** The smallest app that translates. */
import { Translator } from '../../src/index';

const translator = await Translator.load('./model/');
document.body.textContent = (await translator.translate('the cat sleeps')).target;
