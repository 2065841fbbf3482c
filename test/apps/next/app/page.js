'use client';
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { useEffect, useState } from 'react';

export default function Page() {
  const [target, setTarget] = useState('');
  useEffect(() => {
    Translator.load('/models/toy-transformer/', { kinds: [transformer] })
      .then((translator) => translator.translate('the dog eats the apple'))
      .then((translation) => setTarget(translation.target));
  }, []);
  return <p id="translation">{target}</p>;
}
