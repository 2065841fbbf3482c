'use client';
import { Translator } from 'qkv';
import { transformer } from 'qkv/models';
import { useEffect, useState } from 'react';

const loading = () => Translator.load('/models/toy-transformer/', { kinds: [transformer] });
const translate = async () => (await loading()).translate('the dog eats the apple');

export default function Page() {
  const [target, setTarget] = useState('');
  useEffect(() => void translate().then((translation) => setTarget(translation.target)), []);
  return <p id="translation">{target}</p>;
}
