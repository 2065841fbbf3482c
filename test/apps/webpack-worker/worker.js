import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { serve } from 'qkv/worker';

serve({ Translator }, { load: { kinds: [transformer] } });
