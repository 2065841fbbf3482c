import { Translator } from 'qkv';
import { useEffect, useState } from 'react';

export function Translation({ text }) {
  const [target, setTarget] = useState('');
  useEffect(() => {
    const loading = Translator.load('/models/toy-transformer/');
    loading
      .then((translator) => translator.translate(text))
      .then(
        ({ target }) => setTarget(target),
        () => {},
      );
    return () => loading.then((translator) => translator.dispose());
  }, [text]);
  return <p id="translation">{target}</p>;
}
