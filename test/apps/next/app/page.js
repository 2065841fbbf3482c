'use client';
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { useEffect, useState } from 'react';

export default function Page() {
  const [translation, setTranslation] = useState();
  useEffect(() => {
    const loading = Translator.load('/models/toy-transformer/', { kinds: [transformer] });
    loading.then((model) => model.translate('the dog eats the apple')).then(setTranslation);
  }, []);
  return <p id="translation">{translation?.target}</p>;
}
