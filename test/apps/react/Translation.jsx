import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { useEffect, useState } from 'react';

export function Translation({ text }) {
  const [target, setTarget] = useState('');
  useEffect(() => {
    const loading = Translator.load('/models/toy-transformer/', { kinds: [transformer] });
    loading.then(async (translator) => setTarget((await translator.translate(text)).target));
    return () => loading.then((translator) => translator.dispose());
  }, [text]);
  return <p id="translation">{target}</p>;
}
