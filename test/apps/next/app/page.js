'use client';
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { useEffect, useState } from 'react';

export default function Page() {
  const [target, setTarget] = useState('');
  useEffect(() => {
    const loading = Translator.load('/models/toy-transformer/', { kinds: [transformer] });
    loading.then(async (model) =>
      setTarget((await model.translate('the dog eats the apple')).target),
    );
  }, []);
  return <p id="translation">{target}</p>;
}
