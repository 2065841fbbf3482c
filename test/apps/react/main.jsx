import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Translation } from './Translation.jsx';

createRoot(document.querySelector('#root')).render(
  <StrictMode>
    <Translation text="the dog eats the apple" />
  </StrictMode>,
);
