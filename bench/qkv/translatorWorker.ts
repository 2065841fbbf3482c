/** A worker that translates. */
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { serve } from 'qkv/worker';

export const services = serve({ Translator }, { load: { kinds: [transformer] } });
